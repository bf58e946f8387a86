//! Repeats a word.

use crate::model::Demo;

/// Returns the word.
#[must_use]
pub fn run(word: String) -> Demo {
    Demo { word }
}
