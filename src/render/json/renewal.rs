//! The JSON of `cleanup --create-venv`: the sections of `cleanup` and `create`.

use std::io::{self, Write};

use serde::Serialize;

use super::cleanup::{self, CleanupSection};
use super::create::CreateSection;
use super::envelope::{Envelope, RepositoryJson};
use crate::model::Renewal;
use crate::render::command_result::WriteJson;

/// Both sections.
#[derive(Debug, Serialize)]
struct RenewalSections {
    #[serde(flatten)]
    cleanup: CleanupSection,
    #[serde(flatten)]
    create: Option<CreateSection>,
}

impl WriteJson for Renewal {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let section = RenewalSections {
            cleanup: CleanupSection::of(&self.cleanup),
            create: self.creation.as_ref().map(CreateSection::of),
        };
        let envelope = Envelope {
            repository: self.cleanup.repository.as_ref().map(RepositoryJson::of),
            skipped: cleanup::skipped(&self.cleanup),
            ..Envelope::new("cleanup", self.outcome(), section)
        };
        match self.failure() {
            Some(error) => envelope.failed(&error).write(out),
            None => envelope.with_plan_id(self.is_plan(), &self.basis()).write(out),
        }
    }
}
