//! The JSON of `tool`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::envelope::{Envelope, RepositoryJson};
use super::failure::FailureJson;
use super::paths::{disk_path, repository_path};
use super::program::{ToolArgument, ToolEffect, argument, effect, input};
use crate::model::{
    ListedTool, Outcome, PlanBasis, ToolAction, ToolDetails, ToolListing, ToolRemoval, ToolReport, ToolRuns,
    ToolTrust, TrustListing, TrustedItem,
};
use crate::path::RepoPath;
use crate::render::command_result::WriteJson;

/// The section of `tool`.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct ToolSection {
    /// Of `tool list`: the tools of the repository, sorted by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    registered_tools: Option<Vec<ListedToolJson>>,
    /// Of `tool register`, `tool show` and `tool trust`: the tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    registered_tool: Option<RegisteredToolJson>,
    /// Of `tool register` and `tool trust`: what was done: `registered`, `would-register`, `already-registered`, `would-trust`,
    /// `trusted` or `already-trusted`; `shown` of `tool show`.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_action: Option<&'static str>,
    /// Of `tool unregister` and `tool untrust`.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed_tool: Option<RemovedToolJson>,
    /// Of `tool list --trusted`: what the user trusts, in any repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    trusted: Option<Vec<TrustedJson>>,
    /// Of `tool list --trusted`: what is wrong with records that cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_problems: Option<Vec<FailureJson>>,
}

/// A tool of the registry.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ListedTool"))]
struct ListedToolJson {
    /// Its name in the registry.
    name: String,
    /// What is known of it; null if it cannot be run.
    tool: Option<RegisteredToolJson>,
    /// Why it cannot be run.
    problem: Option<FailureJson>,
}

/// A tool.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RegisteredTool"))]
struct RegisteredToolJson {
    /// Its name.
    name: String,
    /// Its version.
    version: Option<String>,
    /// What it is for; empty if nothing is said.
    description: String,
    /// The file with its description, relative to the top of the work tree.
    file: String,
    /// The file that the environment's Python runs.
    script: Option<String>,
    /// The program of the repository that is run.
    executable: Option<String>,
    /// The environment that it runs in, by name or directory; null for the default one.
    environment: Option<String>,
    /// All files that it consists of, sorted by path.
    files: Vec<DigestedFileJson>,
    /// The arguments that it takes; null if it takes any.
    arguments: Option<Vec<ToolArgument>>,
    /// The JSON Schema of the arguments by name; null if it takes any.
    input: Option<Value>,
    /// What it may do, as it says itself; empty if it does not say it.
    effects: Vec<ToolEffect>,
    /// `trusted`, `changed` since it was trusted, `untrusted`, or `not-needed` if it runs git-pyenv.
    trust: &'static str,
    /// Since when it is trusted as it is, RFC 3339 in UTC.
    trusted_at: Option<String>,
    /// The SHA-256 of all that is trusted together; null if it needs no trust.
    digest: Option<String>,
}

/// A file and its content.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DigestedFile"))]
struct DigestedFileJson {
    /// Its path, relative to the top of the work tree.
    path: String,
    /// The SHA-256 of its content in lower-case hexadecimal.
    sha256: String,
}

/// A tool of which something was taken away.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RemovedTool"))]
struct RemovedToolJson {
    /// Its name.
    name: String,
    /// It was taken out of the registry.
    unregistered: bool,
    /// How many contents of it are not trusted any more.
    forgotten: usize,
    /// It was a dry run.
    dry_run: bool,
}

/// Something that the user trusts.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Trusted"))]
struct TrustedJson {
    /// Its name.
    name: String,
    /// What it is, for example `tool`.
    kind: &'static str,
    /// The git directory of the repository that it comes from.
    origin: String,
    /// Its files.
    files: Vec<DigestedFileJson>,
    /// Since when, RFC 3339 in UTC.
    trusted_at: String,
}

impl WriteJson for ToolListing {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let tools = self.tools.iter().map(ListedToolJson::of).collect();
        let section = ToolSection { registered_tools: Some(tools), ..ToolSection::default() };
        Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new("tool list", Outcome::Clean, section)
        }
        .write(out)
    }
}

