//! Caches an answer for five minutes.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::Result;

const FOR: Duration = Duration::from_secs(5 * 60);

/// Holds one answer and its time; locked while it is read, so that it is read once.
#[derive(Debug)]
pub(super) struct Fresh<T>(Mutex<Option<(Instant, T)>>);

impl<T> Default for Fresh<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Fresh<T> {
    /// Returns the cached answer, or reads it.
    ///
    /// # Errors
    /// The error of the read, which is not cached.
    pub(super) async fn get(&self, read: impl Future<Output = Result<T>>) -> Result<T> {
        let mut kept = self.0.lock().await;
        if let Some((at, answer)) = &*kept
            && at.elapsed() < FOR
        {
            return Ok(answer.clone());
        }
        let answer = read.await?;
        *kept = Some((Instant::now(), answer.clone()));
        Ok(answer)
    }
}
