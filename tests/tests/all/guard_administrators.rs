//! The guard sees to it that a Global Administrator remains.

use entra_ir_core::simulator::{Fault, Licence, NewGroup, NewUser, Role};
use entra_ir_core::spec::{Effect, Endpoint, OperationSpec, Verb};
use entra_ir_core::target::{Target, TargetKind};
use entra_ir_core::{
    Client, Error, Guard, NotCounted, ObjectId, Refusal, ScriptedResponse, ScriptedTransport, SimulatedTenant,
};
use entra_ir_tests::{Judge, client_of, client_over};
use http::Method;

use crate::guard_targets::{Act, refusal, was_sent};

const ELENA: &str = "elena@contoso.example";
const BREAKGLASS: &str = "breakglass@contoso.example";
const ADELE: &str = "adele@contoso.example";

static ROLE: OperationSpec = OperationSpec {
    target: TargetKind::RoleAssignment,
    unseats: true,
    ..OperationSpec::write(
        "remove_role",
        Endpoint::v1(Verb::Delete, "/roleManagement/directory/roleAssignments/{id}"),
        Effect::Contain,
        &[],
        &[],
    )
};

static MEMBER: OperationSpec = OperationSpec {
    target: TargetKind::GroupMembership,
    unseats: true,
    ..OperationSpec::write(
        "remove_member",
        Endpoint::v1(Verb::Delete, "/groups/{group}/members/{member}/$ref"),
        Effect::Contain,
        &[],
        &[],
    )
};

fn remove_role(holder: ObjectId, role: Role) -> Act {
    let id = format!("{}-{holder}-1", role.template_id());
    let target = Target::RoleAssignment { id: id.parse().unwrap(), principal: Some(holder) };
    Act::new(&ROLE, &[("{id}", &id)], target)
}

fn keeping(tenant: &SimulatedTenant, beside: &[&str]) -> Client {
    let guard = Guard::new().keep_an_administrator(beside.iter().copied());
    client_of(tenant).guard(guard).build().unwrap()
}

fn asked(tenant: &SimulatedTenant) -> usize {
    let exchanges = tenant.exchanges();
    exchanges.iter().filter(|exchange| exchange.uri().path().ends_with("/roleAssignments")).count()
}

#[tokio::test(start_paused = true)]
async fn the_last_administrator_is_not_blocked() {
    let tenant = SimulatedTenant::contoso();
    let (elena, breakglass) = (tenant.user(ELENA).unwrap().id, tenant.user(BREAKGLASS).unwrap().id);
    // Both on the list of this job: the other one does not count.
    let client = keeping(&tenant, &[ELENA, BREAKGLASS]);
    let refused = refusal(client.block_sign_in(ELENA).await);
    let Refusal::LastAdministrator { target, left, .. } = &refused else { panic!("{refused}") };
    assert_eq!(target, &Target::from(elena));
    assert_eq!(
        left.iter().map(|left| (left.account, left.why)).collect::<Vec<_>>(),
        [(breakglass, NotCounted::OnTheList)]
    );
    assert!(refused.to_string().contains(&breakglass.to_string()), "{refused}");
    client.block_sign_in(ADELE).await.expect("who is no administrator may be blocked");
    client.unblock_sign_in(ELENA).await.expect("to unblock takes nobody away");
    assert_eq!(asked(&tenant), 1, "kept");

    let client = keeping(&tenant, &[ELENA]);
    client.block_sign_in(ELENA).await.expect("the emergency access account is left");
}

#[tokio::test(start_paused = true)]
async fn one_after_the_other_or_at_once_not_both_are_taken() {
    let tenant = SimulatedTenant::contoso();
    let client = keeping(&tenant, &[]);
    client.block_sign_in(ELENA).await.unwrap();
    let refused = refusal(client.block_sign_in(BREAKGLASS).await);
    assert!(
        matches!(&refused, Refusal::LastAdministrator { left, .. } if left[0].why == NotCounted::Disabled),
        "{refused}"
    );
    let tenant = SimulatedTenant::contoso();
    let client = keeping(&tenant, &[]);
    let (one, other) = tokio::join!(
        client.block_sign_in(ELENA).into_future(),
        client.block_sign_in(BREAKGLASS).into_future()
    );
    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|done| **done).count(), 1);
    // A dry run takes nobody away.
    let guard = Guard::dry_run().keep_an_administrator(Vec::<String>::new());
    let client = client_of(&SimulatedTenant::contoso()).guard(guard).build().unwrap();
    client.block_sign_in(ELENA).await.unwrap();
    client.block_sign_in(BREAKGLASS).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_role_is_not_taken_from_the_last_one() {
    let tenant = SimulatedTenant::contoso();
    let elena = tenant.user(ELENA).unwrap().id;
    let client = keeping(&tenant, &[BREAKGLASS]);
    let remove = |role| client.run(remove_role(elena, role));
    let refused = refusal(remove(Role::GlobalAdministrator).await);
    assert!(matches!(refused, Refusal::LastAdministrator { .. }), "{refused}");
    assert!(was_sent(remove(Role::UserAdministrator).await), "another role does not matter");
}

