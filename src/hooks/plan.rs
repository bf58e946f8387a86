//! What installing or uninstalling changes.

use crate::message::Message;
use crate::model::HookChange;

/// A plan: nothing has changed yet.
#[derive(Debug, Default)]
pub struct HookPlan {
    /// What changes, in this order.
    pub changes: Vec<HookChange>,
    /// What else the user should know.
    pub notes: Vec<Message>,
}
