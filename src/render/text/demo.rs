//! The text of `demo`.

use std::io::{self, Write};

use crate::model::Demo;
use crate::path::printable;
use crate::render::command_result::WriteText;
use crate::render::style::Style;

impl WriteText for Demo {
    fn write_text(&self, _: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", printable(self.word.as_bytes()))
    }
}
