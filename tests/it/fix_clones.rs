//! Repositories that pip cloned into an environment: `git add` makes links to other repositories of them.

use crate::fix::{PYTHON_TEMPLATE, assert_settled, fix, ignore_file, plain_environment};
use crate::support::repository::Sandbox;

/// Makes a repository with one commit in a directory, as `pip install -e git+URL` does.
fn clone_into(sandbox: &Sandbox, directory: &str) {
    sandbox.make_directory(&format!("repo/{directory}"));
    let place = sandbox.at(&format!("repo/{directory}"));
    place.git_ok(&["init", "--quiet"]);
    place.git_ok(&["commit", "--quiet", "--allow-empty", "--message", "clone"]);
}

#[test]
fn a_clone_below_an_environment_is_part_of_it() {
    for (template, staged) in [("", true), (PYTHON_TEMPLATE, true), ("", false)] {
        let sandbox = Sandbox::repository();
        sandbox.commit(".gitignore", template);
        plain_environment(&sandbox, "py");
        clone_into(&sandbox, "py/src/library");
        if staged {
            sandbox.git(&["add", "."]);
            assert!(
                sandbox.git(&["ls-files", "--stage"]).contains("160000"),
                "git makes a link of the clone"
            );
        }
        let fixed = fix(&sandbox, &[]).ended(0);
        assert!(!fixed.out().contains("keep"), "{}", fixed.said());
        assert_eq!(ignore_file(&sandbox), format!("{template}/py\n"));
        assert_settled(&sandbox, "py");
        assert!(sandbox.path("repo/py/src/library/.git").is_dir(), "it stays on disk");
    }
}

#[test]
fn a_repository_elsewhere_in_an_environment_is_kept() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    plain_environment(&sandbox, "py");
    clone_into(&sandbox, "py/library");
    clone_into(&sandbox, "py/src/inner/library");
    sandbox.write("py/src/app.py", "print(1)\n");
    clone_into(&sandbox, "py/src/clone");
    sandbox.git(&["add", "."]);
    let fixed = fix(&sandbox, &[]).ended(0);
    for kept in ["py/library", "py/src/app.py", "py/src/inner/library"] {
        assert!(fixed.out().contains(&format!("keep `{kept}` in git")), "{}", fixed.said());
    }
    let tracked = sandbox.git(&["ls-files", "py"]);
    assert_eq!(tracked, "py/library\npy/src/app.py\npy/src/inner/library");
    assert!(ignore_file(&sandbox).contains("/py/src/clone\n"), "{}", ignore_file(&sandbox));
    let said = format!("{} ignore rules are written", ignore_file(&sandbox).lines().count());
    assert!(fixed.out().contains(&said), "{}", fixed.said());
}
