//! Results are stored as JSON, and read back by this version and by others.

use entra_ir_core::operations::{AnyOperation, AnyOutput};
use entra_ir_core::operations::{CATALOG, MethodScope};
use entra_ir_core::receipt::Grade;
use entra_ir_core::{Error, ErrorRecord, Guard, SimulatedTenant};
use entra_ir_tests::client_of_faulty;
use serde_json::{Value, json};

use crate::registry::some_of_each;

/// Every output of every operation, on every account of the tenant, as it is stored.
async fn outputs() -> Vec<String> {
    let mut stored = Vec::new();
    for name in SimulatedTenant::contoso().users().into_iter().map(|user| user.id.to_string()) {
        for (operation, _) in some_of_each() {
            let mut written: Value = serde_json::from_str(&operation.to_json().unwrap()).unwrap();
            if let Some(user) = written.get_mut("user") {
                *user = json!(name);
            }
            let mut operation = serde_json::from_value::<AnyOperation>(written).unwrap();
            operation.fill("new-password", "Tulips-4-Amsterdam".into());
            let tenant = SimulatedTenant::contoso();
            let guard = entra_ir_core::Guard::new().allow_tenant_wide();
            let client = client_of_faulty(&tenant).guard(guard).build().unwrap();
            if let Ok(output) = client.run(operation).await {
                stored.push(output.to_json().unwrap());
            }
        }
    }
    stored
}

/// Adds a field that this version does not know to every object.
fn of_another_version(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(of_another_version);
            object.insert("of_another_version".into(), json!({ "is": 1 }));
        }
        Value::Array(items) => items.iter_mut().for_each(of_another_version),
        _ => {}
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_returned_is_read_back_as_it_was() {
    let stored = outputs().await;
    assert!(stored.len() > 150, "{}", stored.len());
    let mut seen = std::collections::BTreeSet::new();
    for text in &stored {
        let read = AnyOutput::from_json(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        seen.insert(read.operation());
        assert_eq!(&read.to_json().unwrap(), text);
    }
    // Nobody has a hardware token of the id that is asked for; its output is a receipt, as of others.
    let of_others = |id: &str| id == "deactivate_hardware_oath" || seen.contains(id);
    assert!(CATALOG.iter().all(|spec| of_others(spec.id)), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn what_another_version_adds_does_no_harm() {
    // What is kept as it came keeps what was added to it.
    let kept = |text: &str| text.contains("\"raw\"") || text.contains("\"unreadable\":[{");
    for text in outputs().await.iter().filter(|text| !kept(text)) {
        let mut more: Value = serde_json::from_str(text).unwrap();
        of_another_version(&mut more["output"]);
        let read = AnyOutput::from_json(&more.to_string()).unwrap_or_else(|error| panic!("{error}: {more}"));
        assert_eq!(&read.to_json().unwrap(), text);
    }
}

#[tokio::test(start_paused = true)]
async fn a_word_of_another_version_is_kept_or_unknown_and_never_a_claim() {
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client().unwrap();
    let deleted = client.delete_methods("adele@contoso.example", MethodScope::AllRemovable).await.unwrap();
    let mut stored = json!({ "format": 1, "operation": "delete_methods", "output": deleted });
    stored["output"]["scope"] = json!({ "by-lunar-phase": ["waning"] });
    stored["output"]["receipt"]["mechanism"] = json!("by-telepathy");
    stored["output"]["receipt"]["warnings"][0]["code"] = json!("full-moon");
    stored["output"]["methods"][0]["outcome"] = json!({ "is": "sublimated", "why": "heat" });
    stored["output"]["methods"][1]["method"]["kind"] = json!("crystal-ball");
    let read = AnyOutput::from_json(&stored.to_string()).unwrap();
    let written: Value = serde_json::from_str(&read.to_json().unwrap()).unwrap();
    for place in [
        "/output/scope",
        "/output/receipt/mechanism",
        "/output/receipt/warnings/0/code",
        "/output/methods/0/outcome",
        "/output/methods/1/method/kind",
    ] {
        assert_eq!(written.pointer(place), stored.pointer(place), "{place}");
    }
    let AnyOutput::DeleteMethods(deleted) = &read else { panic!("{read:?}") };
    assert!(!deleted.methods[0].outcome.is_closed(), "its meaning is unknown");

    stored["output"]["receipt"]["grade"] = json!("proven-beyond-doubt");
    let read = AnyOutput::from_json(&stored.to_string()).unwrap();
    let receipt = read.receipt().unwrap();
    assert!(receipt.grade == Grade::Unknown && !receipt.is_success() && !receipt.is_complete());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_an_error_that_says_where() {
    let client = SimulatedTenant::contoso().client().unwrap();
    let receipt = client.block_sign_in("adele@contoso.example").await.unwrap();
    let whole = json!({ "format": 1, "operation": "block_sign_in", "output": receipt });
    let text = whole.to_string();
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let error = AnyOutput::from_json(&text[..end]).unwrap_err();
        assert!(matches!(error, Error::Refused(_)), "{error}");
    }
    let with = |place: &str, value: Value| {
        let mut other = whole.clone();
        *other.pointer_mut(place).unwrap() = value;
        AnyOutput::from_json(&other.to_string()).unwrap_err().to_string()
    };
    assert!(with("/format", json!(2)).contains("format 2 is of a newer version"));
    assert!(with("/operation", json!("launch_missiles")).contains("no operation \"launch_missiles\""));
    assert!(with("/output/exchanges/0/attempts", json!("many")).contains("exchanges[0].attempts"));
    let bare = AnyOutput::from_json(&json!(receipt).to_string()).unwrap_err();
    assert!(bare.to_string().contains("format"), "{bare}");
}

#[tokio::test(start_paused = true)]
async fn an_error_is_stored_with_all_that_it_said() {
    let tenant = SimulatedTenant::contoso();
    let refusing = tenant.client_builder().guard(Guard::read_only()).build().unwrap();
    let client = tenant.client().unwrap();
    let nobody = client.block_sign_in("nobody@contoso.example").await.unwrap_err();
    let guarded = refusing.block_sign_in("adele@contoso.example").await.unwrap_err();
    for (error, kind, refusal) in [(nobody, "graph", None), (guarded, "refused", Some("read-only"))] {
        let mut stored = serde_json::to_value(&error).unwrap();
        of_another_version(&mut stored);
        let read: ErrorRecord = serde_json::from_value(stored).unwrap();
        assert_eq!((&*read.kind, read.refusal.as_deref()), (kind, refusal));
        assert_eq!((&read.message, &read.advice), (&error.to_string(), &error.advice()));
        assert_eq!(read.code.as_deref(), error.as_graph().map(|graph| graph.code.as_str()));
        assert_eq!(
            read.request_id.as_deref(),
            error.as_graph().and_then(|graph| graph.request_id.as_deref())
        );
        assert_eq!(read.receipt.is_some(), error.receipt().is_some());
        let again = serde_json::to_value(&read).unwrap();
        assert_eq!(again, serde_json::to_value(&error).unwrap());
    }
}
