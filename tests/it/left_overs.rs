//! Pieces of environments that nobody thinks of: what installed packages, filters and platforms leave where
//! ignore rules hide the rest.

use crate::support::environments as env;
use crate::support::fixture::Fixture;
use crate::trees::{assert_cases, case};

/// What git has of a file that Git LFS keeps.
const POINTER: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:e7fa\nsize 2084\n";

#[test]
fn pieces_that_packages_and_filters_leave() {
    let page = || Fixture::default().files(&["share/man/man1/ttx.1"]);
    let kernel = || Fixture::default().files(&["share/jupyter/kernels/python3/kernel.json"]);
    let header = || Fixture::default().files(&["include/site/python3.8/greenlet/greenlet.h"]);
    assert_cases(vec![
        case("a manual page", page().under("v"), &["v unknown remnant posix - 1"]),
        case("a manual page and a kernel", page().and(kernel()).under("v"), &["v unknown remnant posix - 2"]),
        case(
            "the ignore file of venv",
            env::venv(13).only(&[".gitignore"]).under("v"),
            &["v unknown remnant posix - 1"],
        ),
        case(
            "the ignore file of virtualenv, from Windows",
            Fixture::default().file("v/.gitignore", "# created by virtualenv automatically\r\n*\r\n"),
            &["v unknown remnant posix - 1"],
        ),
        case(
            "programs of Heroku's build",
            env::heroku().only(&["bin"]).under(".heroku/python"),
            &[".heroku/python platform whole posix 3.6 2"],
        ),
        case(
            "programs of Replit's build",
            env::pythonlibs().only(&["bin"]).under(".pythonlibs"),
            &[".pythonlibs platform whole posix - 1"],
        ),
        case("a header", header().under("v"), &["v unknown remnant posix 3.8 1"]),
        case(
            "the link to the libraries",
            Fixture::default().link("lib64", "/home/u/v/lib").under("v"),
            &["v unknown remnant posix - 1"],
        ),
        case(
            "the link to the libraries of the repository itself",
            Fixture::default().link("lib64", "/srv/project/lib/"),
            &[". unknown remnant posix - 1"],
        ),
    ]);
}

#[test]
fn pieces_that_say_more_together() {
    let venv = || env::venv(12);
    let page = || Fixture::default().files(&["share/man/man1/ttx.1"]);
    let kernel = || Fixture::default().files(&["share/jupyter/kernels/python3/kernel.json"]);
    let header = || Fixture::default().files(&["include/site/python3.8/greenlet/greenlet.h"]);
    assert_cases(vec![
        case(
            "settings and a kernel",
            kernel().and(venv().only(&["pyvenv.cfg"])).under("v"),
            &["v venv whole posix 3.12.4 2"],
        ),
        case(
            "settings and a header",
            header().and(venv().only(&["pyvenv.cfg"])).under("v"),
            &["v venv whole posix 3.12.4 2"],
        ),
        case(
            "packages and a page",
            page().and(venv().only(&["lib"])).under("v"),
            &["v unknown whole posix 3.12 6"],
        ),
        case(
            "packages and the link to them",
            venv().only(&["lib", "lib64"]).under("v"),
            &["v unknown whole posix 3.12 6"],
        ),
    ]);
}

#[test]
fn programs_that_only_creators_make_together() {
    assert_cases(vec![
        case(
            "scripts for several shells",
            env::venv_windows()
                .only(&["Scripts"])
                .without(&["Scripts/python.exe", "Scripts/pythonw.exe", "Scripts/pip.exe"])
                .under("v"),
            &["v venv whole windows - 4"],
        ),
        case(
            "scripts that compute their place",
            env::uv_relocatable()
                .only(&["bin"])
                .without(&["bin/python", "bin/python3", "bin/python3.12", "bin/pydoc.bat"])
                .under("v"),
            &["v virtualenv whole posix - 6"],
        ),
        case(
            "an interpreter for Windows beside another",
            Fixture::default().files(&["bin/python", "Scripts/python.exe", "Scripts/pip.exe"]).under("v"),
            &["v unknown whole windows - 3"],
        ),
        case(
            "pip for Windows",
            Fixture::default()
                .files(&["Scripts/pip.exe", "Scripts/pip3.exe", "Scripts/pip3.9.exe"])
                .under("v"),
            &["v unknown remnant windows 3.9 3"],
        ),
        case(
            "uv's tag and the link",
            env::uv().only(&["CACHEDIR.TAG", "lib64"]).under("v"),
            &["v uv remnant posix - 2"],
        ),
        case(
            "scripts that Git LFS keeps",
            env::legacy()
                .only(&["bin/pip"])
                .file("bin/activate", POINTER)
                .file("bin/activate.csh", POINTER)
                .under("v"),
            &["v venv whole posix - 3"],
        ),
    ]);
}

