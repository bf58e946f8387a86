//! csh and tcsh (<https://man.openbsd.org/csh.1>).

use super::shell::Shell;
use super::template::Template;

/// csh and tcsh.
pub(super) static SHELL: Shell = Shell {
    names: &["csh", "tcsh", "bsd-csh"],
    files: &["activate.csh"],
    quote,
    spell: |_| None,
    call: ("source ", ""),
    assign: Some(("setenv ", " ")),
    remove: ("unsetenv ", ""),
    deactivate: "deactivate",
    evaluate: "eval \"`git pyenv activate`\"",
    templates: &[Template::new("activate.csh", include_str!("templates/csh.csh"))],
};

/// Puts a backslash before each special character: `!` is special between single quotes too, and how csh reads a
/// backslash there depends on a setting. What is not ASCII stands between single quotes: where the locale has no such
/// characters, bsd-csh takes the byte 0xA0, as in `à`, beside a backslash for a pattern that it never finishes reading.
/// A line break cannot be quoted at all.
fn quote(text: &str) -> Option<String> {
    if text.is_empty() || text.contains(char::is_control) {
        return None;
    }
    let mut quoted = String::with_capacity(text.len());
    let mut is_open = false;
    for c in text.chars() {
        if c.is_ascii() == is_open {
            quoted.push('\'');
            is_open = !is_open;
        }
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !"_./-+,:@".contains(c) {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.extend(is_open.then_some('\''));
    Some(quoted)
}
