//! The page where a user types a device code. The service asks the user to sign in there; here the name is
//! enough, since the page is for people who play with the simulated tenant.

use super::form::Form;
use crate::simulator::tenant::state::State;

/// `GET /devicelogin`, and `POST` with `user_code` and `user`, or with `decline`.
pub(super) fn page(state: &mut State, form: Option<&Form>) -> String {
    let said = form.map(|form| {
        let code = form.get("user_code").unwrap_or_default();
        let done = if form.get("decline").is_some() {
            state.decline_device_code(code)
        } else {
            state.approve_device_code(code, form.get("user").unwrap_or_default())
        };
        if done {
            "Done. Return to the application."
        } else {
            "There is no such pending code or no such user who may sign in."
        }
    });
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Simulated tenant</title>\
         <h1>Sign in to the simulated tenant</h1><p>{}</p><form method=\"post\">\
         <p><label>Code <input name=\"user_code\" required></label></p>\
         <p><label>User <input name=\"user\" value=\"responder@contoso.example\"></label></p>\
         <p><button>Approve</button> <button name=\"decline\" value=\"yes\">Decline</button></p></form></html>",
        said.unwrap_or("Enter the code that the application shows.")
    )
}
