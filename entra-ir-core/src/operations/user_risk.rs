//! How risky Identity Protection finds a user, and the history of that.

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;

use super::snapshot_parts::part;
use crate::cloud::CloudSet;
use crate::error::Result;
use crate::ids::ObjectId;
use crate::model::{Part, RiskEvent, UserRisk};
use crate::operation::{Context, GraphCall};
use crate::page::Page;
use crate::spec::{Endpoint, OperationSpec, Verb, Workload};
use crate::wire::{Request, RequestBuilder, Response, decode, decode_failure, decode_optional, graph_error};

/// What reading the user's risk is.
pub(super) static RISK: OperationSpec = OperationSpec {
    summary: "Reads how risky Identity Protection finds the user.",
    roles: &["Global Reader", "Security Operator", "Security Administrator"],
    clouds: CloudSet::NOT_CHINA,
    doc: "https://learn.microsoft.com/graph/api/riskyuser-get",
    workload: Workload::IdentityProtection,
    ..OperationSpec::read(
        "get_risky_user",
        Endpoint::v1(Verb::Get, "/identityProtection/riskyUsers/{id}"),
        &[&["IdentityRiskyUser.Read.All"]],
        &[&["IdentityRiskyUser.Read.All"]],
    )
};

/// Reads the risk.
#[derive(Debug)]
pub(super) struct ReadRisk(pub(super) ObjectId);

impl GraphCall for ReadRisk {
    type Output = Option<UserRisk>;

    fn spec(&self) -> &'static OperationSpec {
        &RISK
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&RISK).var("{id}", &self.0.to_string()).build()
    }

    fn accepts(&self, response: &Response) -> bool {
        response.status().is_success() || never_risky(&RISK, response)
    }

    fn decode(&self, response: &Response) -> Result<Option<UserRisk>> {
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        // One of Microsoft's examples wraps the entity in a list.
        let value: Value = decode_optional(&RISK, response)?;
        let entity = value.as_array().and_then(|list| list.first()).unwrap_or(&value);
        let id = entity.get("id").and_then(Value::as_str);
        if id.is_none() && entity.get("riskLevel").is_none() && entity.get("riskState").is_none() {
            return Err(decode_failure(&RISK, ".", "it says nothing of a risk", Some(response), false));
        }
        if id.is_some_and(|id| id.parse::<ObjectId>().ok() != Some(self.0)) {
            let reason = "it is about another account than the one asked for";
            return Err(decode_failure(&RISK, "id", reason, Some(response), false));
        }
        Ok(Some(UserRisk::deserialize(entity).unwrap_or_default()))
    }
}

/// What reading the history of the user's risk is.
pub(super) static HISTORY: OperationSpec = OperationSpec {
    id: "list_risk_history",
    summary: "Lists the changes of the user's risk, and who made them.",
    endpoint: Endpoint::v1(Verb::Get, "/identityProtection/riskyUsers/{id}/history"),
    doc: "https://learn.microsoft.com/graph/api/riskyuser-list-history",
    ..RISK
};

/// Reads the history of the risk.
#[derive(Debug)]
struct ReadHistory(ObjectId);

/// An entry of the history, with the account that it is about.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "userId", default)]
    user: Option<Value>,
    #[serde(flatten)]
    event: RiskEvent,
}

impl GraphCall for ReadHistory {
    type Output = Page<RiskEvent>;

    fn spec(&self) -> &'static OperationSpec {
        &HISTORY
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&HISTORY).var("{id}", &self.0.to_string()).build()
    }

    fn accepts(&self, response: &Response) -> bool {
        response.status().is_success() || never_risky(&HISTORY, response)
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(Page { value: Vec::new(), next_link: None });
        }
        let page: Page<Entry> = decode(&HISTORY, response)?;
        let is_other = |id: &str| id.parse::<ObjectId>().is_ok_and(|id| id != self.0);
        if page.value.iter().filter_map(|entry| entry.user.as_ref()?.as_str()).any(is_other) {
            let reason = "it is about another account than the one asked for";
            return Err(decode_failure(&HISTORY, "userId", reason, Some(response), false));
        }
        let value = page.value.into_iter().map(|entry| entry.event).collect();
        Ok(Page { value, next_link: page.next_link })
    }
}

/// Returns whether a 404 speaks of the user, who then never was risky.
fn never_risky(spec: &'static OperationSpec, response: &Response) -> bool {
    graph_error(spec, response, OffsetDateTime::UNIX_EPOCH).says_object_is_missing()
}

/// Reads the risk, and its history if there is one: who never was risky has none.
pub(crate) async fn risk_and_history(
    context: &Context,
    user: ObjectId,
) -> (Part<Option<UserRisk>>, Part<Vec<RiskEvent>>) {
    let risk = part(context.read(&ReadRisk(user)).await);
    let history = match &risk {
        Part::Collected(Some(_)) => part(context.read_all(&ReadHistory(user)).await),
        other => other.clone().map(|_| Vec::new()),
    };
    (risk, history)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RiskLevel;

    const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

    #[test]
    fn a_user_is_named_by_object_id() {
        let path = ReadRisk(ID.parse().unwrap()).request().unwrap().uri().path().to_owned();
        assert_eq!(path, format!("/v1.0/identityProtection/riskyUsers/{ID}"));
    }

    #[test]
    fn the_history_is_that_of_the_user() {
        let read = ReadHistory(ID.parse().unwrap());
        let path = read.request().unwrap().uri().path().to_owned();
        assert_eq!(path, format!("/v1.0/identityProtection/riskyUsers/{ID}/history"));
        let answer = |user: &str| {
            let body =
                format!(r#"{{"value":[{{"userId":{user},"riskState":"atRisk","initiatedBy":null}}]}}"#);
            Response::new(body.into())
        };
        let page = read.decode(&answer(&format!("\"{ID}\""))).unwrap();
        assert_eq!(page.value[0].state, Some(crate::model::RiskState::AtRisk));
        assert!(read.decode(&answer("null")).is_ok());
        assert!(read.decode(&answer("\"0ddb0000-0000-4000-8000-000000000000\"")).is_err());
    }

    #[test]
    fn a_404_means_never_risky_only_if_graph_says_it() {
        let answer = |status, body: &'static str| {
            let mut answer = Response::new(body.into());
            *answer.status_mut() = StatusCode::from_u16(status).unwrap();
            answer
        };
        let read = ReadRisk(ID.parse().unwrap());
        let never = answer(404, r#"{"error":{"code":"resourceNotFound","message":"m"}}"#);
        assert!(read.accepts(&never) && read.decode(&never).unwrap().is_none());
        assert!(!read.accepts(&answer(404, "<html>")));
        let wrapped = answer(200, r#"{"value":[{"riskLevel":"high"}]}"#);
        assert_eq!(read.decode(&wrapped).unwrap().unwrap().level, Some(RiskLevel::High));
    }
}
