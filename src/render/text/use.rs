//! The text of `use`: the selected environment, and why it is selected.

use std::io::{self, Write};

use super::notes::write_notes;
use crate::message::Message;
use crate::model::UseReport;
use crate::path::printable;
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;

impl WriteText for UseReport {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let selection = &self.selection;
        let label = style.said(&selection.label());
        let verb = if self.changed { "now using" } else { "using" };
        let python =
            self.python.as_ref().map(|version| format!(" (Python {})", printable(version.as_bytes())));
        let python = python.unwrap_or_default();
        let missing = if self.exists { "" } else { ", which does not exist yet" };
        let activate = match self.changed && self.exists && style.detail != Detail::Quiet {
            true => {
                let command = self.activation.as_deref().unwrap_or("eval \"$(git pyenv activate)\"");
                let command = style.paint.paint(Role::Command, command);
                format!("; activate it with: {command}")
            }
            false => String::new(),
        };
        writeln!(out, "{verb} {label}{python}{missing}{activate}")?;
        if style.detail == Detail::Quiet {
            return Ok(());
        }
        let because = style.said(&Message::of(&selection.reason).escaped());
        writeln!(out, "  {} {because}", style.paint.paint(Role::Detail, "because:"))?;
        write_notes(&self.notes, style, out)
    }
}
