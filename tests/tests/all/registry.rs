//! Every operation is in the registry, and is unchanged after it is stored and read back.

use std::collections::BTreeMap;

use bytes::Bytes;
use entra_ir_core::knowledge::tables::{EffectTable, effects};
use entra_ir_core::knowledge::{self, Evidence, Incident, advise};
use entra_ir_core::operations::{
    AnyOperation, CATALOG, CreateTemporaryAccessPass, MethodScope, NewPassword, ResetPassword, schemas,
};
use entra_ir_core::spec::OperationSpec;
use entra_ir_core::{Cloud, Error, Guard, Refusal, SimulatedTenant};
use entra_ir_tests::client_of_faulty;
use http::Method;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::random::properties;

const ADELE: &str = "adele@contoso.example";
/// Adele's consent to the hostile application of Contoso.
const GRANT: &str = "4P4PDP5azkqbHQAAAAAAy-D-Dwz-Ws5Kmx0AAAAAAMjg_g8M_lrOSpsdAAAAAAAB";
/// Her assignment to an ordinary application.
const ASSIGNMENT: &str = "4P4PDP5azkqbHQAAAAAAAeD-Dwz-Ws5Kmx0AAAAAAMo";
/// The hostile application.
const APPLICATION: &str = "0c0ffee0-5afe-4ace-9b1d-0000000000cb";
pub(crate) const CHOSEN: &str = "Tulips-4-Amsterdam";

/// What a field may hold, where an operation has it.
fn fields() -> BTreeMap<&'static str, Vec<Value>> {
    let devices = SimulatedTenant::contoso().devices_of(ADELE);
    [
        ("device", devices.iter().map(|device| json!(device.id)).collect()),
        ("losing_recovery_keys", vec![json!(true), json!(false)]),
        ("user", vec![json!(ADELE)]),
        ("users", vec![json!([ADELE]), json!([ADELE, "olga@contoso.example"])]),
        ("text", vec![json!("adele"), json!(ADELE)]),
        ("kind", vec![json!("fido2"), json!("phone")]),
        ("id", vec![json!("28c10230-6103-485e-b985-444c60001490")]),
        ("assignment", vec![json!(ASSIGNMENT)]),
        ("application", vec![json!(APPLICATION)]),
        ("owner_checked", vec![json!(true), json!(false)]),
        ("grant", vec![json!(GRANT)]),
        (
            "scope",
            vec![
                json!("all-removable"),
                json!("portal-reregister"),
                json!({"only": ["fido2", "email"]}),
                json!({"ids": ["28c10230-6103-485e-b985-444c60001490"]}),
                json!({"registered-since": "2026-02-01T00:00:00Z"}),
            ],
        ),
        ("confirm_within", vec![Value::Null, json!(1.5), json!(30)]),
        ("include_beta", vec![json!(true), json!(false)]),
        ("with_mfa", vec![json!(true), json!(false)]),
        ("risk", vec![json!(true), json!(false)]),
        ("lifetime", vec![Value::Null, json!(3600)]),
        ("starts_at", vec![Value::Null, json!("2026-03-02T10:00:00Z")]),
        ("one_time", vec![Value::Null, json!(true)]),
        ("reconcile", vec![json!(true), json!(false)]),
        ("new_password", vec![json!({"secret": "new-password"})]),
        ("force_change", vec![json!("next-sign-in"), json!("with-mfa"), json!("never")]),
        ("way", vec![Value::Null, json!("write-back"), json!("password-profile")]),
    ]
    .into()
}

