//! Where a package came from, row by row as uv compares it.

use std::path::PathBuf;

use super::{Memory, asked, directory, judged, project, python312, say};
use crate::model::{DirectSource, RequestedBy, SourceForm, SyncStatus};
use crate::python::{MarkerEnvironment, Specifiers};
use crate::satisfied::interfaces::{ArchiveState, Checkout, LocalProject};
use crate::satisfied::judge;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn archive(url: &str) -> DirectSource {
    DirectSource { url: url.to_owned(), form: Some(SourceForm::Archive), ..DirectSource::default() }
}

fn repository(url: &str, requested: Option<&str>) -> DirectSource {
    DirectSource {
        url: url.to_owned(),
        form: Some(SourceForm::Repository),
        vcs: Some("git".to_owned()),
        commit: Some(COMMIT.to_owned()),
        requested_revision: requested.map(str::to_owned),
        ..DirectSource::default()
    }
}

/// Whether a distribution from there satisfies a line.
fn fits(line: &str, source: Option<DirectSource>) -> bool {
    let installed = Memory::default().with("pkg 1.0", &[]);
    let installed = match source {
        Some(source) => installed.from(source),
        None => installed,
    };
    let verdict = judge(&asked(&[line]), &installed, &python312());
    assert_ne!(verdict.status(), SyncStatus::Unknown, "{line}: {verdict:?}");
    verdict.status() == SyncStatus::InStep
}

#[test]
fn an_archive_has_to_be_the_same() {
    let line = "pkg @ https://example.org/pkg-1.0.zip";
    let cases = [
        (archive("https://example.org/pkg-1.0.zip"), true),
        (archive("https://u:p@EXAMPLE.org/pkg-1.0.zip"), true),
        (archive("https://example.org/pkg-1.1.zip"), false),
        (
            DirectSource { subdirectory: Some("a".to_owned()), ..archive("https://example.org/pkg-1.0.zip") },
            false,
        ),
        (DirectSource { form: None, ..archive("https://example.org/pkg-1.0.zip") }, true),
        (repository("https://example.org/pkg-1.0.zip", None), false),
        (directory("/pkg", false), false),
    ];
    for (source, expected) in cases {
        assert_eq!(fits(line, Some(source.clone())), expected, "{source:?}");
    }
    assert!(!fits(line, None), "from an index");
    let local =
        DirectSource { local: Some(PathBuf::from("/a b/pkg.whl")), ..archive("file:///a%20b/pkg.whl") };
    assert!(fits("pkg @ file:///a%20b/pkg.whl", Some(local.clone())));
    assert!(fits("pkg @ file://localhost/a%20b/pkg.whl#sha256=00", Some(local.clone())));
    assert!(!fits("pkg @ file:///b/pkg.whl", Some(local)));
    let below = DirectSource { subdirectory: Some("a/b".to_owned()), ..archive("https://example.org/x.zip") };
    assert!(fits("pkg @ https://example.org/x.zip#subdirectory=a/b/&egg=pkg", Some(below)));
}

#[test]
fn a_repository_has_to_be_at_the_same_revision() {
    let url = "https://example.org/pkg.git";
    let cases = [
        ("pkg @ git+https://example.org/pkg", None, true),
        ("pkg @ git+https://example.org/pkg.git", Some("main"), false),
        ("pkg @ git+https://example.org/pkg@main", Some("main"), true),
        ("pkg @ git+https://example.org/pkg@v2", Some("main"), false),
        ("pkg @ git+https://example.org/pkg@v2", None, false),
        ("pkg @ git+https://example.org/pkg@0123456789abcdef0123456789abcdef01234567", Some("main"), true),
        ("pkg @ git+https://example.org/pkg@0123456", None, true),
        ("pkg @ git+https://example.org/pkg@012345", None, false),
        ("pkg @ git+https://example.org/pkg@1123456789abcdef0123456789abcdef01234567", None, false),
        ("pkg @ git+https://example.org/other", None, false),
        ("pkg @ git+https://git@example.org/pkg@main", Some("main"), true),
        ("pkg @ hg+https://example.org/pkg", None, false),
        ("pkg @ git+https://example.org/pkg#subdirectory=a", None, false),
    ];
    for (line, requested, expected) in cases {
        assert_eq!(fits(line, Some(repository(url, requested))), expected, "{line} {requested:?}");
    }
    assert!(!fits("pkg @ git+https://example.org/pkg", None));
    assert!(!fits("pkg @ git+https://example.org/pkg", Some(archive(url))));
}

#[test]
fn a_directory_has_to_be_the_same_and_installed_in_the_same_way() {
    let cases = [
        ("-e /pkg", Some(directory("/pkg", true)), true),
        ("-e /pkg", Some(directory("/pkg", false)), false),
        ("/pkg", Some(directory("/pkg", false)), true),
        ("/pkg", Some(directory("/pkg", true)), false),
        ("-e /pkg", Some(directory("/other", true)), false),
        ("-e /pkg", None, false),
        ("pkg @ file:///pkg", Some(directory("/pkg", false)), true),
        ("pkg @ file:///pkg", Some(directory("/other", false)), false),
    ];
    for (line, source, expected) in cases {
        assert_eq!(fits(line, source.clone()), expected, "{line} {source:?}");
    }
    let known = Memory::default().with("pkg 1.0", &[]).project("/pkg", project("pkg", "1.0", &[]));
    assert!(judged(&["-e /pkg"], &known)[1].starts_with("1:pkg: source a package index, not `-e /pkg`"));
}

