//! Verdicts of uv.

use super::super::tests::{asked, format_of, fresh, fresh_with};
use crate::model::Freshness;

pub(super) const MANIFEST: &str = r#"[project]
name = "a"
version = "0.1"
description = "x"
requires-python = ">=3.9"
dependencies = ["idna>=3.0,<4", "six>=1.16; sys_platform == 'win32'", "reqs[socks]>=2"]
[project.optional-dependencies]
ex = ["iniconfig>=1; python_version < '3.11'"]
[dependency-groups]
dev = ["iniconfig>=2", {include-group = "t"}]
t = ["sniffio"]
[tool.uv]
"#;

/// As uv 0.13.9 writes it for [`MANIFEST`], without files.
pub(super) const LOCK: &str = r#"version = 1
revision = 5
requires-python = ">=3.9"

[[package]]
name = "a"
version = "0.1"
source = { virtual = "." }
dependencies = [
    { name = "idna" },
    { name = "reqs", extra = ["socks"] },
    { name = "six", marker = "sys_platform == 'win32'" },
]

[package.optional-dependencies]
ex = [
    { name = "iniconfig", marker = "python_full_version < '3.11'" },
]

[package.dev-dependencies]
dev = [
    { name = "iniconfig" },
    { name = "sniffio" },
]
t = [
    { name = "sniffio" },
]

[package.metadata]
requires-dist = [
    { name = "idna", specifier = ">=3.0,<4" },
    { name = "iniconfig", marker = "python_full_version < '3.11' and extra == 'ex'", specifier = ">=1" },
    { name = "reqs", extras = ["socks"], specifier = ">=2" },
    { name = "six", marker = "sys_platform == 'win32'", specifier = ">=1.16" },
]
provides-extras = ["ex"]

[package.metadata.requires-dev]
dev = [
    { name = "iniconfig", specifier = ">=2" },
    { name = "sniffio" },
]
t = [{ name = "sniffio" }]

[[package]]
name = "idna"
version = "3.10"
source = { registry = "https://example.org/simple" }

[[package]]
name = "iniconfig"
version = "2.0.0"
source = { registry = "https://example.org/simple" }

[[package]]
name = "reqs"
version = "2.31.0"
source = { registry = "https://example.org/simple" }
dependencies = [
    { name = "idna" },
]

[package.optional-dependencies]
socks = [
    { name = "six" },
]

[[package]]
name = "six"
version = "1.16.0"
source = { registry = "https://example.org/simple" }

[[package]]
name = "sniffio"
version = "1.3.0"
source = { registry = "https://example.org/simple" }
"#;

