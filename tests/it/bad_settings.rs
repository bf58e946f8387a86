//! Settings that are malformed, unknown or of the wrong type, in each place: an error that names file and line,
//! never a silent default.

use crate::support::answer::{both, error};
use crate::support::repository::Sandbox;

#[test]
fn settings_files_that_are_wrong() {
    let cases = [
        ("pyproject.toml", "[project]\nname = \"x\"\n[tool.git-pyenv]\nselect = \n", "pyproject.toml:4"),
        ("pyproject.toml", "[tool.git-pyenv]\n\nno-such-key = 1\n", "pyproject.toml:3"),
        (
            "pyproject.toml",
            "[tool.git-pyenv]\nselect = \"PYE101\"\nauto-cleanup = \"perhaps\"\n",
            "pyproject.toml:",
        ),
        ("pyproject.toml", "[tool.git-pyenv]\nallow = [{ path = \"x\" }]\n", "pyproject.toml:2"),
        ("pyproject.toml", "[tool.git-pyenv]\nvenv-directory = \"/etc\"\n", "pyproject.toml:2"),
        ("tools/python-env.json", "{\n  \"venvDirectory\": \"venv\",\n", "tools/python-env.json:"),
        ("tools/python-env.json", "{\n  \"venvDirectory\": 7\n}\n", "tools/python-env.json:2"),
        ("tools/python-env.json", "{\n\n  \"venvDirectroy\": \"venv\"\n}\n", "tools/python-env.json:3"),
        ("tools/python-env.json", "[]\n", "tools/python-env.json"),
        ("tools/python-env.json", "\u{0}\u{1}", "tools/python-env.json"),
    ];
    for (file, content, place) in cases {
        let sandbox = Sandbox::repository();
        sandbox.write(file, content);
        sandbox.git(&["add", "--all"]);
        for arguments in [&["check"] as &[&str], &["check", "--staged"], &["config"]] {
            let text = error(&sandbox.at("repo"), arguments, "settings");
            assert!(text.contains(place), "{file} {arguments:?}: {text}");
        }
    }
}

#[test]
fn settings_of_the_user_that_are_wrong() {
    let sandbox = Sandbox::repository();
    sandbox.git(&["config", "pyenv.noSuchKey", "1"]);
    let text = error(&sandbox.at("repo"), &["check", "--staged"], "settings");
    assert!(text.to_lowercase().contains("nosuchkey") && text.contains(".git/config"), "{text}");
    sandbox.git(&["config", "--unset", "pyenv.noSuchKey"]);
    sandbox.git(&["config", "pyenv.autoCleanup", "perhaps"]);
    let text = error(&sandbox.at("repo"), &["check", "--staged"], "settings");
    assert!(text.contains(".git/config") && text.contains("perhaps"), "{text}");
    sandbox.git(&["config", "--unset", "pyenv.autoCleanup"]);
    for (name, value) in [("GIT_PYENV_AUTO_CLEANUP", "perhaps"), ("GIT_PYENV_READER", "x")] {
        let text = error(&sandbox.at("repo").with(name, value), &["check", "--staged"], "settings");
        assert!(text.contains(name), "{text}");
    }
    let unknown = sandbox.at("repo").with("GIT_PYENV_NO_SUCH_KEY", "1").with("GIT_PYENV_SELECTS", "PYE101");
    for arguments in [&["check", "--output", "json"] as &[&str], &["check", "--output", "text"], &["config"]]
    {
        let finished = unknown.pyenv(arguments).ended(0);
        let said = "warning: unknown environment variable `GIT_PYENV_NO_SUCH_KEY`: it has no effect\n\
                    warning: unknown environment variable `GIT_PYENV_SELECTS`: did you mean `GIT_PYENV_SELECT`?\n";
        assert_eq!(finished.err(), said, "{arguments:?}");
    }
    assert_eq!(unknown.json(&["check"])["status"], "clean");
    assert_eq!(unknown.pyenv(&["check", "--quiet"]).ended(0).err(), "");
    for (key, value) in [("select", "PYE999"), ("ignore", "nothing-like-it")] {
        let variable = format!("GIT_PYENV_{}", key.to_uppercase());
        let (answer, text) = both(&sandbox.at("repo").with(&variable, value), &["check", "--staged"], 2);
        assert!(text.contains(value) && text.contains(&variable), "{answer:#}\n{text}");
    }
    let text = sandbox.at("repo").git(&["config", "--file", ".git/config", "pyenv.allow", "["]);
    assert_eq!(text.status, Some(0));
    let text = error(&sandbox.at("repo"), &["check", "--staged"], "settings");
    assert!(text.contains(".git/config"), "{text}");
}