#[test]
fn an_editable_clone_of_pip_is_known_by_its_place() {
    let clone = |at: &str| Memory::default().with("pkg 1.0", &[]).from(directory(at, true));
    let line = |revision: &str| {
        let mut asked = asked(&[&format!("pkg @ git+https://example.org/pkg{revision}")]);
        if let crate::model::What::Source {
            source: crate::model::PackageSource::Repository { is_editable, .. },
            ..
        } = &mut asked.requested[0].what
        {
            *is_editable = true;
        }
        asked
    };
    let status =
        |revision: &str, installed: &Memory| judge(&line(revision), installed, &python312()).status();
    assert_eq!(status("", &clone("/env/src/pkg")), SyncStatus::InStep);
    assert_eq!(status("", &clone("/elsewhere/pkg")), SyncStatus::OutOfStep);
    assert_eq!(status("@v1", &clone("/env/src/pkg")), SyncStatus::Unknown);
    let mut known = clone("/env/src/pkg");
    let checkout = Checkout {
        origin: Some("https://example.org/pkg.git".to_owned()),
        commit: Some(COMMIT.to_owned()),
        references: vec!["v1".to_owned()],
        unresolved: vec!["v3".to_owned()],
    };
    known.checkouts.insert(PathBuf::from("/env/src/pkg"), checkout);
    assert_eq!(status("@v1", &known), SyncStatus::InStep);
    assert_eq!(status(&format!("@{COMMIT}"), &known), SyncStatus::InStep);
    assert_eq!(status("@v2", &known), SyncStatus::OutOfStep);
    assert_eq!(status("@v3", &known), SyncStatus::Unknown);
    assert_eq!(status("@refs/pull/1/head", &known), SyncStatus::Unknown);
    known.checkouts.values_mut().for_each(|checkout| checkout.origin = None);
    assert_eq!(status("", &known), SyncStatus::OutOfStep);
}

#[test]
fn of_an_index_means_any_source_except_in_some_locks() {
    let installed = Memory::default().with("pkg 1.0", &[]).from(archive("https://example.org/pkg.zip"));
    assert_eq!(judged(&["pkg==1.0"], &installed), ["in-step"]);
    for (tool, expected) in [("uv", "out-of-step"), ("poetry", "out-of-step"), ("pdm", "in-step")] {
        let mut asked = asked(&["pkg==1.0"]);
        (asked.is_exact, asked.source) = (true, RequestedBy::Lock(tool.to_owned()));
        assert_eq!(say(&judge(&asked, &installed, &python312()))[0], expected, "{tool}");
    }
}

#[test]
fn a_source_that_the_line_does_not_state_is_named() {
    let installed = Memory::default().with("six 1.16.0", &[]);
    let mut asked = asked(&["six @ git+https://example.org/six@v1"]);
    let said = |asked: &_| say(&judge(asked, &installed, &python312()))[1].clone();
    assert_eq!(said(&asked), "1:six: source a package index, not `six @ git+https://example.org/six@v1`");
    asked.requested[0].text = "six".to_owned();
    assert_eq!(said(&asked), "1:six: source a package index, not `git+https://example.org/six@v1`");
}

#[test]
fn sources_that_differ_conflict() {
    let installed = Memory::default();
    let said = judged(&["a @ https://example.org/1.zip", "a @ https://example.org/2.zip"], &installed);
    assert_eq!(said, ["out-of-step", "1,2:a: conflict"]);
    let said = judged(&["a @ https://example.org/1.zip", "a @ git+https://example.org/1"], &installed);
    assert_eq!(said, ["out-of-step", "1,2:a: conflict"]);
    let said = judged(&["a @ https://example.org/1.zip", "a @ https://example.org/1.zip#x=1"], &installed);
    assert_eq!(said, ["out-of-step", "1:a: missing"].map(|line| line.replace("1:a", "1,2:a")));
}

#[test]
fn sources_that_packages_require_are_compared_too() {
    let requires = ["pkg @ git+https://example.org/pkg@v1"];
    let right = Memory::default()
        .with("app 1", &requires)
        .with("pkg 1.0", &[])
        .from(repository("https://example.org/pkg", Some("v1")));
    assert_eq!(judged(&["app"], &right), ["in-step"]);
    let wrong = Memory::default().with("app 1", &requires).with("pkg 1.0", &[]);
    let said = judged(&["app"], &wrong);
    assert_eq!(said[0], "out-of-step");
    assert!(said[1].contains("found pkg 1.0 from a package index"), "{said:?}");
    assert_eq!(judged(&[], &wrong), ["in-step"]);
}

