//! JSON for programs: one envelope for every command, with structs of its own, so that the model stays free
//! to move. The schema in `tools/schema/` is made from these structs.

use std::io::{self, Write};
use std::path::Path;

use super::create::json::{CreateSection, Made};
use super::fix::json::FixSection;
use super::{Outcome, Renderer, Style};
use crate::error::Error;
use crate::model::{self, Creation, FixResult, Report, RepositoryLabel, RuleInfo, SettingRow};
use crate::path::{RepoPath, path_to_bytes};
use crate::text::hexadecimal;

mod envelope;
mod hooks;
mod in_use;
mod listing;

pub use envelope::{Envelope, Status};
pub(super) use envelope::{Environment, Failure};
use envelope::{
    Evidence, Finding, Fix, Health, Inspected, Repository, Rule, Scope, Setting, Skipped, Suppressed,
};
use hooks::Hooks;

pub(super) static RENDERER: Renderer = Renderer { name: "json", render, error: Some(error) };

fn render(outcome: &Outcome<'_>, _: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    envelope(outcome).map_or(Ok(()), |envelope| write(&envelope, out))
}

fn error(command: &str, error: &Error, out: &mut dyn Write) -> io::Result<()> {
    let failure = failure(error);
    let envelope = Envelope::new(command, Status::Error, error.kind().exit_code());
    write(&Envelope { error: Some(failure), ..envelope }, out)
}

/// An error as data.
fn failure(error: &Error) -> Failure {
    Failure {
        kind: error.kind().name(),
        message: error.message().to_owned(),
        causes: error.causes().to_vec(),
        hints: error.hints().to_vec(),
    }
}

fn write(envelope: &Envelope, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, envelope)?;
    writeln!(out)
}

/// The envelope of a result; `None` for what is shown before the result.
fn envelope(outcome: &Outcome<'_>) -> Option<Envelope> {
    Some(match outcome {
        Outcome::Report(report) => report_envelope(report),
        Outcome::Listing(listing) => listing::envelope(listing),
        Outcome::Gate(gate) => Envelope { command: "hook".to_owned(), ..report_envelope(&gate.report) },
        Outcome::Hooks(report) => Envelope {
            repository: Some(repository(&report.repository)),
            hooks: Some(Hooks::of(report)),
            ..Envelope::new("hook", hooks_status(report), report.exit_code())
        },
        Outcome::FixPlan(_) => return None,
        Outcome::Fixed(result) => fix_envelope(result),
        Outcome::Created(creation) => create_envelope(creation),
        Outcome::Settings(report) => Envelope {
            settings: Some(report.rows.iter().map(setting).collect()),
            ..Envelope::new("config", Status::Clean, 0)
        },
        Outcome::Rules(explanation) => Envelope {
            rules: Some(explanation.rules.iter().map(|info| rule(info)).collect()),
            ..Envelope::new("explain", Status::Clean, 0)
        },
        Outcome::Activation(activation) => Envelope {
            activate: Some(in_use::Activation::of(activation)),
            ..Envelope::new("activate", Status::Clean, 0)
        },
        Outcome::Use(report) => Envelope {
            repository: Some(repository(&report.repository)),
            in_use: Some(in_use::Use::of(report)),
            ..Envelope::new("use", Status::Clean, 0)
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
        suppressed: report.suppressed.iter().map(suppressed).collect(),
        ..Envelope::new("check", status(report.outcome()), report.outcome().exit_code())
    }
}

fn hooks_status(report: &model::HookReport) -> Status {
    if report.exit_code() == 0 { Status::Clean } else { Status::Findings }
}

fn fix_envelope(result: &FixResult) -> Envelope {
    let plan = &result.plan;
    let outcome = plan.outcome();
    Envelope {
        repository: Some(repository(&plan.repository)),
        scope: Some(Scope { kind: plan.scope.name(), rev: None }),
        skipped: plan.skipped.iter().map(skipped).collect(),
        suppressed: plan.suppressed.iter().map(suppressed).collect(),
        fix: Some(FixSection::of(result)),
        ..Envelope::new("fix", status(outcome), outcome.exit_code())
    }
}

fn create_envelope(creation: &Creation) -> Envelope {
    let made = creation.attempts.iter().map(|attempt| Made {
        name: attempt.name.clone(),
        environment: attempt.result.as_ref().ok().map(made_environment),
        created: attempt.result.as_ref().is_ok_and(model::MadeEnvironment::is_new),
        dry_run: creation.dry_run,
        error: attempt.result.as_ref().err().map(failure),
    });
    let failed = creation.failure();
    let status = if failed.is_some() { Status::Error } else { Status::Clean };
    Envelope {
        repository: Some(repository(&creation.repository)),
        create: CreateSection::of(made.collect(), creation.all),
        error: failed.as_ref().map(failure),
        ..Envelope::new("create", status, creation.exit_code())
    }
}

/// An environment outside of the work tree has its whole path. What is made here ignores itself.
fn made_environment(made: &model::MadeEnvironment) -> Environment {
    let new = made.is_new();
    let outside = made.outside.as_deref();
    let name = outside.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let known = environment(&made.environment);
    Environment {
        name: name.unwrap_or(known.name),
        path: outside.map_or(known.path, place),
        packages: made.interpreter.is_some().then_some(made.seeds.len() as u64),
        ignored: new.then_some(true),
        tracked: new.then_some(false),
        ..known
    }
}

fn status(outcome: model::Outcome) -> Status {
    match outcome {
        model::Outcome::Clean => Status::Clean,
        model::Outcome::Findings => Status::Findings,
        model::Outcome::Undecided => Status::Undecided,
    }
}

fn suppressed(suppressed: &model::Suppression) -> Suppressed {
    Suppressed {
        finding: suppressed.finding.clone(),
        because: suppressed.because.clone(),
        from_repository: suppressed.from_repository,
    }
}

fn repository(label: &RepositoryLabel) -> Repository {
    Repository {
        root: place(&label.root),
        worktree: label.work_tree.as_deref().map(place),
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
        bytes: environment.contents.measure.map(|measure| measure.bytes),
        files: environment.contents.measure.map(|measure| measure.files),
        packages: None,
        created_at: None,
        used_at: None,
        health: Health { status: "unknown", problems: Vec::new() },
        ignored: None,
        tracked: None,
        chosen: None,
        worktree: None,
        repository: None,
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

/// A path of the disk as text.
fn place(path: &Path) -> String {
    String::from_utf8_lossy(&path_to_bytes(path)).into_owned()
}

/// The bytes of a path that is not UTF-8.
fn hex(path: &RepoPath) -> Option<String> {
    hex_of(path.as_bytes())
}

fn hex_of(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).is_err().then(|| hexadecimal(bytes))
}

/// The JSON Schema of the envelope (draft 2020-12), as it stands in `tools/schema/result.json`.
#[must_use]
pub fn schema() -> String {
    let schema = schemars::schema_for!(Envelope);
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    format!("{text}\n")
}
