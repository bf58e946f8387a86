//! Walks through the graph of a lock of uv.

use super::super::tests::{LockChoice, asked, asked_in, format_of, fresh_with, linux, names};
use super::tests::{LOCK, MANIFEST};
use crate::model::Freshness;
use crate::python::MarkerEnvironment;

#[test]
fn the_graph_decides_what_is_asked_for() {
    let format = format_of("uv.lock");
    let base = ["idna==3.10", "reqs[socks]==2.31.0", "six==1.16.0"];
    let dev = ["idna==3.10", "iniconfig==2.0.0", "reqs[socks]==2.31.0", "six==1.16.0", "sniffio==1.3.0"];
    let t = ["idna==3.10", "reqs[socks]==2.31.0", "six==1.16.0", "sniffio==1.3.0"];
    let old = MarkerEnvironment {
        python_full_version: Some("3.10.4".to_owned()),
        python_version: Some("3.10".to_owned()),
        ..linux()
    };
    let ex = ["idna==3.10", "iniconfig==2.0.0", "reqs[socks]==2.31.0", "six==1.16.0"];
    let cases: [(LockChoice, MarkerEnvironment); 5] = [
        ((&[], Some(&[]), base.to_vec()), linux()),
        ((&[], None, dev.to_vec()), linux()),
        ((&[], Some(&["T"]), t.to_vec()), linux()),
        ((&["ex"], Some(&[]), base.to_vec()), linux()),
        ((&["Ex"], Some(&[]), ex.to_vec()), old),
    ];
    for ((extras, groups, expected), environment) in cases {
        let said = asked_in(format, LOCK, MANIFEST, extras, groups, &environment).expect("packages");
        assert_eq!(names(&said), expected, "{extras:?} {groups:?}");
        assert_eq!((said.is_exact, said.own_names), (true, vec!["a".to_owned()]));
    }
    let ancient = MarkerEnvironment { python_full_version: Some("3.8.1".to_owned()), ..linux() };
    let refused = asked_in(format, LOCK, MANIFEST, &[], None, &ancient).map(|_| ());
    assert_eq!(refused, Err("the lock is for Python >=3.9, not 3.8.1".to_owned()));
    let unknown = MarkerEnvironment { sys_platform: None, ..linux() };
    let without_six = LOCK.replace("{ name = \"reqs\", extra = [\"socks\"] },", "{ name = \"reqs\" },");
    let said = asked_in(format, &without_six, MANIFEST, &[], Some(&[]), &unknown).expect("packages");
    assert_eq!(names(&said), ["idna==3.10", "reqs==2.31.0", "six==1.16.0?"]);
}

#[test]
fn forks_and_sources_are_followed() {
    let lock = r#"version = 1
requires-python = ">=3.9"
resolution-markers = ["python_full_version >= '3.11'", "python_full_version < '3.11'"]
[[package]]
name = "root"
version = "1"
source = { editable = "." }
dependencies = [
    { name = "numpy", version = "1.26", source = { registry = "https://example.org/simple" }, marker = "python_full_version < '3.11'" },
    { name = "numpy", version = "2.0", source = { registry = "https://example.org/simple" }, marker = "python_full_version >= '3.11'" },
    { name = "loop" },
]
[[package]]
name = "numpy"
version = "1.26"
source = { registry = "https://example.org/simple" }
resolution-markers = ["python_full_version < '3.11'"]
[[package]]
name = "numpy"
version = "2.0"
source = { registry = "https://example.org/simple" }
resolution-markers = ["python_full_version >= '3.11'"]
[[package]]
name = "loop"
version = "1"
source = { git = "https://example.org/loop?subdirectory=py&rev=main#0123" }
dependencies = [{ name = "other" }]
[[package]]
name = "other"
version = "1"
source = { url = "https://example.org/other-1.whl" }
dependencies = [{ name = "loop" }, { name = "numpy" }]
"#;
    let said = asked(format_of("uv.lock"), lock, "", &[], None).expect("packages");
    let expected = [
        "loop @ Repository { vcs: \"git\", url: \"https://example.org/loop\", revision: Some(\"0123\"), subdirectory: Some(\"py\"), is_editable: false }",
        "numpy==2.0",
        "other @ Archive { url: \"https://example.org/other-1.whl\", subdirectory: None, hashes: [] }",
        "root @ Directory { path: \"/project\", is_editable: true }",
    ];
    assert_eq!(names(&said), expected);
}

/// As uv writes it for a root without `[project]`.
const WORKSPACE: &str = r#"version = 1
revision = 5
requires-python = ">=3.10"

[manifest]
members = ["a", "b"]

[manifest.dependency-groups]
dev = [{ name = "iniconfig" }, { name = "tomli", marker = "python_full_version < '3.11'" }]
doc = [{ name = "packaging", specifier = ">=20" }]

[[package]]
name = "a"
version = "0"
source = { virtual = "pk/a" }
default-groups = ["q"]
dependencies = [{ name = "idna" }]

[package.optional-dependencies]
x = [{ name = "six" }]

[package.dev-dependencies]
dev = [{ name = "pluggy" }]
q = [{ name = "tomli" }]

