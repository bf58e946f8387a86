//! A registered tool, and whether the user trusts it.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::formats::tool_description::{DescribedArgument, DescribedValue};
use crate::formats::trust_record::TrustedSubject;
use crate::fs::real_path;
use crate::message::message;
use crate::model::{
    ArgumentDescription, ArgumentValue, CommandEffect, ToolAction, ToolDetails, ToolReport, ToolRuns,
    ToolTrust,
};
use crate::path::{RepoPath, display};
use crate::session::{Ports, Session};
use crate::text::shell_word;
use crate::tools::{RepositoryTool, ToolProgram, ToolRegistry};
use crate::trust::TrustStore;

/// The work tree whose tools are meant.
pub(super) struct ToolGround<'p> {
    pub(super) session: Session<'p>,
    pub(super) top: PathBuf,
    pub(super) registry: ToolRegistry,
}

impl<'p> ToolGround<'p> {
    /// Opens the repository and reads its registry.
    pub(super) fn open(ports: Ports<'p>) -> Result<Self> {
        let session = Session::open(ports, Vec::new())?;
        let top = session.top()?;
        let registry = ToolRegistry::read(&top)?;
        Ok(Self { session, top, registry })
    }

    /// What the user trusts. Records that the repository itself has are none of the user's.
    ///
    /// # Errors
    /// Action if git tracks them, or this is not one of the repository's own work trees.
    pub(super) fn store(&self) -> Result<TrustStore> {
        let store = TrustStore::of_user(self.session.env)?;
        let real = |path: &Path| real_path(path).unwrap_or_else(|| path.to_path_buf());
        let (top, records) = (real(&self.top), real(&store.directory()));
        if let Some(path) =
            records.strip_prefix(&top).ok().and_then(|path| RepoPath::from_relative(path).ok())
            && !self.session.repository.index_paths_below(std::slice::from_ref(&path))?.is_empty()
        {
            return Err(Error::action(message!("git tracks what you trust: `{}`", path))
                .cause("a repository could bring trust in its own tools"));
        }
        let trees = self.session.repository.worktrees()?;
        match trees.iter().any(|tree| real(&tree.path) == top) {
            true => Ok(store),
            false => {
                Err(Error::action(format!("`{}` is not a work tree of its repository", display(&self.top)))
                    .cause("trust is in a repository and its own work trees"))
            }
        }
    }

    /// Reads a registered tool.
    pub(super) fn find(&self, name: &str) -> Result<RepositoryTool> {
        let entry = self.registry.find(name)?;
        let file = RepoPath::new(entry.file.as_bytes()).map_err(|error| {
            Error::settings(format!("the registry names an invalid file for `{name}`")).cause(error)
        })?;
        let tool = RepositoryTool::read(&self.top, &file)?;
        match tool.name == name {
            true => Ok(tool),
            false => Err(Error::settings(message!(
                "`{}` is the description of `{}`, and not of `{}`",
                file,
                tool.name,
                name
            ))
            .suggest("register it again with", self.register_again(name, &file))),
        }
    }

    /// The command line that registers what a file describes now.
    fn register_again(&self, name: &str, file: &RepoPath) -> String {
        let name = shell_word(name.as_bytes());
        let file = self.session.invocation_directory().word(file);
        format!("git pyenv tool unregister {name} && git pyenv tool register -- {file}")
    }

    /// What the user trusts or not; `None` if the tool runs nothing that comes with the repository.
    pub(super) fn subject(&self, tool: &RepositoryTool) -> Option<TrustedSubject> {
        tool.subject(&self.session.repository.layout().common_directory)
    }

    /// Whether the user trusts a tool.
    pub(super) fn trust(&self, tool: &RepositoryTool, store: &TrustStore) -> Result<ToolTrust> {
        let Some(subject) = self.subject(tool) else { return Ok(ToolTrust::NotNeeded) };
        if let Some(record) = store.find(&subject)? {
            return Ok(ToolTrust::Trusted(record.trusted_at));
        }
        let is_of_it = |known: &TrustedSubject| is_same_tool(known, &subject);
        match store.all()?.0.iter().any(|record| is_of_it(&record.subject)) {
            true => Ok(ToolTrust::Changed),
            false => Ok(ToolTrust::Untrusted),
        }
    }

    /// A tool as it is shown.
    pub(super) fn details(&self, tool: &RepositoryTool, store: &TrustStore) -> Result<ToolDetails> {
        let description = &tool.description;
        let failed = |error| Error::action("failed to digest the files of the tool").cause(error);
        Ok(ToolDetails {
            name: tool.name.clone(),
            version: description.version.clone(),
            description: description.description.clone(),
            file: tool.file.clone(),
            runs: match &tool.program {
                ToolProgram::Script(path) => ToolRuns::Script(path.clone()),
                ToolProgram::Executable(path) => ToolRuns::Executable(path.clone()),
                ToolProgram::ThisProgram => ToolRuns::ThisProgram,
            },
            environment: description.environment.clone(),
            files: tool.files.clone(),
            arguments: match tool.program {
                ToolProgram::ThisProgram => None,
                _ => description.arguments.as_ref().map(|all| all.iter().map(argument).collect()),
            },
            effect: description.effects.last().map(|effect| effect_named(effect)),
            trust: self.trust(tool, store)?,
            digest: self.subject(tool).map(|subject| subject.digest().map_err(failed)).transpose()?,
        })
    }

    /// A report of a tool.
    pub(super) fn report(
        &self,
        tool: &RepositoryTool,
        store: &TrustStore,
        action: ToolAction,
    ) -> Result<ToolReport> {
        Ok(ToolReport { repository: self.session.label(), action, tool: self.details(tool, store)? })
    }
}

/// Whether two subjects are of one tool, whatever its content.
pub(super) fn is_same_tool(one: &TrustedSubject, other: &TrustedSubject) -> bool {
    (one.kind, &one.origin, &one.name) == (other.kind, &other.origin, &other.name)
}

fn effect_named(name: &str) -> CommandEffect {
    match name {
        "destroy" => CommandEffect::Destroy,
        "write" => CommandEffect::Write,
        _ => CommandEffect::Read,
    }
}

fn argument(described: &DescribedArgument) -> ArgumentDescription {
    ArgumentDescription {
        name: described.name.clone(),
        option: described.option.clone(),
        short_option: described.short_option.clone(),
        summary: described.description.clone(),
        value_names: match described.value {
            DescribedValue::Flag => Vec::new(),
            _ => vec![described.placeholder()],
        },
        value: match &described.value {
            DescribedValue::Flag => ArgumentValue::Flag,
            DescribedValue::Text => ArgumentValue::Text,
            DescribedValue::Integer => ArgumentValue::Integer,
            DescribedValue::Choice(words) => ArgumentValue::Choice(words.clone()),
        },
        is_repeated: described.is_repeated,
        is_required: described.is_required,
        default: None,
    }
}
