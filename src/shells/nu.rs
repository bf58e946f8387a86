//! nu (<https://www.nushell.sh/book/working_with_strings.html>).

use super::shell::Shell;
use super::template::Template;

/// nu.
pub(super) static SHELL: Shell = Shell {
    names: &["nu", "nushell"],
    files: &["activate.nu"],
    quote,
    call: ("overlay use ", ""),
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
    let escaped = text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n").replace('\r', r"\r");
    Some(format!("\"{escaped}\""))
}
