//! The text of `audit`: a line or two for each vulnerability, and a sentence.

use std::io::{self, Write};

use super::notes::write_notes;
use crate::message::Message;
use crate::model::{KnownVulnerability, Outcome, VulnerabilityReport};
use crate::path::printable;
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::counted;

impl WriteText for VulnerabilityReport {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.vulnerabilities.iter().try_for_each(|found| write_one(found, style, out))?;
        for undecided in &self.undecided {
            let head = style.paint.paint(Role::Warning, "could not determine:");
            writeln!(out, "{head} {}", style.said(&Message::of(undecided).escaped()))?;
        }
        if style.detail == Detail::Quiet {
            return Ok(());
        }
        write_notes(&self.notes, style, out)?;
        let subject = style.said(&self.subject);
        let packages = counted(self.audited, "package");
        match (self.outcome(), self.vulnerabilities.len() as u64) {
            (Outcome::Clean, _) => {
                writeln!(out, "no known vulnerabilities in {packages} of {subject}, as {} says", self.tool)
            }
            (Outcome::Undecided, _) => {
                writeln!(out, "no known vulnerabilities in {packages} of {subject} that could be looked at")
            }
            (Outcome::Findings, 1) => writeln!(out, "1 known vulnerability in {packages} of {subject}"),
            (Outcome::Findings, count) => {
                writeln!(out, "{} in {packages} of {subject}", counted(count, "known vulnerability"))
            }
        }
    }
}

/// `error: jinja2 3.1.2 has PYSEC-2024-1 (CVE-2024-1): summary`, and where it is fixed.
fn write_one(found: &KnownVulnerability, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let shown = |text: &str| printable(text.as_bytes());
    let list = |texts: &[String]| shown(&texts.join(", "));
    let aliases =
        if found.aliases.is_empty() { String::new() } else { format!(" ({})", list(&found.aliases)) };
    let summary =
        if found.summary.is_empty() { String::new() } else { format!(": {}", shown(&found.summary)) };
    let head = style.paint.paint(Role::Error, "error:");
    let (package, version, id) = (shown(&found.package), shown(&found.version), shown(&found.id));
    writeln!(out, "{head} {package} {version} has {id}{aliases}{summary}")?;
    match found.fixed_in.is_empty() {
        true => writeln!(out, "  no version is known to fix it"),
        false => writeln!(out, "  fixed in {}", list(&found.fixed_in)),
    }
}
