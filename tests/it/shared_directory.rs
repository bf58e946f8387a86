//! An environment in the directory of a project: what belongs to it leaves git, what belongs to the project stays.

use crate::support::environments as env;
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

/// Asserts that `fix` keeps exactly these paths in git, and that nothing is left to find.
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
        sandbox.pyenv(&["check", "--staged"]).ended(0);
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
    let tree = tree.program("bin/converter", b"\x7fELF\0\0");
    let mut kept = PROJECT.to_vec();
    kept.insert(0, "bin/converter");
    kept.insert(5, "local.txt");
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

#[test]
fn without_records_what_nobody_knows_is_the_projects() {
    let ignored = ["lib/python3.8", "bin/nosetests"];
    let others =
        ["scripts/deploy.sh", "scripts/pip", "etc/app.conf", "doc/guide.md", "log/app.log", "libs/api.js"];
    let tree = environment("").without(&ignored).and(project()).files(&others).files(&[
        "share/man/man1/own.1",
        "share/doc/guide/index.html",
        "share/doc/networkx-3.1/LICENSE.txt",
        "share/python-wheels/pip-9.0.1-py2.py3-none-any.whl",
        "lib/python-wheels/pip-1.5.6-py2.py3-none-any.whl",
        "lib/wheels/own.whl",
    ]);
    let tree = tree
        .file("bin/tool", "#!/srv/project/bin/python3 -I\n")
        .file("bin/release", "#!/usr/bin/python3\n")
        .file("bin/notes", "text\n")
        .file("bin/empty", "")
        .program("bin/ruff", b"\x7fELF\x02\x01\x01\0")
        .file("bin/uv", POINTER)
        .file("bin/large", vec![b'x'; 1025 * 1024])
        .link("bin/link", "deploy.sh");
    let mut kept = [&PROJECT[..], &others].concat();
    kept.extend(["bin/release", "bin/notes", "bin/empty", "bin/link", "lib/wheels/own.whl"]);
    kept.extend(["share/man/man1/own.1", "share/doc/guide/index.html"]);
    kept.sort_unstable();
    assert_kept(&tree, &kept);
}

/// What git has of a file that Git LFS keeps.
const POINTER: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:e7fa\nsize 71\n";

#[test]
fn records_whose_content_is_unknown_say_nothing() {
    let tree =
        environment(POINTER).and(project()).files(&["man/man1/nosetests.1"]).file("bin/jupyter", POINTER);
    let mut kept = PROJECT.to_vec();
    kept.insert(4, "man/man1/nosetests.1");
    assert_kept(&tree, &kept);
}

#[test]
fn metadata_inside_of_a_package_is_a_record_too() {
    let metadata = "lib/python3.8/site-packages/PIL/PIL-1.1.7-py3.8.egg-info/installed-files.txt";
    let tree = environment("")
        .and(project())
        .file("bin/pilfont.py", "import PIL\n")
        .file(metadata, "../Image.py\n../../../../../bin/pilfont.py\n");
    assert_kept(&tree, &PROJECT);
}

#[test]
fn a_link_that_became_a_file_belongs_to_the_environment() {
    let tree =
        environment("").and(project()).files(&["include/python3.8m"]).file("local/bin", "/srv/project/bin");
    assert_kept(&tree, &PROJECT);
}

/// An environment of Windows.
fn windows(scripts: &str) -> Fixture {
    let script = "#!c:\\m\\ve\\Scripts\\python.exe\nimport x\n";
    Fixture::default()
        .file(format!("{scripts}/activate.bat"), "@set \"VIRTUAL_ENV=c:\\m\\ve\"\r\n")
        .file(format!("{scripts}/activate"), "VIRTUAL_ENV=\"c:\\m\\ve\"\n")
        .file(format!("{scripts}/python.exe"), "MZ")
        .file(format!("{scripts}/flask.exe"), "MZ")
        .file(format!("{scripts}/pip-script.py"), script)
        .file(format!("{scripts}/easy_install-2.7-script.py"), script)
        .file(format!("{scripts}/jupyter"), "#!\"c:\\m n\\ve\\Scripts\\python.exe\"\r\n")
        .file(format!("{scripts}/f2py.py"), "#!C:/m/ve/Scripts/python.exe\n")
        .file("Lib/site-packages/pip/__init__.py", "")
}

#[test]
fn the_layout_of_windows_has_its_own_names() {
    for scripts in ["Scripts", "scripts"] {
        let beside =
            ["python3.dll", "python35.dll", "vcruntime140.dll", "tk86t.dll", "sqlite3.dll", "_ssl.pyd"];
        let tree = beside
            .iter()
            .fold(windows(scripts), |tree, name| tree.file(format!("{scripts}/{name}"), "MZ"))
            .file(format!("{scripts}/deploy.ps1"), "echo\n")
            .file(format!("{scripts}/own.dll"), "MZ")
            .file(format!("{scripts}/release.py"), "#!C:\\Python27\\python.exe\n")
            .files(&[
                "Include/Python.h",
                "Include/abstract.h",
                "libs/python27.lib",
                "libs/own.lib",
                "manage.py",
            ]);
        let own =
            [format!("{scripts}/deploy.ps1"), format!("{scripts}/own.dll"), format!("{scripts}/release.py")];
        let mut kept = vec!["libs/own.lib", "manage.py"];
        kept.extend(own.iter().map(String::as_str));
        kept.sort_unstable();
        assert_kept(&tree, &kept);
    }
}

