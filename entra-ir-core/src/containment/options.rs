//! How a run works: what its builder sets.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::folder::RunPlace;
use super::journal::RunAbout;
use super::plan::Phase;
use super::sink::{DiscardSecrets, SecretSink};
use crate::operation::Client;

/// How a run works.
pub(super) struct Options {
    pub(super) confirm: Option<String>,
    pub(super) until: Option<Phase>,
    pub(super) about: RunAbout,
    pub(super) place: Option<RunPlace>,
    /// The folder that is created for the run, where no place is set.
    pub(super) folder: Option<PathBuf>,
    pub(super) secrets: Arc<dyn SecretSink>,
    /// The secrets of the plan's slots.
    pub(super) slots: Vec<(String, SecretString)>,
    pub(super) four_eyes: bool,
    pub(super) approver: Option<Client>,
    pub(super) approver_name: Option<String>,
    pub(super) verify_within: Duration,
    pub(super) lock_out_budget: Duration,
    pub(super) evict_budget: Duration,
    pub(super) again: Vec<usize>,
    pub(super) waits: bool,
    /// How much later it is than this machine's clock says: for a drill, whose time does not pass.
    pub(super) ahead: Duration,
    /// The only steps to do, again if they were done; every other one is left as it is.
    pub(super) only: Option<BTreeSet<usize>>,
    /// The items of the gate despite which the block is lifted, by their words.
    pub(super) despite: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            confirm: None,
            until: None,
            about: RunAbout::default(),
            place: None,
            folder: None,
            secrets: Arc::new(DiscardSecrets),
            slots: Vec::new(),
            four_eyes: false,
            approver: None,
            approver_name: None,
            verify_within: Duration::from_secs(30),
            lock_out_budget: Duration::from_secs(60),
            evict_budget: Duration::from_secs(15 * 60),
            again: Vec::new(),
            waits: false,
            ahead: Duration::ZERO,
            only: None,
            despite: Vec::new(),
        }
    }
}
