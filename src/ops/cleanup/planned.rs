//! What can be done with a cleanup that is planned.

use crate::error::{Error, Result};
use crate::fs::add_tree;
use crate::model::{Cleanup, CleanupStep, PlanBasis};

/// A cleanup that is planned and not begun, of one repository or of many.
pub trait PlannedCleanup {
    /// The plan.
    fn plan(&self) -> &Cleanup;

    /// The plan as a dry run shows it, with what it rests on.
    fn as_dry_run(&self) -> Cleanup {
        let mut basis = PlanBasis::default();
        self.plan().plan.iter().for_each(|item| add_tree(&mut basis, &item.path));
        Cleanup { step: CleanupStep::DryRun, basis: Some(basis), ..self.plan().clone() }
    }

    /// Whether there is something that would be deleted if nobody objects.
    fn has_work(&self) -> bool;

    /// Why settings forbid to delete anything without `--force`; `None` if they do not.
    fn forbidden(&self) -> Option<Error>;

    /// The result where nothing is to be changed, or nobody could be asked or said no.
    fn ended(self, step: CleanupStep) -> Cleanup;

    /// Deletes what is planned and chosen, by its number in the plan.
    ///
    /// # Errors
    /// Action if nothing could be begun; nothing is deleted then.
    fn carry_out(self, is_chosen: &dyn Fn(usize) -> bool) -> Result<Cleanup>;
}
