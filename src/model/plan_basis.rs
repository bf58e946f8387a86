//! What a plan rests on beside what it shows.

use crate::text::add_named;

/// What a plan rests on, as bytes that no two different states share: names that are not UTF-8, the content of files, where
/// links lead. Whoever approves a plan approves it for this.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanBasis {
    bytes: Vec<u8>,
}

impl PlanBasis {
    /// Adds something under a name.
    pub fn add(&mut self, name: &str, value: &[u8]) {
        add_named(&mut self.bytes, name, value);
    }

    /// Adds what another plan rests on.
    pub fn add_all(&mut self, other: &Self) {
        self.bytes.extend(&other.bytes);
    }

    /// All of it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}
