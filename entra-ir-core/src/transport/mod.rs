//! The one seam: a request goes out, a response or a transport error comes back.

#[cfg(feature = "http")]
mod connect;
#[cfg(feature = "http")]
mod connection;
#[cfg(feature = "http")]
mod connections;
#[cfg(feature = "http")]
mod http_transport;
#[cfg(feature = "test-util")]
mod scripted;
mod stopwatch;
#[cfg(feature = "rustls")]
mod tls;

#[cfg(feature = "http")]
pub use http_transport::{HttpTransport, HttpTransportBuilder};
#[cfg(feature = "test-util")]
pub use scripted::{ScriptedTransport, Step, graph_answer};
pub(crate) use stopwatch::Stopwatch;

use std::fmt::Debug;

use async_trait::async_trait;

use crate::error::TransportError;
use crate::wire::{Request, Response};

/// Carries one request to Microsoft Graph and brings the answer back.
///
/// An answer with any status is a [`Response`]; an error means that there is no answer, and says whether the request may have arrived.
/// A transport sends exactly once: retrying, waiting and authorizing are done above it. The request's URI is absolute here, its
/// `Authorization` header is set and marked sensitive. **Never log a request or a response with `{:?}`**: their bodies hold passwords and passes.
/// Pass the request's extensions on to an inner transport: a wait for a free connection is counted by them, and is no part of the timeout.
///
/// ```
/// use async_trait::async_trait;
/// use entra_ir_core::{Request, Response, SimulatedTenant, Transport, TransportError};
///
/// /// Prints each call, then passes it on.
/// #[derive(Debug)]
/// struct Printing(SimulatedTenant);
///
/// #[async_trait]
/// impl Transport for Printing {
///     async fn send(&self, request: Request) -> Result<Response, TransportError> {
///         println!("{} {}", request.method(), request.uri().path());
///         self.0.send(request).await
///     }
/// }
/// ```
#[async_trait]
pub trait Transport: Debug + Send + Sync + 'static {
    /// Sends the request once.
    ///
    /// # Errors
    /// [`TransportError`] if there is no answer. What is not certain counts as [`Sent::Maybe`](crate::Sent::Maybe).
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        (**self).send(request).await
    }
}
