//! What `cleanup --create-venv` did: an environment was deleted, and another one made in its place.

use super::{Cleanup, CleanupStep, Creation, Outcome, PlanBasis};
use crate::error::Error;

/// The result of `cleanup --create-venv`, or its plan.
#[derive(Debug)]
pub struct Renewal {
    /// What is to be deleted. Its step is that of the whole.
    pub cleanup: Cleanup,
    /// What the installation rests on, as a plan.
    pub basis: PlanBasis,
    /// What is made, or would be; `None` if what is there stays.
    pub creation: Option<Creation>,
}

impl Renewal {
    /// Whether it is a plan to make something.
    #[must_use]
    pub fn is_plan(&self) -> bool {
        self.cleanup.step == CleanupStep::DryRun && self.creation.is_some()
    }

    /// What the whole rests on, as a plan.
    #[must_use]
    pub fn basis(&self) -> PlanBasis {
        let mut basis = self.basis.clone();
        let parts = [self.cleanup.basis.as_ref(), self.creation.as_ref().map(|creation| &creation.basis)];
        parts.into_iter().flatten().for_each(|part| basis.add_all(part));
        basis
    }

    /// Clean if everything was done, or no more than a plan was asked for.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let created = self.creation.as_ref().filter(|_| self.cleanup.step == CleanupStep::Done);
        self.cleanup.outcome().and(created.map_or(Outcome::Clean, Creation::outcome))
    }

    /// The failure of the whole, if any part failed.
    #[must_use]
    pub fn failure(&self) -> Option<Error> {
        self.cleanup.failure().or_else(|| self.creation.as_ref()?.failure())
    }

    /// The exit status.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.failure().map_or_else(|| self.outcome().exit_code(), |error| error.kind().exit_code())
    }
}
