//! xonsh, which quotes as Python does (<https://xon.sh/tutorial.html>).

use super::python;
use super::shell::Shell;
use super::spelled;
use super::template::Template;

/// xonsh.
pub(super) static SHELL: Shell = Shell {
    names: &["xonsh"],
    files: &["activate.xsh"],
    quote: python::quote,
    spell,
    // Within `@(…)` no variable is expanded, as it is in the words of a command.
    call: ("source @(", ")"),
    assign: Some(("$", " = ")),
    remove: ("__xonsh__.env.pop('", "', None)"),
    deactivate: "deactivate",
    evaluate: "execx($(git pyenv activate))",
    templates: &[Template::new("activate.xsh", include_str!("templates/xonsh.xsh"))],
};

/// Strings beside each other are one.
fn spell(text: &str) -> Option<String> {
    spelled::joined(text, python::quote, |c| format!("'\\U{:08x}'", u32::from(c)), " ")
}
