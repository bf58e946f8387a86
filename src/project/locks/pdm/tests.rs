//! Hashes that pdm wrote, and what its locks ask for.

use super::super::tests::{LockChoice, asked, format_of, fresh, fresh_with, names};
use super::*;

fn lock(hash: &str) -> String {
    format!(
        "[metadata]\ngroups = [\"default\", \"dev\", \"x\"]\nlock_version = \"4.5.1\"\ncontent_hash = \"sha256:{hash}\"\n\
         [[package]]\nname = \"idna\"\nversion = \"3.10\"\n"
    )
}

const NEW: &str = "[project]\nrequires-python = '>=3.9'\ndependencies = ['idna>=3.0']\n[project.optional-dependencies]\nx = ['six>=1.16']\n[dependency-groups]\ndev = ['iniconfig>=2']\n[tool.pdm]\ndistribution = true\n";
const NEW_HASH: &str = "3a664d37ddf7780511701f4ade19a37d8ee36b2f907a125379de5945083c1846";
const OLD: &str = "[project]\nrequires-python = '>=3.9'\ndependencies = ['idna>=3.0']\n[tool.pdm.dev-dependencies]\nMy_Dev = ['iniconfig>=2']\n";
const OLD_HASH: &str = "b8995139599cdc45f3869c24c45428d4c70c4b092229c4b303cafacb3dee43c2";

#[test]
fn hashes_are_those_of_both_generations() {
    let format = format_of("pdm.lock");
    for (manifest, hash) in [(NEW, NEW_HASH), (OLD, OLD_HASH)] {
        assert_eq!(fresh(format, &lock(hash), manifest), Freshness::Fresh, "{manifest}");
        assert_ne!(fresh(format, &lock(hash), &manifest.replace("3.9", "3.10")), Freshness::Fresh);
        let reformatted = format!("# a comment\n{}", manifest.replace('\'', "\""));
        assert_eq!(fresh(format, &lock(hash), &reformatted), Freshness::Fresh);
    }
}

#[test]
fn the_hash_of_a_workspace_has_its_members() {
    let root = format!("{NEW}[tool.pdm.workspace]\nmembers = ['packages/*', 'missing']\n");
    let members =
        [("packages/b/pyproject.toml", OLD), ("packages/a/pyproject.toml", NEW), ("packages/c/x", "")];
    let hash_of = |text: &str| {
        let read = crate::formats::toml::parse(text, &[]).expect("TOML").expect("a table").value;
        let file = crate::path::RepoPath::root();
        let files = super::super::tests::MemoryFiles::of(&members);
        let input = LockInput { file: &file, lock: b"", manifest: None, files: &files };
        content_hashes(&input, &read).expect("hashes").remove(0)
    };
    let (a, b) = (hash_of(NEW), hash_of(OLD));
    let all = format!("{NEW_HASH}\0packages/a\0{a}\0packages/b\0{b}");
    let expected = crate::formats::digest::hexadecimal(all.as_bytes());
    assert_eq!(hash_of(&root), expected);
    let format = format_of("pdm.lock");
    assert_eq!(fresh_with(format, &lock(&expected), &root, &members), Freshness::Fresh);
    assert_ne!(fresh_with(format, &lock(&expected), &root, &members[..1]), Freshness::Fresh);
}

#[test]
fn what_only_pdm_knows_is_unknown_and_the_rest_says_why() {
    let format = format_of("pdm.lock");
    let inputs = format!("{NEW}resolution = {{lock_inputs = true}}\n");
    let recorded = lock(NEW_HASH).replace("lock_version", "lock_inputs = {}\nlock_version");
    assert!(matches!(fresh(format, &recorded, NEW), Freshness::Unknown(_)));
    assert!(matches!(fresh(format, &lock(NEW_HASH), &inputs), Freshness::Stale(_)));
    assert!(matches!(fresh(format, &lock(NEW_HASH), "[tool.poetry]\nname = 'x'\n"), Freshness::Unknown(_)));
    let other = lock(NEW_HASH).replace("sha256:", "md5:");
    assert!(matches!(fresh(format, &other, NEW), Freshness::Unknown(_)));
    let start = "`pyproject.toml` was changed since pdm wrote the lock";
    let cases = [
        (
            NEW.replace("idna>=3.0", "idna>=4"),
            format!("{start}: `idna` is locked as 3.10, which is not `>=4`"),
        ),
        (NEW.replace("iniconfig>=2", "pytest"), format!("{start}: `six` is not locked")),
        (
            NEW.replace("dev = ", "other = ").replace("x = ", "y = ").replace(">=3.9", ">=3.10"),
            format!(
                "{start}; every requirement is met by a locked version, so it may be that only the text changed"
            ),
        ),
    ];
    for (manifest, reason) in cases {
        assert_eq!(fresh(format, &lock(NEW_HASH), &manifest), Freshness::Stale(reason.into()));
    }
}

const PACKAGES: &str = r#"
[metadata]
groups = ["default", "dev", "x"]
strategy = ["inherit_metadata"]
lock_version = "4.5.1"
content_hash = "sha256:0"

[[package]]
name = "idna"
version = "3.10"
groups = ["default", "dev"]

[[package]]
name = "reqs"
version = "2.31.0"
extras = ["socks"]
groups = ["default"]

[[package]]
name = "iniconfig"
version = "2.0.0"
groups = ["x"]

[[package]]
name = "pytest"
version = "8.0"
groups = ["dev"]

[[package]]
name = "sniffio"
version = "1.3.0"
groups = ["default"]
marker = "sys_platform == \"win32\""

[[package]]
name = "six"
version = "1.16"
path = "../libs/six"
groups = ["default"]
"#;

#[test]
fn groups_and_extras_decide_what_is_asked_for() {
    let manifest = "[project]\nname = 'p'\n[project.optional-dependencies]\nx = ['iniconfig']\n";
    let six = "six @ Directory { path: \"/libs/six\", is_editable: false }";
    let cases: [LockChoice; 3] = [
        (&[], None, vec!["idna==3.10", "pytest==8.0", "reqs[socks]==2.31.0", six]),
        (&["x"], Some(&[]), vec!["idna==3.10", "iniconfig==2.0.0", "reqs[socks]==2.31.0", six]),
        (&[], Some(&["Dev"]), vec!["idna==3.10", "pytest==8.0", "reqs[socks]==2.31.0", six]),
    ];
    for (extras, groups, expected) in cases {
        let said = asked(format_of("pdm.lock"), PACKAGES, manifest, extras, groups).expect("packages");
        assert_eq!(names(&said), expected, "{extras:?} {groups:?}");
    }
    let without = PACKAGES.replace("strategy = [\"inherit_metadata\"]\n", "");
    assert!(asked(format_of("pdm.lock"), &without, manifest, &[], None).is_err());
}
