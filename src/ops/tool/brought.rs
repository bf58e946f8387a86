//! Whether an environment came with a repository: what is in it would run with a tool, and nobody has trusted it.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::fs::real_path;
use crate::git::elsewhere;
use crate::message::message;
use crate::path::{RepoPath, display};
use crate::project::SelectedEnvironment;
use crate::session::{Ports, Session};
use crate::text::counted;

/// Refuses an environment of which a repository has files: the one that it really lies in, whatever links lead there.
///
/// # Errors
/// Action if a repository has files of it, undecided if that cannot be determined.
pub(super) fn refuse_brought(
    ports: Ports<'_>,
    session: &Session<'_>,
    environment: &SelectedEnvironment<'_>,
    tool: &str,
) -> Result<()> {
    let root = &environment.root;
    let real = real_path(root)
        .ok_or_else(|| Error::undecided(format!("failed to find out where `{}` lies", display(root))))?;
    let place = environment.selection.place();
    let count = tracked_in_own_repository(ports, &real)?;
    if count == 0 {
        return Ok(());
    }
    let error = Error::action(format!("cannot run `{tool}` in this environment"))
        .cause(message!("git tracks {} of `{}`", counted(count, "file"), place))
        .cause("what is in it would run, and is not part of what is trusted");
    Err(match &environment.selection.path {
        Some(path) => error.suggest("take it out of git, and replace it, with", replaced(session, path)),
        None => error,
    })
}

/// The command line that replaces an environment by one that this program makes.
fn replaced(session: &Session<'_>, path: &RepoPath) -> String {
    let here = session.invocation_directory();
    format!("{} && git pyenv create --force --env {}", here.fix_command(&[path]), here.word(path))
}

/// How many files of a directory are tracked by the repository around it.
fn tracked_in_own_repository(ports: Ports<'_>, directory: &Path) -> Result<u64> {
    let env = elsewhere(ports.env, directory);
    let session = match Session::open(Ports { env: &env, ..ports }, Vec::new()) {
        Ok(session) => session,
        Err(error) if error.kind() == ErrorKind::Usage => return Ok(0),
        Err(error) => return Err(error),
    };
    let Some(top) = session.repository.layout().work_tree.clone() else { return Ok(0) };
    let top = real_path(&top).unwrap_or(top);
    let Ok(relative) = directory.strip_prefix(&top) else { return Ok(0) };
    let path = RepoPath::from_relative(relative).map_err(|error| {
        Error::undecided(format!("failed to find out what git has of `{}`", display(directory))).cause(error)
    })?;
    Ok(session.repository.index_paths_below(&[path])?.len() as u64)
}
