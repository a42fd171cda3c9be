//! Writes a run as events of the Open Cybersecurity Schema Framework.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::run_report::RunReport;
use super::timeline::TimelineEntry;
use crate::receipt::{Exchange, Grade};

/// The version of the schema. Source: <https://github.com/ocsf/ocsf-schema>, branch v1.8.0.
const SCHEMA: &str = "1.8.0";

/// A class of events: category, class, and how it is called.
struct Class {
    category: u32,
    uid: u32,
    name: &'static str,
}

const ACCOUNT_CHANGE: Class = Class { category: 3, uid: 3001, name: "Account Change" };
const API_ACTIVITY: Class = Class { category: 6, uid: 6003, name: "API Activity" };
const INCIDENT_FINDING: Class = Class { category: 2, uid: 2005, name: "Incident Finding" };

/// An activity of a class.
struct Activity {
    id: u32,
    name: String,
}

impl Activity {
    fn new(id: u32, name: &str) -> Self {
        Self { id, name: name.to_owned() }
    }
}

impl RunReport {
    /// Returns the run as events of the Open Cybersecurity Schema Framework, version 1.8.0: an event for each
    /// write (Account Change, or API Activity for what is not the account), and an Incident Finding for the
    /// run.
    pub fn to_ocsf(&self) -> Vec<Value> {
        let writes = self.timeline.iter().enumerate().filter_map(|(line, entry)| {
            let exchange = entry.exchange.as_ref()?;
            Some(self.write(line, entry, exchange))
        });
        writes.chain([self.finding()]).collect()
    }

    fn write(&self, line: usize, entry: &TimelineEntry, exchange: &Exchange) -> Value {
        let step = entry.step.and_then(|step| self.steps.get(step));
        let operation = step.and_then(|step| step.operation.as_deref()).unwrap_or_default();
        let title = step.map_or(operation, |step| step.title.as_str());
        let account = account_change(operation, &exchange.method, &exchange.path, title);
        let (class, activity) = match account {
            Some(activity) => (ACCOUNT_CHANGE, activity),
            None => (API_ACTIVITY, api_activity(&exchange.method)),
        };
        let (status, said) = match entry.grade {
            Some(Grade::Accepted | Grade::Confirmed) => (1, "Success"),
            Some(Grade::Refused) => (2, "Failure"),
            _ => (0, "Unknown"),
        };
        let mut event = self.event(&class, &activity, entry.at, &format!("{line}"));
        let request = exchange.client_request_id.as_deref().unwrap_or("unknown");
        set(&mut event, "severity_id", json!(if status == 1 { 1 } else { 3 }));
        set(&mut event, "status_id", json!(status));
        set(&mut event, "status", json!(said));
        set(&mut event, "message", json!(format!("{title}: {} {}", exchange.method, exchange.path)));
        set(&mut event, "status_code", json!(exchange.status.map(|status| status.to_string())));
        set(&mut event, "status_detail", json!(exchange.code));
        set(&mut event, "actor", self.actor());
        set(&mut event, "src_endpoint", json!({ "svc_name": "entra-ir" }));
        let http = json!({
            "http_method": exchange.method,
            "uid": request,
            "url": { "path": exchange.path },
        });
        set(&mut event, "http_request", http);
        set(&mut event, "http_response", exchange.status.map_or(Value::Null, |code| json!({ "code": code })));
        if class.uid == ACCOUNT_CHANGE.uid {
            set(&mut event, "user", self.user());
        } else {
            let api = json!({ "operation": operation, "request": { "uid": request }, "service": { "name": "Microsoft Graph" } });
            set(&mut event, "api", api);
            set(&mut event, "resources", json!([{ "name": exchange.path }]));
        }
        let metadata = &mut event["metadata"];
        set(metadata, "original_event_uid", json!(exchange.request_id));
        set(metadata, "original_time", json!(exchange.server_date.map(crate::text::moment)));
        event
    }

