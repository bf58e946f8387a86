//! The JSON of `demo`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::Envelope;
use crate::model::{Demo, Outcome};
use crate::render::command_result::WriteJson;

/// The section of `demo`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct DemoSection {
    /// Of `demo`: the word.
    word: String,
}

impl WriteJson for Demo {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        Envelope::new("demo", Outcome::Clean, DemoSection { word: self.word.clone() }).write(out)
    }
}
