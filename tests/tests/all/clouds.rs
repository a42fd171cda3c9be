//! Each cloud has its own address, and an operation that it lacks is refused before anything is sent.

use std::time::Duration;

use entra_ir_core::model::MethodKind;
use entra_ir_core::operations::CATALOG;
use entra_ir_core::operations::{MethodScope, PasswordWay};
use entra_ir_core::operations::{PARTIAL_LIST, TYPES_NOT_READ};
use entra_ir_core::{
    Client, Cloud, Error, Refusal, RetryPolicy, ScriptedResponse, ScriptedTransport, StaticToken,
};

const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

fn client(cloud: Cloud, steps: impl IntoIterator<Item = ScriptedResponse>) -> (ScriptedTransport, Client) {
    let transport = ScriptedTransport::new(steps);
    let builder =
        Client::builder().transport(transport.clone()).credential(StaticToken::new("t")).cloud(cloud);
    (transport, builder.build().unwrap())
}

#[tokio::test]
async fn requests_go_to_the_cloud_s_own_host() {
    for cloud in Cloud::ALL {
        let (transport, client) =
            client(cloud, [ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#))]);
        client.get_user(ID).await.unwrap();
        let uri = transport.requests()[0].uri().to_string();
        assert!(uri.starts_with(&format!("{}/v1.0/users/{ID}?", cloud.graph_endpoint())), "{uri}");
    }
}

fn refused(result: Result<(), Error>, operation: &str) {
    match result {
        Err(Error::Refused(refusal)) => {
            let expected = Refusal::UnsupportedInCloud {
                operation: CATALOG
                    .iter()
                    .find(|spec| spec.id == operation)
                    .map_or("reset_password_action", |spec| spec.id),
                cloud: Cloud::China,
            };
            assert_eq!(*refusal, expected);
        }
        other => panic!("{operation}: {other:?}"),
    }
}

#[tokio::test]
async fn what_china_lacks_is_refused_before_anything_is_sent() {
    let (transport, client) = client(Cloud::China, []);
    refused(client.create_temporary_access_pass(ID).await.map(drop), "create_temporary_access_pass");
    refused(client.list_temporary_access_passes(ID).await.map(drop), "list_temporary_access_passes");
    refused(client.delete_temporary_access_pass(ID, "x").await.map(drop), "delete_temporary_access_pass");
    refused(client.deactivate_hardware_oath(ID, "x").await.map(drop), "deactivate_hardware_oath");
    refused(client.delete_method(ID, MethodKind::Fido2, "x").await.map(drop), "delete_method");
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn the_reset_action_is_not_sent_in_china() {
    let user =
        format!(r#"{{"id":"{ID}","onPremisesSyncEnabled":true,"userPrincipalName":"a@contoso.example"}}"#);
    let steps = || {
        [
            ScriptedResponse::answer(200).body(user.clone()),
            ScriptedResponse::answer(200).body(r#"{"id":"99999999-73a1-43b7-86d7-ed8409f55900"}"#),
        ]
    };
    let (transport, client) = client(Cloud::China, steps());
    refused(client.reset_password(ID).way(PasswordWay::WriteBack).await.map(drop), "reset_password_action");
    assert!(transport.requests().iter().all(|request| request.method() == "GET"));
}

#[tokio::test(start_paused = true)]
async fn china_lists_by_type_and_says_that_it_is_partial() {
    let page = |body: &'static str| ScriptedResponse::answer(200).body(body);
    let lists = || {
        [
            page(r#"{"value":[]}"#),
            page(r#"{"value":[{"id":"auth"}]}"#),
            page(r#"{"value":[{"id":"phone","phoneType":"mobile"}]}"#),
        ]
    };
    let (transport, client_of) = client(Cloud::China, lists());
    let list = client_of.list_methods(ID).include_beta().await.unwrap();
    assert!(list.partial);
    let kinds: Vec<_> = list.methods.iter().map(|method| method.kind.clone()).collect();
    assert_eq!(kinds, [MethodKind::MicrosoftAuthenticator, MethodKind::Phone]);
    let paths: Vec<_> = transport.requests().iter().map(|request| request.uri().path().to_owned()).collect();
    assert!(paths.iter().any(|path| path.ends_with("/phoneMethods")), "{paths:?}");

    let empty = || (0..3).map(|_| page(r#"{"value":[]}"#));
    let (_, client) = client(
        Cloud::China,
        lists()
            .into_iter()
            .chain([ScriptedResponse::answer(204), ScriptedResponse::answer(204)])
            .chain(empty()),
    );
    let deleted = client.delete_methods(ID, MethodScope::AllRemovable).await.unwrap();
    assert!(deleted.receipt.has(&PARTIAL_LIST) && !deleted.is_complete(), "a partial list proves nothing");
    tokio::time::advance(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn a_type_whose_list_was_refused_is_named_and_the_removal_is_no_success() {
    let empty = || ScriptedResponse::answer(200).body(r#"{"value":[]}"#);
    let refused = |status: u16| {
        ScriptedResponse::answer(status).body(r#"{"error":{"code":"accessDenied","message":"m"}}"#)
    };
    for (status, success) in [(403, false), (500, false), (404, true)] {
        let auth = ScriptedResponse::answer(200).body(r#"{"value":[{"id":"auth"}]}"#);
        let steps = [
            ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#)),
            empty(),
            auth,
            refused(status),
            ScriptedResponse::answer(204),
            empty(),
            empty(),
            refused(status),
        ];
        let builder = Client::builder().transport(ScriptedTransport::new(steps)).cloud(Cloud::China);
        let builder = builder.credential(StaticToken::new("t")).retry(RetryPolicy::never());
        let client = builder.build().unwrap();
        let deleted = client.delete_methods(ID, MethodScope::AllRemovable).await.unwrap();
        let said = deleted.receipt.to_string();
        assert!(deleted.receipt.has(&TYPES_NOT_READ), "{said}");
        assert!(said.contains(&format!("phone number (Graph answered {status} accessDenied)")), "{said}");
        assert_eq!((deleted.is_success(), deleted.receipt.is_success()), (success, success), "{said}");
    }
}
