//! A finding: what a rule says about one place, with evidence and the command that fixes it.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{Evidence, Measure};
use crate::path::RepoPath;
use crate::text::{hexadecimal, shell_word};

/// How much a finding weighs. Errors and warnings make exit status 1, infos do not.
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

/// What is known of a rule without running it.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The stable code, for example `PYE101`.
    pub code: &'static str,
    /// The name that may be used wherever the code may.
    pub name: &'static str,
    /// One line: what it says.
    pub summary: &'static str,
    /// Why it matters and what to do, for `explain`.
    pub explanation: &'static str,
    /// One line for the `help` field of findings.
    pub help: &'static str,
    /// The severity unless a case lowers it.
    pub severity: Severity,
}

/// What removes the cause of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// `git pyenv fix`, for the place.
    Fix,
    /// `git pyenv create`, for the environment that the project means.
    Create,
    /// `git pyenv create --force`, for the environment at the place.
    CreateAnew,
}

/// A command that removes the cause of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The command line, quoted for a POSIX shell.
    pub command: String,
    /// What the command asks for.
    pub remedy: Remedy,
    /// The place that the command names.
    pub place: RepoPath,
    /// What it does, in a few words.
    pub effect: String,
    /// It changes nothing that cannot be brought back with git.
    pub safe: bool,
}

/// What a rule says about one place.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that says it.
    pub rule: &'static RuleInfo,
    /// How much it weighs.
    pub severity: Severity,
    /// The place it is about.
    pub path: RepoPath,
    /// The line in that file, counted from 1.
    pub line: Option<usize>,
    /// What is wrong, in one sentence that names the place.
    pub message: String,
    /// What shows it.
    pub evidence: Vec<Evidence>,
    /// How many files it is about.
    pub files: Option<u64>,
    /// How many bytes they have.
    pub bytes: Option<u64>,
    /// How to fix it.
    pub fix: Option<Fix>,
}

/// The directory that the program was run in, relative to the top of the work tree: it decides how paths in suggested
/// commands are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InvocationDirectory {
    /// The top itself: repository paths work as they are.
    #[default]
    Top,
    /// A directory below the top: repository paths need git's `:/` prefix
    /// (<https://git-scm.com/docs/gitglossary#Documentation/gitglossary.txt-top>).
    Below,
}

impl InvocationDirectory {
    /// Returns `git pyenv fix PATH…` for a POSIX shell, with paths that work in this directory.
    #[must_use]
    pub fn fix_command(self, places: &[&RepoPath]) -> String {
        let word = |place: &&RepoPath| match self {
            Self::Top => shell_word(place.as_bytes()),
            Self::Below => shell_word(&[b":/", place.as_bytes()].concat()),
        };
        let words: Vec<String> = places.iter().map(word).collect();
        format!("git pyenv fix {}", words.join(" "))
    }

    /// Returns the command line of a remedy for a POSIX shell, with paths that work in this directory. `--env` always
    /// takes a path from the top of the work tree.
    #[must_use]
    pub fn command(self, remedy: Remedy, place: &RepoPath) -> String {
        match remedy {
            Remedy::Fix => self.fix_command(&[place]),
            Remedy::Create => "git pyenv create".to_owned(),
            Remedy::CreateAnew => format!("git pyenv create --force --env {}", shell_word(place.as_bytes())),
        }
    }
}

impl Finding {
    /// A name for this finding that stays the same from run to run, for baselines and dashboards: the first 16
    /// bytes of a SHA-256 over the code, the path and the line, in hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.rule.code);
        hash.update([0]);
        hash.update(self.path.as_bytes());
        hash.update([0]);
        hash.update(self.line.unwrap_or(0).to_le_bytes());
        hexadecimal(&hash.finalize()[..16])
    }

    /// Starts a finding of a rule about a place.
    #[must_use]
    pub fn of(rule: &'static RuleInfo, path: &RepoPath, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            path: path.clone(),
            line: None,
            message: message.into(),
            evidence: Vec::new(),
            files: None,
            bytes: None,
            fix: None,
        }
    }

    /// Sets the severity of this case.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Names the line.
    #[must_use]
    pub fn line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// Adds what shows it.
    #[must_use]
    pub fn because(mut self, evidence: &[Evidence]) -> Self {
        self.evidence.extend_from_slice(evidence);
        self
    }

    /// Adds how many files and bytes it is about, if anybody has counted.
    #[must_use]
    pub fn counting(mut self, measure: Option<Measure>) -> Self {
        self.files = measure.map(|measure| measure.files);
        self.bytes = measure.map(|measure| measure.bytes);
        self
    }

    /// Adds how to fix it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}
