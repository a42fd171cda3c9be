//! The core's tracing events, in Python's `logging` under `entra_ir`.
//!
//! Nothing is imported for it: a program that has not imported `logging` reads no log.

use std::fmt::Write as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};
use tracing_subscriber::reload;

use crate::exit::with_python;

/// The level of the logger when it was last looked at; no level at first.
static SEEN: AtomicI64 = AtomicI64::new(-1);
static FILTER: OnceLock<Option<reload::Handle<LevelFilter, Registry>>> = OnceLock::new();

/// Looks at the level of the logger `entra_ir`, which may have been set since the last call.
pub(crate) fn refresh(py: Python<'_>) -> PyResult<()> {
    let Some(logger) = logger(py)? else {
        return Ok(());
    };
    let level: i64 = logger.call_method0(intern!(py, "getEffectiveLevel"))?.extract()?;
    if SEEN.swap(level, Ordering::Relaxed) == level {
        return Ok(());
    }
    let wanted = match level {
        ..=10 => LevelFilter::DEBUG,
        11..=20 => LevelFilter::INFO,
        21..=30 => LevelFilter::WARN,
        _ => LevelFilter::OFF,
    };
    let filter = FILTER.get_or_init(|| {
        let (filter, handle) = reload::Layer::new(LevelFilter::OFF);
        // Fails if somebody else's subscriber is there already; then the events go to that one.
        tracing::subscriber::set_global_default(Registry::default().with(filter).with(ToPython)).ok()?;
        Some(handle)
    });
    if let Some(filter) = filter {
        // Fails only if the subscriber is gone, and it is global.
        let _ = filter.reload(wanted);
    }
    Ok(())
}

fn logger(py: Python<'_>) -> PyResult<Option<&Bound<'_, PyAny>>> {
    static LOGGER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if let Some(logger) = LOGGER.get(py) {
        return Ok(Some(logger.bind(py)));
    }
    let modules = py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.cast_into::<PyDict>()?;
    // A module that is only half imported has no getLogger yet.
    let Some(logging) = modules.get_item(intern!(py, "logging"))? else {
        return Ok(None);
    };
    let Ok(get) = logging.getattr(intern!(py, "getLogger")) else {
        return Ok(None);
    };
    let logger = get.call1((intern!(py, "entra_ir"),))?.unbind();
    Ok(Some(LOGGER.get_or_init(py, || logger).bind(py)))
}

/// Passes events on, each with the fields of the spans around it.
struct ToPython;

/// The fields of a span or an event, as text.
#[derive(Default)]
struct Fields {
    message: String,
    rest: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // Writing into a String cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.rest, " {name}={value:?}"),
        };
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for ToPython {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut text = fields.message + &fields.rest;
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<Fields>() {
                text.push_str(&fields.rest);
            }
        }
        pass(event.metadata(), &text);
    }

    /// A call is told when it ends: only then is its status known.
    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let rest = span.extensions().get::<Fields>().map(|fields| fields.rest.clone()).unwrap_or_default();
        pass(span.metadata(), &format!("{}{rest}", span.name()));
    }
}

fn pass(metadata: &Metadata<'_>, text: &str) {
    // hyper, rustls and the like: theirs to log, not ours to pass on.
    let Some(rest) = metadata.target().strip_prefix("entra_ir_core") else {
        return;
    };
    let name = format!("entra_ir{}", rest.replace("::", "."));
    let level = match *metadata.level() {
        Level::ERROR => 40,
        Level::WARN => 30,
        Level::INFO => 20,
        _ => 10,
    };
    // A handler that fails must not stop a containment.
    with_python(|py| {
        let passed = py
            .import(intern!(py, "logging"))
            .and_then(|logging| logging.call_method1(intern!(py, "getLogger"), (name,)))
            .and_then(|logger| logger.call_method1(intern!(py, "log"), (level, "%s", text)));
        let Err(error) = passed else { return };
        // Nor may it swallow Ctrl-C, which can arrive in its midst: the waiting call is told again.
        let told_again = error.is_instance_of::<PyKeyboardInterrupt>(py)
            && py
                .import(intern!(py, "_thread"))
                .and_then(|thread| thread.call_method0("interrupt_main"))
                .is_ok();
        if !told_again {
            error.write_unraisable(py, None);
        }
    });
}
