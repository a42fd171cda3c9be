//! For any methods of a user, in any order and state: the result is never complete with a survivor, and the
//! calls are bounded.

use entra_ir_core::SimulatedTenant;
use entra_ir_core::model::MethodKind;
use entra_ir_core::operations::{MethodScope, Outcome};
use entra_ir_core::receipt::Grade;
use entra_ir_core::simulator::{DefaultMethodWording, Fault, NewMethod, NewUser};
use entra_ir_tests::client_of_faulty;
use http::Method;
use proptest::prelude::*;
use serde_json::json;
use std::time::Duration;

use crate::random::properties;

const USER: &str = "victim@contoso.example";

fn method(number: usize) -> NewMethod {
    match number {
        0 => NewMethod::phone_mobile("+1 1"),
        1 => NewMethod::phone_alternate_mobile("+1 2"),
        2 => NewMethod::phone_office("+1 3"),
        3 => NewMethod::email("a@example.org"),
        4 => NewMethod::authenticator("phone"),
        5 | 14 => NewMethod::software_oath(),
        6 => NewMethod::hardware_oath("123"),
        7 => NewMethod::passkey("key"),
        8 => NewMethod::windows_hello("pc"),
        9 => NewMethod::platform_credential("mac"),
        10 => NewMethod::external("Duo"),
        11 => NewMethod::qr_code_pin(),
        12 => NewMethod::temporary_access_pass(Duration::from_secs(3600)),
        13 => NewMethod::authenticator("second phone"),
        15 => NewMethod::passkey("second key"),
        _ => NewMethod::unknown("#microsoft.graph.newAuthenticationMethod", json!({})),
    }
}

fn default_able(number: usize) -> bool {
    matches!(number, 0..=2 | 4..=6 | 13 | 14)
}

/// Which methods, in which order, which of them is the default, and what goes wrong.
fn world() -> impl Strategy<Value = (Vec<usize>, usize, bool, Vec<u8>)> {
    let methods = proptest::sample::subsequence((0..17).collect::<Vec<_>>(), 0..=17).prop_shuffle();
    (methods, any::<prop::sample::Index>(), any::<bool>(), proptest::collection::vec(0..6_u8, 0..3)).prop_map(
        |(methods, index, old, faults)| {
            let choices = methods.iter().filter(|number| default_able(**number)).count();
            (methods, if choices == 0 { 0 } else { index.index(choices) }, old, faults)
        },
    )
}

fn scope() -> impl Strategy<Value = MethodScope> {
    prop_oneof![
        Just(MethodScope::AllRemovable),
        Just(MethodScope::PortalReregister),
        proptest::sample::subsequence(MethodKind::ALL.to_vec(), 1..6).prop_map(MethodScope::Only),
    ]
}

fn fault(number: u8) -> Fault {
    let fault = match number {
        0 => Fault::status(503),
        1 => Fault::status(429).retry_after("0"),
        2 => Fault::status(403),
        3 => Fault::dropped().after_effect(),
        4 => Fault::status(400),
        _ => Fault::status(504).after_effect(),
    };
    fault.on_method(Method::DELETE).after(u32::from(number))
}

properties! {
    300 cases;

    fn all_is_never_claimed_with_a_survivor((methods, default, old, faults) in world(), scope in scope()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let tenant = SimulatedTenant::contoso();
            let mut user = NewUser::cloud(USER);
            let mut seen = 0;
            for number in &methods {
                let mut new = method(*number);
                if default_able(*number) {
                    if seen == default {
                        new = new.default_method();
                    }
                    seen += 1;
                }
                user = user.method(new);
            }
            tenant.add_user(user);
            if old {
                tenant.set_default_method_wording(DefaultMethodWording::Of2021);
            }
            let calm = faults.is_empty();
            for number in faults {
                tenant.inject(fault(number));
            }
            let client = client_of_faulty(&tenant).build().unwrap();
            let deleted = client.delete_methods(USER, scope.clone()).await.unwrap();

            let names = |kind: &MethodKind| match &scope {
                MethodScope::AllRemovable => *kind != MethodKind::Password,
                MethodScope::PortalReregister => kind.is_reregistered_by_portal(),
                MethodScope::Only(kinds) => kinds.contains(kind),
                _ => unreachable!(),
            };
            let deactivated = |id| deleted.methods.iter().any(|of| of.id == id && of.outcome == Outcome::Deactivated);
            let left: Vec<_> = tenant.methods_of(USER).into_iter()
                .filter(|method| names(&method.kind) && !deactivated(method.id.clone()))
                .collect();
            if deleted.is_complete() {
                prop_assert!(left.is_empty(), "claimed all, left {left:?}");
            } else {
                prop_assert!(deleted.receipt.grade != Grade::Confirmed);
            }
            // Without faults the only survivors are those that cannot go.
            if calm && scope == MethodScope::AllRemovable {
                let unknown = methods.iter().any(|number| *number > 15);
                prop_assert_eq!(deleted.is_complete(), !unknown, "{:#?}", deleted);
            }
            // Every method in the scope is accounted for.
            for method in &left {
                let of = deleted.methods.iter().find(|of| of.id == method.id);
                prop_assert!(of.is_some_and(|of| !of.outcome.is_closed()), "{method:?} left unsaid");
            }
            let calls = tenant.requests();
            let bound = 1 + 2 + 3 * methods.len() + 4 * 2 + 3 * 5;
            prop_assert!(calls <= bound, "{calls} calls for {} methods", methods.len());
            Ok(())
        })?;
    }
}
