//! Makes an environment in a workshop and puts it in its place.

use std::path::Path;

use super::place::Place;
use super::{Work, fill, wheels};
use crate::detect::kinds::git_pyenv;
use crate::error::{Error, Result};
use crate::formats::wheel::Wheel;
use crate::fs::Workshop;
use crate::layout::{self, EnvironmentLayout};
use crate::model::{
    Asked, Contents, CreationStep, Environment, Extent, Interpreter, MadeEnvironment, Measure, Platform,
    Shape,
};
use crate::ops::interpreter::{self, Wanted};
use crate::ops::removal::AuditAction;
use crate::path::{display, display_bytes};
use crate::ports::ReadAt;

/// Directories in which an environment is shown under the name of the project.
const USUAL_NAMES: [&str; 2] = [".venv", "venv"];

impl Work<'_> {
    /// Makes the environment, or says what it would be; it may have to take the place of one that is there.
    pub(super) fn build(&self, place: &Place, asked: &Asked, replaces: bool) -> Result<MadeEnvironment> {
        let (prompt, command) = (self.prompt(place)?, self.command(place));
        self.ports.progress.phase("finding Python", None);
        let work_tree = self.session.repository.layout().work_tree.as_deref();
        let interpreter = interpreter::find(self.ports, Wanted { asked, work_tree })?;
        require_supported(&interpreter)?;
        let packed = if self.request.without_pip { Vec::new() } else { wheels::open(&interpreter)? };
        let seeds = packed.iter().map(|file| open(file)).collect::<Result<Vec<_>>>()?;
        let layout = layout::lay_out(&layout::LayoutRequest {
            interpreter: &interpreter,
            directory: &place.text,
            prompt: &prompt,
            system_site_packages: self.request.system_site_packages,
            command: &command,
            seeds: &seeds,
        })?;
        let step = match (self.request.dry_run, replaces) {
            (true, false) => CreationStep::WouldMake,
            (true, true) => CreationStep::WouldReplace,
            (false, _) => self.carry_out(place, &layout, replaces)?,
        };
        Ok(MadeEnvironment {
            environment: described(place, &interpreter, &layout),
            outside: place.inside.is_none().then(|| place.directory.clone()),
            step,
            chosen_by: asked.met(&interpreter.build()),
            interpreter: Some(interpreter.executable.clone()),
            seeds: seeds.iter().map(|wheel| wheel.distribution.replacen('-', " ", 1)).collect(),
        })
    }

    /// Builds, and puts in place what was built.
    fn carry_out(
        &self,
        place: &Place,
        layout: &EnvironmentLayout<'_>,
        replaces: bool,
    ) -> Result<CreationStep> {
        let mut workshop = Workshop::open(&place.directory)?;
        let interruption = self.ports.interruption;
        fill::fill(&workshop.new_directory(), layout, self.ports)?;
        interruption.check()?;
        if !replaces {
            return match workshop.settle()? {
                true => Ok(CreationStep::Made),
                false => Err(Error::action(format!("something else has appeared at `{place}`"))
                    .hint("look what it is, then try again")),
            };
        }
        // Building takes its time, in which files may have come that nobody could make again.
        let recorded = self.removal(place)?.record(AuditAction::Replace, &workshop.new_directory())?;
        // From the exchange on nothing is undone: one who wants the run to end waits for the rest of the old one to go.
        let old = match interruption.check().and_then(|()| workshop.exchange(recorded.identity())) {
            Ok(old) => old,
            Err(error) => {
                recorded.abandon(&error)?;
                return Err(error);
            }
        };
        let removed = recorded.delete(&old, self.ports.progress)?;
        match removed.kept.first() {
            None => Ok(CreationStep::Replaced),
            Some(kept) => {
                Err(Error::action(format!("the old environment of `{place}` could not be deleted"))
                    .cause(format!("`{}`: {}", display_bytes(&kept.path), kept.reason))
                    .hint(format!(
                        "the new one is in its place; what is left of the old one is in `{}`",
                        display(&old)
                    )))
            }
        }
    }

    /// What shells show: the name of the directory, or that of the project if the former tells nobody anything.
    fn prompt(&self, place: &Place) -> Result<String> {
        let name = |path: Option<&Path>| {
            path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned())
        };
        let own = name(Some(&place.directory)).unwrap_or_default();
        let prompt = match &self.request.prompt {
            Some(prompt) => prompt.clone(),
            None if USUAL_NAMES.contains(&own.as_str()) => name(place.directory.parent()).unwrap_or(own),
            None => own,
        };
        match prompt.trim().is_empty() || prompt.contains(char::is_control) {
            false => Ok(prompt),
            true => Err(Error::usage("the prompt is empty or has a control character in it")
                .hint("name it with `--prompt TEXT`")),
        }
    }

    /// The command that makes the same environment, which `pyvenv.cfg` keeps. The place is its last word: by that it
    /// shows when an environment was moved, as it does in one of `venv`.
    fn command(&self, place: &Place) -> String {
        let mut words = vec!["git pyenv create"];
        words.extend(self.request.without_pip.then_some("--without-pip"));
        words.extend(self.request.system_site_packages.then_some("--system-site-packages"));
        words.extend(["--env", &place.text]);
        words.join(" ")
    }
}

/// Only of CPython it is known what belongs into an environment.
fn require_supported(interpreter: &Interpreter) -> Result<()> {
    let (major, _) = interpreter.version.feature();
    if interpreter.implementation == "cpython" && major == 3 && interpreter.system != "win32" {
        return Ok(());
    }
    let executable = display(&interpreter.executable);
    let what = format!("{} {}", interpreter.implementation, interpreter.version);
    Err(Error::action(format!("no environments can be made from `{executable}`"))
        .cause(format!("it is {what}, and only environments of CPython 3 are known here"))
        .hint("name another one with `--python`"))
}

fn open(file: &dyn ReadAt) -> Result<Wheel<'_>> {
    Wheel::open(file)
        .map_err(|error| Error::action("the wheel that Python brings along is damaged").cause(error))
}

/// The environment as detection will see it.
fn described(place: &Place, interpreter: &Interpreter, layout: &EnvironmentLayout<'_>) -> Environment {
    let measure = Measure { files: layout.count(), bytes: layout.size() };
    Environment {
        root: place.inside.clone().unwrap_or_default(),
        kind: git_pyenv::KIND,
        creator: Some(format!("git-pyenv {}", env!("CARGO_PKG_VERSION"))),
        python: Some(interpreter.version.to_string()),
        platform: Platform::Posix,
        shape: Shape::Environment,
        evidence: Vec::new(),
        extent: Extent::Whole,
        contents: Contents { measure: Some(measure), ..Contents::default() },
    }
}
