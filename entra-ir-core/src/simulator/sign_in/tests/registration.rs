//! Who can register a method.

use super::*;
use crate::operations::MethodScope;
use crate::simulator::NewMethod;

#[tokio::test(start_paused = true)]
async fn without_a_method_the_password_registers_one() {
    let (simulation, client) = contoso();
    let phone = || NewMethod::phone_mobile("+1 4255550188");
    let thief = by_password(&simulation);
    assert_eq!(thief.register(phone()).unwrap_err(), Answer::AsksForMfa, "Adele has methods");
    let old = by_passkey(&simulation);
    simulation.advance(11 * MINUTE);
    assert_eq!(old.register(phone()).unwrap_err(), Answer::AsksForMfa, "her MFA is older than ten minutes");
    let fresh = by_passkey(&simulation);
    simulation.advance(6 * MINUTE);
    assert_eq!(fresh.register(NewMethod::passkey("another")).unwrap_err(), Answer::AsksForMfa);
    client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();

    let try_it = |prepare: &dyn Fn(&SignInSimulation)| {
        let fork = simulation.fork();
        prepare(&fork);
        thief.in_fork(&fork).unwrap().register(phone())
    };
    assert_eq!(try_it(&|_| ()), Ok(()), "the session of a password is enough now");
    let guarded = try_it(&|fork| fork.guard_registration(true));
    assert_eq!(guarded, Err(Answer::Refused(Why::RegistrationGuarded)));
    let with_pass = try_it(&|fork| {
        fork.tenant().add_method(ADELE, NewMethod::temporary_access_pass(HOUR)).unwrap();
    });
    assert_eq!(with_pass, Err(Answer::AsksForMfa), "registration asks for the pass");
    client.block_sign_in(ADELE).await.unwrap();
    assert_eq!(try_it(&|_| ()), Err(Answer::Refused(Why::Blocked)));
}