/// The fields that an operation has: those that it writes, and those without which it cannot be read.
fn fields_of(id: &str) -> Vec<&'static str> {
    let known = fields();
    let mut object = Map::from_iter([("operation".to_owned(), json!(id))]);
    loop {
        let error = match AnyOperation::from_json(&Value::Object(object.clone()).to_string()) {
            Ok(operation) => {
                let written: Value = serde_json::from_str(&operation.to_json().unwrap()).unwrap();
                let written = written.as_object().unwrap();
                assert_eq!(written["operation"], id);
                let unknown: Vec<_> = written
                    .keys()
                    .filter(|key| *key != "operation" && !known.contains_key(key.as_str()))
                    .collect();
                assert!(unknown.is_empty(), "{id}: say here what {unknown:?} may hold");
                return known.keys().copied().filter(|field| written.contains_key(*field)).collect();
            }
            Err(error) => error.to_string(),
        };
        let missing = known.keys().find(|field| error.contains(&format!("missing field `{field}`")));
        let missing = missing.unwrap_or_else(|| panic!("{id}: {error}"));
        assert!(object.insert((*missing).to_owned(), known[missing][0].clone()).is_none(), "{id}: {error}");
    }
}

/// Every operation, with choices for its fields.
pub(crate) fn operation() -> impl Strategy<Value = AnyOperation> {
    (0..CATALOG.len(), proptest::collection::vec(any::<prop::sample::Index>(), 16)).prop_map(
        |(number, choices)| {
            let id = CATALOG[number].id;
            let known = fields();
            let mut object = Map::from_iter([("operation".to_owned(), json!(id))]);
            for (field, choice) in fields_of(id).into_iter().zip(choices) {
                object.insert(field.to_owned(), choice.get(&known[field]).clone());
            }
            let text = Value::Object(object).to_string();
            AnyOperation::from_json(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
        },
    )
}

pub(crate) fn some_of_each() -> Vec<(AnyOperation, &'static OperationSpec)> {
    let known = fields();
    let of = |spec: &&'static OperationSpec| {
        let mut object = Map::from_iter([("operation".to_owned(), json!(spec.id))]);
        object
            .extend(fields_of(spec.id).into_iter().map(|field| (field.to_owned(), known[field][0].clone())));
        let mut operation = AnyOperation::from_json(&Value::Object(object).to_string()).unwrap();
        operation.fill("new-password", CHOSEN.into());
        (operation, *spec)
    };
    CATALOG.iter().map(of).collect()
}

/// Runs an operation on a separate tenant, and returns what was sent and the result.
fn run(mut operation: AnyOperation) -> (Vec<(Method, String, Bytes)>, String) {
    operation.fill("new-password", CHOSEN.into());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let tenant = SimulatedTenant::contoso();
        let client = client_of_faulty(&tenant).build().unwrap();
        let result = client.run(operation).await;
        let sent = tenant.exchanges().into_iter();
        let sent = sent.map(|sent| (sent.method().clone(), address(sent.uri()), sent.body().clone()));
        let outcome = match result {
            Ok(output) => output.receipt().map_or("read".to_owned(), |receipt| receipt.grade.to_string()),
            Err(error) => refused_how(&error),
        };
        (sent.collect(), outcome)
    })
}

/// The address that was asked, without the id of a running operation, which the service makes up.
fn address(uri: &http::Uri) -> String {
    let uri = uri.to_string();
    uri.split_once("/authentication/operations/").map_or(uri.clone(), |(start, _)| start.to_owned())
}

/// Names an error without the ids that differ from run to run.
fn refused_how(error: &Error) -> String {
    match error {
        Error::Graph(graph) => format!("{} {}", graph.status, graph.code),
        error => error.to_string(),
    }
}

properties! {
    96 cases;

    fn what_was_written_down_sends_the_same(operation in operation()) {
        let written = operation.to_json().unwrap();
        let read = AnyOperation::from_json(&written).unwrap();
        prop_assert_eq!(&read.to_json().unwrap(), &written);
        prop_assert_eq!(serde_json::to_string(&operation).unwrap(), written);
        prop_assert_eq!(run(read), run(operation));
    }
}

#[test]
fn the_id_of_an_operation_is_its_tag() {
    for (operation, spec) in some_of_each() {
        assert_eq!(operation.spec().id, spec.id);
    }
}

