//! Colours of the terminal.

use console::Style;

use crate::render::{Paint, Role};

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