[package.metadata]
requires-dist = [{ name = "idna" }, { name = "six", marker = "extra == 'x'" }]
provides-extras = ["x"]

[package.metadata.requires-dev]
dev = [{ name = "pluggy" }]
q = [{ name = "tomli" }]

[[package]]
name = "b"
version = "0"
source = { editable = "pk/b" }
dependencies = [{ name = "toml" }]

[package.metadata]
requires-dist = [{ name = "toml" }]
"#;

/// The lock with the packages of an index.
fn workspace() -> String {
    let names = ["idna", "iniconfig", "packaging", "pluggy", "six", "toml", "tomli"];
    let package = |name: &&str| {
        format!(
            "[[package]]\nname = \"{name}\"\nversion = \"1\"\nsource = {{ registry = \"https://example.org/simple\" }}\n"
        )
    };
    WORKSPACE.to_owned() + &names.iter().map(package).collect::<String>()
}

/// What uv 0.13 installs at such a root.
#[test]
fn a_root_without_a_project_has_all_members() {
    let format = format_of("uv.lock");
    let root = "[tool.uv.workspace]\nmembers = ['pk/*']\n";
    let b = "b @ Directory { path: \"/project/pk/b\", is_editable: true }";
    let with_all = "default-groups = \"all\"\nmembers = [\"a\", \"b\"]";
    let all = workspace().replace("members = [\"a\", \"b\"]", with_all);
    let base = ["b", "idna==1", "toml==1"];
    let cases: [(&str, LockChoice); 6] = [
        ("", (&[], Some(&[]), vec![])),
        ("", (&[], None, vec!["iniconfig==1", "pluggy==1"])),
        ("", (&["x"], Some(&[]), vec!["six==1"])),
        ("", (&[], Some(&["doc"]), vec!["packaging==1"])),
        ("", (&[], Some(&["q"]), vec!["tomli==1"])),
        ("all", (&[], None, vec!["iniconfig==1", "packaging==1", "pluggy==1", "tomli==1"])),
    ];
    for (which, (extras, groups, more)) in cases {
        let lock = if which == "all" { all.clone() } else { workspace() };
        let said = asked(format, &lock, root, extras, groups).expect("packages");
        let mut expected: Vec<&str> = base.iter().map(|&name| if name == "b" { b } else { name }).collect();
        expected.extend(more);
        expected.sort_unstable();
        assert_eq!(names(&said), expected, "{which} {extras:?} {groups:?}");
        assert_eq!((said.is_exact, said.own_names.len()), (true, 0));
    }
    let old = workspace().replace("revision = 5", "revision = 3");
    let said = asked(format, &old, &(root.to_owned() + "[tool.uv]\ndefault-groups = ['doc']\n"), &[], None);
    assert_eq!(names(&said.expect("packages")), [b, "idna==1", "packaging==1", "toml==1"]);
}

#[test]
fn a_lock_without_its_project_is_unknown() {
    let format = format_of("uv.lock");
    let said = asked(format, &workspace(), "[project]\nname = 'r'\n", &[], None).map(|_| ());
    assert_eq!(said, Err("the project beside the lock is not in it".to_owned()));
    let other = workspace().replace("members = [\"a\", \"b\"]", "members = [\"a\", \"c\"]");
    let said = asked(format, &other, "", &[], None).map(|_| ());
    assert_eq!(said, Err("the member `c` of the workspace is not in the lock".to_owned()));
    let cut = workspace().replace("name = \"packaging\"\nversion", "name = \"other\"\nversion");
    let said = asked(format, &cut, "", &[], None).map(|_| ());
    let damaged = "`uv.lock:10` needs `packaging`, which is not in the lock: it is cut off or damaged";
    assert_eq!(said, Err(damaged.to_owned()));
}

#[test]
fn the_default_groups_of_a_root_without_a_project_are_compared() {
    let root = "[tool.uv.workspace]\nmembers = ['pk/*']\n[dependency-groups]\n\
                dev = ['iniconfig', \"tomli; python_full_version < '3.11'\"]\ndoc = ['packaging>=20']\n";
    let a = "[project]\nname = 'a'\nversion = '0'\nrequires-python = '>=3.10'\ndependencies = ['idna']\n\
             [project.optional-dependencies]\nx = ['six']\n[dependency-groups]\ndev = ['pluggy']\nq = ['tomli']\n\
             [tool.uv]\ndefault-groups = ['q']\n";
    let b = "[build-system]\nrequires = []\n[project]\nname = 'b'\nversion = '0'\ndependencies = ['toml']\n";
    let files = [("pk/a/pyproject.toml", a), ("pk/b/pyproject.toml", b)];
    let said = |root: &str| fresh_with(format_of("uv.lock"), &workspace(), root, &files);
    assert_eq!(said(root), Freshness::Fresh);
    assert_eq!(said(&(root.to_owned() + "[tool.uv]\ndefault-groups = ['dev']\n")), Freshness::Fresh);
    let stale = Freshness::Stale("`default-groups` of the workspace has changed".into());
    assert_eq!(said(&(root.to_owned() + "[tool.uv]\ndefault-groups = 'all'\n")), stale);
}
