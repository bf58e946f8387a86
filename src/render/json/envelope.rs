//! The envelope of every JSON answer, as data; the schema in `tools/schema/` is made from it.

use schemars::JsonSchema;
use serde::Serialize;

use super::hooks::Hooks;
use super::in_use::{Activation, Use};
use crate::render::create::json::CreateSection;
use crate::render::fix::json::FixSection;

/// The version of this contract; it grows when a field changes its meaning or goes away.
const SCHEMA_VERSION: u32 = 1;

/// What every command prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "git-pyenv result")]
pub struct Envelope {
    /// The version of this contract.
    pub(super) schema_version: u32,
    /// The program.
    pub(super) tool: Tool,
    /// The command that was run.
    pub(super) command: String,
    /// The answer.
    pub(super) status: Status,
    /// The exit status that goes with it: 0 clean, 1 findings, 2 error, 3 could not tell.
    pub(super) exit_code: u8,
    /// The repository; null where there is none.
    pub(super) repository: Option<Repository>,
    /// What was looked at; null for commands that look at nothing.
    pub(super) scope: Option<Scope>,
    /// How much was looked at; null for commands that look at nothing.
    pub(super) inspected: Option<Inspected>,
    /// What rules found, by path, line and code.
    pub(super) findings: Vec<Finding>,
    /// The environments of the scope, by path.
    pub(super) environments: Vec<Environment>,
    /// What could not be read; the answer may be incomplete there.
    pub(super) skipped: Vec<Skipped>,
    /// Findings that settings took away, and settings of the repository that relax the check.
    pub(super) suppressed: Vec<Suppressed>,
    /// Of `list`: links that stand for environments, by path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) links: Option<Vec<Link>>,
    /// Of `hook install`, `hook uninstall` and `hook status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hooks: Option<Hooks>,
    /// Of `fix`: what it did, or would do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fix: Option<FixSection>,
    /// Of `create`: what was made; a list with `--all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) create: Option<CreateSection>,
    /// Of `config`: every setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) settings: Option<Vec<Setting>>,
    /// Of `explain`: the rules asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rules: Option<Vec<Rule>>,
    /// Of `activate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) activate: Option<Activation>,
    /// Of `use`.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub(super) in_use: Option<Use>,
    /// What went wrong; null unless the status is `error`.
    pub(super) error: Option<Failure>,
}

/// The answers.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Everything was looked at, nothing that counts was found.
    Clean,
    /// Something that counts was found.
    Findings,
    /// Something could not be looked at.
    Undecided,
    /// The command failed.
    Error,
}

/// The program that answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tool {
    /// `git-pyenv`.
    pub(super) name: &'static str,
    /// Its version.
    pub(super) version: &'static str,
}

/// The repository that was looked at.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Repository {
    /// The directory that all work trees of the repository share.
    pub(super) root: String,
    /// The top of the work tree; null in a bare repository.
    pub(super) worktree: Option<String>,
    /// It has no work tree.
    pub(super) bare: bool,
}

/// What was looked at.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Scope {
    /// `worktree`, `staged`, `commit` or `range`.
    pub(super) kind: &'static str,
    /// The commit or range as it was given.
    pub(super) rev: Option<String>,
}

/// How much was looked at.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Inspected {
    /// How many paths were looked at.
    pub(super) paths: u64,
    /// How many environments and pieces of environments are among them.
    pub(super) environments: u64,
    /// How many files of requirements and lock files were read.
    pub(super) manifests: u64,
    /// How long it took, in milliseconds.
    pub(super) elapsed_ms: f64,
}

/// Something that a rule found.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Finding {
    /// The stable code of the rule.
    pub(super) code: &'static str,
    /// The name of the rule.
    pub(super) name: &'static str,
    /// `error`, `warning` or `info`.
    pub(super) severity: &'static str,
    /// Relative to the root of the work tree, with `/`; `.` is the root. Bytes that are not UTF-8 are replaced.
    pub(super) path: String,
    /// The bytes of the path in hexadecimal, where it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path_hex: Option<String>,
    /// Counted from 1.
    pub(super) line: Option<usize>,
    /// What is wrong, in one line.
    pub(super) message: String,
    /// What shows it, the most telling first.
    pub(super) evidence: Vec<Evidence>,
    /// How many files it concerns; null where nothing counted them.
    pub(super) files: Option<u64>,
    /// How large these are; null where nothing measured them.
    pub(super) bytes: Option<u64>,
    /// What to do about findings of this rule.
    pub(super) help: &'static str,
    /// The command that puts it right; null where there is none.
    pub(super) fix: Option<Fix>,
    /// The same from run to run.
    pub(super) fingerprint: String,
}

