//! What `fix` and `check` say about pieces of an environment in the root of the project.

use crate::fix::{fix, ignore_file};
use crate::support::environments::venv;
use crate::support::repository::Sandbox;

#[test]
fn a_piece_in_the_root_is_named() {
    let sandbox = Sandbox::repository();
    sandbox.commit("src/app.py", "print(1)\n");
    venv(12).under("left").write(&sandbox);
    sandbox.git(&["add", "--force", "left/bin/activate"]);
    sandbox.git(&["mv", "left/bin", "bin"]);
    let checked = sandbox.pyenv(&["check", "--staged", "--output", "text"]).ended(1);
    assert!(!checked.out().contains("in `.`"), "{}", checked.said());
    assert!(checked.out().contains("remnant of an environment in `bin/activate`"), "{}", checked.said());
    let fixed = fix(&sandbox, &[]).ended(0);
    assert!(!fixed.out().contains("`.`"), "{}", fixed.said());
    let said = format!("{} ignore rules are written", ignore_file(&sandbox).lines().count());
    assert!(fixed.out().contains(&said), "{}", fixed.said());
}

#[test]
fn other_clones_are_mentioned_only_if_they_can_have_the_environment() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    for committed in [false, true] {
        venv(12).under("e").write(&sandbox);
        sandbox.git(&["add", "--force", "e"]);
        if committed {
            sandbox.git(&["commit", "--quiet", "--message", "all"]);
        }
        let said = sandbox.pyenv(&["fix", "--output", "text"]).ended(0).out();
        assert_eq!(said.contains("deletes the files in other clones"), committed, "{said}");
        std::fs::remove_dir_all(sandbox.path("repo/e")).expect("removed");
    }
}
