//! Which snapshot is meant.

use std::path::Path;

use crate::error::{Error, Result};
use crate::formats::snapshot::Snapshot;
use crate::fs;
use crate::path::printable;
use crate::text::{counted, shell_word};

/// How many ids an error names.
const SHOWN: usize = 5;

/// The command that lists what there is.
const LIST: &str = "git pyenv restore --list";

/// The snapshot with this id, or the only one whose id begins so. `directory` is the working directory, for a path that
/// was typed in the place of an id.
///
/// # Errors
/// Usage if there is none, or more than one.
pub(super) fn chosen(snapshots: Vec<Snapshot>, typed: &str, directory: &Path) -> Result<Snapshot> {
    let shown = printable(typed.as_bytes());
    if typed.is_empty() {
        return Err(Error::usage("the id is empty").suggest("see what can be restored with", LIST));
    }
    let exact = snapshots.iter().position(|snapshot| snapshot.id == typed);
    let begins = |snapshot: &Snapshot| snapshot.id.starts_with(typed);
    let ids: Vec<&str> = snapshots.iter().filter(|one| begins(one)).map(|one| one.id.as_str()).collect();
    match (exact, ids.len()) {
        (None, 0) => {
            let error = Error::usage(format!("no snapshot has the id `{shown}`"));
            let place = fs::normalise_path(&directory.join(typed));
            let error = match snapshots.iter().find(|snapshot| snapshot.path.to_path() == place) {
                Some(newest) => {
                    error.did_you_mean(format!("git pyenv restore {}", shell_word(newest.id.as_bytes())))
                }
                None => error,
            };
            Err(error.suggest("see what can be restored with", LIST))
        }
        (None, count) if count > 1 => {
            let named: Vec<String> =
                ids.iter().take(SHOWN).map(|id| format!("`{}`", printable(id.as_bytes()))).collect();
            let more = if count > SHOWN { ", …" } else { "" };
            let count = counted(count as u64, "snapshot");
            Err(Error::usage(format!("the ids of {count} begin with `{shown}`"))
                .cause(format!("{}{more}", named.join(", ")))
                .suggest("see what can be restored with", LIST))
        }
        _ => {
            let found =
                snapshots.into_iter().find(|one| if exact.is_some() { one.id == typed } else { begins(one) });
            found.ok_or_else(|| Error::usage(format!("no snapshot has the id `{shown}`")))
        }
    }
}
