//! `git pyenv config`: one setting with its origin, and where settings are set.
#![cfg(unix)]

use crate::support::repository::Sandbox;

#[test]
fn one_setting_is_shown_with_its_origin() {
    let sandbox = Sandbox::repository();
    let place = sandbox.at("repo").with("GIT_PYENV_OUTPUT", "text");
    assert_eq!(place.pyenv(&["config", "venvDirectory"]).ended(0).out(), "venvDirectory = venv  (default)\n");
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\n\nvenv-directory = \"a\"\n");
    // In whatever spelling.
    for name in [
        "venvDirectory",
        "venv-directory",
        "VENVDIRECTORY",
        "pyenv.venvDirectory",
        "GIT_PYENV_VENV_DIRECTORY",
    ] {
        let shown = place.pyenv(&["config", name]).ended(0).out();
        assert_eq!(shown, "venvDirectory = a  (pyproject.toml:3)\n", "{name}");
    }
    sandbox.git(&["config", "pyenv.venvDirectory", "b"]);
    let shown = place.pyenv(&["config", "venvDirectory"]).ended(0).out();
    assert!(
        shown.starts_with("venvDirectory = b  (git config (file:") && shown.ends_with(".git/config))\n"),
        "{shown}"
    );
    let shown = place
        .with_binary()
        .git(&["-c", "pyenv.venvDirectory=c", "pyenv", "config", "venvDirectory"])
        .ended(0)
        .out();
    assert_eq!(shown, "venvDirectory = c  (git config (command line:))\n");
    let shown = sandbox.at("repo").pyenv(&["config", "hooks", "--output", "text"]).ended(0).out();
    let hooks = git_pyenv::config::KEYS.iter().filter(|key| key.name.starts_with("hooks."));
    assert_eq!(shown.lines().count(), hooks.count(), "{shown}");
}

#[test]
fn a_setting_is_set_with_git() {
    let sandbox = Sandbox::repository();
    let place = sandbox.at("repo").with("GIT_PYENV_OUTPUT", "text").with_binary();
    let cases = [
        ("venvDirectory", "my env", "git config pyenv.venvDirectory 'my env'"),
        ("venv-director", "x", "git config pyenv.venvDirectory x"),
        ("pyenv.hooks.precommit", "false", "git config pyenv.hooks.preCommit false"),
        ("GIT_PYENV_OUTPUT", "json", "git config pyenv.output json"),
        ("environments.docs.directory", "docs", "git config pyenv.environments.docs.directory docs"),
    ];
    for (key, value, command) in cases {
        let refused = place.pyenv(&["config", key, value]).ended(2);
        assert!(
            refused.err().contains(&format!("hint: set it with `{command}`\n")),
            "{key}: {}",
            refused.said()
        );
        place.run("sh", &["-euc", command]).ended(0);
    }
    let set = sandbox.at("repo").json(&["config", "hooks.preCommit"]);
    assert_eq!(set["settings"][0]["value"], "false", "{set:#}");
    for (key, cause) in
        [("allow", "consists of several values"), ("nothing", "there is no setting `nothing`")]
    {
        let refused = place.pyenv(&["config", key, "x"]).ended(2);
        assert!(refused.err().contains(cause), "{}", refused.said());
    }
    let misspelt = place.pyenv(&["config", "venv-director", "--output", "text"]).ended(2);
    assert!(
        misspelt.err().contains("hint: did you mean `git pyenv config venvDirectory`?\n"),
        "{}",
        misspelt.said()
    );
}
