//! `git pyenv fix`, end to end: what it changes and what it leaves alone.

use crate::support::repository::{Sandbox, text};
use crate::support::sandbox::{CHECK_OF_GIT, FORMATS, Finished, tool};

/// The parts of GitHub's `Python.gitignore` that hide pieces of an environment.
pub(crate) const PYTHON_TEMPLATE: &str = "__pycache__/\n*.py[cod]\n*.so\nbuild/\nlib/\nlib64/\nshare/python-wheels/\n.env\n.venv\nenv/\nvenv/\nENV/\n";
/// GitHub's `Global/VirtualEnv.gitignore`.
const VIRTUALENV_TEMPLATE: &str = "# Virtualenv\n.Python\n[Bb]in\n[Ii]nclude\n[Ll]ib\n[Ll]ib64\n[Ll]ocal\n\
    [Ss]cripts\npyvenv.cfg\n.venv\npip-selfcheck.json\n";
/// What virtualenv writes.
const CACHE_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # This file is a cache directory tag created by Python virtualenv.\n";

/// A real environment below `repo`; `false`, said aloud, where there is no Python.
fn venv(sandbox: &Sandbox, name: &str) -> bool {
    let Some(python) = tool("python3") else { return false };
    let made = sandbox.at("repo").run(python, &["-m", "venv", "--without-pip", name]).ended(0);
    made.stderr.is_empty()
}

/// An environment that needs no Python.
pub(crate) fn plain_environment(sandbox: &Sandbox, root: impl AsRef<[u8]>) {
    let below = |name: &str| [root.as_ref(), b"/", name.as_bytes()].concat();
    sandbox.write(below("pyvenv.cfg"), "home = /usr/bin\nversion = 3.12.1\n");
    sandbox.write(below("bin/activate"), "VIRTUAL_ENV=/home/user/project/venv\nexport VIRTUAL_ENV\n");
    sandbox.write(below("lib/python3.12/site-packages/six.py"), "\n");
}

pub(crate) fn fix(sandbox: &Sandbox, arguments: &[&str]) -> Finished {
    sandbox.pyenv(&[&["--output", "text", "fix"], arguments].concat())
}

pub(crate) fn ignore_file(sandbox: &Sandbox) -> String {
    text(&sandbox.read("repo/.gitignore"))
}

/// Nothing is left to find, git ignores the place, and a commit goes through.
#[track_caller]
pub(crate) fn assert_settled(sandbox: &Sandbox, root: &str) {
    sandbox.git(&["commit", "--quiet", "--allow-empty", "--message", "settled"]);
    sandbox.git(&["check-ignore", "--quiet", "--no-index", "--", root]);
    assert_eq!(sandbox.git(&["ls-files", "--", root]), "");
    sandbox.git(&["add", "."]);
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]), "", "nothing comes back");
    sandbox.pyenv(&CHECK_OF_GIT).ended(0);
    let again = fix(sandbox, &[]).ended(0);
    assert_eq!(again.out(), "nothing to fix\n");
}

#[test]
fn what_was_only_announced_is_taken_back_too() {
    for root in ["work/py", "."] {
        let sandbox = Sandbox::repository();
        sandbox.commit("src/app.py", "print(1)\n");
        plain_environment(&sandbox, root);
        sandbox.git(&["add", "--intent-to-add", "."]);
        fix(&sandbox, &[]).ended(0);
        sandbox.git(&["commit", "--quiet", "--all", "--message", "settled"]);
        let tracked = sandbox.git(&["ls-files"]);
        assert_eq!(tracked.split_whitespace().collect::<Vec<_>>(), [".gitignore", "src/app.py"], "{root}");
    }
}