impl WriteJson for TrustListing {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let trusted = self.items.iter().map(TrustedJson::of).collect();
        let trust_problems = Some(self.damaged.iter().map(FailureJson::of).collect());
        let section = ToolSection { trusted: Some(trusted), trust_problems, ..ToolSection::default() };
        Envelope::new("tool list", Outcome::Clean, section).write(out)
    }
}

impl WriteJson for ToolReport {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (command, action) = match self.action {
            ToolAction::Shown => ("tool show", "shown"),
            ToolAction::Registered => ("tool register", "registered"),
            ToolAction::WouldRegister => ("tool register", "would-register"),
            ToolAction::AlreadyRegistered => ("tool register", "already-registered"),
            ToolAction::WouldTrust => ("tool trust", "would-trust"),
            ToolAction::Trusted => ("tool trust", "trusted"),
            ToolAction::AlreadyTrusted => ("tool trust", "already-trusted"),
        };
        let section = ToolSection {
            registered_tool: Some(RegisteredToolJson::of(&self.tool)),
            tool_action: Some(action),
            ..ToolSection::default()
        };
        let envelope = Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new(command, Outcome::Clean, section)
        };
        match self.action {
            // What is trusted is a content, which has a name of its own.
            ToolAction::WouldTrust => Envelope { plan_id: self.tool.digest.clone(), ..envelope },
            _ => envelope.with_plan_id(self.action == ToolAction::WouldRegister, &PlanBasis::default()),
        }
        .write(out)
    }
}

impl WriteJson for ToolRemoval {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let command = if self.is_unregistered { "tool unregister" } else { "tool untrust" };
        let removed = RemovedToolJson {
            name: self.name.clone(),
            unregistered: self.is_unregistered,
            forgotten: self.forgotten,
            dry_run: self.is_dry_run,
        };
        let section = ToolSection { removed_tool: Some(removed), ..ToolSection::default() };
        Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new(command, Outcome::Clean, section)
        }
        .with_plan_id(self.is_dry_run && (self.is_unregistered || self.forgotten > 0), &self.basis)
        .write(out)
    }
}

impl ListedToolJson {
    fn of(listed: &ListedTool) -> Self {
        Self {
            name: listed.name.clone(),
            tool: listed.tool.as_ref().ok().map(RegisteredToolJson::of),
            problem: listed.tool.as_ref().err().map(FailureJson::of),
        }
    }
}

impl RegisteredToolJson {
    fn of(tool: &ToolDetails) -> Self {
        let path_if = |path: Option<&RepoPath>| path.map(repository_path);
        let (trust, trusted_at) = match &tool.trust {
            ToolTrust::Trusted(since) => ("trusted", Some(since.clone())),
            ToolTrust::Changed => ("changed", None),
            ToolTrust::Untrusted => ("untrusted", None),
            ToolTrust::NotNeeded => ("not-needed", None),
        };
        Self {
            name: tool.name.clone(),
            version: tool.version.clone(),
            description: tool.description.clone(),
            file: repository_path(&tool.file),
            script: path_if(match &tool.runs {
                ToolRuns::Script(path) => Some(path),
                _ => None,
            }),
            executable: path_if(match &tool.runs {
                ToolRuns::Executable(path) => Some(path),
                _ => None,
            }),
            environment: tool.environment.clone(),
            files: tool
                .files
                .iter()
                .map(|(path, sha256)| DigestedFileJson {
                    path: repository_path(path),
                    sha256: sha256.clone(),
                })
                .collect(),
            arguments: tool.arguments.as_ref().map(|all| all.iter().map(argument).collect()),
            input: tool.arguments.as_deref().map(input),
            effects: tool.effect.map(|most| most.all().into_iter().map(effect).collect()).unwrap_or_default(),
            trust,
            trusted_at,
            digest: tool.digest.clone(),
        }
    }
}

impl TrustedJson {
    fn of(item: &TrustedItem) -> Self {
        Self {
            name: item.name.clone(),
            kind: item.kind,
            origin: disk_path(&item.origin),
            files: item
                .files
                .iter()
                .map(|(path, sha256)| DigestedFileJson { path: disk_path(path), sha256: sha256.clone() })
                .collect(),
            trusted_at: item.trusted_at.clone(),
        }
    }
}
