//! `tool register` and `tool unregister`.

use std::path::Path;

use super::found::ToolGround;
use crate::error::{Error, Result};
use crate::formats::tool_registry::RegisteredTool;
use crate::message::message;
use crate::model::{ToolAction, ToolRemoval, ToolReport};
use crate::path::{RepoPath, display_bytes};
use crate::project::resolve_typed_path;
use crate::session::Ports;
use crate::text::shell_word;
use crate::tools::{RepositoryTool, ToolRegistry};

/// Registers the tool that a file describes. It runs nothing, and does not trust the tool.
///
/// # Errors
/// Usage for a file that does not exist or lies outside of the work tree, and for a name that another tool has; settings
/// for a malformed description or registry; action if the registry cannot be written.
pub fn register(ports: Ports<'_>, file: &str, is_dry_run: bool) -> Result<ToolReport> {
    let ground = ToolGround::open(ports)?;
    let file = path_in_work_tree(&ground, file)?;
    let tool = RepositoryTool::read(&ground.top, &file)?;
    let store = ground.store()?;
    let text = file
        .as_str()
        .ok_or_else(|| Error::usage(message!("cannot register `{}`", file)).cause("its path is not UTF-8"))?;
    let entry = RegisteredTool { name: tool.name.clone(), file: text.to_owned() };
    let _lock = if is_dry_run { None } else { Some(ground.session.lock()?) };
    // Another process may have registered one before this one had the lock.
    let registry = ToolRegistry::read(&ground.top)?;
    let action = match registry.tools().iter().find(|known| known.name == tool.name) {
        Some(known) if *known == entry => ToolAction::AlreadyRegistered,
        Some(known) => return Err(taken(known)),
        None if is_dry_run => ToolAction::WouldRegister,
        None => ToolAction::Registered,
    };
    let report = ground.report(&tool, &store, action)?;
    if report.action == ToolAction::Registered {
        registry.add(&ground.top, entry)?;
    }
    Ok(report)
}

/// Takes a tool out of the registry. Its files stay, and it is not trusted any more.
///
/// # Errors
/// Usage if no tool has the name; action if the registry or what the user trusts cannot be written.
pub fn unregister(ports: Ports<'_>, name: &str, is_dry_run: bool) -> Result<ToolRemoval> {
    let ground = ToolGround::open(ports)?;
    ground.registry.find(name)?;
    ground.store()?;
    if !is_dry_run {
        let _lock = ground.session.lock()?;
        ToolRegistry::read(&ground.top)?.remove(&ground.top, name)?;
    }
    let mut removal = super::trust::forget(&ground, name, is_dry_run)?;
    if is_dry_run {
        let entry = ground.registry.find(name)?;
        removal.basis.add("file", entry.file.as_bytes());
    }
    Ok(ToolRemoval { is_unregistered: true, ..removal })
}

/// The path of a file as it was typed.
fn path_in_work_tree(ground: &ToolGround<'_>, typed: &str) -> Result<RepoPath> {
    let place = resolve_typed_path(&ground.session, &ground.top, typed);
    let relative = place.strip_prefix(&ground.top).ok().map(Path::to_path_buf);
    let path = relative.and_then(|path| RepoPath::from_relative(&path).ok()).filter(|path| !path.is_root());
    path.ok_or_else(|| {
        Error::usage(format!("`{}` is outside of the work tree", display_bytes(typed.as_bytes())))
            .cause("a tool is registered for everybody who has the repository")
    })
}

fn taken(known: &RegisteredTool) -> Error {
    let file = display_bytes(known.file.as_bytes());
    Error::usage(format!("another tool `{}` is registered", known.name))
        .cause(format!("its description is `{file}`"))
        .suggest(
            "to replace it, first run",
            format!("git pyenv tool unregister {}", shell_word(known.name.as_bytes())),
        )
}