/// The table of verdicts that were observed with `uv lock --check`: what is replaced, by what, and how the lock is said to be
/// stale, if it is.
const VERDICTS: &[(&str, &str, Option<&str>)] = &[
    ("\"x\"", "\"y\"", None),
    (">=3.0,<4", "<4, >=3", None),
    ("idna>=3.0,<4", "IDNA (>=3.0,<4.0)", None),
    ("\"idna>=3.0,<4\"", "\"idna>=3.0,<4\", \"idna>=3.0,<4\"", None),
    ("\"idna>=3.0,<4\"", "\"idna>=3.0\", \"idna<4\"", None),
    ("\"idna>=3.0,<4\"", "\"idna>=3.0,<4; python_version >= '3.8'\"", None),
    ("\">=3.9\"", "\">=3.9.0\"", None),
    ("reqs[socks]", "Reqs[SOCKS]", None),
    ("t = [", "T = [", None),
    ("{include-group = \"t\"}", "\"sniffio\"", None),
    ("python_version < '3.11'", "python_version <= '3.10'", None),
    ("sys_platform == 'win32'", "platform_system == 'Windows'", None),
    ("\"0.1\"", "\"0.1.0\"", None),
    ("name = \"a\"", "name = \"A\"", None),
    ("[tool.uv]", "[tool.uv]\ndefault-groups = ['dev']\nresolution = 'highest'\nlink-mode = 'copy'", None),
    ("[tool.uv]", "[tool.uv]\npackage = false", None),
    ("[tool.uv]", "[tool.uv]\ndev-dependencies = ['iniconfig>=2']", None),
    ("[tool.uv]", "[tool.uv.sources]\nother = {path = '../x'}", None),
    ("[tool.uv]", "[tool.uv.workspace]\nmembers = ['packages/*']", None),
    (">=3.0", ">=3.1", Some("`idna>=3.1,<4` was locked as `idna>=3.0,<4`")),
    ("\"idna", "\"pluggy\", \"idna", Some("`pluggy` was not there when it was locked")),
    ("\"reqs[socks]>=2\"", "", Some("`reqs[socks]>=2` is no longer required")),
    ("reqs[socks]", "reqs[socks,x]", Some("`reqs[socks,x]>=2` was locked as `reqs[socks]>=2`")),
    ("'3.11'", "'3.12'", Some("`iniconfig>=1; python_version < '3.12'` was locked as `iniconfig>=1`")),
    ("ex = [", "other = [", Some("the extra `ex` of `a` was added or removed")),
    (
        "[dependency-groups]",
        "empty = []\n[dependency-groups]",
        Some("the extra `empty` of `a` was added or removed"),
    ),
    ("iniconfig>=2", "iniconfig>=2.1", Some("`iniconfig>=2.1` was locked as `iniconfig>=2`")),
    ("t = [", "z = []\nt = [", Some("the group `z` was not there when it was locked")),
    ("\"0.1\"", "\"0.2\"", Some("`a` is 0.2, and was 0.1 when it was locked")),
    ("name = \"a\"", "name = \"aa\"", Some("`aa` is not locked")),
    ("\">=3.9\"", "\">=3.10\"", Some("`requires-python` is `>=3.10`, and was `>=3.9` when it was locked")),
    (
        "\">=3.9\"",
        "\">=3.9,<4\"",
        Some("`requires-python` is `>=3.9,<4`, and was `>=3.9` when it was locked"),
    ),
    (
        "[tool.uv]",
        "[build-system]\nrequires = []\n[tool.uv]",
        Some("`a` was locked as virtual, and is editable now"),
    ),
    (
        "[tool.uv]",
        "[tool.uv]\nconstraint-dependencies = ['idna<5']",
        Some("`constraint-dependencies`: `idna<5` was not there when it was locked"),
    ),
    (
        "[tool.uv]",
        "[tool.uv]\noverride-dependencies = ['idna<5']",
        Some("`override-dependencies`: `idna<5` was not there when it was locked"),
    ),
    ("[tool.uv]", "[tool.uv]\ndefault-groups = ['t']", Some("`default-groups` of `a` has changed")),
    ("[tool.uv]", "[tool.uv]\ndefault-groups = 'all'", Some("`default-groups` of `a` has changed")),
    (
        "[tool.uv]",
        "[tool.uv]\nresolution = 'lowest'",
        Some("`resolution` is `lowest`, and was `highest` when it was locked"),
    ),
    (
        "[tool.uv]",
        "[tool.uv]\nexclude-newer = '2034-01-01'",
        Some("`exclude-newer` was not set when it was locked"),
    ),
    (
        "[tool.uv]",
        "[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]",
        Some("`environments` has changed"),
    ),
    (
        "[tool.uv]",
        "[tool.uv]\nconflicts = [[{extra = 'ex'}, {group = 't'}]]",
        Some("`conflicts` has changed"),
    ),
    ("[tool.uv]", "[tool.uv]\ndev-dependencies = ['six']", Some("`six` was not there when it was locked")),
    (
        "[tool.uv]",
        "[tool.uv.sources]\nsix = {path = '../six'}",
        Some("`six>=1.16; sys_platform == 'win32'` was locked as `six>=1.16`"),
    ),
    (
        "\"idna>=3.0,<4\"",
        "\"idna @ file:///srv/idna\"",
        Some("`idna @ file:///srv/idna` was locked as `idna>=3.0,<4`"),
    ),
    (
        "\"idna>=3.0,<4\"",
        "\"idna @ git+file:///srv/idna@main\"",
        Some("`idna @ git+file:///srv/idna@main` was locked as `idna>=3.0,<4`"),
    ),
    (
        "[tool.uv]",
        "[tool.uv.sources]\nidna = {path = '/srv/idna', editable = true}",
        Some("`idna>=3.0,<4` was locked with another marker or source"),
    ),
    (
        "[tool.uv]",
        "[tool.uv.sources]\nidna = [{path = '../idna', marker = \"os_name == 'nt'\"}]",
        Some("`idna>=3.0,<4` was locked with another marker or source"),
    ),
    ("[tool.uv]", "[tool.uv.sources]\nidna = [{path = '../idna', extra = 'ex'}]", None),
    ("[tool.uv]", "[tool.uv.sources]\nsix = [{path = '../six', marker = \"sys_platform == 'linux'\"}]", None),
    ("[tool.uv]", "[tool.uv]\nexclude-dependencies = ['other']\nconstraint-dependencies = ['other']", None),
    (
        "[tool.uv]",
        "[tool.uv.dependency-groups]\nt = {requires-python = '>=3.10'}",
        Some("`requires-python` of the group `dev` has changed"),
    ),
    (
        "[tool.uv]",
        "[tool.uv]\nexclude-dependencies = ['idna']",
        Some("`exclude-dependencies` had no `idna` when it was locked"),
    ),
    ("[tool.uv]", "[tool.uv]\nexclude-dependencies = []\ndependency-metadata = []", None),
    (
        "[tool.uv]",
        "[tool.uv]\ndependency-metadata = [{name = 'idna', version = '3.10'}]",
        Some("`dependency-metadata`: `idna` 3.10 was not there when it was locked"),
    ),
    (
        "[tool.uv]",
        "[tool.uv]\nindex-url = 'https://example.org/simple/'",
        Some("the index `https://example.org/simple` is written with or without a slash at the end now"),
    ),
    ("\">=3.9\"", "\">=3.9,!=3.9.1\"", None),
    (
        "\">=3.9\"",
        "\">=3.9,!=3.9.*\"",
        Some("`requires-python` is `>=3.9,!=3.9.*`, and was `>=3.9` when it was locked"),
    ),
    (
        "\"six>=1.16;",
        "\"six @ https://example.org/six.whl ;",
        Some("`six @ https://example.org/six.whl ; sys_platform == 'win32'` was locked as `six>=1.16`"),
    ),
];

