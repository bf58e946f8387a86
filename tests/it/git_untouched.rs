//! What only looks writes nothing, not even the time of a file, and an index in two parts is read like one.

use crate::support::environments::venv;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{FORMATS, skip_without};

/// Commands that only look.
const LOOKING: [&[&str]; 8] = [
    &["check"],
    &["check", "--staged"],
    &["check", "--commit", "HEAD"],
    &["check", "--range", "HEAD"],
    &["list"],
    &["fix", "--dry-run"],
    &["hook", "run", "pre-commit"],
    &["hook", "status"],
];

/// Runs everything that only looks, and asserts that no file was written, created or touched.
fn assert_untouched(sandbox: &Sandbox, what: &str) {
    for reader in ["", "plumbing"] {
        for arguments in LOOKING {
            let before = sandbox.listing();
            let finished = sandbox.at("repo").with("GIT_PYENV_READER", reader).pyenv(arguments);
            assert!(matches!(finished.status, Some(0 | 1)), "{what}, {arguments:?}: {}", finished.said());
            let after = sandbox.listing();
            let changed: Vec<_> = after.iter().filter(|file| !before.contains(file)).collect();
            assert!(after == before, "{what}, {arguments:?}, {reader:?}: {changed:?}");
        }
    }
}

/// The paths that git lists in the index, and those of the environments that a check finds there.
fn assert_same_as_git(sandbox: &Sandbox, what: &str) {
    let listed = sandbox.git(&["ls-files", "--cached"]).lines().count();
    let answer = sandbox.json(&["check", "--staged"]);
    assert_eq!(answer["inspected"]["paths"], listed, "{what}: {answer:#}");
}

#[test]
fn a_split_index_is_read_and_not_touched() {
    for format in FORMATS {
        for version in ["2", "4"] {
            let Some(sandbox) = Sandbox::with_repository(format) else { continue };
            let what = format!("{format:?}, version {version}");
            sandbox.git(&["config", "index.version", version]);
            (0..70).for_each(|number| sandbox.write(format!("file-{number:02}"), "x\n"));
            sandbox.git(&["add", "--all"]);
            sandbox.git(&["commit", "--quiet", "--message", "first"]);
            sandbox.git(&["update-index", "--split-index"]);
            assert_same_as_git(&sandbox, &what);
            // Entries that are added, replaced and removed, before, between and after those of the shared part.
            venv(12).under("venv").write(&sandbox);
            sandbox.git(&["add", "--force", "venv"]);
            sandbox.write("a", "x\n");
            sandbox.write("file-01", "changed\n");
            sandbox.git(&["add", "a", "file-01"]);
            sandbox.git(&["rm", "--quiet", "--cached", "file-00", "file-02", "file-69"]);
            sandbox.git(&["add", "--intent-to-add", "file-69"]);
            let shared = sandbox
                .listing()
                .into_iter()
                .any(|(path, ..)| path.to_string_lossy().contains("sharedindex."));
            assert!(shared, "{what}: the index is split");
            let answer = sandbox.json(&["check", "--staged"]);
            assert_eq!(answer["findings"][0]["path"], "venv", "{what}: {answer:#}");
            assert_eq!(
                answer["inspected"]["paths"],
                sandbox.git(&["ls-files"]).lines().count() - 1,
                "{what}"
            );
            assert_untouched(&sandbox, &what);
            sandbox.pyenv(&["fix"]).ended(0);
            assert_eq!(sandbox.git(&["ls-files", "venv"]), "", "{what}");
        }
    }
}

#[test]
fn a_split_index_without_its_shared_part_is_undecided() {
    let sandbox = Sandbox::repository();
    // So many that one more does not make git write another shared part.
    (0..70).for_each(|number| sandbox.write(format!("file-{number}"), "x\n"));
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["update-index", "--split-index"]);
    sandbox.write("other", "x\n");
    sandbox.git(&["add", "other"]);
    let mut files = sandbox.listing().into_iter().map(|(path, ..)| path);
    let shared = files.rfind(|path| path.to_string_lossy().contains("sharedindex.")).expect("a shared part");
    let whole = sandbox.read_any(&shared);
    for cut in [0, 11, whole.len() / 2, whole.len() - 21] {
        sandbox.overwrite(&shared, &whole[..cut]);
        sandbox.pyenv(&["check", "--staged"]).ended(3);
    }
    std::fs::remove_file(&shared).expect("no file");
    let refused = sandbox.pyenv(&["check", "--staged", "--output", "text"]).ended(3);
    assert!(refused.said().contains("sharedindex."), "{}", refused.said());
}

