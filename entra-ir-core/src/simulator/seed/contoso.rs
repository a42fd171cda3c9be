//! The accounts of Contoso, the tenant that is ready to use.

use std::time::Duration;

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::application::{NewAppRoleAssignment, NewGrant, NewServicePrincipal};
use super::device::NewDevice;
use super::group::NewGroup;
use super::method::NewMethod;
#[cfg(feature = "oauth")]
use super::registration::NewAppRegistration;
use super::user::NewUser;
use crate::ids::ObjectId;
use crate::model::{RiskLevel, RiskState, UserRisk};
#[cfg(feature = "oauth")]
use crate::simulator::tenant::caller::every_permission;
use crate::simulator::tenant::clock::START;
use crate::simulator::tenant::group::GroupAccess;
use crate::simulator::tenant::role::Role;
#[cfg(feature = "oauth")]
use crate::simulator::tenant::state::State;
#[cfg(feature = "oauth")]
use crate::spec::CallerKind;

/// The default caller of Contoso.
pub(crate) const RESPONDER: &str = "responder@contoso.example";

/// The roles of that caller: with them every call works on every account except the caller's own.
pub(crate) const RESPONDER_ROLES: [Role; 7] = [
    Role::PrivilegedAuthenticationAdministrator,
    Role::UserAdministrator,
    Role::AuthenticationPolicyAdministrator,
    Role::SecurityOperator,
    Role::SecurityAdministrator,
    Role::CloudDeviceAdministrator,
    Role::CloudApplicationAdministrator,
];

/// Makes the object id of the account with this number.
const fn id(number: u128) -> ObjectId {
    ObjectId::new(Uuid::from_u128(0x0c0f_fee0_5afe_4ace_9b1d_0000_0000_0000 + number))
}

fn days_ago(days: i64) -> OffsetDateTime {
    START.saturating_sub(time::Duration::days(days))
}

/// Lists the accounts.
pub(crate) fn users() -> Vec<NewUser> {
    let mut users = members();
    users.extend(others());
    users.extend(special_names());
    users.extend(around_groups());
    users
}

fn members() -> Vec<NewUser> {
    vec![
        NewUser::cloud("adele@contoso.example")
            .id(id(1))
            .named("Adele Vance")
            .described("cloud account with two phones, Authenticator (default), OATH codes and a passkey: the usual victim")
            .mail("adele.vance@contoso.example")
            .alias("adele@contoso.example")
            .method(NewMethod::phone_mobile("+1 4255550101"))
            .method(NewMethod::phone_alternate_mobile("+1 4255550102"))
            .method(NewMethod::authenticator("Pixel 9").registered(days_ago(120)).default_method())
            .method(NewMethod::software_oath().registered(days_ago(90)))
            .method(NewMethod::passkey("YubiKey of Adele").registered(days_ago(1)))
            .device(NewDevice::hybrid_joined("LAPTOP-ADELE"))
            .device(NewDevice::registered("Pixel 9", "Android"))
            .risk(UserRisk::new(RiskLevel::High, RiskState::AtRisk)),
        NewUser::cloud("alex@contoso.example")
            .id(id(2))
            .named("Alex Wilber")
            .described("synced from Active Directory; Windows Hello and a phone")
            .synced()
            .method(NewMethod::windows_hello("LAPTOP-ALEX").registered(days_ago(200)))
            .method(NewMethod::phone_mobile("+1 4255550103").default_method())
            .device(NewDevice::hybrid_joined("LAPTOP-ALEX")),
        NewUser::cloud("diego@federated.example")
            .id(id(3))
            .named("Diego Siciliani")
            .described("in a federated domain: the password that counts is elsewhere")
            .method(NewMethod::authenticator("iPhone 16").registered(days_ago(60)).default_method()),
        NewUser::cloud("elena@contoso.example")
            .id(id(4))
            .named("Elena Petrova")
            .described("Global Administrator: only a Privileged Authentication Administrator may act on her")
            .role(Role::GlobalAdministrator)
            .method(NewMethod::passkey("Titan key").registered(days_ago(300)))
            .method(NewMethod::authenticator("Galaxy S25").registered(days_ago(300)).default_method()),
        NewUser::cloud("frank@contoso.example")
            .id(id(5))
            .named("Frank Martin")
            .described("without a role, but in a role-assignable group: privileged all the same")
            .in_role_assignable_group()
            .method(NewMethod::phone_mobile("+1 4255550105").default_method()),
        NewUser::cloud("grace@contoso.example")
            .id(id(6))
            .named("Grace Okafor")
            .described("hardware OATH token (default) and QR code, which only beta shows, and an e-mail address")
            .method(NewMethod::hardware_oath("2308001177").registered(days_ago(40)).default_method())
            .method(NewMethod::qr_code_pin().registered(days_ago(10)))
            .method(NewMethod::email("grace@example.org").registered(days_ago(40))),
        NewUser::cloud("hugo@contoso.example")
            .id(id(7))
            .named("Hugo Lindqvist")
            .described("outside the Temporary Access Pass policy, with a pass that therefore does not work")
            .out_of_pass_scope()
            .method(NewMethod::phone_office("+1 4255550107").default_method())
            .method(NewMethod::temporary_access_pass(Duration::from_secs(8 * 3600)).registered(START)),
    ]
}

