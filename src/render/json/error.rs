//! The envelope of a command that failed before it had a result.

use std::io::{self, Write};

use super::envelope::{Envelope, NoSection};
use crate::error::Error;
use crate::model::Outcome;

/// Writes the envelope of an error.
pub(super) fn write_error(command: &str, error: &Error, out: &mut dyn Write) -> io::Result<()> {
    Envelope::new(command, Outcome::Undecided, NoSection {}).failed(error).write(out)
}
