//! Names and values with characters that a terminal obeys, reorders by or hides: none of them is printed as it is, and
//! what is printed still works.
#![cfg(unix)]

use std::path::PathBuf;

use git_pyenv::path::is_deceptive;

use crate::fix::plain_environment;
use crate::support::pythons::a_python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, tool};

/// A character of each kind: C0, DEL, C1, soft hyphen, bidirectional marks, separators, zero width, tags, fillers.
const CHARACTERS: [char; 20] = [
    '\u{1}',
    '\u{1b}',
    '\u{7f}',
    '\u{80}',
    '\u{9b}',
    '\u{ad}',
    '\u{61c}',
    '\u{200b}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202e}',
    '\u{2060}',
    '\u{2066}',
    '\u{2069}',
    '\u{3164}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{fffb}',
    '\u{e0041}',
];

fn assert_clean(finished: &Finished, when: &str) {
    for output in [&finished.stdout, &finished.stderr] {
        let text = std::str::from_utf8(output).expect("UTF-8");
        let found = text.chars().find(|c| *c != '\n' && is_deceptive(*c));
        assert_eq!(found, None, "{when}: {text:?}");
    }
}

/// All of them in one name.
fn name() -> String {
    format!("n{}e", CHARACTERS.map(String::from).join("x"))
}

#[test]
fn no_command_prints_them() {
    let name = name();
    let sandbox = Sandbox::repository();
    plain_environment(&sandbox, &name);
    plain_environment(&sandbox, format!("plain{name}/venv"));
    sandbox.write(".gitignore", format!("{name}x/\n# {name}\n"));
    sandbox.git(&["add", "--force", "."]);
    sandbox.git(&["commit", "--quiet", "--message", &name]);
    sandbox.git(&["branch", "--force", "feature\u{202e}\u{9b}"]);
    sandbox.git(&["config", "pyenv.venvDirectory", &name]);
    sandbox.git(&["config", "pyenv.environments.\u{202e}own.directory", "own\u{9b}"]);
    let commands: [&[&str]; 20] = [
        &["check"],
        &["check", "--staged"],
        &["check", "--commit", "feature\u{202e}\u{9b}"],
        &["check", "--commit", "\u{202e}\u{9b}"],
        &["check", &name],
        &["check", "missing\u{202e}\u{9b}"],
        &["check", "--select", &name],
        &["list"],
        &["config"],
        &["fix", "--dry-run"],
        &["fix", "missing\u{9b}"],
        &["use"],
        &["use", &name],
        &["use", "missing\u{202e}"],
        &["create", "--python", "missing\u{202e}\u{9b}"],
        &["activate", "--env", &name],
        &["run", "--env", &name, "--", "true"],
        &["explain", "PYE\u{202e}"],
        &["\u{202e}\u{9b}"],
        &["hook", "run", "pre-commit"],
    ];
    for command in commands {
        for more in [
            &["--output", "json"][..],
            &["--output", "text"],
            &["--output", "text", "--color", "never", "-v"],
        ] {
            // Of what follows `--` nothing is an option.
            let words = [more, command].concat();
            assert_clean(&sandbox.pyenv(&words), &format!("{words:?}"));
        }
    }
    for (key, value) in [("select", name.as_str()), ("ignore", "PYE\u{202e}"), ("pythonVersion", "3\u{9b}")] {
        sandbox.write("tools/python-env.json", format!("{{\"{key}\": \"{value}\"}}").replace('\u{1}', ""));
        for output in ["json", "text"] {
            assert_clean(&sandbox.pyenv(&["check", "--output", output]), key);
        }
    }
}

#[test]
fn json_has_the_same_values() {
    for character in CHARACTERS {
        let name = format!("a{character}b");
        let sandbox = Sandbox::repository();
        plain_environment(&sandbox, &name);
        sandbox.git(&["add", "--force", "."]);
        let checked = sandbox.json(&["check", "--staged"]);
        assert_eq!(checked["environments"][0]["path"], name.as_str(), "{character:?}");
    }
}

#[test]
fn a_printed_command_works_as_printed() {
    let Some(shell) = tool("bash") else { return };
    for character in CHARACTERS {
        let name = format!("-a{character}b");
        let sandbox = Sandbox::repository();
        plain_environment(&sandbox, &name);
        sandbox.git(&["add", "--force", "."]);
        let at = sandbox.at("repo").with_binary();
        let checked = at.json(&["check", "--staged"]);
        let command = checked["findings"][0]["fix"]["command"].as_str().expect("a command").to_owned();
        assert!(!command.contains(is_deceptive), "{command:?}");
        let said = at.pyenv(&["check", "--staged", "--output", "text"]);
        assert!(said.out().contains(&command), "{command}: {}", said.said());
        let fixed = at.run(&shell, &["-c", &command]);
        assert_eq!(fixed.status, Some(0), "{command}: {}", fixed.said());
        assert_eq!(sandbox.git(&["ls-files", "--", &format!(":(literal){name}")]), "", "{command}");
    }
}

#[test]
fn what_activate_prints_activates() {
    let Some(python) = a_python() else { return };
    let python = python.to_str().expect("a plain path");
    let sandbox = Sandbox::repository();
    let name = "ce\u{301} \u{202e}'b\u{200d}\u{e0041}\u{fe0f}";
    sandbox.pyenv(&["create", "--without-pip", "--python", python, "--env", name]).ended(0);
    let shells: [(&str, &str); 7] = [
        ("sh", "eval \"$SCRIPT\" && printf '%s' \"$VIRTUAL_ENV\""),
        ("bash", "eval \"$SCRIPT\" && printf '%s' \"$VIRTUAL_ENV\""),
        ("zsh", "eval \"$SCRIPT\" && printf '%s' \"$VIRTUAL_ENV\""),
        ("dash", "eval \"$SCRIPT\" && printf '%s' \"$VIRTUAL_ENV\""),
        ("ksh", "eval \"$SCRIPT\" && printf '%s' \"$VIRTUAL_ENV\""),
        ("fish", "eval $SCRIPT; and printf '%s' $VIRTUAL_ENV"),
        ("csh", ""),
    ];
    let expected: PathBuf = sandbox.path("repo").join(name);
    for (shell, script) in shells {
        let printed = sandbox.pyenv(&["activate", "--env", name, "--shell", shell]);
        assert_clean(&printed, shell);
        if script.is_empty() {
            assert_eq!(printed.status, Some(2), "{shell} cannot spell it: {}", printed.said());
            continue;
        }
        let printed = printed.ended(0).out();
        let Some(program) = tool(shell) else { continue };
        let done = sandbox.at("repo").with("SCRIPT", printed.trim_end()).run(program, &["-c", script]);
        assert_eq!(done.out(), expected.to_string_lossy(), "{shell}: {printed}: {}", done.said());
    }
    for shell in ["nu", "powershell", "xonsh"] {
        let printed = sandbox.pyenv(&["activate", "--env", name, "--shell", shell]).ended(0);
        assert_clean(&printed, shell);
    }
}