fn others() -> Vec<NewUser> {
    vec![
        NewUser::external_guest("bianca_fabrikam.example#EXT#@contoso.example")
            .id(id(20))
            .named("Bianca Pisani")
            .described("external guest: credentials and sessions belong to another tenant")
            .mail("bianca@fabrikam.example")
            .other_mail("bianca@fabrikam.example"),
        NewUser::internal_guest("isla@contoso.example")
            .id(id(21))
            .named("Isla Fraser")
            .described("guest by word alone: her password is in this tenant")
            .method(NewMethod::phone_mobile("+44 2070000021").default_method()),
        NewUser::cloud("jack@contoso.example")
            .id(id(22))
            .named("Jack Byrne")
            .described("no method but the password; may activate Global Administrator")
            .eligible_until(Role::GlobalAdministrator, days_ago(-180)),
        NewUser::cloud("kira@contoso.example")
            .id(id(23))
            .named("Kira Nakamura")
            .described("every type of method, and one that no version of Graph knows")
            .method(NewMethod::phone_mobile("+1 4255550123"))
            .method(NewMethod::phone_alternate_mobile("+1 4255550124"))
            .method(NewMethod::phone_office("+1 4255550125"))
            .method(NewMethod::email("kira@example.org").registered(days_ago(30)))
            .method(NewMethod::authenticator("iPhone 17").registered(days_ago(30)).default_method())
            .method(NewMethod::software_oath().registered(days_ago(30)))
            .method(NewMethod::hardware_oath("2308001188").registered(days_ago(30)))
            .method(NewMethod::passkey("iCloud Keychain").registered(days_ago(30)))
            .method(NewMethod::windows_hello("DESKTOP-KIRA").registered(days_ago(30)))
            .method(NewMethod::platform_credential("MacBook of Kira").registered(days_ago(30)))
            .method(NewMethod::external("Duo").registered(days_ago(30)))
            .method(NewMethod::qr_code_pin().registered(days_ago(30)))
            .method(NewMethod::passwordless_authenticator("iPhone 11").registered(days_ago(2000)))
            .method(NewMethod::resource_account_key("Room key").registered(days_ago(30)))
            .method(NewMethod::temporary_access_pass(Duration::from_secs(8 * 3600)).registered(START))
            .method(NewMethod::unknown(
                "#microsoft.graph.holographicAuthenticationMethod",
                json!({ "displayName": "From the future", "resolution": 8192 }),
            )),
        NewUser::cloud("liam@contoso.example")
            .id(id(24))
            .named("Liam Walsh")
            .described("blocked: sign-in is not allowed")
            .blocked()
            .risk(UserRisk::new(RiskLevel::High, RiskState::ConfirmedCompromised))
            .device(NewDevice::joined("DESKTOP-LIAM").disabled())
            .method(NewMethod::authenticator("Pixel 7").registered(days_ago(400)).default_method()),
        NewUser::cloud("nadia@contoso.example")
            .id(id(26))
            .named("Nadia Rahman")
            .described(
                "Helpdesk Administrator through a group, and may activate User Administrator through it",
            )
            .method(NewMethod::authenticator("iPhone 15").registered(days_ago(80)).default_method())
            .device(NewDevice::joined("DESKTOP-NADIA"))
            .device(NewDevice::registered("iPhone 15", "iOS").not_owned()),
        NewUser::customer("5b5cf2b3-2f6d-4c8e-9f54-6f0c9f1f0d3a@contoso.onmicrosoft.com")
            .id(id(25))
            .named("Mona Customer")
            .described("local account of a customer tenant (B2C)")
            .method(NewMethod::email("mona@example.org").registered(days_ago(500))),
    ]
}

fn special_names() -> Vec<NewUser> {
    vec![
        NewUser::cloud("o'neil@contoso.example")
            .id(id(30))
            .named("Shaun O'Neil")
            .described("an apostrophe in the name")
            .method(NewMethod::phone_mobile("+353 1 5550130").default_method()),
        NewUser::cloud("$sam@contoso.example")
            .id(id(31))
            .named("Sam Price")
            .described("a name that begins with $: addressed as /users('$...') only")
            .method(NewMethod::software_oath().registered(days_ago(20)).default_method()),
        NewUser::cloud("breakglass@contoso.example")
            .id(id(40))
            .named("Break Glass")
            .described("emergency access account: nobody should ever act on it")
            .role(Role::GlobalAdministrator)
            .method(NewMethod::passkey("Key in the safe").registered(days_ago(700))),
        NewUser::cloud("user@contoso.example")
            .id(id(42))
            .named("Uma Usual")
            .described("nothing special: a phone and Authenticator (default), as most have")
            .method(NewMethod::phone_mobile("+1 4255550142"))
            .method(NewMethod::authenticator("iPhone 16").registered(days_ago(150)).default_method()),
        NewUser::cloud(RESPONDER)
            .id(id(41))
            .named("Riley Responder")
            .described("the caller, unless another one is set")
            .role(Role::PrivilegedAuthenticationAdministrator)
            .role(Role::UserAdministrator)
            .role(Role::AuthenticationPolicyAdministrator)
            .role(Role::SecurityOperator)
            .method(NewMethod::passkey("Key of Riley").registered(days_ago(100)))
            .method(NewMethod::authenticator("Pixel 8").registered(days_ago(100)).default_method()),
    ]
}

