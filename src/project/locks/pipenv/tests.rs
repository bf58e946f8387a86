//! Hashes that pipenv wrote, and what its locks ask for.

use super::super::tests::{asked, format_of, fresh, names};
use super::*;

fn lock(hash: &str) -> String {
    format!(
        "{{\"_meta\": {{\"hash\": {{\"sha256\": \"{hash}\"}}, \"pipfile-spec\": 6}}, \"default\": {{\"idna\": {{\"version\": \"==3.10\"}}}}}}"
    )
}

const PIPFILE: &str = "[[source]]\nname = 'x'\nurl = 'https://example.org/simple'\nverify_ssl = true\n[packages]\nMy_Pkg = '*'\nIdna = '>=3'\n[docs]\nSphinx = '*'\n[scripts]\na = 'b'\n";

fn hash(pipfile: &str, names: NameGeneration) -> String {
    let read = crate::formats::toml::parse(pipfile, &[]).expect("TOML").expect("a table").value;
    content_hash(&read, names).expect("a hash")
}

#[test]
fn both_generations_are_fresh() {
    let format = format_of("Pipfile.lock");
    let (old, new) = (hash(PIPFILE, NameGeneration::AsWritten), hash(PIPFILE, NameGeneration::Normalised));
    assert_ne!(old, new);
    for hash in [&old, &new] {
        assert_eq!(fresh(format, &lock(hash), PIPFILE), Freshness::Fresh);
        assert_eq!(fresh(format, &lock(hash), &PIPFILE.replace("a = 'b'", "a = 'c'")), Freshness::Fresh);
    }
    let other_case = PIPFILE.replace("My_Pkg", "my-pkg");
    assert_eq!(fresh(format, &lock(&new), &other_case), Freshness::Fresh);
    assert_ne!(fresh(format, &lock(&old), &other_case), Freshness::Fresh);
}

/// `Pipfile.lock` of a real `pipenv lock`, version 2026.10.3.
#[test]
fn the_hash_is_that_of_pipenv() {
    let pipfile = "[[source]]\nname = \"pypi\"\nurl = \"http://127.0.0.1:8765/\"\nverify_ssl = false\n[packages]\n\
        reqs = {version=\"*\", extras=[\"socks\"]}\nsniffio = {version=\"*\", markers=\"sys_platform=='win32'\"}\n\
        [dev-packages]\niniconfig = \">=1\"\n[docs]\nIdna = \"*\"\n[requires]\npython_version = \"3.11\"\n";
    let expected = "4e1a34cd1b2499aa40a90a904f1b74b1570c0d96e35b0067cfea4c57824308e4";
    assert_eq!(hash(pipfile, NameGeneration::Normalised), expected);
}

#[test]
fn why_a_lock_is_stale_or_not_known_is_said() {
    let format = format_of("Pipfile.lock");
    let start = "`Pipfile` was changed since pipenv wrote the lock";
    let stale = fresh(format, &lock("0"), PIPFILE);
    assert_eq!(stale, Freshness::Stale(format!("{start}: `my-pkg` is not locked").into()));
    let older = PIPFILE.replace("My_Pkg = '*'\nIdna = '>=3'", "Idna = '<3'");
    let stale = fresh(format, &lock("0"), &older);
    assert_eq!(
        stale,
        Freshness::Stale(format!("{start}: `idna` is locked as 3.10, which is not `<3`").into())
    );
    let without = "[packages]\nidna = '*'\n";
    assert!(matches!(fresh(format, &lock("0"), without), Freshness::Unknown(_)));
}

#[test]
fn sections_decide_what_is_asked_for() {
    let lock = r#"{"_meta": {"pipfile-spec": 6, "requires": {"python_version": "3.12"}},
        "default": {"idna": {"version": "==3.10"}, "any": {"version": "*"},
            "sniffio": {"markers": "sys_platform == 'win32'", "version": "==1.3"},
            "own": {"editable": true, "path": "."}},
        "develop": {"iniconfig": {"version": "==2.0.0", "extras": ["x"]}},
        "docs": {"tool": {"git": "https://example.org/tool", "ref": "0123"}}}"#;
    let own = "own @ Directory { path: \"/project\", is_editable: true }";
    let tool = "tool @ Repository { vcs: \"git\", url: \"https://example.org/tool\", revision: Some(\"0123\"), subdirectory: None, is_editable: false }";
    let cases: [(Option<&[&str]>, &[&str]); 3] = [
        (None, &["any", "idna==3.10", "iniconfig[x]==2.0.0", own]),
        (Some(&[]), &["any", "idna==3.10", own]),
        (Some(&["docs"]), &["any", "idna==3.10", own, tool]),
    ];
    for (groups, expected) in cases {
        let said = asked(format_of("Pipfile.lock"), lock, "", &[], groups).expect("packages");
        assert_eq!(names(&said), expected, "{groups:?}");
        assert_eq!(said.unreadable, []);
        assert_eq!(said.kept_names, ["idna", "any", "sniffio", "own", "iniconfig", "tool"], "{groups:?}");
    }
    let other = lock.replace("3.12", "3.11");
    let said = asked(format_of("Pipfile.lock"), &other, "", &[], None).expect("packages");
    let reasons: Vec<String> = said.unreadable.iter().map(|one| one.reason.seen_from_root()).collect();
    assert_eq!(reasons, ["the lock is for Python 3.11, and the environment has 3.12.1"]);
}
