//! How many requests one after the other a run takes, and how long, at 100 ms a request: on a virtual clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use entra_ir_core::async_trait::async_trait;
use entra_ir_core::containment::journal::MemoryJournal;
use entra_ir_core::containment::{Phase, PlanFor};
use entra_ir_core::knowledge::Incident;
use entra_ir_core::simulator::{Licence, NewMethod, NewUser};
use entra_ir_core::wire::{Request, Response};
use entra_ir_core::{SimulatedTenant, Transport, TransportError};
use entra_ir_tests::client_of;
use http::Method;
use tokio::time::Instant;

const REQUEST: Duration = Duration::from_millis(100);

const EVA: &str = "eva@contoso.example";

/// A cloud-only account with three methods, in a tenant without Identity Protection.
fn three_methods() -> SimulatedTenant {
    let tenant = SimulatedTenant::contoso();
    tenant.set_licence(Licence::P1);
    let user = NewUser::cloud(EVA)
        .method(NewMethod::passkey("Key"))
        .method(NewMethod::phone_mobile("+1 2065550100"))
        .method(NewMethod::authenticator("Phone"));
    tenant.add_user(user);
    tenant
}

/// A tenant that notes when each write was answered.
#[derive(Clone, Debug)]
struct Timed {
    tenant: SimulatedTenant,
    answered: Arc<Mutex<Vec<(String, Instant)>>>,
}

#[async_trait]
impl Transport for Timed {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let path = request.uri().path();
        let last = path.rsplit_once('/').map_or(path, |(_, last)| last).to_owned();
        let is_write = *request.method() != Method::GET && last != "checkMemberGroups";
        let line = format!("{} {last}", request.method());
        let answer = self.tenant.send(request).await;
        if is_write {
            self.answered.lock().unwrap().push((line, Instant::now()));
        }
        answer
    }
}

/// Contains the account, and returns how many requests one after the other it took until each write was
/// answered.
async fn rounds(previewed: bool) -> Vec<(String, f64)> {
    let tenant = three_methods();
    let answered = Arc::default();
    let timed = Timed { tenant: tenant.clone(), answered: Arc::clone(&answered) };
    let client = client_of(&tenant).transport(timed.clone()).build().unwrap();
    let preview = client.preview(EVA, Incident::AccountTakeover).await.unwrap();
    // Nothing that the preview's client keeps helps the run that begins with a bare name.
    let client = if previewed { client } else { client_of(&tenant).transport(timed).build().unwrap() };
    tenant.set_latency(REQUEST);
    let plan = if previewed { PlanFor::from(preview) } else { Incident::AccountTakeover.into() };
    let start = Instant::now();
    let contain = client.contain(EVA, plan).confirm(EVA).until(Phase::Evict).place(MemoryJournal::new());
    let run = contain.wait().await.unwrap();
    assert!(run.is_whole() && run.due().is_none(), "{run}");
    let answered: Vec<(String, Instant)> = answered.lock().unwrap().clone();
    let rounds = |at: Instant| at.duration_since(start).as_secs_f64() / REQUEST.as_secs_f64();
    answered.into_iter().map(|(line, at)| (line, rounds(at))).collect()
}

#[tokio::test(start_paused = true)]
async fn a_lock_out_takes_two_requests_and_the_eviction_one_for_the_list_and_one_for_each_method() {
    // Methods are removed one after the other: the default moves while they are removed.
    for (previewed, locked_out, evicted) in [(true, 2.0, 6.0), (false, 3.0, 7.0)] {
        let answered = rounds(previewed).await;
        println!("from {}: {answered:?}", if previewed { "a preview" } else { "a bare name" });
        assert_eq!(answered.len(), 6, "{answered:?}");
        let within = |place: usize, rounds: f64| {
            let (line, took) = &answered[place];
            assert!(*took <= rounds * 1.05, "{line} was answered after {took} requests");
        };
        assert!(answered[0].0.starts_with("PATCH") && answered[1].0.ends_with("revokeSignInSessions"));
        within(0, locked_out - 1.0);
        within(1, locked_out);
        assert!(answered[0].1 < answered[1].1, "the block is answered before the revocation is sent");
        assert!(answered[2..5].iter().all(|(line, _)| line.starts_with("DELETE")));
        within(4, evicted);
        assert!(answered[5].1 > 3000.0, "the second revocation waits five minutes: {answered:?}");
    }
}