/// Those who are something to a role-assignable group without being in it.
fn around_groups() -> Vec<NewUser> {
    vec![
        NewUser::cloud("olga@contoso.example")
            .id(id(43))
            .named("Olga Novak")
            .described("owns a role-assignable group, so she can put anybody into it: privileged")
            .method(NewMethod::authenticator("Pixel 8").registered(days_ago(70)).default_method()),
        NewUser::cloud("pavel@contoso.example")
            .id(id(44))
            .named("Pavel Dvorak")
            .described("may become a member of a role-assignable group, until then not privileged")
            .method(NewMethod::authenticator("iPhone 14").registered(days_ago(70)).default_method()),
    ]
}

/// Lists the groups, those inside others first.
pub(crate) fn groups() -> Vec<NewGroup> {
    vec![
        NewGroup::named("Helpdesk")
            .id(id(100))
            .member("nadia@contoso.example")
            .role(Role::HelpdeskAdministrator)
            .eligible(Role::UserAdministrator),
        NewGroup::named("Night shift").id(id(101)).member("adele@contoso.example").holds_group(id(100)),
        NewGroup::named("Identity operators")
            .id(id(103))
            .role(Role::PrivilegedRoleAdministrator)
            .owner("olga@contoso.example")
            .eligible_user_until("pavel@contoso.example", GroupAccess::Member, days_ago(-180)),
        NewGroup::named("All staff")
            .id(id(102))
            .member("alex@contoso.example")
            .member("jack@contoso.example")
            .holds_group(id(101)),
    ]
}

/// Microsoft Graph, the resource of most consents.
const GRAPH: ObjectId = id(200);

/// An application of this tenant.
const INTRANET: ObjectId = id(201);

/// A foreign application whose publisher is verified.
const EXPENSES: ObjectId = id(202);

/// The attacker's application.
const HOSTILE: ObjectId = id(203);

/// Lists the applications.
pub(crate) fn service_principals() -> Vec<NewServicePrincipal> {
    vec![
        NewServicePrincipal::graph().id(GRAPH),
        NewServicePrincipal::own("Contoso Intranet").id(INTRANET).requires_assignment(),
        NewServicePrincipal::foreign("Fabrikam Expenses").id(EXPENSES).verified_as("Fabrikam"),
        NewServicePrincipal::foreign("Microsoft Office Update")
            .id(HOSTILE)
            .reply_url("https://office-update.example/callback"),
    ]
}

/// Lists the consents: Adele's to the attacker's application and to an ordinary one, Kira's to the ordinary
/// one, and one for everybody.
pub(crate) fn grants() -> Vec<NewGrant> {
    let adele = "adele@contoso.example";
    vec![
        NewGrant::of_user(adele, EXPENSES, GRAPH, "openid profile User.Read"),
        NewGrant::of_user(
            adele,
            HOSTILE,
            GRAPH,
            " Mail.Read Mail.Send MailboxSettings.ReadWrite User.Read offline_access",
        ),
        NewGrant::of_user("kira@contoso.example", EXPENSES, GRAPH, "openid profile User.Read"),
        NewGrant::tenant_wide(INTRANET, GRAPH, "User.Read"),
    ]
}

/// Lists the assignments: two of users, one of a group.
pub(crate) fn assignments() -> Vec<NewAppRoleAssignment> {
    vec![
        NewAppRoleAssignment::of("adele@contoso.example", EXPENSES),
        NewAppRoleAssignment::of("kira@contoso.example", EXPENSES),
        NewAppRoleAssignment::of(&id(101).to_string(), INTRANET),
    ]
}

/// The responders' tool, which holds every permission that an operation of the library names.
#[cfg(feature = "oauth")]
const TOOL: ObjectId = id(204);

/// Its application id, and its secret.
#[cfg(feature = "oauth")]
pub(crate) const TOOL_APP_ID: &str = "c0a70500-5afe-4ace-9b1d-a99000000001";
#[cfg(feature = "oauth")]
pub(crate) const TOOL_SECRET: &str = "secret-of-the-simulated-tenant";

/// Registers the tool. An administrator consented for the responder alone.
#[cfg(feature = "oauth")]
pub(crate) fn register_tool(state: &mut State) {
    NewAppRegistration::named("Contoso Responders")
        .id(TOOL)
        .app_id(TOOL_APP_ID)
        .secret(TOOL_SECRET)
        .public_client()
        .application_permissions(every_permission(CallerKind::AppOnly))
        .add_to(state);
    let delegated = every_permission(CallerKind::Delegated).join(" ");
    NewGrant::of_user(RESPONDER, TOOL, GRAPH, &delegated).add_to(state);
}
