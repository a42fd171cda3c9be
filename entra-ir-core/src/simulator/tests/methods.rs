//! Authentication methods: listing, deleting, passes.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_default_method_goes_last() {
    for (wording, says) in [
        (DefaultMethodWording::Current, "matches the user's current default authentication method"),
        (DefaultMethodWording::Of2021, "Cannot delete default method with other methods configured"),
    ] {
        let tenant = SimulatedTenant::contoso();
        tenant.set_default_method_wording(wording);
        let app = id_of(&tenant, "adele@contoso.example", &MethodKind::MicrosoftAuthenticator);
        let app = format!("{ADELE}/authentication/microsoftAuthenticatorMethods/{app}");
        let (status, message) = delete(&tenant, &app).await;
        assert!(status == 400 && message.contains(says), "{message}");

        let (status, message) =
            delete(&tenant, &format!("{ADELE}/authentication/phoneMethods/{MOBILE}")).await;
        assert!(
            status == 400 && message.contains("without first deleting alternate mobile number"),
            "{message}"
        );
        for phone in [ALTERNATE, MOBILE] {
            let path = format!("{ADELE}/authentication/phoneMethods/{phone}");
            assert_eq!(delete(&tenant, &path).await.0, 204);
            assert_eq!(delete(&tenant, &path).await.0, 404, "it is gone");
        }
        assert_eq!(delete(&tenant, &app).await.0, 400, "the codes are left");
        let codes = id_of(&tenant, "adele@contoso.example", &MethodKind::SoftwareOath);
        assert_eq!(
            delete(&tenant, &format!("{ADELE}/authentication/softwareOathMethods/{codes}")).await.0,
            204
        );
        assert_eq!(delete(&tenant, &app).await.0, 204, "a passkey cannot be a default, so this was the last");
        assert_eq!(tenant.methods_of("adele@contoso.example").len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn another_default_frees_the_first_one() {
    let tenant = SimulatedTenant::contoso();
    let preferences = "/beta/users/adele@contoso.example/authentication/signInPreferences";
    assert_eq!(get(&tenant, preferences).await["userPreferredMethodForSecondaryAuthentication"], "push");
    for (wanted, status) in [("voiceOffice", 400), ("voiceMobile", 204)] {
        let body = json!({ "userPreferredMethodForSecondaryAuthentication": wanted });
        assert_eq!(call(&tenant, "PATCH", preferences, body).await.0, status);
    }
    assert_eq!(
        get(&tenant, preferences).await["userPreferredMethodForSecondaryAuthentication"],
        "voiceMobile"
    );
    let app = id_of(&tenant, "adele@contoso.example", &MethodKind::MicrosoftAuthenticator);
    let app = format!("{ADELE}/authentication/microsoftAuthenticatorMethods/{app}");
    assert_eq!(delete(&tenant, &app).await.0, 204);
}

#[tokio::test(start_paused = true)]
async fn a_deactivated_token_is_no_default_and_stays_listed() {
    let tenant = SimulatedTenant::contoso();
    tenant.add_method("grace@contoso.example", NewMethod::phone_mobile("+1 4255550199"));
    let token = id_of(&tenant, "grace@contoso.example", &MethodKind::HardwareOath);
    let path = format!("/beta/users/grace@contoso.example/authentication/hardwareOathMethods/{token}");
    assert_eq!(call(&tenant, "POST", &format!("{path}/deactivate"), Value::Null).await.0, 204);
    assert_eq!(get(&tenant, &path).await["device"]["status"], "assigned");
    let default =
        tenant.methods_of("grace@contoso.example").into_iter().find(|method| method.is_default).unwrap();
    assert_eq!(default.kind, MethodKind::Phone);
}

#[tokio::test(start_paused = true)]
async fn v1_hides_what_only_beta_knows() {
    let tenant = SimulatedTenant::contoso();
    let types = |list: Value| -> Vec<String> {
        list["value"].as_array().unwrap().iter().map(|item| item["@odata.type"].to_string()).collect()
    };
    let v1 = types(get(&tenant, "/v1.0/users/kira@contoso.example/authentication/methods").await);
    let beta = types(get(&tenant, "/beta/users/kira@contoso.example/authentication/methods").await);
    let hidden: Vec<_> = beta.iter().filter(|name| !v1.contains(name)).collect();
    assert_eq!(hidden.len(), 3, "{hidden:?}");
    assert!(v1.iter().any(|name| name.contains("holographic")));
    let qr = "users/kira@contoso.example/authentication/qrCodePinMethod";
    assert_eq!(delete(&tenant, &format!("/v1.0/{qr}")).await.0, 404);
    assert_eq!(delete(&tenant, &format!("/beta/{qr}")).await.0, 204);
    let password = format!("{ADELE}/authentication/passwordMethods/{PASSWORD}");
    assert_eq!(delete(&tenant, &password).await.0, 405);
    assert_eq!(delete(&tenant, &format!("{ADELE}/authentication/methods/{PASSWORD}")).await.0, 405);
}

#[tokio::test(start_paused = true)]
async fn a_pass_replaces_another_and_expires() {
    let tenant = SimulatedTenant::contoso();
    let passes = format!("{ADELE}/authentication/temporaryAccessPassMethods");
    for minutes in [59, 481] {
        let (status, body) = call(&tenant, "POST", &passes, json!({ "lifetimeInMinutes": minutes })).await;
        let message = "Invalid LifetimeInMinutes specified. The valid range between 60 and 480.";
        assert_eq!((status, &body["error"]["message"]), (400, &json!(message)));
        assert_eq!(body["error"]["innerError"]["message"], message);
    }
    let (_, first) = call(&tenant, "POST", &passes, json!({ "isUsableOnce": true })).await;
    assert_eq!((&first["isUsable"], &first["lifetimeInMinutes"]), (&json!(true), &json!(60)));
    let (status, second) = call(&tenant, "POST", &passes, json!({ "lifetimeInMinutes": 120 })).await;
    assert_eq!(status, 201);
    let secret = tenant.access_pass_of("adele@contoso.example").unwrap();
    assert_eq!(second["temporaryAccessPass"], secret.expose_secret());
    let list = get(&tenant, &passes).await;
    assert_eq!(list["value"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&list["value"][0]["id"], &list["value"][0]["temporaryAccessPass"]),
        (&second["id"], &Value::Null)
    );
    tokio::time::sleep(Duration::from_secs(120 * 60)).await;
    assert_eq!(get(&tenant, &passes).await["value"][0]["methodUsabilityReason"], "Expired");
}

#[tokio::test(start_paused = true)]
async fn passes_and_their_policy() {
    let tenant = SimulatedTenant::contoso();
    let create = async |user: &str, body: Value| {
        let path = format!("/v1.0/users/{user}/authentication/temporaryAccessPassMethods");
        call(&tenant, "POST", &path, body).await
    };
    let (_, pass) = create("hugo@contoso.example", json!({})).await;
    assert_eq!(
        (&pass["isUsable"], &pass["methodUsabilityReason"]),
        (&json!(false), &json!("DisabledByPolicy"))
    );
    let (_, pass) = create("jack@contoso.example", json!({ "startDateTime": "2026-03-02T10:00:00Z" })).await;
    assert_eq!(pass["methodUsabilityReason"], "NotYetValid");
    let (status, refused) = create("bianca_fabrikam.example%23EXT%23@contoso.example", json!({})).await;
    assert_eq!(status, 400);
    assert!(refused["error"]["message"].as_str().unwrap().contains("external guest user"));
    assert_eq!(create("isla@contoso.example", json!({})).await.0, 201, "an internal guest may have one");
    assert_eq!(create("responder@contoso.example", json!({})).await.0, 403, "never for oneself");
    tenant.set_access_pass_policy(AccessPassRules { usable_once: true, ..AccessPassRules::default() });
    assert_eq!(create("jack@contoso.example", json!({ "isUsableOnce": false })).await.0, 400);
    assert_eq!(create("jack@contoso.example", json!({})).await.1["isUsableOnce"], true);
    tenant.use_access_pass("jack@contoso.example");
    let list =
        get(&tenant, "/v1.0/users/jack@contoso.example/authentication/temporaryAccessPassMethods").await;
    assert_eq!(list["value"][0]["methodUsabilityReason"], "OneTimeUsed");
    let policy =
        "/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/temporaryaccesspass";
    let policy = get(&tenant, policy).await;
    assert_eq!((&policy["id"], &policy["isUsableOnce"]), (&json!("TemporaryAccessPass"), &json!(true)));
}

#[tokio::test(start_paused = true)]
async fn lists_come_in_pages_one_of_them_empty() {
    let tenant = SimulatedTenant::contoso();
    let path = "/beta/users/kira@contoso.example/authentication/methods";
    let all = get(&tenant, path).await["value"].as_array().unwrap().len();
    tenant.set_page_size(6);
    let (mut next, mut sizes) = (path.to_owned(), Vec::new());
    loop {
        let page = get(&tenant, &next).await;
        sizes.push(page["value"].as_array().unwrap().len());
        let Some(link) = page["@odata.nextLink"].as_str() else {
            break;
        };
        link.strip_prefix("https://graph.microsoft.com").unwrap().clone_into(&mut next);
    }
    assert_eq!(sizes, [6, 0, 6, all - 12]);
}

#[tokio::test(start_paused = true)]
async fn methods_that_a_guest_registered_here_can_be_removed_here() {
    let tenant = SimulatedTenant::contoso();
    let guest = tenant.add_user(
        NewUser::external_guest("g_fabrikam.example#EXT#@contoso.example")
            .method(NewMethod::phone_mobile("+1 4255550190"))
            .method(NewMethod::authenticator("Pixel 9").default_method())
            .method(NewMethod::software_oath()),
    );
    let base = format!("/v1.0/users/{}/authentication", guest.id);
    assert_eq!(get(&tenant, &format!("{base}/methods")).await["value"].as_array().unwrap().len(), 3);
    let name = guest.user_principal_name;
    for kind in [MethodKind::Phone, MethodKind::SoftwareOath, MethodKind::MicrosoftAuthenticator] {
        let id = id_of(&tenant, &name, &kind);
        assert_eq!(
            delete(&tenant, &format!("{base}/{}/{id}", kind.segment().unwrap())).await.0,
            204,
            "{kind:?}"
        );
    }
    assert!(tenant.methods_of(&name).is_empty());
}

#[tokio::test(start_paused = true)]
async fn phones_have_no_date_unless_they_are_given_one() {
    let tenant = SimulatedTenant::empty();
    let user = "x@contoso.example";
    tenant.add_user(NewUser::cloud(user).method(NewMethod::phone_mobile("+1 4255550191")));
    tenant.add_method(user, NewMethod::phone_alternate_mobile("+1 4255550192").registered(tenant.now()));
    tenant.add_method(user, NewMethod::authenticator("Pixel 9"));
    let list = get(&tenant, &format!("/v1.0/users/{user}/authentication/methods")).await;
    let dated: Vec<_> =
        list["value"].as_array().unwrap().iter().map(|item| item["createdDateTime"].is_string()).collect();
    assert_eq!(dated, [true, false, true, true], "password, phone, dated phone, Authenticator");
}
