//! Which query options each place takes. The others are refused, where a client would go on to believe that they worked.

use http::{Method, StatusCode};

use super::account::Account;
use super::answer::Refused;
use super::route::{Place, Route, Url};

/// The options that OData knows.
const KNOWN: [&str; 11] = [
    "$count",
    "$deltatoken",
    "$expand",
    "$filter",
    "$format",
    "$orderby",
    "$search",
    "$select",
    "$skip",
    "$skiptoken",
    "$top",
];

/// What a place takes.
#[derive(Clone, Copy, Default)]
struct Options {
    /// The type, without its namespace.
    resource: &'static str,
    /// What may be selected; nothing, where `$select` is not taken.
    select: &'static [&'static str],
    /// What may be expanded.
    expand: &'static str,
    others: &'static [&'static str],
}

const DEVICE: &[&str] = &[
    "id",
    "deviceId",
    "displayName",
    "accountEnabled",
    "trustType",
    "operatingSystem",
    "isManaged",
    "isCompliant",
    "approximateLastSignInDateTime",
    "registrationDateTime",
];
const GROUP: &[&str] = &[
    "id",
    "createdDateTime",
    "description",
    "displayName",
    "groupTypes",
    "isAssignableToRole",
    "mail",
    "mailEnabled",
    "mailNickname",
    "onPremisesSyncEnabled",
    "securityEnabled",
    "visibility",
];
const ORGANIZATION: &[&str] = &[
    "id",
    "assignedPlans",
    "businessPhones",
    "countryLetterCode",
    "createdDateTime",
    "displayName",
    "onPremisesSyncEnabled",
    "technicalNotificationMails",
    "tenantType",
    "verifiedDomains",
];
const DOMAIN: &[&str] = &[
    "id",
    "authenticationType",
    "availabilityStatus",
    "isAdminManaged",
    "isDefault",
    "isInitial",
    "isRoot",
    "isVerified",
    "supportedServices",
];
const RISKY_USER: &[&str] = &[
    "id",
    "isDeleted",
    "isProcessing",
    "riskDetail",
    "riskLastUpdatedDateTime",
    "riskLevel",
    "riskState",
    "userDisplayName",
    "userPrincipalName",
];
const ROLE_ASSIGNMENT: &[&str] = &["id", "principalId", "roleDefinitionId", "directoryScopeId"];
const ROLE_ELIGIBILITY: &[&str] = &[
    "id",
    "principalId",
    "roleDefinitionId",
    "directoryScopeId",
    "memberType",
    "startDateTime",
    "endDateTime",
    "roleEligibilityScheduleId",
];
const GROUP_ELIGIBILITY: &[&str] = &[
    "id",
    "principalId",
    "groupId",
    "accessId",
    "memberType",
    "startDateTime",
    "endDateTime",
    "eligibilityScheduleId",
];
const METHOD: &[&str] = &["id", "createdDateTime"];

/// What lists of directory objects take.
const PAGED: &[&str] = &["$top", "$skiptoken", "$count"];
const FILTERED: &[&str] = &["$top", "$skiptoken", "$count", "$filter"];

impl Options {
    const fn of(resource: &'static str, select: &'static [&'static str]) -> Self {
        Self { resource, select, expand: "", others: &[] }
    }

    const fn with(self, others: &'static [&'static str]) -> Self {
        Self { others, ..self }
    }

    const fn expanding(self, expand: &'static str) -> Self {
        Self { expand, ..self }
    }
}

fn options(route: &Route) -> Options {
    match route {
        Route::Users => Options::of("user", &Account::PROPERTIES).with(FILTERED),
        Route::User(_, place) => below_user(place),
        Route::Groups => Options::of("group", GROUP).with(FILTERED),
        Route::Group(_) => Options::of("group", GROUP),
        Route::Organizations | Route::Organization(_) => Options::of("organization", ORGANIZATION),
        Route::Domain(_) => Options::of("domain", DOMAIN),
        Route::RiskyUser(_) => Options::of("riskyUser", RISKY_USER),
        Route::RoleAssignments => {
            Options::of("unifiedRoleAssignment", ROLE_ASSIGNMENT).with(FILTERED).expanding("roleDefinition")
        }
        Route::RoleEligibilities => {
            let options = Options::of("unifiedRoleEligibilityScheduleInstance", ROLE_ELIGIBILITY);
            options.with(FILTERED).expanding("roleDefinition")
        }
        Route::GroupEligibilities => {
            let options = Options::of("privilegedAccessGroupEligibilityScheduleInstance", GROUP_ELIGIBILITY);
            options.with(FILTERED).expanding("group")
        }
        Route::Policy | Route::Configurations | Route::Configuration(_) => Options::default(),
    }
}

