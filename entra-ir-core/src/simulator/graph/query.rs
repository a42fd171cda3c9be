//! The query options of a route. Others are refused, since a client would believe that they worked.

use http::StatusCode;

use super::answer::Refused;
use super::url::Url;

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

/// The query options of the `GET` of a route.
#[derive(Clone, Copy)]
pub(super) struct Options {
    /// The type, without its namespace.
    resource: &'static str,
    /// The properties for `$select`; empty if `$select` is not supported.
    select: &'static [&'static str],
    /// What may be expanded.
    expand: &'static [&'static str],
    others: &'static [&'static str],
}

/// What lists of directory objects take.
pub(super) const PAGED: &[&str] = &["$top", "$skiptoken", "$count"];
pub(super) const FILTERED: &[&str] = &["$top", "$skiptoken", "$count", "$filter"];

impl Options {
    pub(super) const NONE: Self = Self::of("", &[]);

    pub(super) const fn of(resource: &'static str, select: &'static [&'static str]) -> Self {
        Self { resource, select, expand: &[], others: &[] }
    }

    pub(super) const fn with(self, others: &'static [&'static str]) -> Self {
        Self { others, ..self }
    }

    pub(super) const fn expanding(self, expand: &'static [&'static str]) -> Self {
        Self { expand, ..self }
    }
}

/// Refuses an unsupported option.
pub(super) fn check(url: &Url, options: Options) -> Result<(), Refused> {
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
            // Whether or not Graph knows it: ignoring it would be worse.
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
    if options.expand.iter().any(|known| known.eq_ignore_ascii_case(wanted)) {
        return Ok(());
    }
    let known = options.expand.join("' or '");
    Err(bad(format!("The simulated tenant expands '{known}' here, and not '{wanted}'.")))
}

fn bad(message: String) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, "BadRequest", message)
}
