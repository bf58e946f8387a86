//! The JSON of `audit`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson};
use crate::message::Message;
use crate::model::{KnownVulnerability, VulnerabilityReport};
use crate::render::command_result::WriteJson;

/// The section of `audit`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct AuditSection {
    /// Of `audit`.
    audit: AuditJson,
}

/// The known vulnerabilities of packages.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Audit"))]
struct AuditJson {
    /// The program that was asked: `uv` or `pip-audit`.
    tool: &'static str,
    /// The lock or environment that was looked at, for people.
    subject: String,
    /// How many packages were looked at.
    audited: u64,
    /// The vulnerabilities, by package.
    vulnerabilities: Vec<VulnerabilityJson>,
    /// What could not be determined.
    undecided: Vec<String>,
    /// Notes for the user.
    notes: Vec<String>,
}

/// A vulnerability of a package.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Vulnerability"))]
struct VulnerabilityJson {
    /// The name of the package.
    package: String,
    /// Its version.
    version: String,
    /// The id, such as `PYSEC-2024-1`.
    id: String,
    /// Other ids.
    aliases: Vec<String>,
    /// What it is, in a line; empty if nobody says.
    summary: String,
    /// The versions that do not have it.
    fixed_in: Vec<String>,
}

impl WriteJson for VulnerabilityReport {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let one = |found: &KnownVulnerability| VulnerabilityJson {
            package: found.package.clone(),
            version: found.version.clone(),
            id: found.id.clone(),
            aliases: found.aliases.clone(),
            summary: found.summary.clone(),
            fixed_in: found.fixed_in.clone(),
        };
        let audit = AuditJson {
            tool: self.tool,
            subject: self.subject.seen_from_root(),
            audited: self.audited,
            vulnerabilities: self.vulnerabilities.iter().map(one).collect(),
            undecided: self.undecided.clone(),
            notes: self.notes.iter().map(Message::seen_from_root).collect(),
        };
        let envelope = Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new("audit", self.outcome(), AuditSection { audit })
        };
        envelope.write(out)
    }
}
