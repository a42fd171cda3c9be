//! The guard refuses what must not be sent.

use entra_ir_core::operations::{MethodScope, Outcome};
use entra_ir_core::receipt::Grade;
use entra_ir_core::spec::{Endpoint, OperationSpec, Verb};
use entra_ir_core::wire::{Request, RequestBuilder, Response};
use entra_ir_core::{Client, Error, GraphCall, Guard, Refusal, SimulatedTenant};
use entra_ir_tests::client_of;

const ADELE: &str = "adele@contoso.example";
const BREAKGLASS: &str = "breakglass@contoso.example";

fn guarded(tenant: &SimulatedTenant, guard: Guard) -> Client {
    client_of(tenant).guard(guard).build().unwrap()
}

fn writes(tenant: &SimulatedTenant) -> usize {
    tenant.exchanges().iter().filter(|exchange| exchange.method() != http::Method::GET).count()
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => *refusal,
        other => panic!("not a refusal: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn read_only_reads() {
    let tenant = SimulatedTenant::contoso();
    let client = guarded(&tenant, Guard::read_only());
    client.list_methods(ADELE).await.unwrap();
    // That every write is refused is tested with the registry.
    assert!(matches!(refusal(client.block_sign_in(ADELE).await), Refusal::ReadOnly { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_shows_what_would_be_sent() {
    let tenant = SimulatedTenant::contoso();
    let client = guarded(&tenant, Guard::dry_run());
    let id = tenant.user(ADELE).unwrap().id;

    let blocked = client.block_sign_in(ADELE).await.unwrap();
    assert_eq!((blocked.grade, blocked.would_send.len()), (Grade::NotSent, 1));
    assert_eq!(
        blocked.would_send[0].to_string(),
        format!(r#"PATCH /v1.0/users/{id} {{"accountEnabled":false}}"#)
    );

    let reset = client.reset_password(ADELE).await.unwrap();
    assert!(reset.password.is_none() && reset.receipt.is_dry_run());
    assert_eq!(reset.receipt.would_send[0].body.as_ref().unwrap()["passwordProfile"]["password"], "***");

    let deleted = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
    assert!(
        deleted.methods.iter().filter(|of| of.outcome == Outcome::WouldRemove).count()
            == deleted.receipt.would_send.len()
    );
    assert!(deleted.receipt.would_send.len() >= 5 && !deleted.is_complete());

    let pass = client.create_temporary_access_pass(ADELE).await.unwrap();
    assert!(pass.pass.is_none() && pass.id.is_none() && pass.receipt.is_dry_run());
    assert!(client.revoke_sign_in_sessions(ADELE).confirm().await.unwrap().receipt.is_dry_run());
    assert!(client.reset_password("alex@contoso.example").await.unwrap().receipt.is_dry_run());
    assert_eq!(writes(&tenant), 0);
}

#[tokio::test(start_paused = true)]
async fn a_protected_account_is_protected_under_all_its_names() {
    let tenant = SimulatedTenant::contoso();
    let client = guarded(&tenant, Guard::new().protect([BREAKGLASS]));
    let id = tenant.user(BREAKGLASS).unwrap().id;
    for name in
        [BREAKGLASS.to_owned(), BREAKGLASS.to_uppercase(), id.to_string(), id.to_string().to_uppercase()]
    {
        assert!(
            matches!(refusal(client.block_sign_in(name.as_str()).await), Refusal::Protected { .. }),
            "{name}"
        );
        let scope = MethodScope::AllRemovable;
        assert!(
            matches!(refusal(client.delete_methods(name.as_str(), scope).await), Refusal::Protected { .. }),
            "{name}"
        );
        assert!(
            matches!(refusal(client.reset_password(name.as_str()).await), Refusal::Protected { .. }),
            "{name}"
        );
    }
    assert_eq!(writes(&tenant), 0);
    client.list_methods(BREAKGLASS).await.expect("reading is allowed");
    client.block_sign_in(ADELE).await.expect("others are not protected");
    assert_eq!(writes(&tenant), 1);
}

#[tokio::test(start_paused = true)]
async fn one_entry_that_cannot_be_resolved_stops_every_write() {
    let tenant = SimulatedTenant::contoso();
    let typo = "brekglass@contoso.example";
    let client = guarded(&tenant, Guard::new().protect([BREAKGLASS, typo]));
    let refused = refusal(client.block_sign_in(ADELE).await);
    assert!(matches!(&refused, Refusal::ProtectedUnresolved { entry, .. } if entry == typo), "{refused}");
    assert_eq!(writes(&tenant), 0);
    let bad = client_of(&tenant).guard(Guard::new().protect(["not a name"])).build();
    assert!(matches!(bad, Err(Error::Config(_))));
}

#[tokio::test(start_paused = true)]
async fn the_caller_can_be_protected_without_being_named() {
    let tenant = SimulatedTenant::contoso();
    let client = guarded(&tenant, Guard::new().protect_caller());
    assert!(matches!(
        refusal(client.block_sign_in("responder@contoso.example").await),
        Refusal::Protected { .. }
    ));
    client.block_sign_in(ADELE).await.unwrap();
    let lookups = tenant.exchanges().iter().filter(|exchange| exchange.uri().path() == "/v1.0/me").count();
    client.unblock_sign_in(ADELE).await.unwrap();
    let again = tenant.exchanges().iter().filter(|exchange| exchange.uri().path() == "/v1.0/me").count();
    assert_eq!((lookups, again), (1, 1), "resolved once");
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_respects_protection_too() {
    let tenant = SimulatedTenant::contoso();
    let client = guarded(&tenant, Guard::dry_run().protect([BREAKGLASS]));
    assert!(matches!(refusal(client.block_sign_in(BREAKGLASS).await), Refusal::Protected { .. }));
}

#[tokio::test(start_paused = true)]
async fn names_that_could_change_a_path_send_nothing() {
    let tenant = SimulatedTenant::contoso();
    let client = guarded(&tenant, Guard::new());
    for name in [
        "",
        "..",
        "adele",
        "a/b@contoso.example",
        "../../policies",
        "a@b@c",
        "x\n@contoso.example",
        "a%2f@contoso.example",
    ] {
        assert!(
            matches!(refusal(client.block_sign_in(name).await), Refusal::BadInput { what: "user", .. }),
            "{name:?}"
        );
    }
    for minutes in [0, 9, 43_201] {
        let lifetime = std::time::Duration::from_secs(minutes * 60);
        let refused = refusal(client.create_temporary_access_pass(ADELE).lifetime(lifetime).await);
        assert!(matches!(refused, Refusal::BadInput { what: "lifetime", .. }), "{refused}");
    }
    assert_eq!(tenant.requests(), 0);
}

/// An operation whose author forgot to declare that it writes.
struct Careless;

static CARELESS: OperationSpec = OperationSpec {
    endpoint: Endpoint::v1(Verb::Patch, "/users/{user}"),
    ..OperationSpec::read("careless", Endpoint::v1(Verb::Get, "/users/{user}"), &[], &[])
};

impl GraphCall for Careless {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        &CARELESS
    }

    fn request(&self) -> Result<Request, Error> {
        let body = serde_json::json!({ "accountEnabled": false });
        RequestBuilder::new(&CARELESS).user(&BREAKGLASS.parse()?).json(body).build()
    }

    fn decode(&self, _: &Response) -> Result<(), Error> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_calls_itself_a_read_and_writes_is_not_sent() {
    let tenant = SimulatedTenant::contoso();
    for guard in [Guard::new(), Guard::read_only(), Guard::dry_run(), Guard::new().protect([BREAKGLASS])] {
        assert!(matches!(refusal(guarded(&tenant, guard).run(Careless).await), Refusal::NotARead { .. }));
    }
    assert_eq!(writes(&tenant), 0);
}

#[test]
fn an_own_request_cannot_leave_its_path() {
    let user = ADELE.parse().unwrap();
    for value in ["", ".", ".."] {
        let request = RequestBuilder::at(&CARELESS, &Endpoint::v1(Verb::Get, "/users/{user}/x/{id}"))
            .user(&user)
            .var("{id}", value);
        assert!(matches!(refusal(request.build()), Refusal::BadInput { .. }), "{value:?}");
    }
    let unfilled = RequestBuilder::new(&CARELESS).build();
    assert!(matches!(refusal(unfilled), Refusal::BadInput { what: "address", .. }));
}
