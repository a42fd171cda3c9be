//! The export to OCSF, checked against what its schema requires.

use serde_json::Value;

use super::{of, run_on};

/// What the schema says of the classes and objects that the export writes, cut from its own JSON.
const SCHEMA: &str = include_str!("../fixtures/ocsf-1.8.0.json");

/// Checks an object against the schema, and those in it. Lists what is wrong.
fn wrong(schema: &Value, what: &Value, object: &Value, at: &str, found: &mut Vec<String>) {
    let (attributes, fields) = (what["attributes"].as_object().unwrap(), object.as_object().unwrap());
    for (name, of) in attributes {
        if of["required"] == true && !fields.contains_key(name) {
            found.push(format!("{at}.{name} is required"));
        }
    }
    if let Some(names) = what["at_least_one"].as_array()
        && !names.iter().any(|name| fields.contains_key(name.as_str().unwrap()))
    {
        found.push(format!("{at} needs one of {names:?}"));
    }
    for (name, value) in fields {
        let at = format!("{at}.{name}");
        let Some(of) = attributes.get(name) else {
            found.push(format!("{at} is not of the schema"));
            continue;
        };
        let kind = of["type"].as_str().unwrap();
        let (kind, values) = match kind.strip_suffix("[]") {
            Some(kind) => (
                kind,
                value.as_array().cloned().unwrap_or_else(|| {
                    found.push(format!("{at} is a list"));
                    Vec::new()
                }),
            ),
            None => (kind, vec![value.clone()]),
        };
        for value in values {
            let fits = match kind {
                "integer_t" | "long_t" => value.is_i64(),
                "string_t" => value.is_string(),
                object => {
                    let of = &schema["objects"][object];
                    assert!(of.is_object(), "{object}: not in the fixture");
                    if value.is_object() {
                        wrong(schema, of, &value, &at, found);
                    }
                    value.is_object()
                }
            };
            if !fits {
                found.push(format!("{at} is a {kind}, not {value}"));
            }
        }
    }
}

/// Checks an event. Lists what is wrong.
fn faults(event: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut found = Vec::new();
    let class =
        schema["classes"].as_object().unwrap().values().find(|of| of["class_uid"] == event["class_uid"]);
    let class = class.unwrap_or_else(|| panic!("no such class: {event}"));
    wrong(&schema, class, event, "event", &mut found);
    let (uid, activity) = (event["class_uid"].as_i64().unwrap(), event["activity_id"].as_i64().unwrap());
    for (is, what) in [
        (event["category_uid"] == class["category_uid"], "category_uid"),
        (event["type_uid"] == uid * 100 + activity, "type_uid"),
        (class["activities"][activity.to_string()].is_string(), "activity_id"),
        (
            activity == 99 || class["activities"][activity.to_string()] == event["activity_name"],
            "activity_name",
        ),
        (class["statuses"].as_array().unwrap().contains(&event["status_id"].to_string().into()), "status_id"),
        (event["metadata"]["version"] == schema["version"], "metadata.version"),
    ] {
        if !is {
            found.push(format!("{what}: {event}"));
        }
    }
    found
}

#[tokio::test(start_paused = true)]
async fn each_write_is_an_event_and_the_run_a_finding() {
    let (journal, _) = run_on("adele@contoso.example").await;
    let report = of(&journal).await;
    let events = report.to_ocsf();
    for event in &events {
        assert_eq!(faults(event), [] as [String; 0]);
    }
    let writes = report.timeline.iter().filter(|entry| entry.exchange.is_some()).count();
    assert_eq!(events.len(), writes + 1);
    let is = |class: i64, activity: i64| {
        events.iter().filter(|event| event["class_uid"] == class && event["activity_id"] == activity).count()
    };
    assert_eq!((is(3001, 5), is(2005, 1)), (1, 1), "one block, one finding");
    assert!(is(3001, 11) > 5, "removed methods");
    let first = &events[0];
    assert_eq!(
        first["time"].as_i64().unwrap() / 1000,
        report.timeline.iter().find(|entry| entry.exchange.is_some()).unwrap().at.unix_timestamp()
    );
    assert_eq!(first["user"]["name"], "adele@contoso.example");
    let uids: std::collections::HashSet<_> =
        events.iter().map(|event| event["metadata"]["uid"].to_string()).collect();
    assert_eq!(uids.len(), events.len(), "each event has an id of its own");
    assert!(events.iter().any(|event| event["status_id"] == 2 && event["status_code"] == "400"), "a refusal");
}

#[tokio::test(start_paused = true)]
async fn the_check_finds_what_the_schema_forbids() {
    let (journal, _) = run_on("adele@contoso.example").await;
    let event = of(&journal).await.to_ocsf().swap_remove(0);
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut event = event.clone();
        change(&mut event);
        faults(&event)
    };
    assert!(changed(&|_| ()).is_empty());
    for (change, told) in [
        (
            (&|event: &mut Value| _ = event.as_object_mut().unwrap().remove("user")) as &dyn Fn(&mut Value),
            "event.user is required",
        ),
        (&|event| event["invented"] = 1.into(), "event.invented is not of the schema"),
        (&|event| event["time"] = "now".into(), "event.time is a long_t"),
        (&|event| event["user"] = serde_json::json!({}), "event.user needs one of"),
        (&|event| event["type_uid"] = 1.into(), "type_uid"),
        (&|event| event["status_id"] = 7.into(), "status_id"),
    ] {
        let found = changed(change);
        assert!(found.iter().any(|fault| fault.contains(told)), "{told}: {found:?}");
    }
}
