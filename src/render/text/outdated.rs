//! The text of `outdated`: a table and a sentence.

use std::io::{self, Write};

use super::notes::write_notes;
use super::table::{Cell, Column, Narrowing, Table};
use crate::model::{OutdatedList, OutdatedPackage};
use crate::path::printable;
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::style::Style;
use crate::text::counted;

impl WriteText for OutdatedList {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let columns = ["NAME", "INSTALLED", "LATEST", "REQUIRED", "ACCEPTED"].map(Column::left);
        let row = |package: &OutdatedPackage| {
            let accepted = package.is_accepted.map(|accepted| if accepted { "yes" } else { "no" });
            let required = package.required.as_deref().unwrap_or_default();
            [&package.name, &package.version, &package.latest, required, accepted.unwrap_or_default()]
                .map(|text| Cell::from(printable(text.as_bytes())))
        };
        if !self.packages.is_empty() {
            let mut table = Table::new(columns, self.packages.iter().map(row).collect());
            table.fit(&[Narrowing::Cut("REQUIRED", 12), Narrowing::Drop("REQUIRED")], style);
            let (head, lines) = table.lines(style);
            writeln!(out, "{head}")?;
            lines.iter().try_for_each(|line| writeln!(out, "{}", line.trim_end()))?;
        }
        if style.detail == Detail::Quiet {
            return Ok(());
        }
        let label = style.said(&self.selection.label());
        match self.packages.len() as u64 {
            0 => writeln!(out, "no package of {label} is outdated, as {} says", self.tool)?,
            count => {
                writeln!(out, "\n{} of {label} outdated, as {} says", counted(count, "package"), self.tool)?;
            }
        }
        write_notes(&self.notes, style, out)
    }
}