#[test]
fn verdicts_are_those_of_uv() {
    let format = format_of("uv.lock");
    assert_eq!(fresh(format, LOCK, MANIFEST), Freshness::Fresh);
    for (what, by, stale) in VERDICTS {
        assert!(MANIFEST.contains(what), "{what}");
        let expected = stale.map_or(Freshness::Fresh, |reason| Freshness::Stale(reason.into()));
        assert_eq!(fresh(format, LOCK, &MANIFEST.replacen(what, by, 1)), expected, "{what} → {by}");
    }
}

#[test]
fn what_cannot_be_decided_is_unknown() {
    let cases = [
        (
            "version = \"0.1\"",
            "version = \"0.1\"\ndynamic = [\"dependencies\"]",
            "`dependencies` of `a` is dynamic",
        ),
        (
            "requires-python = \">=3.9\"",
            "",
            "no project says `requires-python`, so that the lock depends on the Python that uv finds",
        ),
        (
            "[tool.uv]",
            "[tool.uv.sources]\nsix = [{index = 'x'}]",
            "whether `six>=1.16; sys_platform == 'win32'` has changed: the source of `six` is not understood",
        ),
        (
            "[tool.uv]",
            "[tool.uv.workspace]\nmembers = ['**']",
            "the pattern `**` for members of the workspace is not understood",
        ),
        (
            "sys_platform == 'win32'",
            "'win' in sys_platform",
            "whether `six>=1.16; 'win' in sys_platform` has changed: it cannot be known for which values `sys_platform` is compared",
        ),
    ];
    for (what, by, reason) in cases {
        let said = fresh(format_of("uv.lock"), LOCK, &MANIFEST.replacen(what, by, 1));
        assert_eq!(said, Freshness::Unknown(reason.into()), "{what} → {by}");
    }
    let without = LOCK.split("[package.metadata]").next().expect("a part").to_owned()
        + "\n[[package]]\n"
        + LOCK
            .split_once("[[package]]\nname = \"idna\"")
            .map(|(_, rest)| format!("name = \"idna\"{rest}"))
            .expect("a part")
            .as_str();
    let said = fresh(format_of("uv.lock"), &without, MANIFEST);
    assert_eq!(said, Freshness::Unknown("the lock does not record what `a` requires".into()));
    let cut = LOCK.split("[[package]]\nname = \"six\"").next().expect("a part");
    let reason = "`project/uv.lock:12` needs `six`, which is not in the lock: it is cut off or damaged";
    let said = fresh(format_of("uv.lock"), cut, MANIFEST);
    assert!(
        matches!(&said, Freshness::Unreadable(said) if said.seen_from_root() == reason),
        "{said:?} {reason}"
    );
}

#[test]
fn an_older_lock_has_no_default_groups_and_no_extras() {
    let old = LOCK.replace("revision = 5\n", "").replace("provides-extras = [\"ex\"]\n", "");
    let manifest = MANIFEST.replace("[tool.uv]", "[tool.uv]\ndefault-groups = ['t']");
    assert_eq!(fresh(format_of("uv.lock"), &old, &manifest), Freshness::Fresh);
}

