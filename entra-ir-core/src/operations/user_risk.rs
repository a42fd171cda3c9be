//! How risky Identity Protection finds a user.

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;

use crate::cloud::CloudSet;
use crate::error::Result;
use crate::ids::ObjectId;
use crate::model::UserRisk;
use crate::operation::GraphCall;
use crate::spec::{Endpoint, OperationSpec, Verb, Workload};
use crate::wire::{Request, RequestBuilder, Response, decode_failure, decode_optional, graph_error};

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

    /// A 404 that speaks of the user says that it never was risky.
    fn accepts(&self, response: &Response) -> bool {
        let never = || graph_error(&RISK, response, OffsetDateTime::UNIX_EPOCH).says_object_is_missing();
        response.status().is_success() || never()
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
