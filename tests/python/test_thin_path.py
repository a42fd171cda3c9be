"""The five buttons, once, from Python."""

from datetime import timedelta

import entra_ir


def test_the_five_buttons(simulated_tenant: entra_ir.SimulatedTenant, entra_client: entra_ir.Client) -> None:
    user = "adele@contoso.example"
    before = simulated_tenant.password_of(user)
    reset = entra_client.reset_password(user)
    assert reset.password is not None
    assert reset.password == simulated_tenant.password_of(user) != before
    simulated_tenant.advance(timedelta(minutes=1))
    assert entra_client.revoke_sign_in_sessions(user, confirm=True).grade == "confirmed"
    deleted = entra_client.delete_methods(user, scope="portal-reregister")
    assert {outcome.outcome for outcome in deleted.methods} == {"removed"}
    made = entra_client.create_temporary_access_pass(user, lifetime=timedelta(hours=1), one_time=True)
    assert made.access_pass is not None
    assert made.access_pass == simulated_tenant.access_pass_of(user)
    simulated_tenant.advance(timedelta(minutes=1))
    assert entra_client.revoke_mfa_sessions(user).receipt.mechanism == "revoke-sign-in-sessions"
