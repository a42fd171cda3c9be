//! Passes the core's tracing events to Python's `logging` under `entra_ir`.
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

/// The value of a field, of the kind that a formatter of records keeps.
#[derive(Clone)]
enum Value {
    Flag(bool),
    Number(i64),
    Text(String),
}

/// The fields of a span or an event, each once.
#[derive(Clone, Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn set(&mut self, field: &Field, value: Value) {
        match self.0.iter_mut().find(|(name, _)| *name == field.name()) {
            Some((_, old)) => *old = value,
            None => self.0.push((field.name(), value)),
        }
    }

    /// Adds the fields of an outer span that no inner span has.
    fn add(&mut self, outer: &Self) {
        for (name, value) in &outer.0 {
            if !self.0.iter().any(|(known, _)| known == name) {
                self.0.push((name, value.clone()));
            }
        }
    }

    fn take_message(&mut self) -> Option<String> {
        let at = self.0.iter().position(|(name, _)| *name == "message")?;
        match self.0.remove(at).1 {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Writes the line for readers. A text of several words is quoted, so that it cannot look like a field.
    fn line(&self, message: &str) -> String {
        let mut line = message.to_owned();
        for (name, value) in &self.0 {
            // Writing into a String cannot fail.
            let _ = match value {
                Value::Flag(value) => write!(line, " {name}={value}"),
                Value::Number(value) => write!(line, " {name}={value}"),
                Value::Text(value) if value.contains([' ', '=', '"']) => write!(line, " {name}={value:?}"),
                Value::Text(value) => write!(line, " {name}={value}"),
            };
        }
        line
    }

    /// Makes the attributes of the record. Their prefix keeps them apart from those of other libraries: a
    /// name that is taken is an error of `logging`.
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let extra = PyDict::new(py);
        for (name, value) in &self.0 {
            let name = format!("entra_{name}");
            match value {
                Value::Flag(value) => extra.set_item(name, value)?,
                Value::Number(value) => extra.set_item(name, value)?,
                Value::Text(value) => extra.set_item(name, value)?,
            }
        }
        Ok(extra)
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.set(field, Value::Text(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, Value::Text(value.to_owned()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, Value::Flag(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, Value::Number(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, Value::Number(value.try_into().unwrap_or(i64::MAX)));
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
        let message = fields.take_message().unwrap_or_default();
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.add(outer);
            }
        }
        pass(event.metadata(), &message, &fields);
    }

    /// A call is logged when it ends: only then is its status known.
    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let fields = span.extensions().get::<Fields>().cloned().unwrap_or_default();
        pass(span.metadata(), span.name(), &fields);
    }
}

fn pass(metadata: &Metadata<'_>, message: &str, fields: &Fields) {
    // Events of hyper, rustls and other libraries are not passed on.
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
    let text = fields.line(message);
    // A handler that fails must not stop a containment.
    with_python(|py| {
        let log = || {
            let logger =
                py.import(intern!(py, "logging"))?.call_method1(intern!(py, "getLogger"), (name,))?;
            let options = PyDict::new(py);
            options.set_item(intern!(py, "extra"), fields.extra(py)?)?;
            logger.call_method(intern!(py, "log"), (level, "%s", text), Some(&options))
        };
        let Err(error) = log() else { return };
        // Nor may it swallow Ctrl-C, which can arrive during the handler: signal it to the waiting call
        // again.
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