#[test]
fn an_archive_has_to_have_a_hash_that_is_asked_for() {
    let hashed = |hashes: &[&str]| DirectSource {
        hashes: hashes.iter().map(|hash| (*hash).to_owned()).collect(),
        ..archive("https://example.org/pkg.zip")
    };
    let (sha256, md5) = (format!("sha256={}", "ab".repeat(32)), "md5=00");
    let line = |hash: &str| format!("pkg @ https://example.org/pkg.zip#{hash}");
    let cases = [
        (sha256.to_uppercase().replace("SHA", "sha"), vec![sha256.as_str()], true),
        ("sha256=00".to_owned(), vec![sha256.as_str()], false),
        ("sha256=00".to_owned(), vec![], true),
        ("sha256=00".to_owned(), vec![md5], true),
        ("sha256=00&md5=00".to_owned(), vec![md5, sha256.as_str()], true),
        ("subdirectory=".to_owned(), vec![sha256.as_str()], true),
    ];
    for (hash, recorded, expected) in cases {
        assert_eq!(fits(&line(&hash), Some(hashed(&recorded))), expected, "{hash} {recorded:?}");
    }
    let installed = Memory::default().with("pkg 1.0", &[]).from(hashed(&[&sha256]));
    let said = judged(&[&line("sha256=00")], &installed);
    let found = "`https://example.org/pkg.zip` with `sha256:abababababab…`";
    assert_eq!(said[1], format!("1:pkg: source {found}, not with `sha256:00`"));
    let both = judged(&[&line("sha256=00"), &line("sha256=11")], &Memory::default());
    assert_eq!(both, ["out-of-step", "1,2:pkg: conflict"]);
    let required = Memory::default().with("app 1", &[&line("sha256=00")]).with("pkg 1.0", &[]);
    assert_eq!(judged(&["app"], &required.from(hashed(&[&sha256])))[0], "out-of-step");
}

#[test]
fn a_local_archive_has_to_be_the_one_that_was_installed() {
    let source = || DirectSource { local: Some(PathBuf::from("/d/pkg.whl")), ..archive("file:///d/pkg.whl") };
    let said = |state: ArchiveState| {
        let mut installed = Memory::default().with("pkg 1.0", &[]).from(source());
        installed.archives.insert(PathBuf::from("/d/pkg.whl"), state);
        judged(&["pkg @ file:///d/pkg.whl"], &installed)
    };
    assert_eq!(said(ArchiveState::Same), ["in-step"]);
    let changed = "1:pkg: source `/d/pkg.whl` as it was, not as it is now";
    assert_eq!(said(ArchiveState::Changed), ["out-of-step", changed]);
    assert_eq!(said(ArchiveState::Unknown("why".to_owned())), ["unknown", "undecided 1: why"]);
}

#[test]
fn a_project_is_asked_for_by_the_name_that_it_has_now() {
    let installed = || Memory::default().with("old 1.0", &[]).from(directory("/lib", false));
    let renamed = || installed().project("/lib", project("new", "1.0", &[]));
    assert_eq!(judged(&["/lib"], &renamed()), ["out-of-step", "1:new: old is new"]);
    assert_eq!(judged(&["old @ file:///lib"], &renamed()), ["out-of-step", "1:old: named new"]);
    let both = renamed().with("new 1.0", &[]).from(directory("/lib", false));
    assert_eq!(judged(&["/lib"], &both), ["in-step"]);
    let spelled = installed().project("/lib", project("OLD", "1.0", &[]));
    assert_eq!(judged(&["/lib", "old @ file:///lib"], &spelled), ["in-step"]);
    let perhaps = LocalProject { is_name_certain: false, ..project("new", "1.0", &[]) };
    assert_eq!(judged(&["/lib", "old @ file:///lib"], &installed().project("/lib", perhaps)), ["in-step"]);
}

#[test]
fn a_project_has_to_support_the_python() {
    let wanting = |wanted: &str| {
        let requires_python = Some(Specifiers::parse(wanted).expect("specifiers"));
        let lib = LocalProject { requires_python, ..project("lib", "1.0", &[]) };
        Memory::default().with("lib 1.0", &[]).from(directory("/lib", false)).project("/lib", lib)
    };
    for line in ["/lib", "lib @ file:///lib"] {
        assert_eq!(judged(&[line], &wanting(">=3.12")), ["in-step"]);
        let said = judged(&[line], &wanting(">=3.13"));
        assert_eq!(said, ["out-of-step", "1:lib: python 3.12.1, not >=3.13"]);
    }
    let status = |wanted: &str| {
        let environment = MarkerEnvironment { python_full_version: None, ..python312() };
        judge(&asked(&["/lib"]), &wanting(wanted), &environment).status()
    };
    assert_eq!(status(">=3.12"), SyncStatus::InStep);
    assert_eq!(status(">=3.12.1"), SyncStatus::Unknown);
    assert_eq!(status("<3.12"), SyncStatus::OutOfStep);
}
