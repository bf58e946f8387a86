//! The same content gives the same environments, whether it is on the disk, in the index, in a commit or in
//! memory; and the answer is the right one for every kind, whole and in pieces, at any place, under any name.

use crate::support::environments as env;
use crate::support::fixture::{Fixture, found_everywhere};

/// A tree and the lines of [`crate::support::fixture::summary`] that it has to give.
pub(crate) struct Case {
    name: &'static str,
    tree: Fixture,
    expected: &'static [&'static str],
}

pub(crate) fn case(name: &'static str, tree: Fixture, expected: &'static [&'static str]) -> Case {
    Case { name, tree, expected }
}

pub(crate) fn assert_cases(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for case in cases {
        let found = found_everywhere(case.name, &case.tree);
        if found != case.expected {
            wrong.push(format!("{}\n  found    {found:?}\n  expected {:?}", case.name, case.expected));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_kind_whole() {
    assert_cases(vec![
        case("venv 3.3", env::venv(3).under("venv"), &["venv venv whole posix 3.3.4 18"]),
        case("venv 3.7", env::venv(7).under("venv"), &["venv venv whole posix 3.7.4 18"]),
        case("venv 3.8", env::venv(8).under("venv"), &["venv venv whole posix 3.8.4 19"]),
        case("venv 3.10", env::venv(10).under("venv"), &["venv venv whole posix 3.10.4 20"]),
        case("venv 3.11", env::venv(11).under("venv"), &["venv venv whole posix 3.11.4 20"]),
        case("venv 3.12", env::venv(12).under("venv"), &["venv venv whole posix 3.12.4 15"]),
        case("venv 3.13", env::venv(13).under("venv"), &["venv venv whole posix 3.13.4 16"]),
        case("venv on Windows", env::venv_windows().under("venv"), &["venv venv whole windows 3.10.4 13"]),
        case("virtualenv 20", env::virtualenv().under("env"), &["env virtualenv whole posix 3.8.18 21"]),
        case("virtualenv 16", env::legacy().under("env"), &["env legacy-virtualenv whole posix 2.7 28"]),
        case(
            "virtualenv 16 on macOS",
            env::legacy_macos().under("env"),
            &["env legacy-virtualenv whole posix 2.7 26"],
        ),
        case(
            "virtualenv 16 on Windows",
            env::legacy_windows().under("env"),
            &["env legacy-virtualenv whole windows - 17"],
        ),
        case("uv", env::uv().under(".venv"), &[".venv uv whole posix 3.12.1 23"]),
        case("uv, relocatable", env::uv_relocatable().under(".venv"), &[".venv uv whole posix 3.12.1 21"]),
        case("conda", env::conda().under("envs/dev"), &["envs/dev conda whole posix 3.11.5 15"]),
        case("conda on Windows", env::conda_windows().under("dev"), &["dev conda whole windows 3.11.5 14"]),
        case(
            "pixi",
            env::pixi().under(".pixi/envs/default"),
            &[".pixi/envs/default pixi whole posix 3.11.5 16"],
        ),
        case("tox 4", env::tox().under(".tox/py38"), &[".tox/py38 tox whole posix 3.8.18 21"]),
        case("tox 3", env::tox3().under(".tox/py38"), &[".tox/py38 tox whole posix 3.8.18 20"]),
        case("nox", env::virtualenv().under(".nox/tests"), &[".nox/tests nox whole posix 3.8.18 21"]),
        case("pipenv", env::pipenv().under(".venv"), &[".venv pipenv whole posix 3.8.18 22"]),
        case(
            "PEP 582",
            env::pep582().under("__pypackages__"),
            &["__pypackages__ pypackages whole posix - 6"],
        ),
        case("Heroku", env::heroku().under(".heroku/python"), &[".heroku/python platform whole posix 3.6 8"]),
        case("Replit", env::pythonlibs().under(".pythonlibs"), &[".pythonlibs platform whole posix 3.10 6"]),
    ]);
}

#[test]
fn pieces_that_templates_and_people_leave() {
    let venv = || env::venv(12);
    assert_cases(vec![
        case(
            "bin and settings",
            venv().only(&["bin", "pyvenv.cfg"]).under("v"),
            &["v venv whole posix 3.12.4 9"],
        ),
        case("settings alone", venv().only(&["pyvenv.cfg"]).under("v"), &["v venv remnant posix 3.12.4 1"]),
        case("bin alone", venv().only(&["bin"]).under("v"), &["v venv whole posix 3.12 8"]),
        case("activate alone", venv().only(&["bin/activate"]).under("v"), &["v venv remnant posix - 1"]),
        case(
            "a link to an interpreter",
            venv().only(&["bin/python"]).under("v"),
            &["v unknown remnant posix - 1"],
        ),
        case("packages and pip", venv().only(&["lib"]).under("v"), &["v unknown remnant posix 3.12 5"]),
        case(
            "scripts and packages",
            venv().only(&["bin/activate", "lib"]).under("v"),
            &["v venv whole posix 3.12 6"],
        ),
        case(
            "without settings, on Windows",
            env::venv_windows().without(&["pyvenv.cfg"]).under("v"),
            &["v venv whole windows - 12"],
        ),
        case(
            "Scripts alone",
            env::venv_windows().only(&["Scripts"]).under("v"),
            &["v venv whole windows - 7"],
        ),
    ]);
}

#[test]
fn pieces_that_one_creator_alone_leaves() {
    assert_cases(vec![
        case(
            "tag of virtualenv",
            env::virtualenv().only(&["CACHEDIR.TAG"]).under("v"),
            &["v virtualenv remnant posix - 1"],
        ),
        case(
            "tag and lock of uv",
            env::uv().only(&["CACHEDIR.TAG", ".lock"]).under("v"),
            &["v uv remnant posix - 2"],
        ),
        case(
            "records of conda",
            env::conda().only(&["conda-meta/xz-5.4.2-h5eee18b_0.json"]).under("v"),
            &["v conda remnant posix - 1"],
        ),
        case(
            "history of conda",
            env::conda().only(&["conda-meta/history"]).under("v"),
            &["v conda remnant posix - 1"],
        ),
        case(
            "marker of pixi",
            env::pixi().only(&["conda-meta/pixi"]).under("v"),
            &["v pixi remnant posix - 1"],
        ),
        case(
            "orig-prefix.txt",
            env::legacy().only(&["lib/python2.7/orig-prefix.txt"]).under("v"),
            &["v legacy-virtualenv remnant posix 2.7 1"],
        ),
        case(
            "framework link",
            env::legacy_macos().only(&[".Python"]).under("v"),
            &["v legacy-virtualenv remnant posix - 1"],
        ),
        case(
            "header link",
            env::legacy().only(&["include"]).under("v"),
            &["v legacy-virtualenv remnant posix 2.7 1"],
        ),
        case(
            "library links",
            env::legacy().only(&["lib/python2.7/os.py"]).under("v"),
            &["v legacy-virtualenv remnant posix 2.7 1"],
        ),
        case(
            "legacy bin",
            env::legacy().only(&["bin"]).under("v"),
            &["v legacy-virtualenv whole posix 2.7 10"],
        ),
        case(
            "legacy without marks",
            env::legacy().only(&["bin/activate", "bin/python", "lib/python2.7/site-packages"]).under("v"),
            &["v venv whole posix 2.7 7"],
        ),
    ]);
}

#[test]
fn at_any_place() {
    assert_cases(vec![
        case("deep", env::venv(12).under("a/b/c/d/e/f/g"), &["a/b/c/d/e/f/g venv whole posix 3.12.4 15"]),
        case("the repository itself", env::venv(10), &[". venv whole posix 3.10.4 20"]),
        case(
            "the repository itself, with a project in it",
            env::venv(8).and(env::project().without(&["bin", "lib", "scripts"])),
            &[". venv whole posix 3.8.4 19"],
        ),
        case(
            "a project beside",
            env::project().and(env::uv().under(".venv")),
            &[".venv uv whole posix 3.12.1 23"],
        ),
        case(
            "a project inside",
            env::venv(12).and(env::project().without(&["bin", "lib", "scripts"])).under("work"),
            &["work venv whole posix 3.12.4 15"],
        ),
        case(
            "several",
            env::venv(12)
                .under("a")
                .and(env::uv().under("b/.venv"))
                .and(env::conda().under("c"))
                .and(env::project()),
            &[
                "a venv whole posix 3.12.4 15",
                "b/.venv uv whole posix 3.12.1 23",
                "c conda whole posix 3.11.5 15",
            ],
        ),
        case(
            "side by side in an order that bytes and components sort differently",
            env::venv(12).under("a").and(env::venv(11).under("a-b")).and(env::venv(13).under("a.c")),
            &[
                "a venv whole posix 3.12.4 15",
                "a-b venv whole posix 3.11.4 20",
                "a.c venv whole posix 3.13.4 16",
            ],
        ),
        case(
            "one inside the packages of another",
            env::venv(12).and(env::venv(8).under("lib/python3.12/site-packages/x/tests/venv")).under("outer"),
            &["outer venv whole posix 3.12.4 34"],
        ),
        case(
            "one inside the project of another",
            env::venv(12).and(env::venv(8).under("backend/venv")).under("outer"),
            &["outer venv whole posix 3.12.4 15", "outer/backend/venv venv whole posix 3.8.4 19"],
        ),
        case(
            "several of tox",
            env::tox().under(".tox/py38").and(env::tox().under(".tox/lint")).files(&[".tox/log/1.log"]),
            &[".tox/lint tox whole posix 3.8.18 21", ".tox/py38 tox whole posix 3.8.18 21"],
        ),
    ]);
}

#[test]
fn inside_the_folders_of_a_project_around_another() {
    assert_cases(vec![case(
        "one inside folders of a project around another",
        env::venv(12).and(env::venv(8).under("scripts/venv")).and(env::venv(8).under("lib/venv")),
        &[
            ". venv whole posix 3.12.4 15",
            "lib/venv venv whole posix 3.8.4 19",
            "scripts/venv venv whole posix 3.8.4 19",
        ],
    )]);
}

#[test]
fn under_any_name() {
    let small = || env::venv(12).only(&["pyvenv.cfg", "bin/activate", "bin/python"]);
    assert_cases(vec![
        case("space", small().under("my env"), &["my env venv whole posix 3.12.4 3"]),
        case("hash", small().under("#env#"), &["#env# venv whole posix 3.12.4 3"]),
        case("line break", small().under("a\nb"), &["\"a\\nb\" venv whole posix 3.12.4 3"]),
        case("quotes", small().under("a\"b\\c"), &["\"a\\\"b\\\\c\" venv whole posix 3.12.4 3"]),
        case(
            "escape sequence",
            small().under("\u{1b}[31mred"),
            &["\"\\033[31mred\" venv whole posix 3.12.4 3"],
        ),
        case("not UTF-8", small().under(b"env\xff\xfe"), &["\"env\\377\\376\" venv whole posix 3.12.4 3"]),
        case("Chinese", small().under("虚拟环境"), &["虚拟环境 venv whole posix 3.12.4 3"]),
        case("dash", small().under("-rf"), &["-rf venv whole posix 3.12.4 3"]),
        case("stars", small().under("*?[a]!"), &["*?[a]! venv whole posix 3.12.4 3"]),
        case("bin", small().under("bin"), &["bin venv whole posix 3.12.4 3"]),
        case("lib", small().under("lib"), &["lib venv whole posix 3.12.4 3"]),
        case("src", small().under("src"), &["src venv whole posix 3.12.4 3"]),
        case(
            "other case on Windows",
            env::venv_windows()
                .only(&["Scripts"])
                .under("V")
                .and(Fixture::default().file("V/PyVenv.CFG", "HOME = C:\\Python310\n")),
            &["V venv whole windows - 8"],
        ),
    ]);
}

#[test]
fn links_and_redirects() {
    assert_cases(vec![
        case(
            "to an environment of the repository",
            env::venv(12).under("envs/py312").link(".venv", "envs/py312"),
            &["envs/py312 venv whole posix 3.12.4 15", "link .venv -> envs/py312"],
        ),
        case(
            "to another checkout",
            Fixture::default().link(".venv", "../other/.venv"),
            &["link .venv -> ../other/.venv"],
        ),
        case(
            "to an absolute place",
            Fixture::default().link("venv", "/home/u/venvs/x"),
            &["link venv -> /home/u/venvs/x"],
        ),
        case(
            "to where a tool keeps them, under any name",
            Fixture::default().link("py", "/home/u/.local/share/virtualenvs/x-M18C0Oly"),
            &["link py -> /home/u/.local/share/virtualenvs/x-M18C0Oly"],
        ),
        case(
            "PEP 832",
            Fixture::default().file(".venv", "/home/u/venvs/x\n"),
            &["link .venv -> /home/u/venvs/x"],
        ),
        case(
            "PEP 832, in a member of a workspace",
            Fixture::default().file("a/.venv", "/home/u/v"),
            &["link a/.venv -> /home/u/v"],
        ),
        case("a loop", Fixture::default().link(".venv", ".venv"), &["link .venv -> .venv"]),
        case("a long loop", Fixture::default().link("a", "b").link("b", "a").link("c", "./c/c"), &[]),
        case("a link to a project's own folder", env::project().link("environment", "src/project"), &[]),
        case(
            "a link named like one, to a folder that git has",
            env::project().link(".venv", "src/project"),
            &[],
        ),
        case(
            "a file of that name with other content",
            Fixture::default().file(".venv", "PORT=8000\nHOST=x\n"),
            &[],
        ),
        case(
            "a library's links",
            Fixture::default().link("libz.so", "/usr/lib/libz.so.1").link("latest", "v2"),
            &[],
        ),
    ]);
}
