//! Prints the CPU time of `get_user` on the simulated tenant, in microseconds, to compare with a call from
//! Python.

use cpu_time::ThreadTime;
use entra_ir_core::SimulatedTenant;

const ROUNDS: usize = 15;
const CALLS: u32 = 2_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let tenant = SimulatedTenant::contoso();
    tenant.keep_exchanges(false);
    let client = tenant.client()?;
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..=ROUNDS {
        let started = ThreadTime::now();
        runtime.block_on(async {
            for _ in 0..CALLS {
                client.get_user("adele@contoso.example").await?;
            }
            Ok::<_, entra_ir_core::Error>(())
        })?;
        rounds.push(started.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS));
    }
    // The first round only warms up.
    rounds.remove(0);
    rounds.sort_by(f64::total_cmp);
    println!("{:.2}", rounds[ROUNDS / 2]);
    Ok(())
}
