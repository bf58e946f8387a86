//! cmd, the command interpreter of Windows
//! (<https://learn.microsoft.com/windows-server/administration/windows-commands/cmd>).

use super::shell::Shell;
use super::template::Template;

/// cmd.
pub(super) static SHELL: Shell = Shell {
    names: &["cmd"],
    files: &["activate.bat"],
    quote,
    spell: |_| None,
    call: ("", ""),
    assign: None,
    remove: ("", ""),
    deactivate: "deactivate",
    evaluate: "for /f \"delims=\" %i in ('git pyenv activate') do @call %i",
    templates: &[
        Template::batch("activate.bat", include_str!("templates/cmd.bat")),
        Template::batch("deactivate.bat", include_str!("templates/cmd_deactivate.bat")),
    ],
};

/// Uses double quotes. Between them `%` still starts a variable, and no escape works both in a batch file and on the
/// command line. Windows does not allow a double quote in a file name.
fn quote(text: &str) -> Option<String> {
    let harmless = !text.contains(['"', '%']) && !text.contains(char::is_control);
    harmless.then(|| format!("\"{text}\""))
}
