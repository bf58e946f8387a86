//! The report: the findings that count, what was inspected, and the verdict.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::fingerprint::fingerprint_of;
use super::{Environment, EnvironmentSync, Finding, InvocationDirectory, LookedAt, Severity, Skip};
use crate::message::Message;
use crate::order::Arrange as _;
use crate::path::{RepoPath, display, path_to_bytes};
use crate::text::{shell_quote, shell_word};

/// What is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The tracked files and the disk.
    WorkTree,
    /// What the next commit would contain.
    Staged,
    /// One commit.
    Commit(String),
    /// What the commits of a range add.
    Range(String),
}

impl Scope {
    /// Returns the name used in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::WorkTree => "worktree",
            Self::Staged => "staged",
            Self::Commit(_) => "commit",
            Self::Range(_) => "range",
        }
    }

    /// The command that checks this scope, for a POSIX shell; `None` for commits that no range on the command line
    /// names, such as those of a push.
    #[must_use]
    pub fn check_command(&self) -> Option<String> {
        let option = match self {
            Self::WorkTree => String::new(),
            Self::Staged => " --staged".to_owned(),
            Self::Commit(revision) => format!(" --commit {}", shell_word(revision.as_bytes())),
            Self::Range(range) if range.is_empty() || range.contains([' ', '^']) => return None,
            Self::Range(range) => format!(" --range {}", shell_word(range.as_bytes())),
        };
        Some(format!("git pyenv check{option}"))
    }

    /// Returns the revision or range as it was given.
    #[must_use]
    pub fn revision(&self) -> Option<&str> {
        match self {
            Self::Commit(revision) | Self::Range(revision) => Some(revision),
            Self::WorkTree | Self::Staged => None,
        }
    }
}

/// The least severity that makes the exit status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailOn {
    /// Only errors.
    Error,
    /// Errors and warnings.
    #[default]
    Warning,
    /// No finding does; for reports.
    Never,
}

/// The verdict of a command that checks something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was checked and nothing that counts was found.
    Clean,
    /// Something that counts was found.
    Findings,
    /// Something could not be read, and nothing that counts was found in the rest.
    Undecided,
}

impl Outcome {
    /// Returns the exit status.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Undecided => 3,
        }
    }
}

impl Outcome {
    /// That of a whole with these two parts: findings if one has any, else undecided if one is.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Findings, _) | (_, Self::Findings) => Self::Findings,
            (Self::Undecided, _) | (_, Self::Undecided) => Self::Undecided,
            (Self::Clean, Self::Clean) => Self::Clean,
        }
    }
}

/// The repository that a result is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryLabel {
    /// The git directory that all work trees share.
    pub root: PathBuf,
    /// The top of the work tree; `None` in a bare repository.
    pub work_tree: Option<PathBuf>,
    /// Where the command was run.
    pub invocation_directory: InvocationDirectory,
}

impl RepositoryLabel {
    /// The top of the work tree; the git directory of a bare repository.
    #[must_use]
    pub fn top(&self) -> &Path {
        self.work_tree.as_deref().unwrap_or(&self.root)
    }

    /// The path in the work tree of a path of the disk that is in it.
    fn inside(&self, path: &Path) -> Option<RepoPath> {
        RepoPath::from_relative(path.strip_prefix(self.work_tree.as_deref()?).ok()?).ok()
    }

    /// A path of the disk for people: in the work tree a path of that, else absolute.
    #[must_use]
    pub fn named(&self, path: &Path) -> Message {
        match self.inside(path) {
            Some(below) => Message::of(&below),
            None => display(path).into(),
        }
    }

    /// A path of the disk as it can be typed where the command was run, for a POSIX shell.
    #[must_use]
    pub fn word(&self, path: &Path) -> String {
        match self.inside(path).filter(|inside| !inside.is_root()) {
            Some(below) => self.invocation_directory.word(&below),
            None => shell_quote(&path_to_bytes(path)),
        }
    }
}

/// How much was inspected, so that a run that saw nothing does not look like a clean one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Inspected {
    /// Inspected paths: of the index, of the commit, or those that the commits of the range change.
    pub paths: u64,
    /// How many paths of the index differ from `HEAD`; `None` for another scope, and where git does not say.
    pub changed_paths: Option<u64>,
    /// Environments and remnants found among them, allowed ones included.
    pub environments: u64,
    /// Requirement and lock files that were read.
    pub manifests: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// A finding that a setting suppresses, or a setting of the repository that weakens the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The finding's code and place, or the setting and its value, for people.
    pub finding: Message,
    /// The setting that suppresses it, with its reason or origin, for people.
    pub because: Message,
    /// The setting was committed with the repository.
    pub from_repository: bool,
}

impl Suppression {
    /// An id that is the same in every run, of what is suppressed and why.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let [finding, because] = [&self.finding, &self.because].map(Message::seen_from_root);
        fingerprint_of(&[b"suppression", finding.as_bytes(), because.as_bytes()])
    }
}

/// The result of `check`.
#[derive(Debug, Clone)]
pub struct Report {
    /// The repository.
    pub repository: RepositoryLabel,
    /// What was checked.
    pub scope: Scope,
    /// The findings, by path, line and code.
    pub findings: Vec<Finding>,
    /// The environments in the scope.
    pub environments: Vec<Environment>,
    /// What is known of their packages.
    pub syncs: Vec<EnvironmentSync>,
    /// What could not be read.
    pub skipped: Vec<Skip>,
    /// What settings suppressed.
    pub suppressed: Vec<Suppression>,
    /// How much was inspected.
    pub inspected: Inspected,
    /// What was looked at, where somebody wants to know.
    pub looked_at: Option<LookedAt>,
    /// The least severity that counts.
    pub fail_on: FailOn,
}

impl Report {
    /// Sorts everything into the order of the output.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.findings.arrange_by(|a, b| (&a.path, a.line, a.rule.code).cmp(&(&b.path, b.line, b.rule.code)));
        self.skipped.arrange();
        // The index and the disk have the same file, of which only the index knows a blob.
        self.skipped.dedup_by(|later, first| (&later.path, &later.reason) == (&first.path, &first.reason));
        self.suppressed.arrange_by(|a, b| a.finding.cmp(&b.finding));
        self
    }

    /// Returns the verdict.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let least = match self.fail_on {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Never => None,
        };
        if least.is_some_and(|least| self.findings.iter().any(|finding| finding.severity >= least)) {
            return Outcome::Findings;
        }
        if self.skipped.is_empty() { Outcome::Clean } else { Outcome::Undecided }
    }

    /// Counts the findings of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_checked_by_a_command_that_can_be_typed() {
        let cases = [
            (Scope::WorkTree, Some("git pyenv check")),
            (Scope::Staged, Some("git pyenv check --staged")),
            (Scope::Commit("HEAD~1".to_owned()), Some("git pyenv check --commit 'HEAD~1'")),
            (Scope::Range("a..b".to_owned()), Some("git pyenv check --range a..b")),
            (Scope::Range("^a b".to_owned()), None),
            (Scope::Range(String::new()), None),
        ];
        for (scope, expected) in cases {
            assert_eq!(scope.check_command().as_deref(), expected, "{scope:?}");
        }
    }
}
