//! fish (<https://fishshell.com/docs/current/language.html#quotes>).

use super::shell::Shell;
use super::spelled;
use super::template::Template;

/// fish.
pub(super) static SHELL: Shell = Shell {
    names: &["fish"],
    files: &["activate.fish"],
    quote,
    spell,
    call: ("source ", ""),
    assign: Some(("set -gx ", " ")),
    remove: ("set -e ", ""),
    deactivate: "deactivate",
    evaluate: "git pyenv activate | source",
    templates: &[Template::new("activate.fish", include_str!("templates/fish.fish"))],
};

/// Between single quotes only the backslash is special, before itself and a single quote.
#[expect(clippy::unnecessary_wraps, reason = "other shells cannot quote everything")]
fn quote(text: &str) -> Option<String> {
    Some(format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'")))
}

/// Outside of quotes there are escapes for characters.
fn spell(text: &str) -> Option<String> {
    spelled::joined(text, quote, |c| format!("\\U{:08x}", u32::from(c)), "")
}