fn below_user(place: &Place) -> Options {
    match place {
        Place::User => Options::of("user", &Account::PROPERTIES),
        Place::Groups | Place::OwnedObjects(true) => Options::of("group", GROUP).with(PAGED),
        // Without the cast Graph selects of the base type only; here the type of what is in the list is taken.
        Place::OwnedObjects(false) => Options::of("directoryObject", GROUP).with(PAGED),
        Place::Devices(..) => Options::of("device", DEVICE).with(PAGED),
        // Microsoft's pages: "This method does not support optional query parameters". Pages go on all the same.
        Place::Methods | Place::Typed(_) => Options::of("authenticationMethod", METHOD).with(&["$skiptoken"]),
        Place::Method(_) | Place::TypedMethod(..) | Place::QrCodePin => {
            Options::of("authenticationMethod", METHOD)
        }
        // Where in the service the operation is.
        Place::Operation(_) => Options::default().with(&["aadgdc", "aadgsu"]),
        Place::RevokeSignInSessions
        | Place::ResetPassword(_)
        | Place::Deactivate(_)
        | Place::Requirements
        | Place::SignInPreferences
        | Place::CheckMemberGroups => Options::default(),
    }
}

/// Refuses an option that the place does not take.
pub(super) fn check(url: &Url, verb: &Method, route: &Route) -> Result<(), Refused> {
    let options = if verb == Method::GET { options(route) } else { Options::default() };
    let mut seen: Vec<String> = Vec::new();
    for given in url.option_names() {
        let name = plain(given);
        if seen.contains(&name) {
            return Err(bad(format!(
                "Query option '{name}' was specified more than once, but it must be specified at most once."
            )));
        }
        match name.as_str() {
            "$select" if !options.select.is_empty() => selected(url, options)?,
            "$expand" if !options.expand.is_empty() => expanded(url, options)?,
            other if options.others.contains(&other) => {}
            // Known to Graph or not: passing over it would be worse.
            known if KNOWN.contains(&known) => {
                return Err(Refused::new(
                    StatusCode::BAD_REQUEST,
                    "Request_UnsupportedQuery",
                    format!(
                        "The query option '{known}' is not supported here by the service, or not simulated."
                    ),
                ));
            }
            _ => {
                return Err(Refused::directory(format!("Unrecognized query argument specified: '{given}'.")));
            }
        }
        seen.push(name);
    }
    Ok(())
}

/// Writes an option's name in full: the `$` may be missing.
fn plain(given: &str) -> String {
    let lower = given.to_ascii_lowercase();
    let full = format!("${lower}");
    if KNOWN.contains(&full.as_str()) { full } else { lower }
}

fn selected(url: &Url, options: Options) -> Result<(), Refused> {
    let names = url.select().unwrap_or_default();
    let unknown =
        names.iter().find(|name| !options.select.iter().any(|known| known.eq_ignore_ascii_case(name)));
    unknown.map_or(Ok(()), |name| {
        Err(bad(format!(
            "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type 'microsoft.graph.{}'.",
            options.resource
        )))
    })
}

fn expanded(url: &Url, options: Options) -> Result<(), Refused> {
    let wanted = url.option("$expand").unwrap_or_default();
    if wanted.eq_ignore_ascii_case(options.expand) {
        return Ok(());
    }
    Err(bad(format!("The simulated tenant expands '{}' here, and not '{wanted}'.", options.expand)))
}

fn bad(message: String) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, "BadRequest", message)
}
