//! One line per finding: the code, the path and the message.

use std::io::{self, Write};

use super::findings_format::FindingsFormat;
use crate::model::Report;

/// The format.
#[derive(Debug)]
pub(super) struct Lines;

pub(super) static FORMAT: Lines = Lines;

impl FindingsFormat for Lines {
    fn name(&self) -> &'static str {
        "lines"
    }

    fn write_report(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        report.findings.iter().try_for_each(|finding| {
            writeln!(out, "{} {}: {}", finding.rule.code, finding.path, finding.message)
        })
    }
}
