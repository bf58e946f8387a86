//! Locks of uv: each setting that may count, each kind of source, and workspaces, compared with what uv says.

use std::path::Path;

use git_pyenv::model::Freshness;

use crate::locks::{Locked, UV_PROJECT, ours, uv};
use crate::support::pythons::python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;
use crate::support::wheels::Wheel;

/// Edits of a manifest: what is replaced, and by what.
type Edits = &'static [(&'static str, &'static str)];

/// What is put before `[tool.uv]` or after it before the project is locked, and the edits then.
const SETTINGS: &[(&str, Edits)] = &[
    (
        "[tool.uv]",
        &[
            ("[tool.uv]", "[tool.uv.dependency-groups]\nt = {requires-python = '>=3.10'}\n[tool.uv]"),
            ("[tool.uv]", "[tool.uv.dependency-groups]\nt = {requires-python = '>=3.8'}\n[tool.uv]"),
            ("[tool.uv]", "[tool.uv.dependency-groups]\ndev = {requires-python = '>=3.10'}\n[tool.uv]"),
            ("[tool.uv]", "[tool.uv.dependency-groups]\nt = {}\n[tool.uv]"),
            ("[tool.uv]", "[tool.uv]\ndependency-metadata = [{name = 'zz', version = '1'}]"),
            ("[tool.uv]", "[tool.uv]\ndependency-metadata = [{name = 'six', version = '2.0'}]"),
            ("[tool.uv]", "[tool.uv]\ndependency-metadata = [{name = 'six', version = '1.16.0'}]"),
            (
                "[tool.uv]",
                "[tool.uv.sources]\nsix = [{path = '../wheels/six-1.16.0-py3-none-any.whl', marker = \"sys_platform == 'linux'\"}]\n[tool.uv]",
            ),
            (
                "[tool.uv]",
                "[tool.uv.sources]\nsix = [{path = '../wheels/six-1.16.0-py3-none-any.whl', marker = \"os_name == 'posix'\"}]\n[tool.uv]",
            ),
            (
                "[tool.uv]",
                "[tool.uv.sources]\nsix = [{path = '../wheels/six-1.16.0-py3-none-any.whl', marker = \"sys_platform == 'win32'\"}]\n[tool.uv]",
            ),
            (
                "[tool.uv]",
                "[tool.uv.sources]\nidna = [{path = '../wheels/idna-3.4-py3-none-any.whl', marker = \"python_version < '3.8'\"}]\n[tool.uv]",
            ),
            ("[tool.uv]", "[tool.uv]\nexclude-dependencies = ['zz']"),
            ("[tool.uv]", "[tool.uv]\nexclude-dependencies = ['zz', 'sniffio']"),
            ("[tool.uv]", "[tool.uv]\nconstraint-dependencies = ['zz<3']"),
            ("[tool.uv]", "[tool.uv]\nconstraint-dependencies = ['idna<99; python_version < \"3.8\"']"),
            ("[tool.uv]", "[tool.uv]\nconstraint-dependencies = ['idna<99; sys_platform == \"win32\"']"),
            ("[tool.uv]", "[tool.uv]\nbuild-constraint-dependencies = ['zz<3']"),
            ("[tool.uv]", "[tool.uv]\nenvironments = []\nconstraint-dependencies = []\nconflicts = []"),
            ("[tool.uv]", "[tool.uv]\nenvironments = \"sys_platform == 'linux'\""),
            (
                "[tool.uv]",
                "[tool.uv]\nenvironments = [\"python_version >= '3.9' or python_version < '3.9'\"]",
            ),
            ("[tool.uv]", "[tool.uv]\nresolution = 'lowest-direct'"),
            ("[tool.uv]", "[tool.uv]\nprerelease = 'explicit'"),
            ("[tool.uv]", "[tool.uv]\nprerelease-package = {idna = 'allow'}"),
            ("[tool.uv]", "[tool.uv]\nexclude-newer = '1 week'"),
            ("[tool.uv]", "[tool.uv]\nexclude-newer-package = {idna = '2034-01-01'}"),
            ("[tool.uv]", "[tool.uv]\nexclude-newer-package = {zz = '2034-01-01'}"),
            ("[tool.uv]", "[tool.uv]\nexclude-newer-package = {}"),
            (
                "[tool.uv]",
                "[tool.uv]\nindex-strategy = 'unsafe-best-match'\nno-sources = true\nno-build = true",
            ),
            (
                "[tool.uv]",
                "[tool.uv]\ncache-keys = [{file = 'x'}]\nconfig-settings = {a = 'b'}\nmanaged = true",
            ),
            ("[tool.uv]", "[tool.uv]\nrequired-version = '>=0.1'\npython-preference = 'system'"),
            ("idna>=3.0,<4", "idna @ file://WHEELS/idna-3.10-py3-none-any.whl"),
        ],
    ),
    (
        "[tool.uv.dependency-groups]\nt = {requires-python = '>=3.10'}\n[tool.uv]",
        &[
            ("x = 1", ""),
            ("'>=3.10'", "'>=3.11'"),
            ("'>=3.10'", "'>=3.10.0'"),
            ("'>=3.10'", "'>=3.10,<4'"),
            ("t = {requires", "T = {requires"),
            ("t = {requires-python = '>=3.10'}", ""),
            ("sniffio", "sniffio>=1"),
        ],
    ),
    (
        "[tool.uv.dependency-groups]\nt = {requires-python = '>=3.10'}\ndev = {requires-python = '>=3.11,<4'}\n[tool.uv]",
        &[
            ("x = 1", ""),
            ("'>=3.11,<4'", "'<4,>=3.11'"),
            ("'>=3.11,<4'", "'>=3.11'"),
            ("'>=3.10'", "'>=3.9'"),
        ],
    ),
    (
        "[tool.uv]\ndependency-metadata = [{name = 'six', version = '1.16.0', requires-dist = ['idna>=2', 'iniconfig'], requires-python = '>=3.8', provides-extra = ['x', 'y']}]",
        &[
            ("x = 1", ""),
            ("'idna>=2'", "'IDNA >=2.0'"),
            ("'idna>=2'", "'idna>=3'"),
            ("'idna>=2'", "'idna>=2; python_version > \"3\"'"),
            ("'idna>=2', 'iniconfig'", "'iniconfig', 'idna>=2'"),
            ("'idna>=2', 'iniconfig'", "'idna>=2', 'iniconfig', 'iniconfig'"),
            ("'>=3.8'", "'>=3.8.0'"),
            ("'>=3.8'", "'>=3.9'"),
            ("name = 'six'", "name = 'SIX'"),
            ("'1.16.0', r", "'1.16', r"),
            ("version = '1.16.0', ", ""),
            ("['x', 'y']", "['X', 'y']"),
            ("['x', 'y']", "['y', 'x']"),
            ("['x', 'y']", "['x']"),
            ("['x', 'y']}", "['x', 'y']}, {name = 'zz', version = '1'}"),
            ("['x', 'y']}", "['x', 'y']}, {name = 'six', version = '2'}"),
        ],
    ),
    (
        "[tool.uv]\ndependency-metadata = [{name = 'six', version = '1.16.0'}, {name = 'zz', version = '1'}]",
        &[
            ("x = 1", ""),
            (", {name = 'zz', version = '1'}", ""),
            (
                "{name = 'six', version = '1.16.0'}, {name = 'zz', version = '1'}",
                "{name = 'zz', version = '1'}, {name = 'six', version = '1.16.0'}",
            ),
        ],
    ),
    (
        "[tool.uv.sources]\nidna = [{path = '../wheels/idna-3.10-py3-none-any.whl', marker = \"python_version < '3.8'\"}]\n[tool.uv]",
        &[("x = 1", ""), ("'3.8'", "'3.7'"), ("idna = [{path", "other = [{path")],
    ),
    (
        "[tool.uv.sources]\nsix = [{path = '../wheels/six-1.16.0-py3-none-any.whl', marker = \"sys_platform == 'linux'\"}]\n[tool.uv]",
        &[
            ("x = 1", ""),
            ("== 'linux'", "== 'win32'"),
            ("== 'linux'", "== 'darwin'"),
            ("six = [{path", "other = [{path"),
        ],
    ),
    (
        "[tool.uv.sources]\nidna = {path = '../wheels/idna-3.10-py3-none-any.whl'}\n[tool.uv]",
        &[
            ("x = 1", ""),
            ("idna>=3.0,<4", "idna>=2"),
            ("[tool.uv]", "[tool.uv]\nno-sources = true"),
            ("[tool.uv]", "[tool.uv]\nno-sources-package = ['IDNA']"),
            ("[tool.uv]", "[tool.uv]\nno-sources-package = ['six']"),
            ("idna>=3.0,<4", "idna @ file://WHEELS/idna-3.4-py3-none-any.whl"),
        ],
    ),
    (
        "[tool.uv]\nconstraint-dependencies = ['zz<3', 'idna<4']\noverride-dependencies = ['six<2; sys_platform == \"win32\"']\nbuild-constraint-dependencies = ['setuptools<80']\nexclude-dependencies = ['yy']",
        &[
            ("x = 1", ""),
            ("'zz<3', 'idna<4'", "'IDNA <4.0', 'zz<3', 'zz<3'"),
            ("'zz<3', ", ""),
            ("'zz<3'", "'zz<4'"),
            ("'zz<3'", "'zz<3; python_version > \"3.8\"'"),
            ("'zz<3'", "'zz<3', 'xx<3'"),
            ("\"win32\"", "\"linux\""),
            ("setuptools<80", "Setuptools < 80.0"),
            ("setuptools<80", "setuptools<81"),
            ("'yy'", ""),
            ("'yy'", "'YY', 'zz'"),
        ],
    ),
    (
        "[tool.uv]\nconflicts = [[{group = 't'}, {extra = 'ex'}]]",
        &[
            ("x = 1", ""),
            ("{group = 't'}, {extra = 'ex'}", "{extra = 'EX'}, {package = 'a', group = 't'}"),
            ("{group = 't'}, {extra", "{group = 'dev'}, {extra"),
            ("[[{", "[[{group = 'dev'}, {extra = 'ex'}], [{"),
            ("conflicts = [[{group = 't'}, {extra = 'ex'}]]", ""),
        ],
    ),
    (
        "[tool.uv]\nenvironments = [\"sys_platform == 'linux'\", \"sys_platform == 'darwin'\"]\nrequired-environments = [\"sys_platform == 'linux' and platform_machine == 'x86_64'\"]",
        &[
            ("x = 1", ""),
            (
                "\"sys_platform == 'linux'\", \"sys_platform == 'darwin'\"",
                "\"sys_platform == 'darwin'\", \"sys_platform == 'linux'\"",
            ),
            ("== 'darwin'", "== 'darwin' and python_version >= '3.9'"),
            ("sys_platform == 'darwin'", "platform_system == 'Darwin'"),
            (" and platform_machine == 'x86_64'", ""),
        ],
    ),
    (
        "[tool.uv]\nexclude-newer = '2034-01-05T00:00:00Z'\nprerelease-package = {idna = 'allow'}\nexclude-newer-package = {idna = '1 week', six = false}",
        &[
            ("x = 1", ""),
            ("'2034-01-05T00:00:00Z'", "'2034-01-05T02:00:00+02:00'"),
            ("'2034-01-05T00:00:00Z'", "'2034-01-01T00:00:00Z'"),
            ("'2034-01-05T00:00:00Z'", "'1 week'"),
            ("exclude-newer = '2034-01-05T00:00:00Z'", ""),
            ("idna = 'allow'", "idna = 'disallow'"),
            ("idna = 'allow'", "IDNA = 'allow'"),
            ("{idna = '1 week'", "{Idna = 'P1W'"),
            ("{idna = '1 week'", "{idna = '7 days'"),
        ],
    ),
    (
        "[tool.uv]\nexclude-newer = '2 weeks 1 day'",
        &[
            ("x = 1", ""),
            ("'2 weeks 1 day'", "'P2W1D'"),
            ("'2 weeks 1 day'", "'15 days'"),
            ("'2 weeks 1 day'", "'2034-01-05T00:00:00Z'"),
        ],
    ),
    ("[tool.uv]\nexclude-newer = '2034-01-01'", &[("x = 1", ""), ("exclude-newer", "# exclude-newer")]),
];

