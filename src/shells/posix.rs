//! bash, zsh, dash, ksh and the other shells that follow POSIX
//! (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html>).

use super::shell::Shell;
use super::spelled;
use super::template::Template;

/// The family of `sh`.
pub(super) static SHELL: Shell = Shell {
    names: &["sh", "bash", "zsh", "dash", "ksh", "ash", "busybox", "ksh93", "mksh", "oksh", "rbash", "yash"],
    files: &["activate"],
    quote,
    spell,
    call: (". ", ""),
    assign: Some(("export ", "=")),
    remove: ("unset ", ""),
    deactivate: "deactivate",
    evaluate: "eval \"$(git pyenv activate)\"",
    templates: &[Template::new("activate", include_str!("templates/posix.sh"))],
};

/// Between single quotes only the single quote itself is special.
#[expect(clippy::unnecessary_wraps, reason = "other shells cannot quote everything")]
fn quote(text: &str) -> Option<String> {
    Some(format!("'{}'", text.replace('\'', r"'\''")))
}

/// Not all of these shells have `$'…'`, but all have `printf`, which knows octal numbers.
fn spell(text: &str) -> Option<String> {
    let octal = |c: char| -> String {
        c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("\\{byte:03o}")).collect()
    };
    spelled::joined(text, quote, |c| format!("\"$(printf '{}')\"", octal(c)), "")
}
