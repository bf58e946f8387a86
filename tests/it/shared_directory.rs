//! An environment in the directory of a project: what belongs to it leaves git, what belongs to the project stays.

use crate::support::fixture::Fixture;
use crate::support::repository::Sandbox;

/// The start of an environment with the records of one package.
fn environment(record: &str) -> Fixture {
    Fixture::default()
        .file("pyvenv.cfg", "home = /usr/bin\nversion = 3.8.2\n")
        .file("bin/activate", "VIRTUAL_ENV=/srv/project\n")
        .link("bin/python3", "/usr/bin/python3")
        .file("bin/nosetests", "#!/srv/project/bin/python3\nimport nose\n")
        .file("lib/python3.8/site-packages/nose/__init__.py", "")
        .file("lib/python3.8/site-packages/nose-1.3.7.dist-info/RECORD", record)
}

/// The project around it.
fn project() -> Fixture {
    Fixture::default()
        .files(&[
            "manage.py",
            "bin/deploy.sh",
            "lib/helpers.py",
            "include/api.h",
            "share/logo.svg",
            "man/man1/own.1",
        ])
        .file("bin/serve", "#!/usr/bin/env python3\nimport manage\n")
}

/// Asserts that `fix` keeps exactly these paths in git.
#[track_caller]
fn assert_kept(tree: &Fixture, kept: &[&str]) {
    for place in ["", "backend"] {
        let sandbox = Sandbox::repository();
        let moved = if place.is_empty() { tree.clone() } else { tree.clone().under(place) };
        moved.write(&sandbox);
        sandbox.git(&["add", "--force", "."]);
        sandbox.git(&["commit", "--quiet", "--message", "all"]);
        sandbox.pyenv(&["fix"]).ended(0);
        let tracked = sandbox.git(&["-c", "core.quotePath=false", "ls-files"]);
        let tracked: Vec<&str> = tracked.lines().filter(|path| *path != ".gitignore").collect();
        let expected: Vec<String> = kept
            .iter()
            .map(|path| if place.is_empty() { (*path).to_owned() } else { format!("{place}/{path}") })
            .collect();
        assert_eq!(tracked, expected, "in `{place}`");
        // The disk says the same: nothing of the environment comes back.
        sandbox.git(&["add", "."]);
        let again = sandbox.git(&["-c", "core.quotePath=false", "ls-files"]);
        assert_eq!(
            again.lines().filter(|path| *path != ".gitignore").collect::<Vec<_>>(),
            expected,
            "in `{place}`"
        );
    }
}

const PROJECT: [&str; 7] = [
    "bin/deploy.sh",
    "bin/serve",
    "include/api.h",
    "lib/helpers.py",
    "man/man1/own.1",
    "manage.py",
    "share/logo.svg",
];

#[test]
fn records_of_wheels_tell_them_apart() {
    let record = "nose/__init__.py,,\n../../../bin/nosetests,,\n../../../man/man1/nosetests.1,,\n\
        ../../../etc/nose/nose.cfg,,\n../../../../outside,,\n";
    let tree = environment(record).and(project()).files(&[
        "man/man1/nosetests.1",
        "etc/nose/nose.cfg",
        "include/python3.8/Python.h",
        "local.txt",
    ]);
    let mut kept = PROJECT.to_vec();
    kept.insert(4, "local.txt");
    assert_kept(&tree, &kept);
}

#[test]
fn lists_of_older_packages_tell_them_apart() {
    let tree = environment("nose/__init__.py,,\n")
        .without(&["lib/python3.8/site-packages/nose-1.3.7.dist-info"])
        .file(
            "lib/python3.8/site-packages/nose-1.3.7-py3.8.egg-info/installed-files.txt",
            "../nose/__init__.py\n../../../../man/man1/nosetests.1\n../../../../bin/nosetests\n",
        )
        .files(&["man/man1/nosetests.1"])
        .and(project());
    assert_kept(&tree, &PROJECT);
}

#[test]
fn data_of_known_packages_goes_with_them() {
    let tree = environment("nose/__init__.py,,\n").and(project()).files(&[
        "etc/jupyter/nbconfig/notebook.d/widgetsnbextension.json",
        "share/jupyter/kernels/python3/kernel.json",
        "share/jupyter/kernels/python3/logo-32x32.png",
        "share/jupyter/nbextensions/jupyter-js-widgets/extension.js",
        "share/jupyter/kernels/own/kernel.json",
        "share/man/man1/ipython.1.gz",
    ]);
    let mut kept = PROJECT.to_vec();
    kept.insert(6, "share/jupyter/kernels/own/kernel.json");
    assert_kept(&tree, &kept);
}
