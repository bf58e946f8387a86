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
        let verb = match (self.changed, self.is_dry_run) {
            (true, false) => "now using",
            (true, true) => "would use",
            (false, _) => "using",
        };
        let python =
            self.python.as_ref().map(|version| format!(" (Python {})", printable(version.as_bytes())));
        let python = python.unwrap_or_default();
        let missing = if self.exists { "" } else { ", which does not exist yet" };
        writeln!(out, "{verb} {label}{python}{missing}")?;
        if style.detail == Detail::Quiet {
            return Ok(());
        }
        let because = style.said(&Message::of(&selection.reason).escaped());
        writeln!(out, "  {} {because}", style.paint.paint(Role::Detail, "because:"))?;
        if self.changed && self.exists && !self.is_dry_run {
            let command = self.activation.clone().unwrap_or_else(|| style.activation(""));
            let command = style.paint.paint(Role::Command, &command);
            writeln!(out, "  the open shell is as it was; to activate it there: {command}")?;
        }
        write_notes(&self.notes, style, out)
    }
}
