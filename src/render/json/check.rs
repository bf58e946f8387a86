//! The JSON of `check`. It has no section: all that it says is in the envelope.

use std::io::{self, Write};

use super::envelope::{
    Envelope, InspectedJson, NoSection, RepositoryJson, ScopeJson, SkippedJson, SuppressionJson,
};
use super::environment::{EnvironmentJson, SyncJson};
use super::finding::FindingJson;
use crate::model::{Environment, EnvironmentSync, Report};
use crate::render::command_result::WriteJson;

impl WriteJson for Report {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        report_envelope("check", self).write(out)
    }
}

/// Returns the envelope of a report, for the command that made it.
pub(super) fn report_envelope(command: &str, report: &Report) -> Envelope<NoSection> {
    let environment = |environment: &Environment| EnvironmentJson {
        sync: SyncJson::of(&EnvironmentSync::of(&report.syncs, &environment.root)),
        ..EnvironmentJson::of(environment)
    };
    Envelope {
        repository: Some(RepositoryJson::of(&report.repository)),
        scope: Some(ScopeJson::of(&report.scope)),
        inspected: Some(InspectedJson::of(&report.inspected)),
        findings: report.findings.iter().map(FindingJson::of).collect(),
        environments: report.environments.iter().map(environment).collect(),
        skipped: report.skipped.iter().map(SkippedJson::of).collect(),
        suppressed: report.suppressed.iter().map(SuppressionJson::of).collect(),
        ..Envelope::new(command, report.outcome(), NoSection {})
    }
}
