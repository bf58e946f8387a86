//! PowerShell
//! (<https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules>).

use super::shell::Shell;
use super::spelled;
use super::template::Template;

/// PowerShell. The script has the name that `venv` uses; `activate.ps1`, of virtualenv and uv, is the same file where
/// file names ignore case.
pub(super) static SHELL: Shell = Shell {
    names: &["powershell", "pwsh"],
    files: &["Activate.ps1", "activate.ps1"],
    quote,
    spell,
    call: ("& ", ""),
    assign: Some(("$env:", " = ")),
    remove: ("Remove-Item -ErrorAction Ignore Env:", ""),
    deactivate: "deactivate",
    evaluate: "git pyenv activate | Out-String | Invoke-Expression",
    templates: &[Template::new("Activate.ps1", include_str!("templates/powershell.ps1"))],
};

/// Between single quotes only single quotes are special, and doubled; PowerShell also treats typographic quotes as
/// single quotes.
#[expect(clippy::unnecessary_wraps, reason = "other shells cannot quote everything")]
fn quote(text: &str) -> Option<String> {
    let is_quote = |c: char| matches!(c, '\'' | '\u{2018}'..='\u{201b}');
    let doubled = text.chars().flat_map(|c| is_quote(c).then_some(c).into_iter().chain([c]));
    Some(format!("'{}'", doubled.collect::<String>()))
}

/// Strings have escapes only from PowerShell 6 on, so they are put together.
fn spell(text: &str) -> Option<String> {
    let character = |c| format!("[char]::ConvertFromUtf32(0x{:x})", u32::from(c));
    Some(format!("({})", spelled::joined(text, quote, character, " + ")?))
}
