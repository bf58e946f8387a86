//! Findings: what rules found, with evidence and the command that fixes it.

use std::fmt;

use super::fingerprint::fingerprint_of;
use super::{Evidence, FixStep, InvocationDirectory, Measure, PlaceToFix};
use crate::message::Message;
use crate::path::RepoPath;

/// The severity of a finding. Errors and warnings lead to exit status 1, infos do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Should be fixed.
    Warning,
    /// Must be fixed; blocks a commit.
    Error,
}

impl Severity {
    /// The name used in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a rule is about. Each group has a hundred codes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleGroup {
    /// Environments that git tracks (PYE1xx).
    Committed,
    /// Environments that no ignore rule, or not the right one, covers (PYE2xx).
    Ignored,
    /// Whether environments exist and work (PYE3xx).
    Environment,
    /// Whether what is installed is what is asked for (PYE4xx).
    Requirements,
    /// Whether locks and exported requirements match what they are made from (PYE5xx).
    Lock,
}

/// The description of a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The stable code, for example `PYE101`.
    pub code: &'static str,
    /// The name, accepted wherever the code is.
    pub name: &'static str,
    /// What the rule is about.
    pub group: RuleGroup,
    /// What the rule finds, in one line.
    pub summary: &'static str,
    /// Why it matters and what to do, for `explain`.
    pub explanation: &'static str,
    /// One line for the `help` field of findings.
    pub help: &'static str,
    /// The default severity; a finding may lower it.
    pub severity: Severity,
    /// It runs unless settings say which rules do.
    pub is_default: bool,
    /// A finding means that the environment does not work.
    pub means_broken: bool,
    /// What fixes its findings; `None` if no command does.
    pub remedy: Option<Remedy>,
}

/// What fixes a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remedy {
    /// `git pyenv fix` removes the path from the index and adds an ignore rule.
    Untrack,
    /// `git pyenv fix` adds an ignore rule.
    Ignore,
    /// `git pyenv fix` changes an ignore rule so that it covers links too.
    CoverLinks,
    /// `git pyenv create` creates the default environment of the project.
    Create,
    /// `git pyenv create --force` recreates the environment at the path.
    Recreate,
    /// Commits have to be changed; [`super::HistoryFix`] knows the command.
    ChangeHistory,
    /// An installer installs the package anew, or removes it.
    Reinstall,
    /// `git pyenv install` installs what is asked for.
    Install,
    /// The tool of a lock or of exported requirements writes it again.
    Lock,
}

impl Remedy {
    /// Returns whether git can undo every change.
    #[must_use]
    pub fn is_safe(self) -> bool {
        !matches!(self, Self::Recreate | Self::Reinstall | Self::Install | Self::ChangeHistory)
    }
}

/// A command that fixes a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The command line, quoted for a POSIX shell, for the top of the work tree.
    pub command: String,
    /// What the command does.
    pub remedy: Remedy,
    /// What it consists of: each step is run if the one before succeeded.
    pub steps: Vec<FixStep>,
    /// What it changes, in a few words.
    pub effect: String,
}

/// What a rule found at a path.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static RuleInfo,
    /// The severity of this finding.
    pub severity: Severity,
    /// The path it is about.
    pub path: RepoPath,
    /// The line in that file, counted from 1.
    pub line: Option<usize>,
    /// What is wrong, in one sentence that names the path.
    pub message: Message,
    /// The facts that show it.
    pub evidence: Vec<Evidence>,
    /// The number of files it is about.
    pub files: Option<u64>,
    /// The size of these files in bytes.
    pub bytes: Option<u64>,
    /// The files and directories that it is about, if they are not all of `path`.
    pub pieces: Vec<RepoPath>,
    /// How to fix it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Returns an id of this finding that is the same in every run, for baselines and dashboards: the first 16
    /// bytes of a SHA-256 over the code, the path and the line, in hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let line = self.line.unwrap_or(0).to_le_bytes();
        fingerprint_of(&[self.rule.code.as_bytes(), self.path.as_bytes(), &line])
    }

    /// Creates a finding of a rule about a path.
    #[must_use]
    pub fn of(rule: &'static RuleInfo, path: &RepoPath, message: impl Into<Message>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            path: path.clone(),
            line: None,
            message: message.into(),
            evidence: Vec::new(),
            files: None,
            bytes: None,
            pieces: Vec::new(),
            fix: None,
        }
    }

    /// Sets the severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Sets the line.
    #[must_use]
    pub fn line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// Adds evidence.
    #[must_use]
    pub fn because(mut self, evidence: &[Evidence]) -> Self {
        self.evidence.extend_from_slice(evidence);
        self
    }

    /// Adds the number and size of the files it is about, if known.
    #[must_use]
    pub fn counting(mut self, measure: Option<Measure>) -> Self {
        self.files = measure.map(|measure| measure.files);
        self.bytes = measure.map(|measure| measure.bytes);
        self
    }

    /// Says that it is about these files and directories only.
    #[must_use]
    pub fn about(mut self, pieces: Vec<RepoPath>) -> Self {
        self.pieces = pieces;
        self
    }

    /// Adds the command of `git pyenv fix` for `place`, and what it changes.
    #[must_use]
    pub fn fix(self, place: PlaceToFix, effect: impl Into<String>) -> Self {
        self.fixed_by(vec![FixStep::Fix(place)], effect)
    }

    /// Adds the command that does what the rule's remedy says, and what it changes.
    #[must_use]
    pub fn fixed_by(mut self, steps: Vec<FixStep>, effect: impl Into<String>) -> Self {
        self.fix = self.rule.remedy.map(|remedy| Fix {
            command: InvocationDirectory::default().command(&steps),
            remedy,
            steps,
            effect: effect.into(),
        });
        self
    }
}