#[test]
fn uv_agrees_on_each_setting() {
    let (Some(program), Some(python)) = (tool("uv"), python("3.12")) else { return };
    for (before, edits) in SETTINGS {
        let mut project = Locked::new("uv.lock", "pyproject.toml", String::new());
        let wheels = project.sandbox.path("wheels").display().to_string();
        project.locked_as = UV_PROJECT.replace("[tool.uv]", before) + "[tool.other]\nx = 1\n";
        project.lock(|place| uv(place, &python).run(&program, &["lock"]));
        let edits: Vec<(&str, String)> =
            edits.iter().map(|(what, by)| (*what, by.replace("WHEELS", &wheels))).collect();
        let edits: Vec<(&str, &str)> = edits.iter().map(|(what, by)| (*what, by.as_str())).collect();
        project.compare(&edits, |place| uv(place, &python).run(&program, &["lock", "--check"]));
    }
}

/// Files with their content; those of the second state replace some of the first or are new.
type Files<'f> = &'f [(&'f str, String)];

/// Locks the files, changes some, and compares what we and uv say.
fn agree(program: &Path, python: &Path, before: Files<'_>, cases: &[(&str, Files<'_>)]) {
    let sandbox = Sandbox::repository();
    for (name, version) in [("idna", "3.10"), ("six", "1.16.0"), ("m4", "1")] {
        Wheel::new(name, version).write(&sandbox);
    }
    // A repository for the sources that are one.
    sandbox.write("../origin/pyproject.toml", member("gd", "", ""));
    for arguments in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &["add", "--all"],
        &["commit", "--quiet", "--message", "x"],
        &["tag", "v1"],
    ] {
        sandbox.git_in("origin", arguments);
    }
    let top = sandbox.path("").display().to_string();
    let write = |files: Files<'_>| {
        files.iter().for_each(|(path, text)| sandbox.write(path, text.replace("SANDBOX", &top)));
    };
    let place = sandbox.at("repo").with("UV_PYTHON", python);
    write(before);
    place.run(program, &["lock"]).ended(0);
    let mut wrong = Vec::new();
    for (what, files) in cases {
        write(files);
        let theirs = place.run(program, &["lock", "--check"]);
        let said = ours(&sandbox.path("repo"), "uv.lock");
        let is_right = match said {
            Freshness::Fresh => theirs.status == Some(0),
            Freshness::Stale(_) => theirs.status == Some(1),
            _ => false,
        };
        if !is_right {
            wrong.push(format!("{what}: {said:?}, uv {:?}: {}", theirs.status, theirs.said()));
        }
        for (path, _) in files.iter().filter(|(path, _)| !before.iter().any(|(known, _)| known == path)) {
            std::fs::remove_file(sandbox.path("repo").join(path)).expect("a file less");
        }
        write(before);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The manifest of a project.
fn member(name: &str, dependencies: &str, more: &str) -> String {
    format!(
        "[project]\nname = '{name}'\nversion = '1'\nrequires-python = '>=3.9'\ndependencies = [{dependencies}]\n{more}"
    )
}

const LOCAL: &str = "[tool.uv]\nno-index = true\nfind-links = ['../wheels']\n";

#[test]
fn uv_agrees_on_members() {
    let (Some(program), Some(python)) = (tool("uv"), python("3.12")) else { return };
    let workspace = format!("{LOCAL}[tool.uv.workspace]\nmembers = ['packages/*', 'ex/*']\n");
    let sources = |text: &str| format!("[tool.uv.sources]\n{text}\n");
    let root = |own: &str| member("root", "'m1'", &format!("{workspace}{}", sources(own)));
    let at = |path: &'static str, text: String| (path, text);
    let own = |text: &str| sources(text);
    let before = [
        at(
            "pyproject.toml",
            root("m1 = {workspace = true}\nm3 = {workspace = true}\nm4 = [{workspace = true}]"),
        ),
        at("packages/m1/pyproject.toml", member("m1", "", "")),
        at("packages/m2/pyproject.toml", member("m2", "'m3'", "")),
        at("packages/m3/pyproject.toml", member("m3", "", "")),
        at("packages/m4/pyproject.toml", member("m4", "", "")),
        // Below another manifest a member inherits no sources, and what they name is installed all the same.
        at("ex/pyproject.toml", "[tool.x]\n".to_owned()),
        at("ex/n/pyproject.toml", member("n", "'six', 'm4'", "")),
    ];
    let m1 = |editable: &str| {
        at(
            "pyproject.toml",
            root(&format!(
                "m1 = {{workspace = true{editable}}}\nm3 = {{workspace = true}}\nm4 = {{workspace = true}}"
            )),
        )
    };
    let m2 = |editable: &str| {
        at(
            "packages/m2/pyproject.toml",
            member("m2", "'m3', 'm1'", &own(&format!("m1 = {{workspace = true{editable}}}"))),
        )
    };
    agree(
        &program,
        &python,
        &before,
        &[
            ("nothing", &[]),
            ("a new member", &[at("packages/new/pyproject.toml", member("new", "", ""))]),
            ("a hidden member", &[at("packages/.new/pyproject.toml", member("new", "", ""))]),
            (
                "an unmanaged member",
                &[at("packages/new/pyproject.toml", member("new", "", "[tool.uv]\nmanaged = false\n"))],
            ),
            (
                "a member with a build system",
                &[at("packages/m2/pyproject.toml", member("m2", "'m3'", "[build-system]\nrequires = []\n"))],
            ),
            (
                "no package",
                &[at("packages/m3/pyproject.toml", member("m3", "", "[tool.uv]\npackage = false\n"))],
            ),
            ("not editable", &[m1(", editable = false")]),
            ("editable", &[m1(", editable = true")]),
            (
                "a source less",
                &[at("pyproject.toml", root("m1 = {workspace = true}\nm3 = {workspace = true}"))],
            ),
            ("the last source counts", &[m1(""), m2(", editable = false")]),
            (
                "settings of a member",
                &[at(
                    "packages/m1/pyproject.toml",
                    member(
                        "m1",
                        "",
                        "[tool.uv]\nconstraint-dependencies = ['idna<3']\nresolution = 'lowest'\n",
                    ),
                )],
            ),
            (
                "conflicts of a member",
                &[at(
                    "packages/m1/pyproject.toml",
                    member(
                        "m1",
                        "",
                        "[dependency-groups]\na = []\nb = []\n[tool.uv]\nconflicts = [[{group = 'a'}, {group = 'b'}]]\n",
                    ),
                )],
            ),
            (
                "default groups of a member",
                &[at("packages/m1/pyproject.toml", member("m1", "", "[tool.uv]\ndefault-groups = []\n"))],
            ),
        ],
    );
    // A root that is no project has sources and groups too.
    let groups = |more: &str| {
        format!(
            "[dependency-groups]\ng = ['m2', {{include-group = 'h'}}]\nh = ['six']\n{more}{workspace}{}",
            sources("m2 = {workspace = true}")
        )
    };
    let before = [
        at("pyproject.toml", groups("[tool.uv.dependency-groups]\nh = {requires-python = '>=3.10'}\n")),
        at("packages/m1/pyproject.toml", member("m1", "", "")),
        at("packages/m2/pyproject.toml", member("m2", "", "")),
        at("packages/m2/README", "x".to_owned()),
        at("ex/n/pyproject.toml", member("n", "", "")),
    ];
    agree(
        &program,
        &python,
        &before,
        &[
            ("nothing", &[]),
            (
                "another Python",
                &[at(
                    "pyproject.toml",
                    groups("[tool.uv.dependency-groups]\nh = {requires-python = '>=3.11'}\n"),
                )],
            ),
            ("every Python", &[at("pyproject.toml", groups(""))]),
            ("a new member", &[at("packages/new/pyproject.toml", member("new", "", ""))]),
        ],
    );
}

/// The manifest of a project with a dependency `gd`, and its source, if there is one.
fn with_source(dependency: &str, source: &str) -> (&'static str, String) {
    let source =
        if source.is_empty() { String::new() } else { format!("[tool.uv.sources]\ngd = {source}\n") };
    ("pyproject.toml", member("a", dependency, &format!("{source}{LOCAL}")))
}

#[test]
fn uv_agrees_on_repositories() {
    let (Some(program), Some(python)) = (tool("uv"), python("3.12")) else { return };
    let url = "git = 'file://SANDBOX/origin'";
    let git = |more: &str| with_source("'gd'", &format!("{{{url}, {more}}}"));
    agree(
        &program,
        &python,
        &[git("tag = 'v1'")],
        &[
            ("nothing", &[git("tag = 'v1'")]),
            ("a branch", &[git("branch = 'main'")]),
            ("a revision", &[git("rev = 'v1'")]),
            ("no revision", &[with_source("'gd'", &format!("{{{url}}}"))]),
            ("another URL", &[with_source("'gd'", "{git = 'file://SANDBOX/origin/', tag = 'v1'}")]),
            (
                "a source for a URL",
                &[with_source("'gd @ git+file://SANDBOX/origin@main'", &format!("{{{url}, tag = 'v1'}}"))],
            ),
        ],
    );
    let direct = |revision: &str| with_source(&format!("'gd @ git+file://SANDBOX/origin{revision}'"), "");
    agree(
        &program,
        &python,
        &[direct("@v1")],
        &[
            ("nothing", &[direct("@v1#egg=gd")]),
            ("a branch", &[direct("@main")]),
            ("no revision", &[direct("")]),
            ("as a source", &[git("rev = 'v1'")]),
        ],
    );
}

#[test]
fn uv_agrees_on_directories() {
    let (Some(program), Some(python)) = (tool("uv"), python("3.12")) else { return };
    let local = |more: &str| with_source("'gd'", &format!("{{path = '../gd'{more}}}"));
    let gd = |name: &str, dependencies: &str, more: &str| {
        ("../gd/pyproject.toml", member(name, dependencies, more))
    };
    let before = [local(""), gd("gd", "'six'", "")];
    agree(
        &program,
        &python,
        &before,
        &[
            ("nothing", &[]),
            ("editable", &[local(", editable = true")]),
            ("not editable", &[local(", editable = false")]),
            ("no package", &[local(", package = false")]),
            ("a package", &[local(", package = true")]),
            ("another way to write the path", &[with_source("'gd'", "{path = './../gd/'}")]),
            ("a Python", &[gd("gd", "'six'", "# other\n")]),
            ("a dependency", &[gd("gd", "'six', 'idna'", "")]),
            ("a group", &[gd("gd", "'six'", "[dependency-groups]\ndev = ['idna']\n")]),
            ("an extra", &[gd("gd", "'six'", "[project.optional-dependencies]\nx = ['idna']\n")]),
            ("a build system", &[gd("gd", "'six'", "[build-system]\nrequires = []\n")]),
            ("no package by its manifest", &[gd("gd", "'six'", "[tool.uv]\npackage = false\n")]),
            (
                "no package, and a package",
                &[local(", package = true"), gd("gd", "'six'", "[tool.uv]\npackage = false\n")],
            ),
            ("default groups", &[gd("gd", "'six'", "[tool.uv]\ndefault-groups = []\n")]),
        ],
    );
    let before =
        [local(""), gd("gd", "'six'", "[dependency-groups]\ndev = ['idna']\n[tool.uv]\npackage = false\n")];
    agree(
        &program,
        &python,
        &before,
        &[
            ("nothing", &[]),
            ("a package", &[gd("gd", "'six'", "[dependency-groups]\ndev = ['idna']\n")]),
            (
                "a group changed",
                &[gd("gd", "'six'", "[dependency-groups]\ndev = ['idna>=3']\n[tool.uv]\npackage = false\n")],
            ),
            (
                "a group for a Python",
                &[gd(
                    "gd",
                    "'six'",
                    "[dependency-groups]\ndev = ['idna']\n[tool.uv]\npackage = false\n[tool.uv.dependency-groups]\ndev = {requires-python = '>=3.10'}\n",
                )],
            ),
        ],
    );
}