#[test]
fn members_and_local_projects_count() {
    let format = format_of("uv.lock");
    let root = "[project]\nname = 'root'\nversion = '1'\nrequires-python = '>=3.9'\ndependencies = ['m1', 'lib']\n[tool.uv.workspace]\nmembers = ['packages/*']\nexclude = ['packages/no*']\n[tool.uv.sources]\nm1 = {workspace = true}\nlib = {path = '../lib'}\n";
    let m1 = "[project]\nname = 'M1'\nversion = '2'\nrequires-python = '>=3.10'\ndependencies = ['lib']\n[tool.uv.sources]\nlib = {path = '../../../lib'}\n";
    let m2 = "[project]\nname = 'm2'\nversion = '3'\n";
    let lib = "[project]\nname = 'lib'\nversion = '4'\ndependencies = []\n";
    let lock = r#"version = 1
revision = 5
requires-python = ">=3.10"
[manifest]
members = ["m1", "m2", "root"]
[[package]]
name = "lib"
version = "4"
source = { directory = "../lib" }
[[package]]
name = "m1"
version = "2"
source = { editable = "packages/m1" }
dependencies = [{ name = "lib" }]
[package.metadata]
requires-dist = [{ name = "lib", directory = "../lib" }]
[[package]]
name = "m2"
version = "3"
source = { virtual = "packages/m2" }
[[package]]
name = "root"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "lib" }, { name = "m1" }]
[package.metadata]
requires-dist = [{ name = "lib", directory = "../lib" }, { name = "m1", editable = "packages/m1" }]
"#;
    let files = |m1: &'static str, lib: &'static str| {
        [
            ("packages/m1/pyproject.toml", m1),
            ("packages/m2/pyproject.toml", m2),
            ("packages/nothing/pyproject.toml", "x"),
            ("../lib/pyproject.toml", lib),
        ]
    };
    assert_eq!(fresh_with(format, lock, root, &files(m1, lib)), Freshness::Fresh);
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let stale = |m1: String, lib: String| match fresh_with(format, lock, root, &files(leak(m1), leak(lib))) {
        Freshness::Stale(reason) => reason.seen_from_root(),
        other => format!("{other:?}"),
    };
    let (m1, lib) = (m1.to_owned(), lib.to_owned());
    let cases = [
        (
            stale(m1.replace("'2'", "'2.1'"), lib.clone()),
            "in `project/packages/m1/pyproject.toml`, `m1` is 2.1, and was 2 when it was locked",
        ),
        (
            stale(m1.replace("['lib']", "['lib', 'six']"), lib.clone()),
            "in `project/packages/m1/pyproject.toml`, `six` was not there when it was locked",
        ),
        (
            stale(m1.clone(), lib.replace("[]", "['six']")),
            "in `lib/pyproject.toml`, `six` was not there when it was locked",
        ),
        (
            stale(m1.replace("3.10", "3.11"), lib.clone()),
            "`requires-python` is `>=3.9`, `>=3.11`, and was `>=3.10` when it was locked",
        ),
        (
            stale(m1.replace("'M1'", "'M3'"), lib.clone()),
            "the members of the workspace are m2, m3, root, and were m1, m2, root when it was locked",
        ),
    ];
    for (said, expected) in cases {
        assert_eq!(said, expected);
    }
    let three = &files(leak(m1), leak(lib))[..3];
    let unknown = "what `lib` requires is not known: there is no `../lib/pyproject.toml`";
    assert_eq!(fresh_with(format, lock, root, three), Freshness::Unknown(unknown.into()));
    let with_settings: Vec<_> = files(three[0].1, "[project]\nname = 'lib'\nversion = '4'\n")
        .into_iter()
        .chain([("uv.toml", "resolution = 'lowest'\n")])
        .collect();
    assert!(
        matches!(fresh_with(format, lock, root, &with_settings), Freshness::Stale(reason) if reason.seen_from_root().contains("`resolution`"))
    );
}

proptest::proptest! {
    #[test]
    fn what_uv_says_is_the_same_never_depends_on_order(order in proptest::sample::subsequence(vec![0, 1, 2], 3), spaces in 0_usize..3) {
        let items = ["\"idna>=3.0,<4\"", "\"six>=1.16; sys_platform == 'win32'\"", "\"reqs[socks]>=2\""];
        let mut list: Vec<&str> = order.iter().map(|&at| items[at]).collect();
        list.rotate_left(spaces);
        let gap = " ".repeat(spaces);
        let manifest = MANIFEST.replace(&items.join(", "), &list.join(&format!(",{gap}")));
        proptest::prop_assert_eq!(fresh(format_of("uv.lock"), LOCK, &manifest), Freshness::Fresh);
    }

    #[test]
    fn no_change_of_a_lock_makes_it_panic(at in 0..LOCK.len(), byte: u8) {
        let mut changed = LOCK.as_bytes().to_vec();
        changed[at] = byte;
        let changed = String::from_utf8_lossy(&changed);
        let _ = fresh(format_of("uv.lock"), &changed, MANIFEST);
        let _ = asked(format_of("uv.lock"), &changed, MANIFEST, &["ex"], None);
    }
}
