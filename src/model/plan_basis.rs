//! What a plan rests on beside what it shows.

/// What a plan rests on, as bytes that no two different states share: names that are not UTF-8, the content of files, where
/// links lead. Whoever approves a plan approves it for this.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanBasis {
    bytes: Vec<u8>,
}

impl PlanBasis {
    /// Adds something under a name.
    pub fn add(&mut self, name: &str, value: &[u8]) {
        for part in [name.as_bytes(), value] {
            self.bytes.extend((part.len() as u64).to_le_bytes());
            self.bytes.extend(part);
        }
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