    fn finding(&self) -> Value {
        let activity =
            if self.closed.is_some() { Activity::new(3, "Close") } else { Activity::new(1, "Create") };
        let (status, said) = if self.closed.is_some() { (5, "Closed") } else { (2, "In Progress") };
        let mut event = self.event(&INCIDENT_FINDING, &activity, self.began, "finding");
        let headline = self.headline.as_deref().unwrap_or("not assessed yet");
        let title = format!("{}: {}", self.name, self.account_name());
        let finding = json!({
            "uid": self.plan.to_string(),
            "title": title,
            "desc": headline,
            "created_time": millis(self.began),
            "modified_time": millis(self.last),
        });
        set(&mut event, "severity_id", json!(0));
        set(&mut event, "status_id", json!(status));
        set(&mut event, "status", json!(said));
        set(&mut event, "desc", json!(headline));
        set(&mut event, "message", json!(title));
        set(&mut event, "finding_info_list", json!([finding]));
        set(&mut event, "assignee", json!({ "name": self.owner().unwrap_or("not recorded") }));
        set(&mut event, "start_time", json!(millis(self.began)));
        set(&mut event, "end_time", json!(millis(self.last)));
        let ticket = self.about.ticket.as_ref().map(|ticket| json!([{ "uid": ticket }]));
        set(&mut event, "tickets", ticket.unwrap_or_default());
        event
    }

    /// Starts an event with what each one has.
    fn event(&self, class: &Class, activity: &Activity, at: OffsetDateTime, uid: &str) -> Value {
        let mut metadata = json!({
            "version": SCHEMA,
            "product": { "name": "entra-ir", "vendor_name": "entra-ir", "version": self.version },
            "uid": format!("{}-{uid}", self.plan),
            "correlation_uid": self.plan.to_string(),
            "log_name": "journal.jsonl",
        });
        set(&mut metadata, "tenant_uid", json!(self.tenant));
        json!({
            "category_uid": class.category,
            "class_uid": class.uid,
            "class_name": class.name,
            "activity_id": activity.id,
            "activity_name": activity.name,
            "type_uid": class.uid * 100 + activity.id,
            "time": millis(at),
            "metadata": metadata,
        })
    }

    fn actor(&self) -> Value {
        let mut actor = json!({ "app_name": "entra-ir" });
        set(&mut actor, "user", self.owner().map_or(Value::Null, |owner| json!({ "name": owner })));
        actor
    }

    fn user(&self) -> Value {
        let mut user = json!({ "uid": self.account });
        set(&mut user, "name", json!(self.user_principal_name));
        user
    }
}

/// Returns what a write does to the account; `None` for one on something else.
fn account_change(operation: &str, method: &str, path: &str, title: &str) -> Option<Activity> {
    let other = || Activity::new(99, title);
    Some(match operation {
        "block_sign_in" | "lock_out" if method == "PATCH" => Activity::new(5, "Disable"),
        "unblock_sign_in" => Activity::new(2, "Enable"),
        "lock_out" | "reset_password" => Activity::new(4, "Password Reset"),
        "create_temporary_access_pass" if method == "POST" => Activity::new(10, "MFA Factor Enable"),
        _ if path.contains("/authentication/") && (method == "DELETE" || path.ends_with("/deactivate")) => {
            Activity::new(11, "MFA Factor Disable")
        }
        _ if path.contains("/users/") || path.contains("/riskyUsers/") => other(),
        _ => return None,
    })
}

fn api_activity(method: &str) -> Activity {
    match method {
        "POST" => Activity::new(1, "Create"),
        "PATCH" => Activity::new(3, "Update"),
        "DELETE" => Activity::new(4, "Delete"),
        other => Activity::new(99, other),
    }
}

/// Sets a field that has a value.
fn set(object: &mut Value, field: &str, value: Value) {
    if !value.is_null()
        && let Some(fields) = object.as_object_mut()
    {
        fields.insert(field.to_owned(), value);
    }
}

fn millis(at: OffsetDateTime) -> i64 {
    at.unix_timestamp().saturating_mul(1000).saturating_add(i64::from(at.millisecond()))
}
