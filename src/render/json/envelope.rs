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
    pub(super) relaxed: Vec<Relaxed>,
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

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Repository {
    /// The directory that all work trees of the repository share.
    pub(super) root: String,
    /// The top of the work tree; null in a bare repository.
    pub(super) worktree: Option<String>,
    pub(super) bare: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Scope {
    /// `worktree`, `staged`, `commit` or `range`.
    pub(super) kind: &'static str,
    /// The commit or range as it was given.
    pub(super) rev: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Inspected {
    pub(super) paths: u64,
    pub(super) environments: u64,
    pub(super) manifests: u64,
    pub(super) elapsed_ms: f64,
}

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
    pub(super) message: String,
    pub(super) evidence: Vec<Evidence>,
    pub(super) files: Option<u64>,
    pub(super) bytes: Option<u64>,
    pub(super) help: &'static str,
    pub(super) fix: Option<Fix>,
    /// The same from run to run.
    pub(super) fingerprint: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Evidence {
    pub(super) path: String,
    pub(super) fact: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Fix {
    /// A command line for a POSIX shell.
    pub(super) command: String,
    /// Git can bring back whatever it changes.
    pub(super) safe: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render) struct Environment {
    /// The last part of the path.
    pub(super) name: String,
    /// Relative to the root of the work tree, absolute outside of it.
    pub(super) path: String,
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

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Link {
    /// Relative to the root of the work tree, absolute outside of it.
    pub(super) path: String,
    /// Where it leads, as it is stored; control characters are escaped.
    pub(super) target: String,
    /// The top of the work tree that it lies in.
    pub(super) worktree: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Health {
    /// `ok`, `broken` or `unknown`.
    pub(super) status: &'static str,
    /// Codes of rules.
    pub(super) problems: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Skipped {
    pub(super) path: String,
    pub(super) reason: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Relaxed {
    pub(super) finding: String,
    pub(super) because: String,
    /// The setting was committed with the repository.
    pub(super) from_repository: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Setting {
    /// The name in camelCase, groups with dots.
    pub(super) key: String,
    /// The value as text; empty for an empty list and for what is not set.
    pub(super) value: String,
    /// `default`, or the file and line, variable, option or git configuration that says it.
    pub(super) origin: String,
    pub(super) about: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Rule {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) severity: &'static str,
    pub(super) summary: &'static str,
    pub(super) explanation: &'static str,
    pub(super) help: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render) struct Failure {
    /// `usage`, `settings`, `action` or `undecided`.
    pub(super) kind: &'static str,
    pub(super) message: String,
    pub(super) causes: Vec<String>,
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
            relaxed: Vec::new(),
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