#[test]
fn what_cannot_be_an_operation_is_an_error_with_its_path() {
    for (text, told) in [
        ("", "EOF"),
        ("[]", "expected a map"),
        (r#"{"operation": "block_sign_in", "user": "adele@con"#, "EOF"),
        (
            r#"{"user": "adele@contoso.example"}"#,
            "the key \"operation\", which names the operation, is missing",
        ),
        (r#"{"operation": 7}"#, "sending: operation: "),
        (r#"{"operation": "launch_missiles"}"#, "there is no operation \"launch_missiles\""),
        (r#"{"operation": "block_sign_in"}"#, "missing field `user`"),
        (r#"{"operation": "block_sign_in", "user": "../me"}"#, "sending: user: \"../me\" is not valid"),
        (r#"{"operation": "block_sign_in", "user": "a@b.c", "force": true}"#, "unknown field `force`"),
        (r#"{"operation": "find_users", "text": "  "}"#, "sending: text: it is empty"),
        (
            r#"{"operation": "delete_methods", "user": "a@b.c", "scope": {"ids": ["a/b"]}}"#,
            "sending: scope.ids[0]: method id \"a/b\" is not valid: it contains a path separator",
        ),
        (
            r#"{"operation": "delete_methods", "user": "a@b.c", "scope": {"only": ["fido2", "pigeon"]}}"#,
            "sending: scope.only[1]: there is no method type \"pigeon\"; there are temporary-access-pass, ",
        ),
        (
            r#"{"operation": "delete_method", "user": "a@b.c", "kind": "pigeon", "id": "x"}"#,
            "sending: kind: there is no method type \"pigeon\"",
        ),
        (
            r#"{"operation": "reset_password", "user": "a@b.c", "new_password": {"secret": "x", "value": "y"}}"#,
            "sending: new_password: ",
        ),
        (
            r#"{"operation": "reset_password", "user": "a@b.c", "way": "by-post"}"#,
            "sending: way: unknown variant `by-post`, expected",
        ),
        (
            r#"{"operation": "revoke_sign_in_sessions", "user": "a@b.c", "confirm_within": -1}"#,
            "sending: confirm_within: ",
        ),
    ] {
        let error = AnyOperation::from_json(text).unwrap_err();
        assert!(matches!(error, Error::Refused(_)), "{text}: {error}");
        assert!(error.to_string().contains(told), "{text}: {error}");
        serde_json::from_str::<AnyOperation>(text).unwrap_err();
    }
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_written_down_and_an_empty_slot_sends_nothing() {
    let reset = ResetPassword::new(ADELE).unwrap().chosen(CHOSEN.into());
    assert!(matches!(&reset.new_password, NewPassword::Chosen(slot) if slot.name() == "new-password"));
    let written = AnyOperation::from(reset).to_json().unwrap();
    assert!(!written.contains(CHOSEN), "{written}");
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client().unwrap();
    let mut read = AnyOperation::from_json(&written).unwrap();
    let error = client.run(read.clone()).await.unwrap_err();
    assert!(error.to_string().contains("the slot \"new-password\" is empty"), "{error}");
    assert_eq!(tenant.requests(), 0);
    assert!(!read.fill("other", CHOSEN.into()) && read.fill("new-password", CHOSEN.into()));
    assert!(read.empty_slots().is_empty() && !format!("{read:?}").contains(CHOSEN));
    client.run(read).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_reads_only_refuses_every_write_and_a_dry_run_sends_none() {
    let of = |guard| {
        let tenant = SimulatedTenant::contoso();
        let client = tenant.client_builder().guard(guard).build().unwrap();
        (tenant, client)
    };
    let (reading, reader) = of(Guard::read_only().allow_tenant_wide());
    let (dry, shower) = of(Guard::dry_run().allow_tenant_wide());
    let mut writes = 0;
    for (operation, spec) in some_of_each().into_iter().filter(|(_, spec)| spec.effect.writes()) {
        writes += 1;
        let refused = reader.run(operation.clone()).await;
        let is_refused =
            matches!(&refused, Err(Error::Refused(refusal)) if matches!(**refusal, Refusal::ReadOnly { .. }));
        assert!(is_refused, "{}: {refused:?}", spec.id);
        let output = shower.run(operation).await.unwrap_or_else(|error| panic!("{}: {error}", spec.id));
        let receipt = output.receipt().unwrap_or_else(|| panic!("{}: a write has a receipt", spec.id));
        assert!(!receipt.is_success(), "{receipt}");
        assert_eq!(receipt.operation, spec.id);
    }
    assert!(writes >= 12);
    assert_eq!(reading.requests(), 0, "nothing is read for a write that is refused");
    assert!(
        dry.exchanges()
            .iter()
            .all(|sent| sent.method() == Method::GET || sent.uri().path().contains("/checkMember"))
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_cloud_lacks_is_refused_before_anything_is_sent() {
    let mut lacking = 0;
    for cloud in [Cloud::Global, Cloud::UsGovL4, Cloud::UsGovL5, Cloud::China] {
        for (operation, spec) in some_of_each().into_iter().filter(|(_, spec)| !spec.clouds.contains(cloud)) {
            lacking += 1;
            let tenant = SimulatedTenant::contoso();
            let client = tenant.client_builder().cloud(cloud).build().unwrap();
            let error = client.run(operation).await.unwrap_err();
            assert!(error.to_string().contains("cloud"), "{}: {error}", spec.id);
            assert_eq!(tenant.requests(), 0, "{}", spec.id);
        }
    }
    assert!(lacking > 0);
}

#[tokio::test(start_paused = true)]
async fn no_output_holds_a_secret() {
    for (operation, spec) in some_of_each() {
        let tenant = SimulatedTenant::contoso();
        let client = tenant.client().unwrap();
        let Ok(output) = client.run(operation).await else { continue };
        let written = format!("{} {output:?}", serde_json::to_string(&output).unwrap());
        let made = output.secret().map(|secret| secrecy::ExposeSecret::expose_secret(secret).to_owned());
        // The password of `some_of_each` is chosen, so it is not returned.
        assert_eq!(made.is_some(), spec.id == "create_temporary_access_pass", "{}", spec.id);
        assert!(made.is_none_or(|made| !written.contains(&made)), "{}", spec.id);
        let secrets = [tenant.password_of(ADELE), tenant.access_pass_of(ADELE)];
        for secret in secrets.into_iter().flatten() {
            assert!(!written.contains(secrecy::ExposeSecret::expose_secret(&secret)), "{}", spec.id);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_was_made_is_beside_the_output() {
    let client = SimulatedTenant::contoso().client().unwrap();
    let reset = AnyOperation::from(ResetPassword::new(ADELE).unwrap());
    assert!(client.run(reset).await.unwrap().secret().is_some());
    let pass = AnyOperation::from(CreateTemporaryAccessPass::new(ADELE).unwrap());
    assert!(client.run(pass).await.unwrap().secret().is_some());
}

#[test]
fn scopes_have_the_words_of_the_registry() {
    let words = serde_json::to_value([MethodScope::PortalReregister, MethodScope::AllRemovable]).unwrap();
    assert_eq!(words, json!(["portal-reregister", "all-removable"]));
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::options().should_validate_formats(true).build(schema).unwrap()
}

/// Lists where a value does not match its schema.
fn faults(schema: &Value, value: &Value) -> Vec<String> {
    validator(schema).iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

properties! {
    96 cases;

    fn every_operation_is_what_its_schema_says(operation in operation()) {
        let written: Value = serde_json::from_str(&operation.to_json().unwrap()).unwrap();
        let schemas = schemas().into_iter().find(|schemas| schemas.spec.id == operation.spec().id).unwrap();
        prop_assert_eq!(faults(&schemas.input, &written), Vec::<String>::new());
        let mut misspelt = written.clone();
        misspelt["usr"] = json!(ADELE);
        prop_assert!(!validator(&schemas.input).is_valid(&misspelt));
        let mut lacking = written;
        lacking.as_object_mut().unwrap().remove("operation");
        prop_assert!(!validator(&schemas.input).is_valid(&lacking));
    }
}

/// Takes each property away that a schema requires, at any depth, and gives what is left.
fn with_one_property_less(value: &Value) -> Vec<Value> {
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(|(name, inner)| {
                let mut less = object.clone();
                less.remove(name);
                let deeper = with_one_property_less(inner).into_iter().map(|changed| {
                    let mut deep = object.clone();
                    deep.insert(name.clone(), changed);
                    Value::Object(deep)
                });
                std::iter::once(Value::Object(less)).chain(deeper).collect::<Vec<_>>()
            })
            .collect(),
        _ => Vec::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn every_result_is_what_its_schema_says() {
    let all = schemas();
    assert_eq!(all.len(), CATALOG.len());
    let people = [ADELE, "alex@contoso.example", "hugo@contoso.example", "grace@contoso.example"];
    for ((operation, spec), schemas) in some_of_each().into_iter().zip(all) {
        assert_eq!(schemas.spec.id, spec.id);
        let mut results = 0;
        for (person, dry) in people.into_iter().flat_map(|person| [(person, false), (person, true)]) {
            let mut written: Value = serde_json::to_value(&operation).unwrap();
            if written["user"] == ADELE {
                written["user"] = json!(person);
            }
            let mut operation = AnyOperation::from_json(&written.to_string()).unwrap();
            operation.fill("new-password", CHOSEN.into());
            let guard = if dry { Guard::dry_run() } else { Guard::new() }.allow_tenant_wide();
            let client = SimulatedTenant::contoso().client_builder().guard(guard).build().unwrap();
            let Ok(output) = client.run(operation).await else { continue };
            results += 1;
            let output = serde_json::to_value(&output).unwrap();
            let validator = validator(&schemas.output);
            let faults: Vec<_> = validator.iter_errors(&output).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{}: {faults:#?}\n{output:#}", spec.id);
            // A schema that anything fits would prove nothing.
            let less = with_one_property_less(&output);
            let noticed = less.iter().filter(|less| !validator.is_valid(less)).count();
            assert!(less.is_empty() || noticed * 2 > less.len(), "{}: {noticed} of {}", spec.id, less.len());
            assert!(!validator.is_valid(&json!("a text")), "{}", spec.id);
        }
        assert!(results > 0, "{}", spec.id);
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_tables_tell_is_what_its_schema_says() {
    let schemas: BTreeMap<_, _> = knowledge::schemas().into_iter().collect();
    let check = |name: &str, value: Value| {
        let faults = faults(&schemas[name], &value);
        assert!(faults.is_empty(), "{name}: {faults:#?}\n{value:#}");
        assert!(!validator(&schemas[name]).is_valid(&json!({})), "{name}");
    };
    for table in [EffectTable::Sessions, EffectTable::Methods, EffectTable::Accounts] {
        check("effects.output", serde_json::to_value(effects(table)).unwrap());
    }
    for person in [ADELE, "alex@contoso.example", "hugo@contoso.example", "grace@contoso.example"] {
        let client = SimulatedTenant::contoso().client().unwrap();
        let before = client.snapshot(person).await.unwrap();
        let removed = client.delete_methods(person, MethodScope::AllRemovable).await.unwrap();
        let blocked = client.block_sign_in(person).await.ok();
        let after = client.snapshot(person).await.unwrap();
        let diff = serde_json::to_value(after.diff(&before)).unwrap();
        check("diff.output", diff);
        let done: [&dyn Evidence; 2] = [&removed, &blocked];
        for action in done.iter().flat_map(|result| result.actions()) {
            check("action_done", serde_json::to_value(action).unwrap());
        }
        check("open_doors.output", serde_json::to_value(after.open_doors(done)).unwrap());
        for incident in [Incident::AccountTakeover, Incident::TokenTheft] {
            check("advise.output", serde_json::to_value(advise(incident, &after)).unwrap());
        }
    }
}
