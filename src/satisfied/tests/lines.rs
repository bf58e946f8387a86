//! What lines say besides the names of packages: constraints, overrides, what cannot be read, conda's packages.

use super::{Memory, asked, judged, python312, say};
use crate::message::Message;
use crate::model::{PackageSource, Place, Problem, ProblemKind, Requested, RequestedBy, What};
use crate::satisfied::judge;

#[test]
fn constraints_apply_to_what_is_required() {
    let installed = Memory::default().with("app 1", &["six"]).with("six 1.16.0", &[]);
    let cases: &[(&[&str], &[&str])] = &[
        (&["-c six<1"], &["in-step"]),
        (&["-c idna==3", "six"], &["in-step"]),
        (&["six", "-c six<1"], &["out-of-step", "2:six: version 1.16.0"]),
        (&["six>1", "-c six<1"], &["out-of-step", "1,2:six: conflict"]),
        (&["app", "-c six<1"], &["out-of-step", "2,1:six: version 1.16.0"]),
        (&["app", "-c six<1 ; python_version < '3'"], &["in-step"]),
        (&["app", "-c six<2"], &["in-step"]),
        (&["-c six[x]"], &["unknown", "1:six[x]: unreadable: a constraint cannot have extras"]),
        (&["-c /x"], &["unknown", "1:/x: unreadable: a constraint needs the name of a package"]),
        (&["-c -e /x"], &["unknown", "1:-e /x: unreadable: a constraint cannot be editable"]),
        (
            &["-c six @ https://example.org/six-1.16.0.zip", "six"],
            &["out-of-step", "1:six: source a package index, not `six @ https://example.org/six-1.16.0.zip`"],
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(judged(lines, &installed), *expected, "{lines:?}");
    }
    let open = judged(&["app", "-c six<1 ; platform_release > '5'"], &installed);
    assert_eq!((open[0].as_str(), open.len()), ("unknown", 2), "{open:?}");
}

#[test]
fn overrides_replace_every_requirement_of_a_name() {
    let installed = Memory::default().with("app 1", &["six<1"]).with("six 1.16.0", &[]);
    let cases: &[(&[&str], &[&str])] = &[
        (&["app"], &["out-of-step", "1:six: app 1 requires six<1, found six 1.16.0, by app 1"]),
        (&["app", "-o six>1"], &["in-step"]),
        (&["app", "six<1", "-o six>1"], &["in-step"]),
        (&["app", "-o six>2"], &["out-of-step", "1:six: app 1 requires six>2, found six 1.16.0, by app 1"]),
        (
            &["app", "idna", "-o idna ; python_version < '3'"],
            &["out-of-step", "1:six: app 1 requires six<1, found six 1.16.0, by app 1"],
        ),
        (&["app", "-o six ; python_version < '3'"], &["in-step"]),
        (&["-o idna"], &["in-step"]),
    ];
    for (lines, expected) in cases {
        let said: Vec<String> = judged(lines, &installed);
        let errors: Vec<&String> = said.iter().filter(|line| !line.starts_with(':')).collect();
        assert_eq!(errors, expected.iter().collect::<Vec<_>>(), "{lines:?}");
    }
}

#[test]
fn what_cannot_be_read_is_never_in_step() {
    let installed = Memory::default().with("six 1.16.0", &[]);
    assert_eq!(judged(&["six", "!bad line"], &installed), ["unknown", "2:: unreadable: bad line"]);
    assert_eq!(judged(&["six", "?computed"], &installed), ["unknown", "undecided 2: computed"]);
    let both = judged(&["idna", "?computed"], &installed);
    assert_eq!(both, ["out-of-step", "1:idna: missing", "undecided 2: computed"]);
    let sync = judge(&asked(&["!bad\u{1b}", "?computed"]), &installed, &python312()).sync(&asked(&[]));
    assert_eq!(
        sync.undecided.iter().map(Message::seen_from_root).collect::<Vec<_>>(),
        ["r:1: bad\\033", "r:2: computed"]
    );
}

#[test]
fn lines_that_pin_nothing_are_found() {
    let unpinned = |lines: &[&str]| {
        let verdict = judge(&asked(lines), &Memory::default(), &python312());
        let is_unpinned = |problem: &&Problem| problem.kind == ProblemKind::Unpinned;
        let found: Vec<String> =
            verdict.problems.iter().filter(is_unpinned).map(|problem| problem.package.clone()).collect();
        found.join(" ")
    };
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let pinned = format!("git @ git+https://example.org/x@{commit}");
    let lines = ["a", "b==1", "c===x", "d==1.*", "e", "-c e==1", "f @ https://example.org/f.zip", &pinned];
    assert_eq!(unpinned(&lines), "a d");
    assert_eq!(unpinned(&["git @ git+https://example.org/x@main"]), "git");
    let mut of_manifest = asked(&["a"]);
    of_manifest.source = RequestedBy::Manifest;
    let verdict = judge(&of_manifest, &Memory::default().with("a 1", &[]), &python312());
    assert_eq!(verdict.problems, []);
}

#[test]
fn packages_of_conda_are_compared_with_its_records() {
    let judged = |specification: &str, conda: Option<&[(&str, &str)]>| {
        let (channel, specification) = match specification.split_once("::") {
            Some((channel, rest)) => (Some(channel.to_owned()), rest),
            None => (None, specification),
        };
        let (name, specification) = ("numpy".to_owned(), specification.to_owned());
        let what = What::CondaPackage { name, specification: specification.clone(), channel };
        let place = Place { file: super::path("environment.yml"), line: Some(1) };
        let text = format!("numpy{specification}");
        let mut asked = asked(&[]);
        asked.requested.push(Requested { place, text, what, marker: None, group: None });
        let own = |all: &[(&str, &str)]| {
            all.iter().map(|(name, version)| ((*name).to_owned(), (*version).to_owned())).collect()
        };
        let installed = Memory { conda: conda.map(own), ..Memory::default() };
        say(&judge(&asked, &installed, &python312()))
    };
    let numpy: Option<&[(&str, &str)]> = Some(&[("numpy", "1.26.4")]);
    assert_eq!(judged("", numpy), ["in-step"]);
    assert_eq!(judged("==1.26.4", numpy), ["in-step"]);
    assert_eq!(judged("=1.26.4=py312_0", numpy), ["in-step"]);
    assert_eq!(judged("", Some(&[])), ["out-of-step", "1:numpy: missing"]);
    let wrong = |found: &str| ["out-of-step".to_owned(), format!("1:numpy: version {found}")];
    assert_eq!(judged(">=1.27", numpy), wrong("1.26.4"));
    assert_eq!(judged("=1.26", numpy), ["in-step"]);
    assert_eq!(judged("=1.26.4=py311_0", numpy), wrong("1.26.4=py312_0"));
    assert_eq!(judged("^1.*$", numpy)[0], "unknown");
    assert_eq!(judged("conda-forge::=1.26", numpy), ["in-step"]);
    assert_eq!(judged("bioconda::=1.26", numpy)[0], "unknown");
    assert_eq!(judged("bioconda::=1.27", numpy), wrong("1.26.4"));
    assert_eq!(judged("", None)[0], "unknown");
}

#[test]
fn a_source_without_a_name_is_found_by_what_is_recorded() {
    let source =
        |url: &str| PackageSource::Archive { url: url.to_owned(), subdirectory: None, hashes: Vec::new() };
    let judged = |url: &str, installed: &Memory| {
        let what = What::Source { name: None, extras: Vec::new(), source: source(url) };
        let place = Place { file: super::path("r"), line: Some(1) };
        let mut asked = asked(&[]);
        asked.requested.push(Requested { place, text: url.to_owned(), what, marker: None, group: None });
        say(&judge(&asked, installed, &python312()))
    };
    let url = "https://example.org/Some_Thing-1.0-py3-none-any.whl";
    let record = crate::model::DirectSource { url: url.to_owned(), ..Default::default() };
    let recorded = Memory::default().with("some-thing 1.0", &[]).from(record);
    assert_eq!(judged(url, &recorded), ["in-step"]);
    let other = Memory::default().with("some-thing 1.0", &[]);
    assert!(judged(url, &other)[1].starts_with("1:some-thing: source a package index"));
    assert_eq!(judged(url, &Memory::default()), ["out-of-step", "1:some-thing: missing"]);
    let nameless = "https://example.org/main.zip";
    assert_eq!(judged(nameless, &other), ["out-of-step", &format!("1:{nameless}: missing")]);
}
