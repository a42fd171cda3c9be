//! The transport between the responder and the tenant: before each request, the adversary moves.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use http::Method;

use super::super::SimulatedTenant;
use super::super::sign_in::{Adversary, Move};
use super::strategy::{Strategy, Turns};
use crate::error::TransportError;
use crate::transport::Transport;
use crate::wire::{Request, Response};

/// The adversary's side of a play.
pub(super) struct Table {
    pub(super) adversary: Adversary,
    turns: Turns,
    /// Whether every move is tried, on a copy, to find which have an effect.
    explores: bool,
    gap: usize,
    /// The moves that had an effect, and in which gap.
    pub(super) effective: Vec<(usize, Move)>,
}

/// A transport to the tenant, before each request of which the adversary moves.
#[derive(Clone)]
pub(super) struct Between {
    tenant: SimulatedTenant,
    table: Arc<Mutex<Table>>,
    /// How far the tenant's clock is put forward for a write.
    jumps: Option<Duration>,
}

impl Between {
    pub(super) fn new(
        tenant: &SimulatedTenant,
        adversary: Adversary,
        strategy: Strategy,
        explores: bool,
        jumps: Option<Duration>,
    ) -> Self {
        let turns = Turns::new(strategy);
        let table = Table { adversary, turns, explores, gap: 0, effective: Vec::new() };
        Self { tenant: tenant.clone(), table: Arc::new(Mutex::new(table)), jumps }
    }

    pub(super) fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the adversary make his moves in this gap.
    pub(super) fn gap(&self) {
        let mut table = self.table();
        let gap = table.gap;
        table.gap += 1;
        if table.explores {
            let effective: Vec<_> =
                Move::ALL.into_iter().filter(|played| table.adversary.would_gain(*played)).collect();
            table.effective.extend(effective.into_iter().map(|played| (gap, played)));
        }
        for played in table.turns.moves(gap) {
            table.adversary.make(played);
        }
    }
}

#[async_trait]
impl Transport for Between {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.gap();
        if let Some(time) = self.jumps.filter(|_| request.method() != Method::GET) {
            self.tenant.advance(time);
        }
        self.tenant.send(request).await
    }
}

impl fmt::Debug for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Between").field("gap", &self.table().gap).finish_non_exhaustive()
    }
}
