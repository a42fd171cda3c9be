//! Writes a report as one page of HTML, without scripts and without anything from elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, context};
use sha2::Digest as _;

use super::picture;
use super::run_report::RunReport;
use super::sections;
use crate::error::{Refusal, Result};
use crate::text::printable;

const PAGE: &str = include_str!("report.html");
const STYLE: &str = include_str!("report.css");

impl RunReport {
    /// Writes the report as a page of HTML that needs nothing else: no script, nothing from elsewhere, in
    /// light and dark, and for paper. Everything that somebody else chose is escaped.
    ///
    /// # Errors
    /// None in practice: every report can be written.
    pub fn to_html(&self) -> Result<String> {
        let document = Value::from(Serde(sections::of(self)));
        let picture = Value::from(Serde(picture::of(self)));
        // The page allows this style by its digest, and nothing else.
        let digest = STANDARD.encode(sha2::Sha256::digest(STYLE));
        let style = Value::from_safe_string(STYLE.to_owned());
        let written = environment().render_named_str(
            "report.html",
            PAGE,
            context! { document, picture, digest, style },
        );
        written.map_err(|error| Refusal::BadInput { what: "report", reason: format!("{error:#}") }.into())
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.unwrap_or_default());
    environment.set_formatter(escaped);
    environment
}

/// Escapes a value for HTML, and replaces what misleads a reader.
fn escaped(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> std::result::Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => {
            minijinja::escape_formatter(out, state, &Value::from(printable(text)))
        }
        _ => minijinja::escape_formatter(out, state, value),
    }
}