#[test]
fn a_sparse_index_is_not_expanded() {
    let sandbox = Sandbox::repository();
    venv(12).under("far/venv").write(&sandbox);
    sandbox.write("src/file", "x\n");
    sandbox.git(&["add", "--force", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "first"]);
    let sparse = sandbox.try_git(&["sparse-checkout", "init", "--cone", "--sparse-index"]);
    if sparse.status != Some(0) {
        return skip_without("recent-git", &format!("this git has no sparse index: {}", sparse.said()));
    }
    sandbox.git(&["sparse-checkout", "set", "src"]);
    venv(12).under("src/env").write(&sandbox);
    sandbox.git(&["add", "--force", "src/env"]);
    venv(12).under("src/new").write(&sandbox);
    // A file outside of the sparse checkout makes git expand the index when it only reads it.
    sandbox.write("far/file", "x\n");
    // Trees that git would store are not there, so that storing them shows.
    let trees = sandbox.git(&["count-objects"]);
    assert_untouched(&sandbox, "sparse");
    assert_eq!(sandbox.git(&["count-objects"]), trees);
    let answer = sandbox.json(&["check", "--staged"]);
    assert_eq!(answer["findings"].as_array().map(Vec::len), Some(2), "{answer:#}");
}

#[test]
fn an_index_that_is_truncated_is_undecided() {
    let sandbox = Sandbox::repository();
    (0..100).for_each(|number| sandbox.write(format!("file-{number}"), "x\n"));
    sandbox.git(&["add", "--all"]);
    let index = sandbox.path("repo/.git/index");
    let whole = sandbox.read_any(&index);
    for cut in [1, whole.len() / 3, whole.len() - 30] {
        sandbox.overwrite(&index, &whole[..cut]);
        let refused = sandbox.pyenv(&["check", "--staged", "--output", "text"]).ended(3);
        assert!(refused.said().contains("the index is corrupt"), "{}", refused.said());
    }
}

#[test]
fn more_paths_than_a_command_line_holds_are_fixed() {
    const COUNT: usize = 12_000;
    let sandbox = Sandbox::repository();
    let id = {
        sandbox.write("cfg", "home = /usr/bin\nversion = 3.11.2\n");
        sandbox.git(&["hash-object", "-w", "cfg"])
    };
    let long = "x".repeat(160);
    let lines = (0..COUNT).map(|number| format!("100644 {id}\tenvironment-{number:05}-{long}/pyvenv.cfg\n"));
    let place = sandbox.at("repo").reading(lines.collect::<String>());
    place.git_ok(&["update-index", "--index-info"]);
    let fixed = sandbox.json(&["fix"]);
    assert_eq!(fixed["exit_code"], 0, "{}", fixed["error"]);
    assert_eq!(fixed["fix"]["untracked"].as_array().map(Vec::len), Some(COUNT));
    assert_eq!(sandbox.git(&["ls-files"]), ".gitignore");
}

#[test]
fn what_a_killed_run_left_in_the_git_directory_goes_with_the_next_change() {
    let sandbox = Sandbox::repository();
    venv(12).under("venv").write(&sandbox);
    sandbox.write(".git/.git-pyenv-killed", "half a file");
    sandbox.write(".git/of-somebody-else", "x");
    sandbox.pyenv(&["check", "--exit-zero"]).ended(0);
    sandbox.pyenv(&["fix", "--dry-run"]).ended(0);
    assert!(sandbox.path("repo/.git/.git-pyenv-killed").exists(), "what only looks deletes nothing");
    sandbox.pyenv(&["fix"]).ended(0);
    assert!(!sandbox.path("repo/.git/.git-pyenv-killed").exists());
    assert!(sandbox.path("repo/.git/of-somebody-else").exists());
}
