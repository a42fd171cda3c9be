//! Brings the ends of awaited calls to their event loops: by one thread, which takes the interpreter once for all that have ended meanwhile.
//!
//! No worker of the runtime ever waits for the interpreter, so calls go on while Python computes. And at its exit the interpreter waits until
//! nothing is under way here that would still want it.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use futures_util::FutureExt as _;
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use tokio::runtime::Runtime;
use tokio::task::AbortHandle;

use crate::pending::{Ended, Future};

/// How long the exit of the interpreter waits for calls that nobody cancelled.
const PATIENCE: Duration = Duration::from_secs(2);

static UNDER_WAY: Mutex<usize> = Mutex::new(0);
static FEWER: Condvar = Condvar::new();
static EXITING: AtomicBool = AtomicBool::new(false);
static DELIVERIES: OnceLock<Sender<Delivery>> = OnceLock::new();

/// Counts a call until its end was delivered, or it was given up.
struct UnderWay;

impl UnderWay {
    fn begin() -> Self {
        *lock(&UNDER_WAY) += 1;
        Self
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        *lock(&UNDER_WAY) -= 1;
        FEWER.notify_all();
    }
}

struct Delivery {
    event_loop: Py<PyAny>,
    future: Py<PyAny>,
    ended: PyResult<Ended>,
    under_way: UnderWay,
}

/// Starts a call, and returns the future of the running event loop that gets its end. To cancel it is to give the call up.
pub(crate) fn start<'py>(py: Python<'py>, runtime: &Runtime, call: Future) -> PyResult<Bound<'py, PyAny>> {
    let deliveries = deliveries(py)?;
    let event_loop = py.import(intern!(py, "asyncio"))?.call_method0(intern!(py, "get_running_loop"))?;
    let future = event_loop.call_method0(intern!(py, "create_future"))?;
    let (loop_of_call, future_of_call) = (event_loop.unbind(), future.clone().unbind());
    let under_way = UnderWay::begin();
    let task = runtime.spawn(async move {
        let ended = AssertUnwindSafe(call).catch_unwind().await;
        let ended =
            ended.map(Ended).map_err(|_| PyRuntimeError::new_err("the library failed; please report this"));
        let delivery = Delivery { event_loop: loop_of_call, future: future_of_call, ended, under_way };
        // The receiver lives as long as the process.
        let _ = deliveries.send(delivery);
    });
    let stop = GiveUp(Mutex::new(Some(task.abort_handle())));
    future.call_method1(intern!(py, "add_done_callback"), (stop,))?;
    Ok(future)
}

/// Gives a call up when its future was cancelled.
#[pyclass(frozen, module = "entra_ir._native")]
struct GiveUp(Mutex<Option<AbortHandle>>);

#[pymethods]
impl GiveUp {
    fn __call__(&self, future: &Bound<'_, PyAny>) -> PyResult<()> {
        let task = lock(&self.0).take();
        if let Some(task) = task
            && future.call_method0(intern!(future.py(), "cancelled"))?.is_truthy()?
        {
            task.abort();
        }
        Ok(())
    }
}

fn deliveries(py: Python<'_>) -> PyResult<&'static Sender<Delivery>> {
    if let Some(deliveries) = DELIVERIES.get() {
        return Ok(deliveries);
    }
    py.import(intern!(py, "atexit"))?
        .call_method1(intern!(py, "register"), (wrap_pyfunction!(settle, py)?,))?;
    Ok(DELIVERIES.get_or_init(|| {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || deliver_all(&receiver));
        sender
    }))
}

/// Waits at the exit of the interpreter until nothing is under way that would want it.
#[pyfunction]
fn settle(py: Python<'_>) {
    py.detach(|| {
        drop(FEWER.wait_timeout_while(lock(&UNDER_WAY), PATIENCE, |calls| *calls > 0));
        EXITING.store(true, Ordering::Release);
    });
}

fn deliver_all(receiver: &Receiver<Delivery>) {
    while let Ok(first) = receiver.recv() {
        let batch: Vec<_> = std::iter::once(first).chain(receiver.try_iter()).collect();
        if EXITING.load(Ordering::Acquire) {
            continue;
        }
        let mut settled = Vec::with_capacity(batch.len());
        Python::try_attach(|py| {
            let mut batch = batch.into_iter().peekable();
            while let Some(delivery) = batch.next() {
                let event_loop = delivery.event_loop.clone_ref(py);
                let ends = PyList::empty(py);
                let mut next = Some(delivery);
                while let Some(Delivery { future, ended, under_way, .. }) = next {
                    settled.push(under_way);
                    // A list that cannot grow is memory that is not there.
                    let _ = ends.append(end(py, future, ended));
                    next = batch.next_if(|delivery| delivery.event_loop.is(&event_loop));
                }
                hand_over(event_loop.bind(py), &ends);
            }
        });
        // Only now does nothing here want the interpreter any more.
        drop(settled);
    }
}

/// Returns what a future gets: itself, the exception, the result.
fn end(
    py: Python<'_>,
    future: Py<PyAny>,
    ended: PyResult<Ended>,
) -> (Py<PyAny>, Option<PyErr>, Option<Py<PyAny>>) {
    match ended.and_then(|ended| ended.into_pyobject(py)) {
        Ok(result) => (future, None, Some(result.unbind())),
        Err(error) => (future, Some(error), None),
    }
}

fn hand_over(event_loop: &Bound<'_, PyAny>, ends: &Bound<'_, PyList>) {
    let py = event_loop.py();
    let told = wrap_pyfunction!(set, py)
        .and_then(|set| event_loop.call_method1(intern!(py, "call_soon_threadsafe"), (set, ends)));
    // A loop that is closed has nobody left who awaits.
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
