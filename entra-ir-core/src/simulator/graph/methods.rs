//! Authentication methods, all together and by type.

use serde_json::Value;

use super::answer::{Answer, Outcome, Refused};
use super::call::{Call, Keys};
use super::method_access::demand_read;
use super::method_deletion::delete;
use super::method_entity::show;
use super::paging::{collection, select};
use super::query::Options;
use super::route::Route;
use super::url::Url;
use crate::model::MethodKind;
use crate::simulator::tenant::method::Method;
use crate::simulator::tenant::settings::Settings;
use crate::simulator::tenant::state::State;
use crate::spec::ApiVersion;

/// Microsoft's pages: "This method does not support optional query parameters". Paging works all the same.
pub(super) const LIST_OPTIONS: Options = ENTITY_OPTIONS.with(&["$skiptoken"]);

const ENTITY_OPTIONS: Options = Options::of("authenticationMethod", &["id", "createdDateTime"]);

pub(super) const ROUTES: &[Route] = &[
    Route::at("/users/{user}/authentication/methods").get(list_all).options(LIST_OPTIONS),
    Route::at("/users/{user}/authentication/methods/{method}").get(get).options(ENTITY_OPTIONS),
    Route::at("/users/{user}/authentication/{type}").only(is_type).get(list_typed).options(LIST_OPTIONS),
    Route::at("/users/{user}/authentication/{removable type}/{method}")
        .only(is_removable)
        .get(get_typed)
        .delete(delete_typed)
        .options(ENTITY_OPTIONS),
    Route::at("/users/{user}/authentication/{lasting type}/{method}")
        .only(is_lasting)
        .get(get_typed)
        .options(ENTITY_OPTIONS),
    Route::at("/users/{user}/authentication/qrCodePinMethod")
        .only(has_qr_codes)
        .get(get_qr_code)
        .delete(delete_qr_code)
        .options(ENTITY_OPTIONS),
];

/// Finds the type that a path names, if the version has it. A QR code has a path of its own.
fn kind_of(url: &Url, keys: &Keys<'_>) -> Option<MethodKind> {
    let segment = keys.others.first()?;
    let has = |kind: &MethodKind| {
        let known = url.version == ApiVersion::Beta || kind.version() == ApiVersion::V1;
        known
            && *kind != MethodKind::QrCodePin
            && kind.segment().is_some_and(|own| own.eq_ignore_ascii_case(segment))
    };
    MethodKind::ALL.into_iter().find(has)
}

fn is_type(_: &Settings, url: &Url, keys: &Keys<'_>) -> bool {
    kind_of(url, keys).is_some()
}

fn is_removable(_: &Settings, url: &Url, keys: &Keys<'_>) -> bool {
    kind_of(url, keys).is_some_and(|kind| kind.is_removable())
}

fn is_lasting(_: &Settings, url: &Url, keys: &Keys<'_>) -> bool {
    kind_of(url, keys).is_some_and(|kind| !kind.is_removable())
}

/// Microsoft's reference says that v1.0 has QR codes, its metadata says that it does not.
fn has_qr_codes(settings: &Settings, url: &Url, _: &Keys<'_>) -> bool {
    url.version == ApiVersion::Beta || settings.qr_in_v1
}

fn list_all(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, None)
}

fn list_typed(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, Some(&typed(call)?))
}

fn get_typed(state: &mut State, call: &Call<'_>) -> Outcome {
    let [_, method] = call.keys();
    show_typed(state, call, &typed(call)?, Some(method))
}

fn delete_typed(state: &mut State, call: &Call<'_>) -> Outcome {
    let [_, method] = call.keys();
    delete(state, call, &typed(call)?, Some(method))
}

// There is one QR code at most, so its path has no id.
fn get_qr_code(state: &mut State, call: &Call<'_>) -> Outcome {
    show_typed(state, call, &MethodKind::QrCodePin, None)
}

fn delete_qr_code(state: &mut State, call: &Call<'_>) -> Outcome {
    delete(state, call, &MethodKind::QrCodePin, None)
}

fn typed(call: &Call<'_>) -> Result<MethodKind, Refused> {
    kind_of(call.url, &call.keys).ok_or_else(Refused::gone)
}

/// Lists the methods of a user, all or those of one type.
pub(super) fn list(state: &State, call: &Call<'_>, kind: Option<&MethodKind>) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
    demand_read(state, id, kind)?;
    let account = state.seen(id)?;
    let mixed = kind.is_none();
    let wanted = account
        .methods
        .iter()
        .filter(|method| method.is_in(url.version) && kind.is_none_or(|kind| method.kind == *kind));
    let all: Vec<Value> =
        wanted.map(|method| select(url, show(state, account, method, url.version, mixed)).into()).collect();
    let segment = kind.and_then(MethodKind::segment).unwrap_or("methods");
    collection(state, url, &format!("users('{id}')/authentication/{segment}"), all)
}

/// `GET …/authentication/methods/{id}`: any type.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, id, [method]) = (call.url, call.user(state)?, call.keys());
    demand_read(state, id, None)?;
    let account = state.seen(id)?;
    let wanted = |known: &&Method| known.is_in(url.version) && known.id.eq_ignore_ascii_case(method);
    let method = account.methods.iter().find(wanted).ok_or_else(Refused::gone)?;
    let context = url.context(&format!("users('{id}')/authentication/methods/$entity"));
    Ok(Answer::entity(context, select(url, show(state, account, method, url.version, true))))
}

/// Shows a method of a type, by its id or as the only one.
fn show_typed(state: &State, call: &Call<'_>, kind: &MethodKind, method: Option<&str>) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
    demand_read(state, id, Some(kind))?;
    let account = state.seen(id)?;
    let found = match method {
        Some(method) => account.method(kind, method),
        None => account.methods.iter().find(|known| known.kind == *kind),
    };
    let shown = show(state, account, found.ok_or_else(Refused::gone)?, url.version, false);
    let segment = kind.segment().unwrap_or("methods");
    let context = url.context(&format!("users('{id}')/authentication/{segment}/$entity"));
    Ok(Answer::entity(context, select(url, shown)))
}
