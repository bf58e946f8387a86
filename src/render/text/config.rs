//! The text of `config`: a line per setting.

use std::io::{self, Write};

use crate::model::SettingsReport;
use crate::path::printable;
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;

impl WriteText for SettingsReport {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        for row in &self.rows {
            let value = printable(row.value.as_bytes());
            let origin = style.paint.paint(Role::Detail, &format!("({})", style.said(&row.origin.escaped())));
            let value = if value.is_empty() { row.empty } else { &value };
            writeln!(out, "{} = {value}  {origin}", printable(row.key.as_bytes()))?;
            if style.detail == Detail::Verbose {
                writeln!(out, "    {}", row.about)?;
            }
        }
        Ok(())
    }
}