#[test]
fn every_remnant_shape_is_settled() {
    for (template, tag) in [("", false), (PYTHON_TEMPLATE, false), (VIRTUALENV_TEMPLATE, true)] {
        let sandbox = Sandbox::repository();
        sandbox.write(".gitignore", template);
        sandbox.write("main.py", "print()\n");
        sandbox.write("bin/deploy", "#!/bin/sh\n");
        sandbox.git(&["add", "--force", "."]);
        if !venv(&sandbox, "my env") {
            return;
        }
        if tag {
            sandbox.write("my env/CACHEDIR.TAG", CACHE_TAG);
        }
        sandbox.git(&["add", "."]);
        sandbox.pyenv(&["check", "--staged"]).ended(1);
        let done = fix(&sandbox, &["my env"]).ended(0);
        assert!(done.out().contains("+/my env\n"), "{}", done.said());
        assert!(done.out().ends_with("commit the change with `git commit`\n"), "{}", done.said());
        assert_eq!(ignore_file(&sandbox), format!("{template}/my env\n"));
        assert!(sandbox.path("repo/my env/pyvenv.cfg").exists(), "it stays on the disk");
        let kept = sandbox.git(&["ls-files"]);
        assert_eq!(kept, ".gitignore\nbin/deploy\nmain.py");
        assert_settled(&sandbox, "my env");
    }
}

#[test]
fn works_in_every_format() {
    for format in FORMATS {
        let Some(sandbox) = Sandbox::with_repository(format) else { continue };
        plain_environment(&sandbox, "tools/.venv312");
        sandbox.git(&["add", "."]);
        fix(&sandbox, &["--staged"]).ended(0);
        assert_eq!(ignore_file(&sandbox), "/tools/.venv312\n");
        assert_settled(&sandbox, "tools/.venv312");
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_covered_by_the_rule_that_was_there() {
    let sandbox = Sandbox::repository();
    sandbox.commit(".gitignore", "a\n.venv/\nb\n");
    sandbox.link(".venv", "/home/user/.virtualenvs/project");
    sandbox.git(&["add", "."]);
    let done = fix(&sandbox, &[".venv"]).ended(0);
    assert!(done.out().contains("-.venv/\n+.venv\n"), "{}", done.said());
    assert!(
        done.out().contains("\nnote: a rule with `/` at its end does not ignore a symlink"),
        "{}",
        done.said()
    );
    assert_eq!(ignore_file(&sandbox), "a\n.venv\nb\n");
    assert!(sandbox.path("repo/.venv").is_symlink());
    assert_settled(&sandbox, ".venv");
}

#[test]
fn an_ignore_file_stands_for_its_rules() {
    let sandbox = Sandbox::repository();
    sandbox.commit("sub/.gitignore", "/.venv/\r\nx\r\n");
    plain_environment(&sandbox, "sub/.venv");
    plain_environment(&sandbox, "other");
    sandbox.pyenv(&CHECK_OF_GIT).ended(1);
    let done = sandbox.at("repo/sub").pyenv(&["--output", "text", "fix", ".gitignore"]).ended(0);
    assert!(done.out().contains("1 environment is ignored"), "{}", done.said());
    assert_eq!(sandbox.read("repo/sub/.gitignore"), b"/.venv\r\nx\r\n");
    assert!(!sandbox.path("repo/.gitignore").exists(), "`other` was not asked for");
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]), "sub/.gitignore");
}

#[test]
fn foreign_files_stay_and_are_named() {
    let sandbox = Sandbox::repository();
    plain_environment(&sandbox, "venv");
    sandbox.write("venv/notes.txt", "mine");
    #[cfg(unix)]
    sandbox.link("venv/lib64", "lib");
    sandbox.git(&["add", "."]);
    let done = fix(&sandbox, &["venv"]).ended(0);
    assert!(done.out().contains("keep `venv/notes.txt` in git"), "{}", done.said());
    assert_eq!(
        ignore_file(&sandbox).replace("/venv/lib64\n", ""),
        "/venv/bin\n/venv/lib\n/venv/pyvenv.cfg\n"
    );
    assert_eq!(sandbox.git(&["ls-files"]), ".gitignore\nvenv/notes.txt");
    assert_eq!(fix(&sandbox, &[]).ended(0).out(), "nothing to fix\n");
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    sandbox.git(&["add", "."]);
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]), "");
    sandbox.pyenv(&CHECK_OF_GIT).ended(0);
}

