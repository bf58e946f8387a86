//! nu (<https://www.nushell.sh/book/working_with_strings.html>).

use super::shell::Shell;
use super::template::Template;
use crate::path::is_deceptive;

/// nu.
pub(super) static SHELL: Shell = Shell {
    names: &["nu", "nushell"],
    files: &["activate.nu"],
    quote,
    spell,
    call: ("overlay use ", ""),
    assign: Some(("$env.", " = ")),
    remove: ("hide-env --ignore-errors ", ""),
    deactivate: "deactivate",
    evaluate: "type what `git pyenv activate` prints: nu has no eval",
    templates: &[Template::new("activate.nu", include_str!("templates/nu.nu"))],
};

/// Uses single quotes, or, if the text has one itself or a line break, double quotes, which have escapes and no
/// variables.
#[expect(clippy::unnecessary_wraps, reason = "other shells cannot quote everything")]
fn quote(text: &str) -> Option<String> {
    if !text.contains(['\'', '\n', '\r']) {
        return Some(format!("'{text}'"));
    }
    Some(format!("\"{}\"", escaped(text)))
}

fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n").replace('\r', r"\r")
}

/// Double quotes have an escape for every character.
#[expect(clippy::unnecessary_wraps, reason = "other shells cannot spell everything")]
fn spell(text: &str) -> Option<String> {
    let spelled = |c: char| match is_deceptive(c) {
        true => format!(r"\u{{{:x}}}", u32::from(c)),
        false => c.to_string(),
    };
    Some(format!("\"{}\"", escaped(text).chars().map(spelled).collect::<String>()))
}