/// Something that was seen.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Evidence {
    /// Where it was seen, relative to the root of the work tree.
    pub(super) path: String,
    /// What was seen.
    pub(super) fact: String,
}

/// What puts a finding right.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Fix {
    /// A command line for a POSIX shell.
    pub(super) command: String,
    /// Git can bring back whatever it changes.
    pub(super) safe: bool,
}

/// An environment, or a piece of one.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render) struct Environment {
    /// The last part of the path.
    pub(super) name: String,
    /// Relative to the root of the work tree, absolute outside of it.
    pub(super) path: String,
    /// The bytes of the path in hexadecimal, where it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path_hex: Option<String>,
    /// Who made it: `venv`, `virtualenv`, `uv`, `conda`, …
    pub(super) kind: &'static str,
    /// The tool and version that recorded itself.
    pub(super) creator: Option<String>,
    /// The Python version as recorded.
    pub(super) python: Option<String>,
    /// The layout: `posix` or `windows`.
    pub(super) platform: &'static str,
    /// It is one piece that is left of an environment.
    pub(super) remnant: bool,
    /// The size of its files and links; null where nothing measured them.
    pub(super) bytes: Option<u64>,
    /// How many files and links it has; null where nothing counted them.
    pub(super) files: Option<u64>,
    /// How many distributions are installed; null where nothing counted them.
    pub(super) packages: Option<u64>,
    /// When it was made (RFC 3339, UTC); null where nothing tells.
    pub(super) created_at: Option<String>,
    /// When it was used last (RFC 3339, UTC); null where nothing tells.
    pub(super) used_at: Option<String>,
    /// Whether it works; `unknown` where nothing looked.
    pub(super) health: Health,
    /// An ignore rule covers it; null where nothing asked.
    pub(super) ignored: Option<bool>,
    /// Git has files of it; null where nothing asked.
    pub(super) tracked: Option<bool>,
    /// It is the one that commands mean in its work tree; only `list` asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) chosen: Option<bool>,
    /// Of `list`: the top of the work tree that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) worktree: Option<String>,
    /// Of `list --directory`: the top of the repository's work tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) repository: Option<String>,
}

/// A link, or a `.venv` file, that stands for an environment.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Link {
    /// Relative to the root of the work tree, absolute outside of it.
    pub(super) path: String,
    /// Where it leads, as it is stored; control characters are escaped.
    pub(super) target: String,
    /// The top of the work tree that it lies in.
    pub(super) worktree: String,
}

/// Whether an environment works.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Health {
    /// `ok`, `broken` or `unknown`.
    pub(super) status: &'static str,
    /// Codes of rules.
    pub(super) problems: Vec<String>,
}

/// Something that could not be read.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Skipped {
    /// What it is, relative to the root of the work tree, absolute outside of it.
    pub(super) path: String,
    /// Why.
    pub(super) reason: String,
}

/// Something that settings took away from the check.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Suppressed {
    /// The code and place of the finding that was taken away, or the setting and its value.
    pub(super) finding: String,
    /// The setting that does it, with its reason or where it is set.
    pub(super) because: String,
    /// The setting was committed with the repository.
    pub(super) from_repository: bool,
}

/// A setting in force.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Setting {
    /// The name in camelCase, groups with dots.
    pub(super) key: String,
    /// The value as text; empty for an empty list and for what is not set.
    pub(super) value: String,
    /// `default`, or the file and line, variable, option or git configuration that says it.
    pub(super) origin: String,
    /// What it does.
    pub(super) about: &'static str,
}

/// A rule.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Rule {
    /// Its code, which never changes.
    pub(super) code: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// `error`, `warning` or `info`.
    pub(super) severity: &'static str,
    /// What it finds, in one line.
    pub(super) summary: &'static str,
    /// Why that matters, in a few sentences.
    pub(super) explanation: &'static str,
    /// What to do about it.
    pub(super) help: &'static str,
}

/// What went wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render) struct Failure {
    /// `usage`, `settings`, `action` or `undecided`.
    pub(super) kind: &'static str,
    /// What failed.
    pub(super) message: String,
    /// Why, the nearest cause first.
    pub(super) causes: Vec<String>,
    /// What helps.
    pub(super) hints: Vec<String>,
}

impl Envelope {
    /// An envelope with nothing in it but the answer.
    pub(super) fn new(command: &str, status: Status, exit_code: u8) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "git-pyenv", version: env!("CARGO_PKG_VERSION") },
            command: command.to_owned(),
            status,
            exit_code,
            repository: None,
            scope: None,
            inspected: None,
            findings: Vec::new(),
            environments: Vec::new(),
            skipped: Vec::new(),
            suppressed: Vec::new(),
            links: None,
            hooks: None,
            fix: None,
            create: None,
            settings: None,
            rules: None,
            activate: None,
            in_use: None,
            error: None,
        }
    }
}
