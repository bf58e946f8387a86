//! The JSON of `hook run`: that of its report.

use std::io::{self, Write};

use super::check::report_envelope;
use crate::model::Gate;
use crate::render::command_result::WriteJson;

impl WriteJson for Gate {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        report_envelope("hook", &self.report).write(out)
    }
}
