//! Walks through the graph of a lock of uv.

use super::super::tests::{LockChoice, asked, asked_in, format_of, linux, names};
use super::tests::{LOCK, MANIFEST};
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
        "other @ Archive { url: \"https://example.org/other-1.whl\", subdirectory: None }",
        "root @ Directory { path: \"/project\", is_editable: true }",
    ];
    assert_eq!(names(&said), expected);
}
