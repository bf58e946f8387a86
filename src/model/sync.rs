//! Whether an environment contains what its project asks for.

use std::path::PathBuf;

use super::{FixStep, Place};
use crate::message::Message;
use crate::order::Arrange as _;
use crate::path::RepoPath;

/// The three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncStatus {
    /// Everything that is asked for is there.
    InStep,
    /// Something is certainly not as it is asked for.
    OutOfStep,
    /// Nothing is certainly wrong, but something could not be decided.
    Unknown,
}

impl SyncStatus {
    /// The name in JSON output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InStep => "in-step",
            Self::OutOfStep => "out-of-step",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether an environment is in step, in a word, and by what that was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sync {
    /// The answer.
    pub status: SyncStatus,
    /// The files that say what is asked for, in the order in which they were read.
    pub files: Vec<RepoPath>,
    /// What could not be decided, one sentence each that starts with the place.
    pub undecided: Vec<Message>,
    /// What may change the answer and was not looked at, each a whole sentence without a full stop.
    pub notes: Vec<String>,
}

impl Sync {
    /// Of an environment that was not compared with anything.
    #[must_use]
    pub fn not_compared() -> Self {
        Self { status: SyncStatus::Unknown, files: Vec::new(), undecided: Vec::new(), notes: Vec::new() }
    }

    /// Says whether the environment was compared with anything.
    fn is_compared(&self) -> bool {
        *self != Self::not_compared()
    }

    /// The same where something else may ask for more, with the reason, a sentence that starts with the place: what was
    /// compared is then not enough to call the environment in step.
    #[must_use]
    pub fn doubted(mut self, reason: Message) -> Self {
        if self.status == SyncStatus::InStep {
            self.status = SyncStatus::Unknown;
        }
        self.undecided.push(reason);
        self
    }

    /// Of an environment that several projects use: it is in step if it is with all of those that ask for something.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        use SyncStatus::{InStep, OutOfStep};
        if !self.is_compared() {
            return other;
        }
        if !other.is_compared() {
            return self;
        }
        self.status = match (self.status, other.status) {
            (OutOfStep, _) | (_, OutOfStep) => OutOfStep,
            (InStep, status) | (status, _) => status,
        };
        let files: Vec<RepoPath> =
            other.files.into_iter().filter(|file| !self.files.contains(file)).collect();
        self.files.extend(files);
        self.undecided.extend(other.undecided);
        self.notes.extend(other.notes);
        self.notes.arrange();
        self.notes.dedup();
        self
    }
}

/// A line that asks for something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestedLine {
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub text: String,
}

/// Something that an environment lacks, has otherwise than it is asked for, or has too much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The package, as it is called where it is asked for or installed; the text of a line that names none.
    pub package: String,
    /// The lines that ask for it, the one that shows the problem first. Empty if no line does.
    pub lines: Vec<RequestedLine>,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a package in an environment, or with a line that asks for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// It is not installed.
    Missing,
    /// The installed version is not accepted by the lines.
    WrongVersion {
        /// The installed version.
        found: String,
    },
    /// It is used from where it is developed, and its version has been changed there since it was installed.
    StaleVersion {
        /// The installed version.
        found: String,
        /// The version that its manifest states now.
        now: String,
        /// The manifest, for people.
        manifest: String,
    },
    /// It was installed from somewhere else.
    WrongSource {
        /// From where it was installed, for people.
        found: String,
        /// From where it is to be installed, for people.
        wanted: String,
    },
    /// The project in the directory that the line names is installed under a name that it does not have any more.
    Renamed {
        /// The installed name.
        was: String,
        /// The name that its manifest states now, which is not installed.
        now: String,
        /// The manifest, for people.
        manifest: String,
    },
    /// The line states another name than the project in the directory that it names, which installers refuse.
    OtherName {
        /// The name that the manifest states.
        now: String,
        /// The manifest, for people.
        manifest: String,
    },
    /// The project in the directory that the line names does not support the Python of the environment, so that installers
    /// refuse it.
    OtherPython {
        /// The versions that it supports.
        wanted: String,
        /// The version of the environment.
        found: String,
        /// The manifest, for people.
        manifest: String,
    },
    /// It is there more than once.
    Ambiguous {
        /// Where the metadata of each is, relative to the environment.
        records: Vec<RepoPath>,
    },
    /// Its metadata cannot be used.
    Broken {
        /// Where the metadata is, relative to the environment.
        record: RepoPath,
        /// Why, as a lower-case fragment.
        reason: String,
    },
    /// A requirement of an installed package is not met.
    Dependency(BrokenDependency),
    /// Nothing asks for it, and the file is an exact list.
    Extra {
        /// The installed version.
        version: Option<String>,
        /// Where its metadata is, relative to the environment.
        record: RepoPath,
        /// The groups and extras of the lock that are wanted, as a phrase.
        choice: String,
    },
    /// The line cannot be understood, or an installer would refuse it.
    Unreadable {
        /// Why, as a lower-case fragment.
        reason: Message,
    },
    /// The line asks for an extra that the installed version does not have, which installers ignore.
    UnknownExtra {
        /// The extra, normalised.
        extra: String,
        /// The installed version.
        version: String,
    },
    /// The line accepts more than one version.
    Unpinned,
    /// No version, or no source, satisfies the lines together.
    Conflict,
}

/// A requirement of an installed package that is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenDependency {
    /// The installed package that has the requirement, with its version: `flask 3.0`.
    pub dependent: String,
    /// Where the metadata of that package is, relative to the environment.
    pub record: RepoPath,
    /// The requirement as that package states it.
    pub requirement: String,
    /// The installed package: `werkzeug 1.0`, and from where if that is what is wrong; `None` if it is not installed.
    pub found: Option<String>,
    /// No version is accepted by both this requirement and the lines that ask for the package.
    pub is_contradicted: bool,
    /// The packages through which a line leads to it, the one that the line names first; ends with `dependent`.
    pub chain: Vec<String>,
}

impl Problem {
    /// Returns whether an environment with this problem is certainly not in step.
    #[must_use]
    pub fn is_out_of_step(&self) -> bool {
        match &self.kind {
            // Reached from a line, it is something that the project needs.
            ProblemKind::Dependency(_) => !self.lines.is_empty(),
            // Installers refuse the line, so what they would install is not known.
            ProblemKind::Unreadable { .. } | ProblemKind::UnknownExtra { .. } | ProblemKind::Unpinned => {
                false
            }
            _ => true,
        }
    }
}

/// What was found out about the packages of an environment, for the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentSync {
    /// The directory of the environment, for people.
    pub environment: Message,
    /// The same, absolute and without links.
    pub directory: PathBuf,
    /// The same in the work tree; `None` outside of it.
    pub root: Option<RepoPath>,
    /// Whether it is in step.
    pub sync: Sync,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What could not be decided, with the place that asks for it, as a sentence without a full stop.
    pub undecided: Vec<(Place, Message)>,
    /// What brings it in step, without and with removing what is not asked for; `None` if nothing can be installed.
    pub installation: Option<[FixStep; 2]>,
}

impl EnvironmentSync {
    /// Whether the environment at a place in the work tree is in step, of all that was found out.
    #[must_use]
    pub fn of(all: &[Self], root: &RepoPath) -> Sync {
        let own =
            all.iter().filter(|found| found.root.as_ref() == Some(root)).map(|found| found.sync.clone());
        own.reduce(Sync::and).unwrap_or_else(Sync::not_compared)
    }
}
