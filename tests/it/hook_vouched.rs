//! `hook status` says that a hook will run only where git then runs the check: each case is a real commit.
#![cfg(unix)]

use crate::hook::stage_environment;
use crate::hook_install::with_git;
use crate::support::repository::Sandbox;

#[test]
fn a_file_of_ours_that_was_edited_does_not_keep_the_configuration_from_checking() {
    let sandbox = Sandbox::repository();
    let newer = sandbox.at("repo").with("PATH", with_git(&sandbox, "2.54.0"));
    newer.pyenv(&["hook", "install", "--config"]).ended(0);
    stage_environment(&sandbox);
    for version in ["v1", "v2"] {
        let edited = format!("#!/bin/sh\n# git-pyenv hook {version}\nexit 0\n");
        sandbox.write_program(".git/hooks/pre-commit", edited);
        let json = newer.json(&["hook", "status"]);
        assert_eq!(json["hooks"]["events"][0]["will_run"], true, "{json}");
        let command = sandbox.git(&["config", "hook.git-pyenv-pre-commit.command"]);
        newer.run("sh", &["-c", &command]).ended(1);
    }
}
