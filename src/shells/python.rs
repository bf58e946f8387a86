//! `activate_this.py`, which activates an environment within a running Python.

use super::template::Template;

/// The script, with the name that virtualenv and uv use.
pub(super) const TEMPLATE: Template = Template::new("activate_this.py", include_str!("templates/python.py"));

/// Quotes text as a Python string
/// (<https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals>).
#[expect(clippy::unnecessary_wraps, reason = "shells cannot quote everything")]
pub(super) fn quote(text: &str) -> Option<String> {
    let escaped = text.replace('\\', r"\\").replace('\'', r"\'").replace('\n', r"\n").replace('\r', r"\r");
    Some(format!("'{escaped}'"))
}
