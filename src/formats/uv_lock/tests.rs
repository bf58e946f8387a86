//! Locks of uv, whole and damaged.

use super::*;

const LOCK: &str = r#"version = 1
revision = 5
requires-python = ">=3.10"
supported-markers = ["sys_platform == 'linux'"]
conflicts = [[
    { package = "root", extra = "ex" },
    { package = "root", group = "t" },
]]

[options]
resolution-mode = "lowest-direct"

[manifest]
members = ["m1", "root"]
constraints = [{ name = "idna", specifier = "<5" }]

[[package]]
name = "idna"
version = "3.10"
source = { registry = "https://example.org/simple" }
resolution-markers = ["python_full_version >= '3.11'"]
wheels = [
    { url = "https://example.org/idna-3.10-py3-none-any.whl", hash = "sha256:16" },
]

[[package]]
name = "root"
version = "0.1"
source = { editable = "." }
default-groups = "all"
dependencies = [
    { name = "idna", version = "3.10", source = { registry = "https://example.org/simple" }, marker = "python_full_version >= '3.11'" },
    { name = "reqs", extra = ["socks"] },
]

[package.optional-dependencies]
ex = [{ name = "iniconfig" }]

[package.dev-dependencies]
dev = [{ name = "six" }]

[package.metadata]
requires-dist = [
    { name = "idna", specifier = ">=3.0,<4" },
    { name = "iniconfig", marker = "extra == 'ex'", directory = "../libs/iniconfig" },
]
provides-extras = ["ex"]

[package.metadata.requires-dev]
dev = [{ name = "six", extras = ["x"] }]
empty = []
"#;

#[test]
fn a_lock_is_read() {
    let lock = parse(LOCK.as_bytes()).expect("a lock");
    assert_eq!((lock.version.as_str(), lock.requires_python.as_str()), ("1", ">=3.10"));
    assert_eq!(
        (lock.members.as_slice(), lock.supported_markers.len()),
        (["m1".to_owned(), "root".to_owned()].as_slice(), 1)
    );
    let conflict = |extra: Option<&str>, group: Option<&str>| UvConflict {
        package: Some("root".to_owned()),
        extra: extra.map(str::to_owned),
        group: group.map(str::to_owned),
    };
    assert_eq!(lock.conflicts, [[conflict(Some("ex"), None), conflict(None, Some("t"))]]);
    let mode = Value::Text("lowest-direct".to_owned());
    assert_eq!((lock.options, lock.manifest.len()), (vec![("resolution-mode".to_owned(), mode)], 1));
    let [idna, root] = lock.packages.as_slice() else { panic!("{:?}", lock.packages) };
    assert_eq!(
        (idna.line, idna.version.as_deref(), idna.source.kind.as_str()),
        (17, Some("3.10"), "registry")
    );
    assert_eq!((idna.resolution_markers.len(), &idna.metadata), (1, &None));
    assert_eq!((root.source.kind.as_str(), root.source.location.as_str()), ("editable", "."));
    assert_eq!(root.default_groups, Some(UvGroups::All));
    let [first, second] = root.dependencies.as_slice() else { panic!("{root:?}") };
    assert_eq!((first.line, first.version.as_deref(), first.source.is_some()), (32, Some("3.10"), true));
    assert_eq!((second.extras.as_slice(), &second.marker), (["socks".to_owned()].as_slice(), &None));
    assert_eq!(
        (root.optional_dependencies[0].0.as_str(), root.dev_dependencies[0].0.as_str()),
        ("ex", "dev")
    );
    let metadata = root.metadata.as_ref().expect("metadata");
    let ini = &metadata.requires_dist[1];
    assert_eq!(
        (ini.line, ini.marker.as_deref(), ini.specifier.as_deref()),
        (45, Some("extra == 'ex'"), None)
    );
    assert_eq!(ini.source, [("directory".to_owned(), "../libs/iniconfig".to_owned())]);
    let groups: Vec<&str> = metadata.requires_dev.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        (metadata.provides_extras.as_slice(), groups),
        (["ex".to_owned()].as_slice(), vec!["dev", "empty"])
    );
}

#[test]
fn what_is_no_lock_has_an_error_with_its_line() {
    let head = "version = 1\nrequires-python = '>=3.9'\n";
    let with = |rest: &str| format!("{head}{rest}");
    let cases = [
        (String::new(), 1, "`version` is missing: the file is cut off or empty"),
        ("version = 'x'".to_owned(), 1, "`version` must be a number, not a string"),
        ("version = 1".to_owned(), 1, "`requires-python` is missing"),
        (with("[[package]]\nname = 'x'\nversion = '1'\n"), 3, "`source` is missing"),
        (
            with("[[package]]\nname = 'x'\nsource = {}\n"),
            5,
            "`source` has none of registry, git, url, path, directory, editable, virtual",
        ),
        (
            with("[[package]]\nname = 'x'\nsource = {path = '.'}\ndependencies = [3]\n"),
            6,
            "`dependencies` must be a table, not a number",
        ),
        (with("conflicts = [3]"), 3, "`conflicts` must be a list of lists, not a number"),
        (with("<<<<<<< a\n=======\n>>>>>>> b\n"), 3, "unresolved merge conflict"),
    ];
    for (text, line, reason) in cases {
        assert_eq!(parse(text.as_bytes()), Err(ParseError::at(line, reason)), "{text}");
    }
    let later = parse(b"version = 2\npackage = 3\n").expect("a lock");
    assert_eq!((later.version.as_str(), later.packages.len()), ("2", 0));
}

#[test]
fn directories_of_projects_are_found_without_parsing() {
    let lock = "version = 1\nsource = { registry = \"x\" }\nsource = { editable = \".\" }\r\nsource = { virtual = \"a/b\" }\n\
                source = { directory = \"../c\", subdirectory = \"d\" }\n    { source = { editable = \"e\" } },\n";
    assert_eq!(local_directories(lock.as_bytes()), [".", "a/b", "../c"]);
    assert_eq!(local_directories(b"source = { editable = \"a\" }\nsource = { editable = \"b"), [""; 0]);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, at in 0..LOCK.len(), byte: u8) {
        drop((parse(&bytes), local_directories(&bytes)));
        let mut changed = LOCK.as_bytes().to_vec();
        changed[at] = byte;
        let lock = parse(&changed).unwrap_or_default();
        proptest::prop_assert!(lock.packages.iter().all(|package| !package.source.kind.is_empty() && package.line > 0));
    }
}
