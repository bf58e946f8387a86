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