/// Scripts of an environment, with the place that they were created for.
fn loose_scripts() -> Fixture {
    Fixture::default()
        .file("activate", "VIRTUAL_ENV=\"/home/u/project/tools\"\nexport VIRTUAL_ENV\n")
        .file("activate.fish", "set -gx VIRTUAL_ENV '/home/u/project/tools'\n")
        .files(&["activate_this.py", "deactivate.nu", "python", "python3.12", "pip3.12"])
        .files(&["release.py", "pipeline", "README.md"])
}

#[test]
fn scripts_outside_of_their_directory() {
    let windows = || {
        Fixture::default()
            .file("activate.bat", "@echo off\r\nset \"VIRTUAL_ENV=C:\\work\\.venv\"\r\n")
            .files(&["Activate.ps1", "deactivate.bat", "python.exe", "pythonw.exe", "easy_install-3.6.exe"])
    };
    assert_cases(vec![
        case("in a directory", loose_scripts().under("tools"), &["tools unknown remnant posix 3.12 7"]),
        case("in the repository itself", loose_scripts(), &[". unknown remnant posix 3.12 7"]),
        case("of Windows", windows().under("a/b"), &["a/b unknown remnant windows 3.6 6"]),
        case(
            "below an environment",
            loose_scripts().under("venv/tools").and(env::venv(12).only(&["pyvenv.cfg", "bin"]).under("venv")),
            &["venv venv whole posix 3.12.4 9", "venv/tools unknown remnant posix 3.12 7"],
        ),
    ]);
}

#[test]
fn test_data_without_content_is_no_environment() {
    let records = || {
        Fixture::default()
            .file("conda-meta/history", "==> 2024-01-01 <==\n")
            .file("conda-meta/python-3.9.1-h_0.json", "{}")
            .file("conda-meta/xz-5.4.2-h5eee18b_0.json", "{}")
    };
    let settings = || env::venv(12).only(&["pyvenv.cfg"]);
    let empty = |paths: &[&str]| paths.iter().fold(Fixture::default(), |tree, path| tree.file(path, ""));
    let programs =
        || empty(&["bin/python", "bin/activate", "bin/pip", "lib/python3.12/site-packages/pip/__init__.py"]);
    assert_cases(vec![
        case("records of conda", records().under("crates/x/tests/e"), &[]),
        case("records of pixi", records().files(&["conda-meta/pixi"]).under("fixtures/e"), &[]),
        case(
            "records of conda and an empty interpreter",
            records().and(empty(&["bin/python"])).under("tests/e"),
            &[],
        ),
        case(
            "settings and an empty interpreter",
            settings().and(empty(&["bin/python"])).under("tests/e"),
            &[],
        ),
        case("settings and empty files", settings().and(programs()).under("tests/e"), &[]),
        case(
            "settings and empty files of Windows",
            settings().and(empty(&["Scripts/python.exe", "Scripts/activate.bat"])).under("testdata/e"),
            &[],
        ),
        case("the same elsewhere", settings().and(programs()).under("e"), &["e venv whole posix 3.12.4 5"]),
        case("an environment", env::venv(12).under("tests/venv"), &["tests/venv venv whole posix 3.12.4 15"]),
        case("conda", env::conda().under("tests/e"), &["tests/e conda whole posix 3.11.5 15"]),
        case(
            "an environment with empty packages",
            env::venv(12)
                .only(&["pyvenv.cfg", "bin"])
                .and(empty(&["lib/python3.12/site-packages/a.py"]))
                .under("tests/v"),
            &["tests/v venv whole posix 3.12.4 10"],
        ),
    ]);
}

#[test]
fn the_record_of_python_says_its_version_among_many() {
    let many = (0..40).fold(env::conda_windows(), |tree, number| {
        tree.file(format!("conda-meta/a{number}-1.0-h_0.json"), "{}")
    });
    let others = Fixture::default()
        .files(&[
            "conda-meta/python-dateutil-2.8.2-pyhd3eb1b0_0.json",
            "conda-meta/python_abi-3.9-2_cp39.json",
        ])
        .file("conda-meta/history", "==> 2024-01-01 <==\n");
    assert_cases(vec![
        case("of Windows", many.under("e"), &["e conda whole windows 3.11.5 54"]),
        case("of other packages", others.under("e"), &["e conda whole posix - 3"]),
    ]);
}
