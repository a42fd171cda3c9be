//! Caches reads that rarely change, such as a domain or a policy, for one minute.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::Result;

const FOR: Duration = Duration::from_secs(60);

/// One answer and its time; locked while it is read, so that it is read once.
type Entry = Arc<tokio::sync::Mutex<Option<(Instant, Box<dyn Any + Send>)>>>;

/// Holds answers by their address.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<HashMap<String, Entry>>);

impl Kept {
    /// Returns the cached answer, if it counts, or reads it.
    ///
    /// # Errors
    /// The error of the read, which is not cached.
    pub(super) async fn get<T: Clone + Send + 'static>(
        &self,
        address: String,
        counts: impl Fn(&T) -> bool,
        read: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let entry = {
            let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Remove old answers without waiters: there may be many domains.
            entries.retain(|_, entry| {
                entry.try_lock().map_or(true, |kept| kept.as_ref().is_none_or(|(at, _)| at.elapsed() < FOR))
            });
            Arc::clone(entries.entry(address).or_default())
        };
        let mut kept = entry.lock().await;
        let fresh = kept.as_ref().filter(|(at, _)| at.elapsed() < FOR);
        let fresh = fresh.and_then(|(_, answer)| answer.downcast_ref::<T>());
        if let Some(answer) = fresh.filter(|answer| counts(answer)) {
            return Ok(answer.clone());
        }
        let answer = read.await?;
        *kept = Some((Instant::now(), Box::new(answer.clone())));
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::error::Error;

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_kept_for_a_minute_and_an_error_is_not() {
        let (kept, asked) = (Kept::default(), AtomicU32::new(0));
        let read = |answer: Result<u32>| {
            let asked = &asked;
            kept.get("/x".to_owned(), |kept| *kept != 1_000, async move {
                asked.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(1)).await;
                answer
            })
        };
        assert!(read(Err(Error::Config("no".into()))).await.is_err());
        let (one, other) = futures_util::join!(read(Ok(1)), read(Ok(2)));
        assert_eq!(
            (one.unwrap(), other.unwrap(), asked.load(Ordering::Relaxed)),
            (1, 1, 2),
            "asked for once"
        );
        tokio::time::advance(Duration::from_secs(58)).await;
        assert_eq!(read(Ok(3)).await.unwrap(), 1);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(read(Ok(1_000)).await.unwrap(), 1_000);
        assert_eq!(read(Ok(4)).await.unwrap(), 4, "what does not count is read again");
    }
}
