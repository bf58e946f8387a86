//! The JSON of `create`.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson};
use super::environment::EnvironmentJson;
use super::failure::FailureJson;
use super::install::InstallationJson;
use super::paths::{disk_path, repository_path};
use crate::message::Message;
use crate::model::{Attempt, Creation, InstallCommand, MadeEnvironment};
use crate::render::command_result::WriteJson;

/// The section of `create`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct CreateSection {
    /// Of `create`: what was created; a list with `--all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    create: Option<CreationJson>,
}

/// What `create` created: one environment, or with `--all` one for each name in the settings.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CreateSection"))]
enum CreationJson {
    One(Box<MadeJson>),
    All(Vec<MadeJson>),
}

/// One environment.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Made"))]
struct MadeJson {
    /// Its name in the settings, or as it was requested; null for the default environment without a name.
    name: Option<String>,
    /// The environment as it is now, or would be; null if it could not be created.
    environment: Option<EnvironmentJson>,
    /// The Python that it was created from, or would be, absolute; null for one that existed.
    interpreter: Option<String>,
    /// What shells show while it is active; null for one that existed.
    prompt: Option<String>,
    /// It has the packages of the Python that it is created from; null for one that existed.
    system_site_packages: Option<bool>,
    /// It was created; false if it already existed and matches the request, or with `--dry-run`.
    created: bool,
    /// It was a dry run.
    dry_run: bool,
    /// The environment that it took the place of, or would; null if there was none.
    replaced: Option<ReplacedJson>,
    /// How its Python differs from what the project says, because `--python` decided, and the programs on PATH that were
    /// passed over because they could not be used.
    warnings: Vec<String>,
    /// What was installed into it; null without `--install`, and if that failed.
    install: Option<InstallationJson>,
    /// Why it could not be created, or nothing be installed into it.
    error: Option<FailureJson>,
}

/// An environment that was replaced.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Replaced"))]
struct ReplacedJson {
    /// How many packages were in it that the new environment does not start with.
    packages: u64,
    /// The file with what is recorded of it; null with `--dry-run`.
    record: Option<String>,
    /// Its packages as a requirements file; null if there were none, and with `--dry-run`.
    requirements: Option<String>,
    /// The command that installs them again, as its words; null if there is nothing to install, or no pip in the new one.
    install_command: Option<Vec<String>>,
    /// Files that may have been changed since a tool made them, relative to the environment.
    copied: Vec<String>,
    /// The directory with their copies; null if there are none, and with `--dry-run`.
    copies: Option<String>,
}

impl WriteJson for Creation {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let envelope = Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new("create", self.outcome(), CreateSection::of(self))
        };
        match self.failure() {
            Some(error) => envelope.failed(&error).write(out),
            None => envelope.with_plan_id(self.is_plan(), &self.basis).write(out),
        }
    }
}

impl CreateSection {
    pub(super) fn of(creation: &Creation) -> Self {
        let mut made: Vec<MadeJson> =
            creation.attempts.iter().map(|attempt| MadeJson::of(attempt, creation)).collect();
        let create = if creation.all {
            Some(CreationJson::All(made))
        } else {
            made.pop().map(|one| CreationJson::One(Box::new(one)))
        };
        Self { create }
    }
}

impl MadeJson {
    fn of(attempt: &Attempt, creation: &Creation) -> Self {
        let made = attempt.result.as_ref().ok();
        let options = made.and_then(|made| made.options.as_ref());
        Self {
            name: attempt.name.clone(),
            environment: made.map(made_environment),
            interpreter: made.and_then(|made| made.interpreter.as_deref()).map(disk_path),
            prompt: options.map(|options| options.prompt.clone()),
            system_site_packages: options.map(|options| options.system_site_packages),
            created: attempt.result.as_ref().is_ok_and(MadeEnvironment::is_new),
            dry_run: creation.dry_run,
            replaced: made.and_then(|made| ReplacedJson::of(made, creation)),
            warnings: made
                .map(|made| made.warnings.iter().map(Message::seen_from_root).collect())
                .unwrap_or_default(),
            install: attempt
                .installation
                .as_ref()
                .and_then(|done| done.as_ref().ok())
                .map(InstallationJson::of),
            error: attempt.failure().map(FailureJson::of),
        }
    }
}

impl ReplacedJson {
    fn of(made: &MadeEnvironment, creation: &Creation) -> Option<Self> {
        let replaced = made.replaced.as_ref()?;
        let record = replaced.record.as_ref();
        let command = made.install_command(creation.repository.top());
        let words = |command: InstallCommand| {
            let arguments = InstallCommand::ARGUMENTS.map(str::to_owned);
            [vec![disk_path(&command.python)], arguments.into(), vec![disk_path(&command.requirements)]]
                .concat()
        };
        Some(Self {
            packages: replaced.packages,
            record: record.map(|record| disk_path(&record.snapshot)),
            requirements: record.and_then(|record| record.requirements.as_deref()).map(disk_path),
            install_command: command.map(words),
            copied: replaced.copied.iter().map(repository_path).collect(),
            copies: record.and_then(|record| record.copies.as_deref()).map(disk_path),
        })
    }
}

/// Describes an environment: by its absolute path outside of the work tree. A new one has its own `.gitignore`.
fn made_environment(made: &MadeEnvironment) -> EnvironmentJson {
    let new = made.is_new();
    let outside = made.outside.as_deref();
    let name = outside.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let known = EnvironmentJson::of(&made.environment);
    EnvironmentJson {
        name: name.unwrap_or(known.name),
        path: outside.map_or(known.path, disk_path),
        packages: made.interpreter.is_some().then_some(made.seeds.len() as u64),
        ignored: new.then_some(true),
        tracked: new.then_some(false),
        ..known
    }
}
