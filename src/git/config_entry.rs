//! One value of git's configuration.

/// One value of git's configuration, in the order in which git reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigEntry {
    /// The key in the form that git prints: section and variable in lower case, subsection as written.
    pub key: String,
    /// The value; `None` for a key without `=`, which means true.
    pub value: Option<String>,
    /// Where it is set, as `git config --show-origin` prints it.
    pub origin: String,
}

impl ConfigEntry {
    /// The section, with the subsection.
    pub(super) fn section(&self) -> &str {
        section_of(&self.key)
    }

    /// Whether it sets this key. Git writes the section and the last part of a key in lower case.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        let of =
            |key: &str| key.rsplit_once('.').map(|(start, name)| (start.to_owned(), name.to_lowercase()));
        of(&self.key) == of(key)
    }
}

/// A key without its last part.
pub(super) fn section_of(key: &str) -> &str {
    key.rsplit_once('.').map_or(key, |(section, _)| section)
}
