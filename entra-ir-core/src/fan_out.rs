//! Runs many requests at once, with a limit.

use futures_util::stream::{self, StreamExt as _};

/// The maximum of concurrent requests of one call: an answer that names thousands of objects must not start
/// thousands of requests.
const AT_ONCE: usize = 20;

/// Waits for all, at most twenty at a time, and returns the outputs in their order.
pub(crate) async fn all<F: Future>(work: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let work: Vec<F> = work.into_iter().collect();
    stream::iter(work).buffered(AT_ONCE).collect().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn no_more_than_twenty_are_under_way() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = (0..500).map(|number| {
            let (now, most) = (&now, &most);
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                now.fetch_sub(1, Ordering::SeqCst);
                number
            }
        });
        assert_eq!(all(work).await, (0..500).collect::<Vec<_>>());
        assert_eq!(most.into_inner(), AT_ONCE);
    }
}