#[tokio::test(start_paused = true)]
async fn administrators_by_a_group_count_and_are_taken_with_it() {
    let tenant = SimulatedTenant::contoso();
    let admins = NewGroup::named("Admins").role(Role::GlobalAdministrator).member(ADELE);
    let group = tenant.add_group(admins);
    let adele = tenant.user(ADELE).unwrap().id;
    keeping(&tenant, &[ELENA, BREAKGLASS]).block_sign_in(ELENA).await.expect("one is left by the group");
    let client = keeping(&tenant, &[ELENA, BREAKGLASS]);
    let target = Target::GroupMembership { group, member: adele };
    let leave = Act::new(&MEMBER, &[("{group}", &group), ("{member}", &adele)], target);
    assert!(matches!(refusal(client.run(leave).await), Refusal::LastAdministrator { .. }));
    let refused = refusal(client.run(remove_role(group, Role::GlobalAdministrator)).await);
    assert!(matches!(refused, Refusal::LastAdministrator { .. }), "{refused}");
    let refused = refusal(client.block_sign_in(ADELE).await);
    assert!(matches!(refused, Refusal::LastAdministrator { .. }), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_blocked_administrator_does_not_count_and_may_be_blocked_again() {
    let tenant = SimulatedTenant::contoso();
    tenant.add_user(NewUser::cloud("old@contoso.example").role(Role::GlobalAdministrator).blocked());
    let client = keeping(&tenant, &[BREAKGLASS]);
    assert!(matches!(refusal(client.block_sign_in(ELENA).await), Refusal::LastAdministrator { .. }));
    assert!(client.block_sign_in("old@contoso.example").await.unwrap().is_success());
}

#[tokio::test(start_paused = true)]
async fn administrators_that_cannot_be_read_stop_the_block_and_say_why() {
    let tenant = SimulatedTenant::contoso();
    for part in ["/roleAssignments", "/roleAssignmentScheduleInstances"] {
        tenant.inject(Fault::status(403).on(Method::GET, part).times(1));
        let refused = refusal(keeping(&tenant, &[]).block_sign_in(ADELE).await);
        assert!(matches!(&refused, Refusal::AdministratorsNotRead { reason, .. } if reason.contains("403")));
        assert!(refused.advice().contains("RoleManagement.Read.Directory"), "{refused}");
    }
    let typo = keeping(&tenant, &["nobody@contoso.example"]).block_sign_in(ADELE).await;
    assert!(matches!(refusal(typo), Refusal::AdministratorsNotRead { .. }));
    keeping(&tenant, &[]).revoke_sign_in_sessions(ADELE).await.expect("this takes nobody away");
    tenant.set_licence(Licence::P1);
    keeping(&tenant, &[]).block_sign_in(ELENA).await.expect("without PIM nothing is activated");
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_activated_or_ends_is_not_permanent() {
    let id = |number: u32| format!("0ddb0000-0000-4000-8000-{number:012}");
    let (me, activated, ends) = (id(1), id(2), id(3));
    let assignment = |id: &str| {
        format!(
            r##"{{"id":"a-{id}","principalId":"{id}","principal":{{"@odata.type":"#microsoft.graph.user","id":"{id}","accountEnabled":true}}}}"##
        )
    };
    let instance = |id: &str, kind: &str, end: &str| {
        format!(r#"{{"id":"i","principalId":"{id}","assignmentType":"{kind}","endDateTime":{end}}}"#)
    };
    let list = |items: [String; 3]| {
        let items = items.join(",");
        ScriptedResponse::answer(200).body(format!(r#"{{"@odata.context":"x","value":[{items}]}}"#))
    };
    let transport = ScriptedTransport::new([
        ScriptedResponse::answer(200)
            .body(format!(r#"{{"id":"{me}","userPrincipalName":"{ELENA}","accountEnabled":true}}"#)),
        list([assignment(&me), assignment(&activated), assignment(&ends)]),
        list([
            instance(&me, "Assigned", "null"),
            instance(&activated, "Activated", "null"),
            instance(&ends, "Assigned", r#""2026-12-01T00:00:00Z""#),
        ]),
    ]);
    let guard = Guard::new().keep_an_administrator(Vec::<String>::new());
    let client = client_over(transport.clone(), Judge::Client).guard(guard).build().unwrap();
    let refused: Result<_, Error> = client.block_sign_in(ELENA).await;
    match refusal(refused) {
        Refusal::LastAdministrator { left, .. } => {
            let why: Vec<_> = left.iter().map(|left| left.why).collect();
            assert_eq!(why, [NotCounted::NotPermanent, NotCounted::NotPermanent]);
        }
        other => panic!("{other}"),
    }
    assert_eq!(transport.remaining(), 0);
}
