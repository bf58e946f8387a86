//! The trait of formats that can only show findings.

use std::io::{self, Write};

use crate::error::Error;
use crate::model::{Gate, Report};

/// An output format that can only show findings.
pub trait FindingsFormat: Sync {
    /// Returns the name that `--output` takes.
    fn name(&self) -> &'static str;

    /// Writes the result of `check`.
    ///
    /// # Errors
    /// Whatever writing fails with.
    fn write_report(&self, report: &Report, out: &mut dyn Write) -> io::Result<()>;

    /// Writes the result of `hook run`: by default its report.
    ///
    /// # Errors
    /// Whatever writing fails with.
    fn write_gate(&self, gate: &Gate, out: &mut dyn Write) -> io::Result<()> {
        self.write_report(&gate.report, out)
    }

    /// Writes what a command failed with before it had a result: also that is no clean result.
    ///
    /// # Errors
    /// Whatever writing fails with.
    fn write_error(&self, error: &Error, out: &mut dyn Write) -> io::Result<()>;
}
