//! The text of `use`: the selected environment, and why it is selected.

use std::io::{self, Write};

use super::notes::write_notes;
use crate::model::UseReport;
use crate::path::{printable, shown};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;

impl WriteText for UseReport {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let choice = &self.choice;
        let outside = || shown(&choice.directory);
        let place = choice.place.as_ref().map_or_else(outside, ToString::to_string);
        let name = choice.name.as_ref().map(|name| format!("`{name}`, ")).unwrap_or_default();
        let missing = if self.exists { "" } else { ", which is not there yet" };
        writeln!(out, "environment: {name}`{place}`{missing}")?;
        if style.detail == Detail::Quiet {
            return Ok(());
        }
        let because = printable(choice.reason.to_string().as_bytes());
        writeln!(out, "  {} {because}", style.paint.paint(Role::Detail, "because:"))?;
        write_notes(&self.notes, style, out)
    }
}
