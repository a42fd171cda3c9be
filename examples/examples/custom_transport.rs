//! Uses a custom transport: here one that counts and times the requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use async_trait::async_trait;
use entra_ir_core::wire::{Request, Response};
use entra_ir_core::{Error, Permit, Transport, TransportError};
use entra_ir_examples::connect_through;

/// Counts and times each request, then passes it on.
#[derive(Debug)]
struct Counting<T> {
    inner: T,
    count: Arc<AtomicUsize>,
}

#[async_trait]
impl<T: Transport> Transport for Counting<T> {
    async fn ready(&self, request: &Request) -> Result<Permit, TransportError> {
        self.inner.ready(request).await
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.count.fetch_add(1, Ordering::Relaxed);
        // The path may name a user; headers hold the token. Print neither in your own tool.
        let method = request.method().clone();
        let started = Instant::now();
        let answer = self.inner.send(request).await;
        println!("{method} took {:?}", started.elapsed());
        answer
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let count = Arc::new(AtomicUsize::new(0));
    let setup = connect_through("adele@contoso.example", |inner| {
        Arc::new(Counting { inner, count: Arc::clone(&count) })
    })?;
    let revoked = setup.client.revoke_sign_in_sessions(setup.user.as_str()).await?;
    println!("{}\n{} requests", revoked.receipt, count.load(Ordering::Relaxed));
    Ok(())
}
