//! JSON for programs: one envelope for every command, with structs of its own, so that the model stays free
//! to move. The schema in `tools/schema/` is made from these structs.

use std::io::{self, Write};
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::fix::json::FixSection;
use super::{Outcome, Renderer, SettingRow, Style};
use crate::error::Error;
use crate::model::{self, FixResult, Listing, Report, RepositoryLabel, RuleInfo};
use crate::path::{RepoPath, path_to_bytes};

mod hooks;

use hooks::Hooks;

pub(super) static RENDERER: Renderer = Renderer { name: "json", render, error: Some(error) };

/// The version of this contract; it grows when a field changes its meaning or goes away.
const SCHEMA_VERSION: u32 = 1;

/// What every command prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "git-pyenv result")]
pub struct Envelope {
    /// The version of this contract.
    schema_version: u32,
    /// The program.
    tool: Tool,
    /// The command that was run.
    command: String,
    /// The answer.
    status: Status,
    /// The exit status that goes with it: 0 clean, 1 findings, 2 error, 3 could not tell.
    exit_code: u8,
    /// The repository; null where there is none.
    repository: Option<Repository>,
    /// What was looked at; null for commands that look at nothing.
    scope: Option<Scope>,
    /// How much was looked at; null for commands that look at nothing.
    inspected: Option<Inspected>,
    /// What rules found, by path, line and code.
    findings: Vec<Finding>,
    /// The environments of the scope, by path.
    environments: Vec<Environment>,
    /// What could not be read; the answer may be incomplete there.
    skipped: Vec<Skipped>,
    /// Findings that settings took away, and settings of the repository that relax the check.
    relaxed: Vec<Relaxed>,
    /// Of `hook install`, `hook uninstall` and `hook status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    hooks: Option<Hooks>,
    /// Of `fix`: what it did, or would do.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixSection>,
    /// Of `config`: every setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<Vec<Setting>>,
    /// Of `explain`: the rules asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<Vec<Rule>>,
    /// What went wrong; null unless the status is `error`.
    error: Option<Failure>,
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
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Repository {
    /// The directory that all work trees of the repository share.
    root: String,
    /// The top of the work tree; null in a bare repository.
    worktree: Option<String>,
    bare: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Scope {
    /// `worktree`, `staged`, `commit` or `range`.
    kind: &'static str,
    /// The commit or range as it was given.
    rev: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Inspected {
    paths: u64,
    environments: u64,
    manifests: u64,
    elapsed_ms: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Finding {
    /// The stable code of the rule.
    code: &'static str,
    /// The name of the rule.
    name: &'static str,
    /// `error`, `warning` or `info`.
    severity: &'static str,
    /// Relative to the root of the work tree, with `/`; `.` is the root. Bytes that are not UTF-8 are replaced.
    path: String,
    /// The bytes of the path in hexadecimal, where it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_hex: Option<String>,
    /// Counted from 1.
    line: Option<usize>,
    message: String,
    evidence: Vec<Evidence>,
    files: Option<u64>,
    bytes: Option<u64>,
    help: &'static str,
    fix: Option<Fix>,
    /// The same from run to run.
    fingerprint: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Evidence {
    path: String,
    fact: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Fix {
    /// A command line for a POSIX shell.
    command: String,
    /// Git can bring back whatever it changes.
    safe: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Environment {
    /// The last part of the path.
    name: String,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_hex: Option<String>,
    /// Who made it: `venv`, `virtualenv`, `uv`, `conda`, …
    kind: &'static str,
    /// The tool and version that recorded itself.
    creator: Option<String>,
    /// The Python version as recorded.
    python: Option<String>,
    /// The layout: `posix` or `windows`.
    platform: &'static str,
    /// It is one piece that is left of an environment.
    remnant: bool,
    bytes: u64,
    files: u64,
    /// How many distributions are installed; null where nothing counted them.
    packages: Option<u64>,
    created_at: Option<String>,
    used_at: Option<String>,
    health: Health,
    /// An ignore rule covers it; null where nothing asked.
    ignored: Option<bool>,
    /// Git has files of it; null where nothing asked.
    tracked: Option<bool>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Health {
    /// `ok`, `broken` or `unknown`.
    status: &'static str,
    /// Codes of rules.
    problems: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Skipped {
    path: String,
    reason: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Relaxed {
    finding: String,
    because: String,
    /// The setting was committed with the repository.
    from_repository: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Setting {
    /// The name in camelCase, groups with dots.
    key: String,
    /// The value as text; empty for an empty list and for what is not set.
    value: String,
    /// `default`, or the file and line, variable, option or git configuration that says it.
    origin: String,
    about: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Rule {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    summary: &'static str,
    explanation: &'static str,
    help: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Failure {
    /// `usage`, `settings`, `action` or `undecided`.
    kind: &'static str,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
}

impl Envelope {
    /// An envelope with nothing in it but the answer.
    fn new(command: &str, status: Status, exit_code: u8) -> Self {
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
            hooks: None,
            fix: None,
            settings: None,
            rules: None,
            error: None,
        }
    }
}

fn render(outcome: &Outcome<'_>, _: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    envelope(outcome).map_or(Ok(()), |envelope| write(&envelope, out))
}

fn error(command: &str, error: &Error, out: &mut dyn Write) -> io::Result<()> {
    let failure = Failure {
        kind: error.kind().name(),
        message: error.message().to_owned(),
        causes: error.causes().to_vec(),
        hints: error.hints().to_vec(),
    };
    let envelope = Envelope::new(command, Status::Error, error.kind().exit_code());
    write(&Envelope { error: Some(failure), ..envelope }, out)
}

fn write(envelope: &Envelope, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, envelope)?;
    writeln!(out)
}

/// The envelope of a result; `None` for what is shown before the result.
fn envelope(outcome: &Outcome<'_>) -> Option<Envelope> {
    Some(match outcome {
        Outcome::Report(report) => report_envelope(report),
        Outcome::Listing(listing) => listing_envelope(listing),
        Outcome::Gate(gate) => Envelope { command: "hook".to_owned(), ..report_envelope(&gate.report) },
        Outcome::Hooks(report) => Envelope {
            repository: Some(repository(&report.repository)),
            hooks: Some(Hooks::of(report)),
            ..Envelope::new("hook", hooks_status(report), report.exit_code())
        },
        Outcome::FixPlan(_) => return None,
        Outcome::Fixed(result) => fix_envelope(result),
        Outcome::Settings(rows) => Envelope {
            settings: Some(rows.iter().map(setting).collect()),
            ..Envelope::new("config", Status::Clean, 0)
        },
        Outcome::Rules(rules) => Envelope {
            rules: Some(rules.iter().map(|info| rule(info)).collect()),
            ..Envelope::new("explain", Status::Clean, 0)
        },
    })
}

fn report_envelope(report: &Report) -> Envelope {
    let inspected = Inspected {
        paths: report.inspected.paths,
        environments: report.inspected.environments,
        manifests: report.inspected.manifests,
        elapsed_ms: (report.inspected.elapsed.as_secs_f64() * 1e6).round() / 1e3,
    };
    Envelope {
        repository: Some(repository(&report.repository)),
        scope: Some(Scope { kind: report.scope.name(), rev: report.scope.revision().map(str::to_owned) }),
        inspected: Some(inspected),
        findings: report.findings.iter().map(finding).collect(),
        environments: report.environments.iter().map(environment).collect(),
        skipped: report.skipped.iter().map(skipped).collect(),
        relaxed: report.relaxed.iter().map(relaxed).collect(),
        ..Envelope::new("check", status(report.outcome()), report.outcome().exit_code())
    }
}

fn hooks_status(report: &model::HookReport) -> Status {
    if report.exit_code() == 0 { Status::Clean } else { Status::Findings }
}

fn listing_envelope(listing: &Listing) -> Envelope {
    let listed = listing.environments.iter().map(|listed| Environment {
        ignored: Some(listed.protection.is_some()),
        tracked: Some(listed.tracked_files > 0),
        ..environment(&listed.environment)
    });
    let outcome = listing.outcome();
    let status = if listing.skipped.is_empty() { Status::Clean } else { Status::Undecided };
    Envelope {
        repository: Some(repository(&listing.repository)),
        scope: Some(Scope { kind: "worktree", rev: None }),
        environments: listed.collect(),
        skipped: listing.skipped.iter().map(skipped).collect(),
        ..Envelope::new("list", status, outcome.exit_code())
    }
}

fn fix_envelope(result: &FixResult) -> Envelope {
    let plan = &result.plan;
    let outcome = plan.outcome();
    Envelope {
        repository: Some(repository(&plan.repository)),
        scope: Some(Scope { kind: plan.scope.name(), rev: None }),
        skipped: plan.skipped.iter().map(skipped).collect(),
        relaxed: plan.relaxed.iter().map(relaxed).collect(),
        fix: Some(FixSection::of(result)),
        ..Envelope::new("fix", status(outcome), outcome.exit_code())
    }
}

fn status(outcome: model::Outcome) -> Status {
    match outcome {
        model::Outcome::Clean => Status::Clean,
        model::Outcome::Findings => Status::Findings,
        model::Outcome::Undecided => Status::Undecided,
    }
}

fn relaxed(relaxed: &model::Relaxation) -> Relaxed {
    Relaxed {
        finding: relaxed.finding.clone(),
        because: relaxed.because.clone(),
        from_repository: relaxed.from_repository,
    }
}

fn repository(label: &RepositoryLabel) -> Repository {
    let text = |path: &Path| String::from_utf8_lossy(&path_to_bytes(path)).into_owned();
    Repository {
        root: text(&label.root),
        worktree: label.work_tree.as_deref().map(text),
        bare: label.work_tree.is_none(),
    }
}

fn finding(finding: &model::Finding) -> Finding {
    let evidence = |fact: &model::Evidence| Evidence { path: text(&fact.path), fact: fact.fact.clone() };
    Finding {
        code: finding.rule.code,
        name: finding.rule.name,
        severity: finding.severity.name(),
        path: text(&finding.path),
        path_hex: hex(&finding.path),
        line: finding.line,
        message: finding.message.clone(),
        evidence: finding.evidence.iter().map(evidence).collect(),
        files: finding.files,
        bytes: finding.bytes,
        help: finding.rule.help,
        fix: finding.fix.as_ref().map(|fix| Fix { command: fix.command.clone(), safe: fix.safe }),
        fingerprint: finding.fingerprint(),
    }
}

fn environment(environment: &model::Environment) -> Environment {
    Environment {
        name: String::from_utf8_lossy(environment.root.name()).into_owned(),
        path: text(&environment.root),
        path_hex: hex(&environment.root),
        kind: environment.kind.name,
        creator: environment.creator.clone(),
        python: environment.python.clone(),
        platform: environment.platform.name(),
        remnant: environment.shape == model::Shape::Remnant,
        bytes: environment.contents.bytes,
        files: environment.contents.members.len() as u64,
        packages: None,
        created_at: None,
        used_at: None,
        health: Health { status: "unknown", problems: Vec::new() },
        ignored: None,
        tracked: None,
    }
}

fn skipped(skip: &model::Skip) -> Skipped {
    Skipped { path: text(&skip.path), reason: skip.reason.clone() }
}

fn setting(row: &SettingRow) -> Setting {
    Setting { key: row.key.clone(), value: row.value.clone(), origin: row.origin.clone(), about: row.about }
}

fn rule(info: &RuleInfo) -> Rule {
    Rule {
        code: info.code,
        name: info.name,
        severity: info.severity.name(),
        summary: info.summary,
        explanation: info.explanation,
        help: info.help,
    }
}

/// A path as text; the root is `.`.
pub(super) fn text(path: &RepoPath) -> String {
    if path.is_root() { ".".to_owned() } else { String::from_utf8_lossy(path.as_bytes()).into_owned() }
}

/// The bytes of a path that is not UTF-8.
fn hex(path: &RepoPath) -> Option<String> {
    let bytes = path.as_bytes();
    path.as_str().is_none().then(|| bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The JSON Schema of the envelope (draft 2020-12), as it stands in `tools/schema/result.json`.
#[must_use]
pub fn schema() -> String {
    let schema = schemars::schema_for!(Envelope);
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    format!("{text}\n")
}
