//! What `tidy` found, took out of git, deleted and kept, and the state of the repository after it.

use super::{Cleanup, CleanupStep, FixResult, Outcome, PlanBasis, Report};
use crate::error::Error;

/// The result of `tidy`, or its plan.
#[derive(Debug)]
pub struct Tidying {
    /// What git is to forget, and what it is to ignore; `None` if nothing of that was asked for.
    pub fix: Option<FixResult>,
    /// What is to be deleted. Its step is that of the whole.
    pub cleanup: Cleanup,
    /// What `check` finds afterwards; `None` as long as nothing was carried out.
    pub report: Option<Result<Report, Error>>,
}

impl Tidying {
    /// Whether there is nothing to do, and nothing that stays.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cleanup.plan.is_empty() && self.fix.as_ref().is_none_or(|fix| fix.plan.is_empty())
    }

    /// Whether it is a plan to change something.
    #[must_use]
    pub fn is_plan(&self) -> bool {
        let has_fix = self.fix.as_ref().is_some_and(|fix| !fix.plan.is_empty());
        self.cleanup.step == CleanupStep::DryRun && (has_fix || self.cleanup.is_plan())
    }

    /// What it rests on, as a plan.
    #[must_use]
    pub fn basis(&self) -> PlanBasis {
        let mut basis = self.cleanup.basis.clone().unwrap_or_default();
        self.fix.iter().for_each(|fix| basis.add_all(&fix.plan.basis));
        basis
    }

    /// Clean if everything that was selected is done and `check` finds nothing, or if no more than a plan was asked for.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.cleanup.step == CleanupStep::Unconfirmed {
            return if self.is_empty() { Outcome::Clean } else { Outcome::Findings };
        }
        let fix = self.fix.as_ref().map_or(Outcome::Clean, |fix| fix.plan.outcome());
        let report = self.report.as_ref().and_then(|report| report.as_ref().ok());
        self.cleanup.outcome().and(fix).and(report.map_or(Outcome::Clean, Report::outcome))
    }

    /// The failure of the whole: a deletion failed, or it could not be checked what is there now.
    #[must_use]
    pub fn failure(&self) -> Option<Error> {
        let unchecked = || Some(self.report.as_ref()?.as_ref().err()?.again());
        self.cleanup.failure().or_else(unchecked)
    }

    /// The exit status.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.failure().map_or_else(|| self.outcome().exit_code(), |error| error.kind().exit_code())
    }
}