#[test]
fn untracked_files_of_the_project_are_not_hidden() {
    let sandbox = Sandbox::repository();
    plain_environment(&sandbox, "venv");
    sandbox.git(&["add", "."]);
    sandbox.write("venv/new.py", "not yet added");
    fix(&sandbox, &[]).ended(0);
    assert_eq!(ignore_file(&sandbox), "/venv/bin\n/venv/lib\n/venv/pyvenv.cfg\n");
    assert_eq!(sandbox.git(&["ls-files", "--others", "--exclude-standard"]), "venv/new.py");
}

#[test]
fn the_repository_itself_may_be_the_environment() {
    let sandbox = Sandbox::repository();
    sandbox.write("app.py", "print()\n");
    if !venv(&sandbox, ".") {
        return;
    }
    sandbox.git(&["add", "."]);
    fix(&sandbox, &["."]).ended(0);
    let rules = ignore_file(&sandbox);
    assert!(rules.contains("/pyvenv.cfg\n") && rules.contains("/bin\n"), "{rules}");
    let kept = sandbox.git(&["ls-files"]);
    assert!(kept.lines().all(|path| path == "app.py" || path == ".gitignore"), "{kept}");
    sandbox.pyenv(&CHECK_OF_GIT).ended(0);
}

#[test]
fn line_endings_are_kept() {
    for (old, new) in [("a\r\nb", "a\r\nb\r\n/venv\r\n"), ("a\nb", "a\nb\n/venv\n"), ("", "/venv\n")] {
        let sandbox = Sandbox::repository();
        sandbox.git(&["config", "core.autocrlf", "false"]);
        sandbox.commit(".gitignore", old);
        plain_environment(&sandbox, "venv");
        fix(&sandbox, &[]).ended(0);
        assert_eq!(ignore_file(&sandbox), new);
        assert_eq!(sandbox.git(&["diff", "--name-only"]), "", "the index has the same");
        assert_settled(&sandbox, "venv");
    }
}

#[test]
fn a_rule_that_takes_it_out_again_comes_too_early_to_matter() {
    let sandbox = Sandbox::repository();
    sandbox.commit(".gitignore", "venv\n!venv\n");
    plain_environment(&sandbox, "venv");
    sandbox.git(&["add", "."]);
    fix(&sandbox, &[]).ended(0);
    assert_eq!(ignore_file(&sandbox), "venv\n!venv\n/venv\n");
    assert_settled(&sandbox, "venv");
}

#[cfg(unix)]
#[test]
fn an_untracked_link_that_a_rule_for_directories_misses() {
    let sandbox = Sandbox::repository();
    sandbox.commit(".gitignore", ".venv/\n");
    sandbox.link(".venv", "/home/user/.virtualenvs/project");
    let found = sandbox.json(&CHECK_OF_GIT);
    assert_eq!(found["findings"][0]["code"], "PYE203");
    fix(&sandbox, &[]).ended(0);
    assert_eq!(ignore_file(&sandbox), ".venv\n");
    assert_settled(&sandbox, ".venv");
}

#[test]
fn sparse_and_split_indexes_and_version_4() {
    for options in [
        &["sparse-checkout", "set", "--cone", "--sparse-index", "src"][..],
        &["update-index", "--split-index"],
        &["update-index", "--index-version", "4"],
    ] {
        let sandbox = Sandbox::repository();
        sandbox.commit("far/away/x.py", "x");
        sandbox.commit("src/y.py", "x");
        sandbox.git(options);
        plain_environment(&sandbox, "src/venv");
        sandbox.git(&["add", "src"]);
        fix(&sandbox, &["src"]).ended(0);
        assert_eq!(sandbox.git(&["ls-files"]), ".gitignore\nfar/away/x.py\nsrc/y.py", "{options:?}");
        assert_settled(&sandbox, "src/venv");
        sandbox.git(&["fsck", "--no-dangling"]);
    }
}

