//! The terminal: the only folder that names `console` and `indicatif`.

mod progress;

use console::{Style, Term, measure_text_width};

pub use progress::{Bar, Lines};

use crate::render::{Paint, Role, Screen};

/// What is known of the width of standard output, or standard error where that is what is asked about: of the terminal
/// that both lead to, if they lead to one.
#[must_use]
pub fn screen(is_terminal: bool) -> Screen {
    let terminals = [Term::stdout(), Term::stderr()];
    let columns = terminals.iter().find_map(Term::size_checked).map(|(_, columns)| usize::from(columns));
    Screen { columns: columns.filter(|columns| is_terminal && *columns > 0), width_of: measure_text_width }
}

/// Colours text with the terminal's own colours.
#[derive(Debug, Clone, Copy, Default)]
pub struct Coloured;

impl Paint for Coloured {
    fn paint(&self, role: Role, text: &str) -> String {
        let style = Style::new().force_styling(true);
        let style = match role {
            Role::Error => style.red().bold(),
            Role::Warning => style.yellow().bold(),
            Role::Info => style.cyan(),
            Role::Command => style.green(),
            Role::Heading => style.bold(),
            Role::Detail => style.dim(),
        };
        style.apply_to(text).to_string()
    }
}
