//! Tests of quoting and templates; `tests/it/activate.rs` runs real shells.

use super::{SHELLS, ScriptParameters, find, scripts, scripts_directory};
use crate::model::Platform;

fn quoted(shell: &str, text: &str) -> Option<String> {
    find(shell).and_then(|(shell, _)| (shell.quote)(text))
}

#[test]
fn each_shell_quotes_special_characters() {
    let cases = [
        ("sh", "it's $1", Some(r"'it'\''s $1'")),
        ("fish", r"it's a\b", Some(r"'it\'s a\\b'")),
        ("csh", "a b!c", Some(r"a\ b\!c")),
        ("csh", "a\nb", None),
        ("csh", "/à b/é's", Some(r"/'à'\ b/'é'\'s")),
        ("nu", "a b", Some("'a b'")),
        ("nu", "it's \"\\", Some(r#""it's \"\\""#)),
        ("powershell", "it's \u{2019}", Some("'it''s \u{2019}\u{2019}'")),
        ("cmd", "C:\\a b", Some("\"C:\\a b\"")),
        ("cmd", "100%", None),
        ("xonsh", "it's\\n", Some(r"'it\'s\\n'")),
    ];
    for (shell, text, expected) in cases {
        assert_eq!(quoted(shell, text).as_deref(), expected, "{shell}: {text}");
    }
}

#[test]
fn shells_are_found_by_the_name_of_their_process() {
    let name = |program| find(program).map(|(shell, name)| (shell.names[0], name));
    assert_eq!(name("-zsh"), Some(("sh", "zsh")));
    assert_eq!(name("/usr/local/bin/fish"), Some(("fish", "fish")));
    assert_eq!(name("C:\\Program Files\\PowerShell\\7\\pwsh.exe"), Some(("powershell", "pwsh")));
    assert_eq!(name("CMD.EXE"), Some(("cmd", "cmd")));
    assert_eq!(name("python3"), None);
    assert_eq!(name(""), None);
}

#[test]
fn each_layout_has_its_scripts() {
    let names = |platform| -> Vec<&str> {
        let parameters = ScriptParameters { root: "/p/venv", prompt: "p", platform };
        scripts(&parameters).iter().map(|script| script.name).collect()
    };
    let posix = [
        "activate",
        "activate.fish",
        "activate.csh",
        "activate.nu",
        "Activate.ps1",
        "activate.xsh",
        "activate_this.py",
    ];
    assert_eq!(names(Platform::Posix), posix);
    let windows: Vec<&str> =
        names(Platform::Windows).into_iter().filter(|name| !posix.contains(name)).collect();
    assert_eq!(windows, ["activate.bat", "deactivate.bat"]);
    assert!(SHELLS.iter().all(|shell| shell.templates.iter().any(|one| one.name == shell.files[0])));
}

#[test]
fn values_are_filled_in_once() {
    let parameters = ScriptParameters { root: "/p/@@PROMPT@@", prompt: "a$(b)", platform: Platform::Posix };
    let activate = scripts(&parameters).swap_remove(0).text;
    assert!(activate.contains("\nVIRTUAL_ENV='/p/@@PROMPT@@'\n"), "{activate}");
    assert!(activate.contains("\nVIRTUAL_ENV_PROMPT='a$(b)'\n"), "{activate}");
    assert!(activate.contains("PS1='(a_(b)) '$PS1\n"), "{activate}");
    assert!(activate.contains(&format!("PATH=$VIRTUAL_ENV/{}$", scripts_directory(Platform::Posix))));
}

#[test]
fn batch_files_have_the_line_ends_of_windows() {
    let parameters = ScriptParameters { root: "C:\\p\\venv", prompt: "p", platform: Platform::Windows };
    for script in scripts(&parameters) {
        let returns = script.text.matches("\r\n").count();
        let lines = script.text.matches('\n').count();
        assert_eq!(returns, if script.name.ends_with(".bat") { lines } else { 0 }, "{}", script.name);
    }
}
