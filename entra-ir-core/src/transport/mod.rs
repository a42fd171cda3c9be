//! The seam `Transport`: a request goes out, a response or a transport error comes back.

#[cfg(feature = "http")]
mod gate;
#[cfg(feature = "http")]
mod http_transport;
mod permit;
#[cfg(feature = "http")]
mod reqwest;
#[cfg(feature = "test-util")]
mod scripted;

#[cfg(feature = "http")]
pub use gate::Gate;
#[cfg(feature = "http")]
pub use http_transport::{HttpTransport, HttpTransportBuilder};
pub use permit::Permit;
#[cfg(feature = "test-util")]
pub use scripted::{ScriptedResponse, ScriptedTransport, graph_answer};

use std::fmt::Debug;

use async_trait::async_trait;

use crate::error::TransportError;
use crate::wire::{Request, Response};

/// Carries one request to Microsoft Graph and brings the answer back. An answer with any status is a
/// [`Response`]; an error means that there is no answer, and holds whether the request may have arrived. A
/// transport sends exactly once: the pipeline retries and authorizes above it. The request's URI is absolute
/// here, its `Authorization` header is set and marked sensitive. A credential of this library sends its
/// requests for tokens by the client's transport, too: they go to other hosts and have no such header.
/// **Never log a request or a response with `{:?}`**: their bodies hold passwords and passes. A transport
/// that wraps another one forwards [`ready`](Self::ready), too. Without that it works, but bypasses the inner
/// gate.
///
/// ```
/// use async_trait::async_trait;
/// use entra_ir_core::{Permit, SimulatedTenant, Transport, TransportError};
/// use entra_ir_core::wire::{Request, Response};
///
/// /// Prints each call, then passes it on.
/// #[derive(Debug)]
/// struct Printing(SimulatedTenant);
///
/// #[async_trait]
/// impl Transport for Printing {
///     async fn ready(&self, request: &Request) -> Result<Permit, TransportError> {
///         self.0.ready(request).await
///     }
///
///     async fn send(&self, request: Request) -> Result<Response, TransportError> {
///         println!("{} {}", request.method(), request.uri().path());
///         self.0.send(request).await
///     }
/// }
/// ```
#[async_trait]
pub trait Transport: Debug + Send + Sync + 'static {
    /// Waits until it is the request's turn, and returns the permit to send it. The default does not wait.
    /// The wait does not count as time of the attempt. The permit is held until the answer arrives, or the
    /// attempt is abandoned.
    ///
    /// # Errors
    /// [`TransportError`] with [`Sent::No`](crate::Sent::No) if the request must not be sent now.
    async fn ready(&self, _request: &Request) -> Result<Permit, TransportError> {
        Ok(Permit::default())
    }

    /// Sends the request once.
    ///
    /// # Errors
    /// [`TransportError`] if there is no answer. An uncertain case counts as
    /// [`Sent::Maybe`](crate::Sent::Maybe).
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    async fn ready(&self, request: &Request) -> Result<Permit, TransportError> {
        (**self).ready(request).await
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        (**self).send(request).await
    }
}
