//! `tool show`.

use super::found::ToolGround;
use crate::error::Result;
use crate::model::{ToolAction, ToolReport};
use crate::session::Ports;

/// Shows a tool: what it runs, what it may do, which arguments it takes, and whether the user trusts it.
///
/// # Errors
/// Usage if no tool has the name; settings if its description is malformed.
pub fn show(ports: Ports<'_>, name: &str) -> Result<ToolReport> {
    let ground = ToolGround::open(ports)?;
    let tool = ground.find(name)?;
    ground.report(&tool, &ground.store()?, ToolAction::Shown)
}
