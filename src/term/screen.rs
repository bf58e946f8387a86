//! The width of the terminal.

use console::{Term, measure_text_width};

use crate::render::Screen;

/// Returns the width of the terminal behind standard output or standard error, if `is_terminal` says that the stream
/// to write to is one, and whether it shows more than ASCII.
#[must_use]
pub fn screen(is_terminal: bool, has_blocks: bool) -> Screen {
    let terminals = [Term::stdout(), Term::stderr()];
    let columns = terminals.iter().find_map(Term::size_checked).map(|(_, columns)| usize::from(columns));
    let columns = columns.filter(|columns| is_terminal && *columns > 0);
    Screen { columns, has_blocks, width_of: measure_text_width }
}
