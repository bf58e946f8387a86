//! The text of `ci`.

use std::io::{self, Write};

use crate::model::{CacheKey, CacheVerification, Outcome};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::style::Style;

impl WriteText for CacheKey {
    fn write_text(&self, _: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.key)
    }

    fn is_verbatim(&self) -> bool {
        true
    }
}

impl WriteText for CacheVerification {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.report.write_text(style, out)?;
        if style.detail == Detail::Quiet {
            return Ok(());
        }
        let label = style.said(&self.selection.label());
        match self.outcome() {
            Outcome::Clean => writeln!(out, "{label} can be used"),
            Outcome::Findings => writeln!(out, "{label} cannot be used as it is"),
            Outcome::Undecided => writeln!(out, "whether {label} can be used could not be determined"),
        }
    }
}
