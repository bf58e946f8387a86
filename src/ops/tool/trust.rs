//! `tool trust` and `tool untrust`.

use super::found::{ToolGround, is_same_tool};
use crate::error::{Error, Result};
use crate::formats::tool_description::is_name;
use crate::formats::trust_record::{TrustedKind, TrustedSubject};
use crate::model::{PlanBasis, ToolAction, ToolRemoval, ToolReport, ToolRuns, ToolTrust};
use crate::session::Ports;
use crate::text::shell_word;
use crate::tools::RepositoryTool;
use crate::trust::TrustStore;

/// How many digits of the digest a question has.
const SHORT_DIGEST: usize = 12;

/// A tool that the user may trust.
pub struct PreparedTrust {
    store: TrustStore,
    subject: Option<TrustedSubject>,
    /// The tool, as it is to be shown first.
    pub report: ToolReport,
}

/// Reads a tool, so that it can be shown before it is trusted.
///
/// # Errors
/// Usage if no tool has the name; settings if its description is malformed.
pub fn prepare_trust(ports: Ports<'_>, name: &str) -> Result<PreparedTrust> {
    let ground = ToolGround::open(ports)?;
    PreparedTrust::of(&ground, &ground.find(name)?)
}

impl PreparedTrust {
    /// A tool that was read.
    pub(super) fn of(ground: &ToolGround<'_>, tool: &RepositoryTool) -> Result<Self> {
        let store = ground.store()?;
        let report = ground.report(tool, &store, ToolAction::Shown)?;
        Ok(Self { subject: ground.subject(tool), store, report })
    }

    /// Whether the tool may run as it is.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        matches!(self.report.tool.trust, ToolTrust::Trusted(_) | ToolTrust::NotNeeded)
    }

    /// Only shows it.
    #[must_use]
    pub fn into_dry_run(mut self) -> ToolReport {
        self.report.action =
            if self.is_trusted() { ToolAction::AlreadyTrusted } else { ToolAction::WouldTrust };
        self.report
    }

    /// Trusts the content that was shown.
    ///
    /// # Errors
    /// Action if that cannot be recorded.
    pub fn trust(mut self) -> Result<ToolReport> {
        if self.is_trusted() {
            self.report.action = ToolAction::AlreadyTrusted;
            return Ok(self.report);
        }
        if let Some(subject) = self.subject {
            self.store.trust(subject.clone())?;
            if let Some(record) = self.store.find(&subject)? {
                self.report.tool.trust = ToolTrust::Trusted(record.trusted_at);
            }
        }
        self.report.action = ToolAction::Trusted;
        Ok(self.report)
    }

    /// Trusts the content if it is the one with this digest.
    ///
    /// # Errors
    /// Action if it has another digest, or its trust cannot be recorded.
    pub fn trust_exactly(self, digest: &str) -> Result<ToolReport> {
        let tool = &self.report.tool;
        if tool.digest.as_deref().is_none_or(|own| own == digest) {
            return self.trust();
        }
        let name = shell_word(tool.name.as_bytes());
        Err(Error::action(format!("`{}` does not have this digest", tool.name))
            .cause("it is another content than the one that the digest was shown for")
            .suggest("look at it again with", format!("git pyenv tool show {name}")))
    }

    /// What to ask, with what would run: it stands last, whatever a description shows above it.
    #[must_use]
    pub fn question(&self) -> String {
        let tool = &self.report.tool;
        let runs = match &tool.runs {
            ToolRuns::Script(path) | ToolRuns::Executable(path) => path.seen_from_root(),
            ToolRuns::ThisProgram => "git-pyenv".to_owned(),
        };
        let digest = tool.digest.as_deref().and_then(|digest| digest.get(..SHORT_DIGEST)).unwrap_or_default();
        format!("trust `{}`, which runs `{runs}`, as it is now ({digest}…)?", tool.name)
    }

    /// The error after a no.
    #[must_use]
    pub fn refused(&self) -> Error {
        Error::usage(format!("`{}` is not trusted, and does not run", self.report.tool.name))
    }

    /// The error where nobody can be asked.
    #[must_use]
    pub fn unasked(&self) -> Error {
        let ToolReport { tool, .. } = &self.report;
        let name = shell_word(tool.name.as_bytes());
        let digest = tool.digest.as_deref().unwrap_or_default();
        Error::usage(format!("`{}` is not trusted", tool.name))
            .cause("to trust it needs an answer at a terminal, or the digest of what is trusted")
            .suggest("look at it with", format!("git pyenv tool show {name}"))
            .suggest("trust what it is now with", format!("git pyenv tool trust {name} --digest {digest}"))
    }
}

/// Trusts a tool of this repository no longer, whatever its content; it need not be registered any more.
///
/// # Errors
/// Usage if the name is none, or the tool is not trusted; action if a record cannot be deleted.
pub fn untrust(ports: Ports<'_>, name: &str, is_dry_run: bool) -> Result<ToolRemoval> {
    let ground = ToolGround::open(ports)?;
    let removal = forget(&ground, name, is_dry_run)?;
    if removal.forgotten == 0 {
        // The better error for a name that is misspelled.
        ground.registry.find(name)?;
    }
    Ok(removal)
}

/// Forgets that a tool of this repository is trusted, or says of how many contents it would.
pub(super) fn forget(ground: &ToolGround<'_>, name: &str, is_dry_run: bool) -> Result<ToolRemoval> {
    let subject = TrustedSubject {
        kind: TrustedKind::Tool,
        origin: ground.session.repository.layout().common_directory.as_path().into(),
        name: name.to_owned(),
        files: Vec::new(),
    };
    let store = ground.store()?;
    let is_it = |known: &TrustedSubject| is_same_tool(known, &subject);
    let mut basis = PlanBasis::default();
    let forgotten = match (is_name(name), is_dry_run) {
        (false, _) => 0,
        (true, true) => {
            let known = store.all()?.0.into_iter().filter(|record| is_it(&record.subject));
            let known: Vec<String> = known.map(|record| format!("{:?}", record.subject)).collect();
            known.iter().for_each(|subject| basis.add("trusted", subject.as_bytes()));
            known.len()
        }
        (true, false) => store.forget(is_it)?.len(),
    };
    Ok(ToolRemoval {
        repository: ground.session.label(),
        name: name.to_owned(),
        is_unregistered: false,
        forgotten,
        is_dry_run,
        basis,
    })
}
