//! The text of `cleanup --create-venv`: what is deleted, and what is made in its place.

use std::io::{self, Write};

use super::cleanup::write_items;
use super::create::write_attempts;
use crate::model::{CleanupStep, Renewal};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::style::Style;

impl WriteText for Renewal {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        write_items(&self.cleanup, style, out)?;
        if let Some(creation) = &self.creation {
            write_attempts(creation, style, out)?;
        }
        if style.detail == Detail::Quiet {
            return Ok(());
        }
        let is_made = self.creation.is_some() && self.cleanup.step != CleanupStep::Done;
        if is_made {
            writeln!(out, "  then installs what the project asks for")?;
        }
        match self.cleanup.step {
            CleanupStep::Planned | CleanupStep::Done => Ok(()),
            CleanupStep::DryRun => writeln!(out, "dry run: nothing was changed"),
            CleanupStep::Unconfirmed => {
                writeln!(out, "nothing was changed; to do it without a question, use `--force`")
            }
        }
    }
}
