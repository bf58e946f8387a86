//! Whether an environment can be relied on, in a word.

/// The three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HealthStatus {
    /// Nothing is wrong with what was looked at.
    Ok,
    /// It does not work as it stands: dead, moved, damaged or unfinished.
    Broken,
    /// Something could not be looked at, and nothing is wrong with the rest.
    Unknown,
}

impl HealthStatus {
    /// The name in JSON output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
        }
    }
}

/// The health of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The answer.
    pub status: HealthStatus,
    /// The codes of the rules that found something, in order. Another Python than the requested one is a problem too,
    /// although the environment works.
    pub problems: Vec<&'static str>,
}

impl Health {
    /// The same if everything was read, else unknown where nothing was found to be wrong.
    #[must_use]
    pub fn if_read(self, everything: bool) -> Self {
        match self.status {
            HealthStatus::Ok if !everything => Self { status: HealthStatus::Unknown, ..self },
            _ => self,
        }
    }

    /// The health of an environment that was not inspected.
    #[must_use]
    pub fn unknown() -> Self {
        Self { status: HealthStatus::Unknown, problems: Vec::new() }
    }
}