#[test]
fn submodules_are_repositories_of_their_own() {
    let sandbox = Sandbox::repository();
    sandbox.git_in("", &["init", "--quiet", "inner"]);
    sandbox.write("../inner/a.py", "x");
    sandbox.git_in("inner", &["add", "."]);
    sandbox.git_in("inner", &["commit", "--quiet", "--message", "inner"]);
    sandbox.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../inner", "module"]);
    plain_environment(&sandbox, "module/venv");
    plain_environment(&sandbox, "venv");
    sandbox.git(&["add", "."]);
    sandbox.git_in("repo/module", &["add", "."]);
    sandbox.at("repo/module").pyenv(&["fix", "venv"]).ended(0);
    assert_eq!(sandbox.git_in("repo/module", &["ls-files"]), ".gitignore\na.py");
    fix(&sandbox, &[]).ended(0);
    assert_eq!(sandbox.git(&["ls-files"]), ".gitignore\n.gitmodules\nmodule");
    assert_eq!(ignore_file(&sandbox), "/venv\n");
}

#[test]
fn a_dry_run_changes_nothing() {
    let sandbox = Sandbox::repository();
    sandbox.commit(".gitignore", "x/\n");
    plain_environment(&sandbox, "venv");
    plain_environment(&sandbox, "x");
    sandbox.git(&["add", "venv"]);
    let (index, listing) = (sandbox.read("repo/.git/index"), sandbox.listing());
    let shown = fix(&sandbox, &["--dry-run", "venv", ".gitignore"]).ended(0);
    assert!(shown.out().contains("-x/\n+x\n+/venv\n"), "{}", shown.said());
    assert!(shown.out().contains("untrack `venv` (3 files"), "{}", shown.said());
    assert!(shown.out().contains("\ndry run: nothing was changed\n"), "{}", shown.said());
    let json = sandbox.json(&["fix", "--dry-run"]);
    // Advice is only followed where it is asked for.
    assert!(!json["fix"]["diffs"][0].to_string().contains("-x/"), "{json:#}");
    assert_eq!(json["fix"]["dry_run"], true);
    assert_eq!(json["fix"]["untracked"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["fix"]["diffs"][0]["path"], ".gitignore");
    assert_eq!(sandbox.read("repo/.git/index"), index);
    assert_eq!(sandbox.listing(), listing);
}

#[test]
fn an_ignore_file_in_an_environment_among_project_files_ignores_itself() {
    let sandbox = Sandbox::repository();
    plain_environment(&sandbox, "venv");
    sandbox.write("venv/.gitignore", "*\n");
    sandbox.write("venv/notes.txt", "mine");
    sandbox.git(&["add", "--force", "venv"]);
    fix(&sandbox, &[]).ended(0);
    assert_eq!(sandbox.git(&["ls-files"]), "venv/notes.txt");
    assert_eq!(sandbox.git(&["status", "--porcelain", "-uall"]), "A  venv/notes.txt");
    sandbox.pyenv(&CHECK_OF_GIT).ended(0);
}

#[test]
fn json_says_what_was_done() {
    let sandbox = Sandbox::repository();
    plain_environment(&sandbox, "venv");
    sandbox.write("venv/notes.txt", "mine");
    sandbox.git(&["add", "."]);
    let json = sandbox.json(&["fix"]);
    assert_eq!(
        (&json["command"], &json["status"], &json["exit_code"]),
        (&"fix".into(), &"clean".into(), &0.into())
    );
    assert_eq!(json["fix"]["untracked"][0], "venv/bin/activate");
    assert_eq!(json["fix"]["kept"][0]["path"], "venv/notes.txt");
    assert_eq!(json["fix"]["staged"][0], ".gitignore");
    let diff = json["fix"]["diffs"][0]["diff"].as_str().expect("a diff");
    assert!(diff.starts_with("--- /dev/null\n+++ b/.gitignore\n@@ -0,0 +1,3 @@\n"), "{diff}");
}

#[test]
fn other_changes_of_the_ignore_file_are_not_staged_along() {
    let sandbox = Sandbox::repository();
    sandbox.commit(".gitignore", "a\n");
    sandbox.write(".gitignore", "a\nmine\n");
    plain_environment(&sandbox, "venv");
    sandbox.git(&["add", "venv"]);
    let done = fix(&sandbox, &[]).ended(0);
    assert!(done.out().contains("was not staged"), "{}", done.said());
    assert!(done.out().contains("`git add .gitignore`"), "{}", done.said());
    assert_eq!(sandbox.git(&["show", ":.gitignore"]), "a");
    assert_eq!(ignore_file(&sandbox), "a\nmine\n/venv\n");
}

#[test]
fn a_second_run_finishes_what_a_killed_one_began() {
    let sandbox = Sandbox::repository();
    plain_environment(&sandbox, "venv");
    sandbox.git(&["add", "venv"]);
    sandbox.write(".gitignore", "/venv\n");
    let done = fix(&sandbox, &[]).ended(0);
    assert!(done.out().contains("`git add .gitignore`"), "{}", done.said());
    assert_eq!(sandbox.git(&["ls-files"]), "");
    sandbox.git(&["add", "."]);
    assert_settled(&sandbox, "venv");
}

#[test]
fn names_are_taken_as_they_are() {
    let names: [&[u8]; 7] =
        [b"-rf", b"a b ", b"it's*[x]?", b"!#\\", b"line\nbreak", b"\xff\xfe", b"\x1b[31m"];
    let sandbox = Sandbox::repository();
    names.iter().for_each(|name| plain_environment(&sandbox, name));
    sandbox.write("kept.py", "x");
    sandbox.git(&["add", "."]);
    let done = fix(&sandbox, &[]).ended(0);
    assert!(!done.stdout.contains(&0x1b), "{}", done.said());
    assert_eq!(sandbox.git(&["ls-files"]), ".gitignore\nkept.py");
    assert_eq!(sandbox.git(&["ls-files", "--others", "--exclude-standard"]), "");
    assert_eq!(fix(&sandbox, &[]).ended(0).out(), "nothing to fix\n");
}

#[test]
fn staged_leaves_alone_what_is_not_staged() {
    let sandbox = Sandbox::repository();
    plain_environment(&sandbox, "old");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "old"]);
    plain_environment(&sandbox, "new");
    plain_environment(&sandbox, "untracked");
    sandbox.git(&["add", "new"]);
    fix(&sandbox, &["--staged"]).ended(0);
    assert_eq!(ignore_file(&sandbox), "/new\n");
    assert!(sandbox.git(&["ls-files"]).contains("old/pyvenv.cfg"));
    fix(&sandbox, &[]).ended(0);
    assert_eq!(ignore_file(&sandbox), "/new\n/old\n/untracked\n");
    assert_eq!(sandbox.git(&["ls-files"]), ".gitignore");
}