#[test]
fn names_of_windows_mean_nothing_elsewhere() {
    let others =
        ["Include/Python.h", "Include/own.h", "Scripts/_ssl.pyd", "Scripts/python3.dll", "Scripts/run.exe"];
    let tree = environment("").and(project()).files(&others);
    let mut kept = [&PROJECT[..], &others].concat();
    kept.sort_unstable();
    assert_kept(&tree, &kept);
    let headers = [
        "Include/own.h",
        "lib/python3-helpers/own.py",
        "manage.py",
        "scripts/python/run.py",
        "scripts/wheel/own.sh",
    ];
    assert_kept(&windows("Scripts").files(&headers), &headers);
}

#[test]
fn scripts_outside_of_their_directory_go_with_the_rest() {
    let settings = || Fixture::default().file("pyvenv.cfg", "home = /usr/bin\nversion = 3.10.12\n");
    let script = "#!/home/u/p/venv/bin/python\n";
    let activation = || {
        Fixture::default()
            .file("activate", "VIRTUAL_ENV=\"/home/u/p/venv\"\nexport VIRTUAL_ENV\n")
            .file("activate.csh", "setenv VIRTUAL_ENV \"/home/u/p/venv\"\n")
            .file("activate.fish", "set -gx VIRTUAL_ENV \"/home/u/p/venv\"\n")
    };
    let own = || Fixture::default().files(&["main.py", "pipeline"]).file("serve", "#!/usr/bin/env python3\n");
    let kept = ["main.py", "pipeline", "serve"];
    let trees = [
        activation().and(settings()).file("pip", script).file("pip3", script).file("flask", script),
        activation().file("pip-selfcheck.json", "{}"),
        activation().link("lib64", "lib"),
        activation().file("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55"),
        activation().file("orig-prefix.txt", "/usr"),
        settings().file("activate.fish", "set x\n").files(&["activate", "pip"]),
        settings().file("pip", script).file("pip3", script).file("python3", "x"),
        Fixture::default()
            .file("pyvenv.cfg", "home = C:\\Python312\nversion = 3.12.1\n")
            .file("activate.bat", "@set \"VIRTUAL_ENV=C:\\u\\p\"\r\n")
            .files(&["Activate.ps1", "python.exe", "pip.exe", "pip3.12.exe"]),
    ];
    for tree in trees {
        assert_kept(&tree.and(own()), &kept);
    }
}

#[test]
fn a_users_own_programs_are_not_the_environments() {
    let others = ["lib/perl/DiffHighlight.pm", "share/fonts/own.ttf", "bin/notes"];
    for root in [".local", "usr", "local"] {
        let tree = environment("").files(&others).file("bin/diff", "#!/usr/bin/env perl\n").under(root);
        let others = others.iter().chain(&["bin/diff"]).map(|path| format!("{root}/{path}"));
        let mut kept: Vec<String> = others.collect();
        kept.sort_unstable();
        assert_kept(&tree, &kept.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

#[test]
fn a_folder_of_scripts_is_no_part_of_another_layout() {
    let environment = environment("").without(&["bin/nosetests"]);
    assert_kept(&environment.files(&["scripts/migrate.sh"]), &["scripts/migrate.sh"]);
}

#[test]
fn what_proves_an_environment_goes_with_it() {
    let place = "VIRTUAL_ENV=/srv/project\n";
    let tree = environment("")
        .and(project())
        .file("scripts/activate", place)
        .file("scripts/activate.fish", "source other\n")
        .file("scripts/deploy.sh", place)
        .file("lib/orig-prefix.txt", "/usr")
        .link("lib/os.py", "/usr/lib/python2.7/os.py")
        .link("lib/own.py", "helpers.py");
    let mut kept = [&PROJECT[..], &["scripts/activate.fish", "scripts/deploy.sh", "lib/own.py"]].concat();
    kept.sort_unstable();
    assert_kept(&tree, &kept);
    let links = environment("").link("share", "../data").link("scripts", "tools").files(&["manage.py"]);
    assert_kept(&links, &["manage.py", "scripts", "share"]);
}

#[test]
fn a_prefix_of_conda_leaves_the_projects_scripts() {
    let record =
        r#"{"name": "xz", "files": ["bin/xzdiff", "share/doc/xz/README", "etc/xz.conf", "man/man1/xz.1"]}"#;
    let of_xz = r#"{"name": "xz", "files": ["bin/xz"]}"#;
    let prefix = || {
        let records = env::conda().file("conda-meta/xz-5.4.2-h5eee18b_0.json", of_xz);
        records.program("bin/xz", b"\x7fELF\x02\x01\x01\0")
    };
    let others = ["bin/deploy.sh", "etc/app.conf", "manage.py", "scripts/deploy.sh", "share/logo.svg"];
    assert_kept(&prefix().files(&others), &others);
    let known = prefix().file("conda-meta/xz-5.4.3-h0_0.json", record).file("bin/xzdiff", "#!/bin/sh\n");
    let known = known.files(&["share/doc/xz/README", "etc/xz.conf", "man/man1/xz.1"]);
    assert_kept(&known.files(&others), &others);
    let windows = env::conda_windows().files(&["Scripts/deploy.ps1", "manage.py"]);
    assert_kept(&windows, &["Scripts/deploy.ps1", "manage.py"]);
}
