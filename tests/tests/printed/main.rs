//! Checks what can be printed. It is a separate program: a subscriber sees a call only if no other test made
//! it first without one.

use std::sync::{Mutex, MutexGuard, PoisonError};

mod canary;
mod spans;

static ALONE: Mutex<()> = Mutex::new(());

/// Lets one test at a time have a subscriber.
fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