#[test]
fn linked_worktrees_have_their_own_index_and_rules() {
    let sandbox = Sandbox::repository();
    sandbox.commit("a.py", "x");
    sandbox.git(&["worktree", "add", "--quiet", "../linked", "-b", "other"]);
    sandbox.write("../linked/venv/pyvenv.cfg", "home = /usr/bin\n");
    sandbox.write("../linked/venv/bin/activate", "VIRTUAL_ENV=/home/user/venv\n");
    sandbox.git_in("linked", &["add", "."]);
    sandbox.at("linked/venv").pyenv(&["--output", "text", "fix"]).ended(0);
    assert_eq!(sandbox.git_in("linked", &["ls-files"]), ".gitignore\na.py");
    assert_eq!(sandbox.read("linked/.gitignore"), b"/venv\n");
    assert!(!sandbox.path("repo/.gitignore").exists());
}

#[test]
fn the_repository_as_environment_needs_no_rule_for_links() {
    let sandbox = Sandbox::repository();
    sandbox.commit(".gitignore", "/bin/\n/lib/\n/pyvenv.cfg\n");
    sandbox.write("pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n");
    sandbox.write("bin/activate", "VIRTUAL_ENV=/home/user/project\nexport VIRTUAL_ENV\n");
    sandbox.write("lib/python3.12/site-packages/six.py", "\n");
    sandbox.pyenv(&CHECK_OF_GIT).ended(0);
    assert_eq!(fix(&sandbox, &[]).ended(0).out(), "nothing to fix\n");
}
