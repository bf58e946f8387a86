//! The text of `activate`: the command alone, for a shell to evaluate.

use std::io::{self, Write};

use crate::model::Activation;
use crate::render::command_result::WriteText;
use crate::render::style::Style;

impl WriteText for Activation {
    fn write_text(&self, _: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.command)
    }

    fn is_verbatim(&self) -> bool {
        true
    }
}
