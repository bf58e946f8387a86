//! The text of a dry run: what it shows, and how to carry out just that.

use std::io::{self, Write};

use crate::render::command_result::{ShownPlan, WriteText};
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;

impl WriteText for ShownPlan<'_> {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.result.write_text(style, out)?;
        match &self.command {
            Some(command) if style.detail != Detail::Quiet => {
                let command = style.paint.paint(Role::Command, command);
                writeln!(out, "do exactly this with `{command}`")
            }
            _ => Ok(()),
        }
    }

    fn is_verbatim(&self) -> bool {
        self.result.is_verbatim()
    }
}
