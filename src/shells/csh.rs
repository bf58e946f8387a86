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
    deactivate: "deactivate",
    evaluate: "eval \"`git pyenv activate`\"",
    templates: &[Template::new("activate.csh", include_str!("templates/csh.csh"))],
};

/// Puts a backslash before each special character: `!` is special between single quotes too, and how csh reads a
/// backslash there depends on a setting. A line break cannot be quoted at all.
fn quote(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./-+,:@".contains(c) || !c.is_ascii();
    let quoted = |c: char| (!plain(c)).then_some('\\').into_iter().chain([c]);
    (!text.is_empty() && !text.contains(char::is_control)).then(|| text.chars().flat_map(quoted).collect())
}
