//! Deleting an environment that nothing takes the place of.

use super::recorded_removal::{RecordedRemoval, Removed};
use super::remove::Removal;
use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::formats::audit_log::AuditAction;
use crate::fs::{AsideDirectory, DirectoryPlace, Taken};
use crate::path::RepoPath;
use crate::ports::{Progress, SignalGuard};

impl Removal {
    /// Archives the environment if the policy says so, records it, moves it aside and deletes it. Whatever keeps it from being deleted before its deletion
    /// has begun, a pending signal too, leaves it in its place.
    ///
    /// # Errors
    /// Action if something cannot be written or the environment was changed meanwhile, with the environment in its
    /// place; also if the result cannot be recorded.
    pub fn carry_out(
        mut self,
        action: AuditAction,
        command: &str,
        progress: &dyn Progress,
        signals: &dyn SignalGuard,
    ) -> Result<Removed> {
        self.archive(progress, signals)?;
        // Locked before the intent is written, so that no other run takes this one for a killed one.
        let directory = self.directory().to_path_buf();
        let is_top = self.work_tree.as_ref() == Some(&directory);
        let parts = self.examined.inspected.parts.clone();
        let first = parts.as_deref().and_then(<[RepoPath]>::first);
        let aside = match first.and_then(|part| part.components().next()) {
            Some(name) => AsideDirectory::for_parts(&directory, name, is_top)?,
            None => AsideDirectory::beside(&directory)?,
        };
        stop_point("staging-ready");
        let mut recorded = self.record(action, command, &aside.path(), &[])?;
        stop_point("recorded");
        if let Err(error) = recorded.place_archive() {
            return Err(abandoned(recorded, error));
        }
        if let Some(parts) = parts {
            let condemned = recorded
                .require_unchanged()
                .and_then(|()| signals.check())
                .and_then(|()| aside.condemn_parts(&directory, &parts));
            let condemned = match condemned {
                Ok(condemned) => condemned,
                Err(error) => return Err(abandoned(recorded, error)),
            };
            stop_point("parts-condemned");
            return recorded.delete_parts(&condemned, progress);
        }
        match take(&aside, &recorded, signals) {
            Ok(place) => {
                stop_point("condemned");
                recorded.delete(&place, progress)
            }
            Err(error) => match aside.put_back() {
                Ok(()) => Err(abandoned(recorded, error)),
                Err(moved) => {
                    let error = moved.causes().iter().fold(error, Error::cause);
                    Err(noted(recorded, error))
                }
            },
        }
    }
}

/// The error for which an environment stays in its place, once that is recorded. It needs no archive then.
pub(super) fn abandoned(recorded: RecordedRemoval, error: Error) -> Error {
    recorded.forget_archive();
    noted(recorded, error)
}

/// The error for which an environment stays, once that is recorded.
fn noted(recorded: RecordedRemoval, error: Error) -> Error {
    match recorded.abandon(&error) {
        Ok(()) => error,
        Err(unrecorded) => error.cause(unrecorded),
    }
}

/// Takes the recorded environment out of its place, if it still is what was recorded; returns where it is deleted.
fn take(
    aside: &AsideDirectory,
    recorded: &RecordedRemoval,
    signals: &dyn SignalGuard,
) -> Result<DirectoryPlace> {
    signals.check()?;
    let taken = aside.take(recorded.identity())?;
    stop_point("aside");
    recorded.require_unchanged()?;
    signals.check()?;
    match taken {
        Taken::Aside => aside.condemn(),
        Taken::InPlace(place) => place.condemn(recorded.operation()).map(|()| place),
    }
}
