//! A page of the documentation.

/// A page of the documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The file, from the top of the repository.
    pub path: String,
    /// The text, in Markdown as GitHub reads it (<https://github.github.com/gfm/>).
    pub text: String,
}
