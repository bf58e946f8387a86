//! The appearance of text output.

use super::detail::Detail;
use super::paint::Paint;
use super::screen::Screen;

/// The appearance of text output.
pub struct Style<'p> {
    /// The colours.
    pub paint: &'p dyn Paint,
    /// The level of detail.
    pub detail: Detail,
    /// The width of the terminal.
    pub screen: Screen,
}
