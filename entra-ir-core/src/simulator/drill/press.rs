//! How each step of a published order is done: through Graph where it has a call, else as people do it.

use super::super::sign_in::Elsewhere;
use super::order::Press;
use super::stage::Stage;
use crate::model::MethodKind;
use crate::operation::Client;

/// Does a step. What the service refuses is left, as it is by whoever follows the order.
pub(super) async fn press(stage: &Stage, client: &Client, step: Press) {
    let account = stage.account;
    let (user, portal) = (stage.user.as_str(), stage.simulation.portal());
    match step {
        Press::Block => _ = client.block_sign_in(account).await,
        Press::Revoke => _ = client.revoke_sign_in_sessions(account).await,
        Press::Reset if !stage.is_synced() => _ = client.reset_password(account).await,
        Press::ConfirmCompromised => _ = client.confirm_user_compromised(account).await,
        Press::Pass => _ = client.create_temporary_access_pass(account).await,
        Press::DisableDevices => disables_devices(client, stage).await,
        Press::RemoveMethods => removes_methods(client, stage).await,
        Press::RemoveAdded => {
            removes_added(client, stage).await;
            disables_devices(client, stage).await;
        }
        Press::DisableApplication => {
            let application = stage.between.table().adversary.application();
            if let Some(application) = application {
                _ = client.disable_service_principal(application).await;
            }
        }
        Press::RevokeConsents => {
            let Ok(grants) = client.list_grants(account).await else { return };
            for listed in &grants.own {
                if let Some(id) = &listed.grant.id {
                    _ = client.revoke_grant(account, id.as_str()).await;
                }
            }
        }
        Press::BlockOnPremises => stage.tenant.set_enabled_on_premises(user, !stage.is_synced()),
        // Through Graph a synced password is written back; an order that resets in the cloud means that.
        Press::ResetOnPremises | Press::Reset if stage.is_synced() => {
            _ = portal.reset_password_on_premises(user);
            _ = portal.reset_password_on_premises(user);
            stage.between.table().adversary.loses(Elsewhere::ActiveDirectory);
        }
        Press::RevokeMfaBefore2026 => portal.revoke_mfa_sessions_before_february_2026(user),
        Press::Reregister => portal.require_reregistration(user),
        Press::StopConsent => stage.between.table().adversary.consent_is_stopped(),
        Press::InboxRules => stage.between.table().adversary.loses(Elsewhere::MailRule),
        Press::Forwarding => stage.between.table().adversary.loses(Elsewhere::Mailbox),
        Press::BlockLegacy => stage.simulation.block_legacy_authentication(true),
        Press::BlockAddress | Press::ResetOnPremises | Press::Reset => {}
    }
}

async fn disables_devices(client: &Client, stage: &Stage) {
    let Ok(devices) = client.list_devices(stage.account).await else { return };
    for id in devices.devices.iter().filter_map(|device| device.id) {
        _ = client.disable_device(id).owner_checked().await;
    }
}

/// Removes each method once, in the order of the list: the default one is refused while others are there.
async fn removes_methods(client: &Client, stage: &Stage) {
    let Ok(list) = client.list_methods(stage.account).await else { return };
    for method in list.methods.iter().filter(|method| method.kind != MethodKind::Password) {
        _ = client.delete_method(stage.account, method.kind.clone(), method.id.as_str()).await;
    }
}

/// Removes the methods that the rightful user does not know.
async fn removes_added(client: &Client, stage: &Stage) {
    let Ok(list) = client.list_methods(stage.account).await else { return };
    let known = |id: &str| stage.own_methods().iter().any(|own| own.as_str() == id);
    for method in list.methods.iter().filter(|method| !known(method.id.as_str())) {
        _ = client.delete_method(stage.account, method.kind.clone(), method.id.as_str()).await;
    }
}
