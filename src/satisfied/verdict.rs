//! The verdict on one environment.

use crate::message::{Message, message};
use crate::model::{Place, Problem, ProblemKind, RequestedPackages, Sync, SyncStatus};

/// What is wrong with the packages of an environment, and what is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncVerdict {
    /// What is wrong, by the place that shows it.
    pub problems: Vec<Problem>,
    /// What could not be decided, with the place that asks for it, as a sentence without a full stop.
    pub undecided: Vec<(Place, Message)>,
    /// Packages that come from the local archive that a line names, which may have other content since, and the place of
    /// that line.
    pub perhaps_changed: Vec<(String, Place)>,
}

impl SyncVerdict {
    /// The verdict in a word. Something that is certainly wrong decides, whatever else is not known.
    #[must_use]
    pub fn status(&self) -> SyncStatus {
        let is_unreadable = |problem: &Problem| matches!(problem.kind, ProblemKind::Unreadable { .. });
        if self.problems.iter().any(Problem::is_out_of_step) {
            SyncStatus::OutOfStep
        } else if self.undecided.is_empty() && !self.problems.iter().any(is_unreadable) {
            SyncStatus::InStep
        } else {
            SyncStatus::Unknown
        }
    }

    /// The problems of packages that are asked for and do not say what they require in turn: their metadata is damaged, or
    /// there is more than one of them.
    pub fn unusable(&self) -> impl Iterator<Item = &Problem> {
        let is_unusable = |problem: &&Problem| {
            matches!(problem.kind, ProblemKind::Ambiguous { .. } | ProblemKind::Broken { .. })
        };
        self.problems.iter().filter(is_unusable)
    }

    /// The verdict as output shows it, on what was asked for. If that is nothing, the environment was not compared.
    #[must_use]
    pub fn sync(&self, requested: &RequestedPackages) -> Sync {
        if requested.is_nothing() {
            return Sync::not_compared();
        }
        let unreadable = self.problems.iter().filter_map(|problem| match &problem.kind {
            ProblemKind::Unreadable { reason } => {
                let place = problem.lines.first().map(|line| message!("{}: ", line.place));
                Some(message!("{}{}", place, reason.escaped()))
            }
            _ => None,
        });
        let undecided = self.undecided.iter().map(|(place, reason)| message!("{}: {}", place, reason));
        Sync {
            status: self.status(),
            files: requested.files.clone(),
            undecided: unreadable.chain(undecided).collect(),
            notes: requested.notes.clone(),
        }
    }
}
