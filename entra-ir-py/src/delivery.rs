//! Delivers the results of awaited calls to their event loops: by one thread, which takes the interpreter
//! once for all calls that have ended. No worker of the runtime waits for the interpreter, so calls continue
//! while Python computes.

use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, OnceLock};
use std::thread;

use futures_util::FutureExt as _;
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use tokio::runtime::Runtime;
use tokio::task::AbortHandle;

use crate::exit::{UnderWay, with_python};
use crate::pending::{Ended, Future, Kept};

static DELIVERIES: OnceLock<Sender<Delivery>> = OnceLock::new();

struct Delivery {
    event_loop: Py<PyAny>,
    future: Py<PyAny>,
    ended: Arc<Kept>,
    under_way: UnderWay,
}

/// Starts a call. Returns the future of the running event loop that gets its result, and a handle to cancel
/// the call.
pub(crate) fn start<'py>(
    py: Python<'py>,
    runtime: &Runtime,
    call: Future,
    kept: Arc<Kept>,
) -> PyResult<(Bound<'py, PyAny>, AbortHandle)> {
    let event_loop = py.import(intern!(py, "asyncio"))?.call_method0(intern!(py, "get_running_loop"))?;
    let future = event_loop.call_method0(intern!(py, "create_future"))?;
    let (loop_of_call, future_of_call) = (event_loop.unbind(), future.clone().unbind());
    let (deliveries, under_way) = (deliveries(), UnderWay::begin()?);
    let task = runtime.spawn(async move {
        let ended = AssertUnwindSafe(call).catch_unwind().await;
        kept.keep(
            ended.map(Ended).map_err(|_| PyRuntimeError::new_err("the library failed; please report this")),
        );
        let delivery = Delivery { event_loop: loop_of_call, future: future_of_call, ended: kept, under_way };
        // The receiver lives as long as the process.
        let _ = deliveries.send(delivery);
    });
    Ok((future, task.abort_handle()))
}

fn deliveries() -> &'static Sender<Delivery> {
    DELIVERIES.get_or_init(|| {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || deliver_all(&receiver));
        sender
    })
}

fn deliver_all(receiver: &Receiver<Delivery>) {
    while let Ok(first) = receiver.recv() {
        let batch: Vec<_> = std::iter::once(first).chain(receiver.try_iter()).collect();
        let mut settled = Vec::with_capacity(batch.len());
        with_python(|py| {
            let mut batch = batch.into_iter().peekable();
            while let Some(delivery) = batch.next() {
                let event_loop = delivery.event_loop.clone_ref(py);
                let ends = PyList::empty(py);
                let mut next = Some(delivery);
                while let Some(Delivery { future, ended, under_way, .. }) = next {
                    settled.push(under_way);
                    // A list that cannot grow means that memory is exhausted.
                    let _ = ends.append(end(py, future, &ended));
                    next = batch.next_if(|delivery| delivery.event_loop.is(&event_loop));
                }
                hand_over(event_loop.bind(py), &ends);
            }
        });
        // Only now does nothing here need the interpreter.
        drop(settled);
    }
}

/// Returns what a future gets: itself, the exception, the result.
fn end(py: Python<'_>, future: Py<PyAny>, ended: &Kept) -> (Py<PyAny>, Option<PyErr>, Option<Py<PyAny>>) {
    match ended.get(py) {
        Some(Ok(result)) => (future, None, Some(result.unbind())),
        Some(Err(error)) => (future, Some(error), None),
        None => (future, Some(PyRuntimeError::new_err("this call has no end")), None),
    }
}

fn hand_over(event_loop: &Bound<'_, PyAny>, ends: &Bound<'_, PyList>) {
    let py = event_loop.py();
    let told = wrap_pyfunction!(set, py)
        .and_then(|set| event_loop.call_method1(intern!(py, "call_soon_threadsafe"), (set, ends)));
    // A closed loop has no waiters.
    drop(told);
}

/// Ends futures, in their own loop.
#[pyfunction]
fn set(ends: &Bound<'_, PyList>) -> PyResult<()> {
    let py = ends.py();
    for end in ends {
        let end = end.cast_into::<PyTuple>()?;
        let (future, error, result) = (end.get_item(0)?, end.get_item(1)?, end.get_item(2)?);
        if future.call_method0(intern!(py, "done"))?.is_truthy()? {
            continue;
        }
        if error.is_none() {
            future.call_method1(intern!(py, "set_result"), (result,))?;
        } else {
            future.call_method1(intern!(py, "set_exception"), (error,))?;
        }
    }
    Ok(())
}
