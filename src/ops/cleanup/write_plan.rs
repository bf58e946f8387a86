//! Writing a plan to a file.

use std::path::Path;

use super::applied_plan::{PLAN_LIMIT, items};
use super::plan::Planned;
use super::prepare::PreparedCleanup;
use super::request::{CleanupRequest, CleanupTargets};
use crate::error::{Error, Result};
use crate::formats::cleanup_plan::{self, CleanupPlan};
use crate::fs::{Access, Expected, FilePlace, is_staging_name, normalise_path, real_path};
use crate::model::{BackupScope, WrittenPlan};
use crate::path::display;

impl PreparedCleanup<'_> {
    /// Writes the plan to a file, relative to the working directory, in one step.
    ///
    /// # Errors
    /// Usage if something else than a plan is there, or if the file would be in what the plan is about or in the git
    /// directory; action if it cannot be written.
    pub fn write_plan(&mut self, request: &CleanupRequest, file: &Path) -> Result<()> {
        if request.targets == CleanupTargets::Backups {
            let error = Error::usage("a plan file is about environments and caches, not about archives");
            return Err(error.hint("leave `--plan` out, or choose another `--target`"));
        }
        let path = normalise_path(&self.ground.env().directory.join(file));
        self.require_plan_place(&path)?;
        let session = self.ground.session()?;
        let top = session.top()?;
        let planned: Vec<&Planned> = self.groups.iter().flat_map(|group| &group.planned).collect();
        let mut plan = CleanupPlan::new(top.as_path().into());
        plan.discarded = self.discarded.iter().map(|path| path.as_path().into()).collect();
        plan.include_in_use = request.include_in_use;
        plan.items = items(session, &planned)?;
        let failed = |error| Error::action(format!("failed to write `{}`", display(file))).cause(error);
        let bytes = cleanup_plan::write(&plan).map_err(failed)?;
        let place = FilePlace::at(&path)?;
        match place.read(PLAN_LIMIT)? {
            None => place.write(&bytes, Access::FILE, None, Expected::Nothing)?,
            Some(old) if cleanup_plan::is_plan(&old.bytes) => {
                place.write(&bytes, Access::FILE, None, Expected::Unchanged(&old))?;
            }
            Some(_) => {
                return Err(Error::usage(format!(
                    "`{}` exists and is not a plan of `cleanup`",
                    display(file)
                ))
                .hint("write the plan to another file"));
            }
        }
        let options = self.options(request);
        self.cleanup.plan_file = Some(WrittenPlan { path, options });
        Ok(())
    }

    /// What lets something go, or saves it, and has to be given again.
    fn options(&self, request: &CleanupRequest) -> String {
        let (_, word) = self.ground.cleanup_of(Path::new(""));
        let discarded = self.discarded.iter().map(|path| format!(" --discard {}", word(path)));
        let in_use = request.include_in_use.then(|| " --include-in-use".to_owned());
        let backup = request.backup.map(|scope| match scope {
            BackupScope::All => " --backup".to_owned(),
            BackupScope::Foreign => " --backup-foreign".to_owned(),
        });
        discarded.chain(in_use).chain(backup).collect()
    }

    /// Refuses a place that is in something that the plan is about, or that git or this program has for itself.
    fn require_plan_place(&self, path: &Path) -> Result<()> {
        let name = path.file_name().unwrap_or_default();
        let above = path.parent().unwrap_or(path);
        let real = real_path(above).unwrap_or_else(|| above.to_path_buf()).join(name);
        let is_in = |place: &Path| real.starts_with(real_path(place).as_deref().unwrap_or(place));
        let refused = |what: String| {
            let error = Error::usage(format!("the plan cannot be written to `{}`: {what}", display(path)));
            Err(error.hint("write it to a file elsewhere"))
        };
        let layout = self.ground.session()?.repository.layout();
        if [&layout.git_directory, &layout.common_directory].into_iter().any(|place| is_in(place)) {
            return refused("it is inside the git directory".to_owned());
        }
        if real.iter().any(|name| is_staging_name(name.as_encoded_bytes())) {
            return refused("it is in a temporary directory of git-pyenv".to_owned());
        }
        let planned = self.groups.iter().flat_map(|group| &group.planned);
        let place = planned.flat_map(|planned| &planned.places).find(|place| is_in(place));
        place.map_or(Ok(()), |place| refused(format!("the plan is about `{}`", display(place))))
    }
}
