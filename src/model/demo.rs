//! The result of `demo`.

/// A word.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The word.
    pub word: String,
}
