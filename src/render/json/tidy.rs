//! The JSON of `tidy`: the sections of `fix` and `cleanup`, and what `check` says afterwards in the envelope.

use std::io::{self, Write};

use serde::Serialize;

use super::check::report_envelope;
use super::cleanup::{self, CleanupSection};
use super::envelope::{Envelope, RepositoryJson, SkippedJson};
use super::fix::FixSection;
use crate::model::{CleanupStep, Outcome, Tidying};
use crate::render::command_result::WriteJson;

/// The section of `tidy`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct TidySection {
    /// Of `tidy`, which also has the sections of `fix` and `cleanup`: how far it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    tidy: Option<TidyJson>,
}

/// How far `tidy` came.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TidySection"))]
struct TidyJson {
    /// It was a dry run.
    dry_run: bool,
    /// Nothing was changed, because nobody could be asked, or said no.
    needs_confirmation: bool,
    /// What `check` says afterwards: `clean`, `findings` or `undecided`; null if nothing was carried out, or if that failed.
    check: Option<&'static str>,
}

/// All sections of `tidy`.
#[derive(Debug, Serialize)]
struct TidySections {
    #[serde(flatten)]
    fix: Option<FixSection>,
    #[serde(flatten)]
    cleanup: CleanupSection,
    #[serde(flatten)]
    tidy: TidySection,
}

impl WriteJson for Tidying {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.report.as_ref().and_then(|report| report.as_ref().ok());
        let section = TidySections {
            fix: self.fix.as_ref().map(FixSection::of),
            cleanup: CleanupSection::of(&self.cleanup),
            tidy: TidySection {
                tidy: Some(TidyJson {
                    dry_run: self.cleanup.step == CleanupStep::DryRun,
                    needs_confirmation: self.cleanup.step == CleanupStep::Unconfirmed,
                    check: report.map(|report| word(report.outcome())),
                }),
            },
        };
        let new = Envelope::new("tidy", self.outcome(), section);
        let mut skipped = cleanup::skipped(&self.cleanup);
        let envelope = match report.map(|report| report_envelope("tidy", report)) {
            Some(checked) => {
                skipped.extend(checked.skipped);
                Envelope {
                    repository: checked.repository,
                    scope: checked.scope,
                    inspected: checked.inspected,
                    findings: checked.findings,
                    environments: checked.environments,
                    suppressed: checked.suppressed,
                    ..new
                }
            }
            None => {
                let unread = self.fix.iter().flat_map(|fix| &fix.plan.skipped);
                skipped.extend(unread.map(SkippedJson::of));
                Envelope { repository: self.cleanup.repository.as_ref().map(RepositoryJson::of), ..new }
            }
        };
        let envelope = Envelope { skipped, ..envelope };
        match self.failure() {
            Some(error) => envelope.failed(&error).write(out),
            None => envelope.with_plan_id(self.is_plan(), &self.basis()).write(out),
        }
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Clean => "clean",
        Outcome::Findings => "findings",
        Outcome::Undecided => "undecided",
    }
}
