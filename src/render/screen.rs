//! The width of the terminal and of text on it.

/// The width of lines and of text.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// The columns of the terminal; `None` if lines may have any length.
    pub columns: Option<usize>,
    /// It shows characters such as `█`.
    pub has_blocks: bool,
    /// Returns the number of columns of a text without control characters.
    pub width_of: fn(&str) -> usize,
}

impl Default for Screen {
    /// Lines of any length, and one column per character.
    fn default() -> Self {
        Self { columns: None, has_blocks: false, width_of: |text| text.chars().count() }
    }
}
