//! `git pyenv fix`, end to end: what it refuses, and that nothing has changed then.

use crate::fix::{assert_settled, fix, ignore_file, plain_environment};
use crate::support::repository::Sandbox;
use crate::support::sandbox::CHECK_OF_GIT;

#[test]
fn a_nearer_rule_that_takes_it_out_again_is_named_and_nothing_changes() {
    let sandbox = Sandbox::repository();
    sandbox.commit("sub/.gitignore", "!venv\n");
    plain_environment(&sandbox, "sub/venv");
    sandbox.git(&["add", "."]);
    let before = sandbox.read("repo/.git/index");
    let failed = fix(&sandbox, &[]).ended(2);
    assert!(failed.err().contains("sub/.gitignore:1: !venv"), "{}", failed.said());
    assert!(failed.err().contains("nothing was changed"), "{}", failed.said());
    assert!(!sandbox.path("repo/.gitignore").exists());
    assert_eq!(sandbox.read("repo/.git/index"), before);
    sandbox.write("sub/.gitignore", "!venv\nvenv/\n");
    fix(&sandbox, &[]).ended(0);
    assert_eq!(sandbox.read("repo/sub/.gitignore"), b"!venv\nvenv\n");
}

#[test]
fn a_rule_that_takes_out_only_the_link_shows_after_writing_and_is_taken_back() {
    let sandbox = Sandbox::repository();
    sandbox.commit("sub/.gitignore", "!*env\n*env/\n");
    sandbox.commit("sub/myenv", "a file of that name");
    plain_environment(&sandbox, "sub/venv");
    sandbox.git(&["add", "--force", "sub/venv"]);
    let before = sandbox.read("repo/.git/index");
    let failed = fix(&sandbox, &[]).ended(2);
    assert!(failed.err().contains("nothing was changed"), "{}", failed.said());
    assert!(!sandbox.path("repo/.gitignore").exists());
    assert_eq!(sandbox.read("repo/.git/index"), before);
}

#[test]
fn an_edit_that_would_hide_other_files_gives_way_to_a_rule_for_one_place() {
    let sandbox = Sandbox::repository();
    sandbox.commit(".gitignore", "env/\n");
    sandbox.commit("docs/env", "a file of that name");
    plain_environment(&sandbox, "env");
    assert_eq!(sandbox.pyenv(&CHECK_OF_GIT).ended(0).json()["findings"][0]["severity"], "info");
    fix(&sandbox, &[".gitignore"]).ended(0);
    assert_eq!(ignore_file(&sandbox), "env/\n/env\n");
    assert_settled(&sandbox, "env");
    assert_eq!(sandbox.git(&["ls-files", "docs"]), "docs/env");
}

#[test]
fn a_rule_that_cannot_be_narrow_enough_is_refused() {
    let sandbox = Sandbox::repository();
    plain_environment(&sandbox, "a\nb");
    sandbox.write("aXb/bin", "not an environment");
    sandbox.write("aXb/pyvenv.cfg", "text");
    sandbox.write("aXb/lib", "text");
    sandbox.git(&["add", "."]);
    let before = sandbox.read("repo/.git/index");
    let failed = fix(&sandbox, &[]).ended(2);
    assert!(failed.err().contains("`aXb/bin`"), "{}", failed.said());
    assert!(!sandbox.path("repo/.gitignore").exists());
    assert_eq!(sandbox.read("repo/.git/index"), before);
}

#[test]
fn a_locked_index_leaves_everything_as_it_was() {
    let sandbox = Sandbox::repository();
    sandbox.commit(".gitignore", "a\n");
    plain_environment(&sandbox, "venv");
    sandbox.git(&["add", "venv"]);
    sandbox.write(".git/index.lock", "");
    let before = sandbox.read("repo/.git/index");
    let failed = fix(&sandbox, &[]).ended(2);
    let lock = sandbox.path("repo/.git/index.lock").display().to_string();
    assert!(failed.err().contains(&format!("cause: `{lock}` exists")), "{}", failed.said());
    assert!(failed.err().contains(&format!("one was killed: `rm {lock}`")), "{}", failed.said());
    assert_eq!(ignore_file(&sandbox), "a\n");
    assert_eq!(sandbox.read("repo/.git/index"), before);
}

#[cfg(unix)]
#[test]
fn an_ignore_file_that_is_a_link_is_left_alone() {
    let sandbox = Sandbox::repository();
    sandbox.write("real", "a\n");
    sandbox.link(".gitignore", "real");
    plain_environment(&sandbox, "venv");
    sandbox.git(&["add", "."]);
    let failed = fix(&sandbox, &[]).ended(2);
    assert!(failed.err().contains("it is a symlink"), "{}", failed.said());
    assert!(sandbox.git(&["ls-files"]).contains("venv/pyvenv.cfg"));
}

#[test]
fn paths_choose_and_are_checked() {
    let sandbox = Sandbox::repository();
    ["a/venv", "b/venv"].iter().for_each(|root| plain_environment(&sandbox, root));
    sandbox.write("b/x.py", "x");
    sandbox.git(&["add", "."]);
    let text =
        |directory: &str, path: &str| sandbox.at(directory).pyenv(&["--output", "text", "fix", "--", path]);
    assert_eq!(text("repo", "b/x.py").ended(0).out(), "nothing to fix at `b/x.py`\n");
    assert!(text("repo", "missing").ended(2).err().contains("path `missing` did not match any files"));
    assert!(text("repo", "../home").ended(2).err().contains("outside"));
    text("repo/a", "venv/bin").ended(0);
    assert_eq!(ignore_file(&sandbox), "/a/venv\n");
    text("repo/b", ".").ended(0);
    assert_eq!(ignore_file(&sandbox), "/a/venv\n/b/venv\n");
    assert_eq!(sandbox.git(&["ls-files"]), ".gitignore\nb/x.py");
}

#[test]
fn where_there_is_nothing_to_write_it_says_so() {
    let sandbox = Sandbox::repository();
    plain_environment(&sandbox, "venv");
    sandbox.git(&["add", "."]);
    let other = sandbox.at("repo").with("GIT_INDEX_FILE", ".git/other-index").pyenv(&["fix"]).ended(2);
    assert!(other.err().contains("GIT_INDEX_FILE"), "{}", other.said());
    let own = sandbox.at("repo").with("GIT_INDEX_FILE", ".git/index").pyenv(&["fix"]).ended(0);
    assert!(own.err().is_empty(), "{}", own.said());
    sandbox.git_in("", &["init", "--quiet", "--bare", "bare.git"]);
    let bare = sandbox.at("bare.git").pyenv(&["fix"]).ended(2);
    assert!(bare.err().contains("bare repository"), "{}", bare.said());
    sandbox.overwrite(&sandbox.path("repo/.git/index"), b"DIRC damaged");
    assert_ne!(sandbox.pyenv(&["fix"]).status, Some(0));
}

#[test]
fn an_ignore_file_that_only_git_has_is_not_replaced() {
    let sandbox = Sandbox::repository();
    sandbox.commit(".gitignore", "a\n");
    std::fs::remove_file(sandbox.path("repo/.gitignore")).expect("a removed file");
    plain_environment(&sandbox, "venv");
    let failed = fix(&sandbox, &[]).ended(2);
    assert!(failed.err().contains("git checkout -- .gitignore"), "{}", failed.said());
    assert!(!sandbox.path("repo/.gitignore").exists());
}
