//! Tests of requests.

use super::*;
use proptest::prelude::*;

fn cpython(version: &str) -> Build {
    let (number, threads) = version.strip_suffix('t').map_or((version, false), |number| (number, true));
    Build {
        implementation: Some("cpython".to_owned()),
        version: Some(Version::parse(number).expect("a version")),
        free_threaded: Some(threads),
        system: Some("linux".to_owned()),
    }
}

fn request(text: &str) -> Request {
    Request::parse(text).expect(text)
}

#[test]
fn versions_are_requested_in_many_ways() {
    let cases: [(&str, &[&str], &[&str]); 22] = [
        ("3", &["3.6.15", "3.13.0"], &["2.7.18", "3.14.0rc1", "3.13.0t"]),
        ("3.12", &["3.12.0", "3.12.11"], &["3.1.2", "3.11.7", "3.12.0rc1", "3.12.1t"]),
        ("3.12.1", &["3.12.1"], &["3.12.10", "3.12.0"]),
        ("3.12.*", &["3.12.1"], &["3.11.7"]),
        ("312", &["3.12.1"], &["3.1.2", "3.11.7"]),
        ("3.13t", &["3.13.0t"], &["3.13.0", "3.12.1t"]),
        ("313t", &["3.13.0t"], &["3.13.0"]),
        ("3.13.0rc2", &["3.13.0rc2"], &["3.13.0", "3.13.0rc1"]),
        ("3.14-dev", &["3.14.0a4", "3.14.0"], &["3.13.0"]),
        ("3.14t-dev", &["3.14.0a4t"], &["3.14.0a4"]),
        (">=3.11,<3.13", &["3.11.0", "3.12.9"], &["3.13.0", "3.10.13", "3.12.0rc1"]),
        (">= 3.11, < 3.13", &["3.12.1"], &["3.13.0"]),
        ("==3.14.0rc1", &["3.14.0rc1"], &["3.14.0"]),
        ("~=3.8", &["3.9.1"], &["4.0.0"]),
        ("cpython", &["3.12.1"], &["3.12.1t"]),
        ("cpython@3.12", &["3.12.1"], &["3.11.7"]),
        ("cpython3.12", &["3.12.1"], &["3.11.7"]),
        ("CPython>=3.12", &["3.12.1"], &["3.11.7"]),
        ("python3.12", &["3.12.1"], &["3.11.7"]),
        ("python-3.12.1", &["3.12.1"], &["3.12.2"]),
        ("cpython-3.12.1-linux-x86_64-gnu", &["3.12.1"], &["3.12.2"]),
        ("cpython-3.13.0+freethreaded-linux-x86_64-gnu", &["3.13.0t"], &["3.13.0"]),
    ];
    for (text, accepted, refused) in cases {
        let request = request(text);
        assert!(matches!(request, Request::Version(_)), "{text}");
        accepted.iter().for_each(|v| assert!(request.accepts(&cpython(v)), "{text} is {v}"));
        refused.iter().for_each(|v| assert!(!request.accepts(&cpython(v)), "{text} is not {v}"));
    }
}

#[test]
fn another_implementation_or_system_does_not_match() {
    let pypy = Build { implementation: Some("pypy".to_owned()), ..cpython("3.10.14") };
    for text in ["pypy", "pypy3.10", "pypy@3.10", "pypy-3.10", "pypy3"] {
        assert!(request(text).accepts(&pypy) && !request(text).accepts(&cpython("3.10.14")), "{text}");
    }
    assert!(!request("3.10").accepts(&pypy));
    assert!(!request("pypy3.9").accepts(&pypy));
    assert!(!request("cpython-3.10-windows-x86_64-none").accepts(&cpython("3.10.14")));
    assert!(request("cpython-any-linux-x86_64-gnu").accepts(&cpython("3.10.14")));
}

#[test]
fn what_is_not_known_matches() {
    let known = |text: &str| Build { version: Version::parse(text), ..Build::default() };
    let cases = [
        ("3.12.1", "3.12", true),
        ("3.12.1", "3.11", false),
        ("3.12", "3", true),
        ("3.13.0rc2", "3.13", true),
        (">=3.12.4", "3.12", true),
        (">=3.12.4", "3.11", false),
        ("==3.12.5", "3.12", true),
        ("<3.12", "3.12", false),
    ];
    for (text, version, accepted) in cases {
        assert_eq!(request(text).accepts(&known(version)), accepted, "{text} {version}");
    }
    assert!(request("pypy3.10").accepts(&Build::default()));
}

#[test]
fn the_rest_are_paths_programs_and_the_system() {
    for path in ["/usr/bin/python3", "./x", "../x", "bin/python", "~/py/bin/python", ".", "3.12.1/envs/x"] {
        assert_eq!(request(path), Request::Path(path.to_owned()));
    }
    let names = ["my-python", "myenv", "python-dev", "python3-intel64", "pypy3.10-7.3.12", "miniconda3-4.7"];
    for name in names {
        assert_eq!(request(name), Request::Name(name.to_owned()));
    }
    assert_eq!(request(" system\r"), Request::System);
}

#[test]
fn names_are_parsed_into_builds() {
    let build = |text: &str| match request(text) {
        Request::Version(request) => request.build(),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(build("3.13.0t").version, Version::parse("3.13.0"));
    assert_eq!((build("3.13.0t").free_threaded, build("3.13").free_threaded), (Some(true), Some(false)));
    assert_eq!(build("pypy3.10").implementation.as_deref(), Some("pypy"));
    assert_eq!(build("3.14-dev").version, None);
    assert_eq!(build("3.14.0b1").version, Version::parse("3.14.0b1"));
}

#[test]
fn what_is_not_a_request_is_an_error() {
    let cases = [
        ("", "it is empty"),
        ("3.12\n3.11", "it contains a control character"),
        ("3.12.1.4", "`3.12.1.4` is not a Python version such as 3, 3.12 or 3.12.1"),
        ("3.x", "`3.x` is not a Python version such as 3, 3.12 or 3.12.1"),
        ("cpython@latest", "`latest` is not a Python version such as 3, 3.12 or 3.12.1"),
        ("^3.8", "`^` is not a PEP 440 operator; write `>=3.8,<4` instead of `^3.8`"),
    ];
    for (text, reason) in cases {
        assert_eq!(Request::parse(text), Err(reason.to_owned()), "{text}");
    }
    assert!(Request::parse(">=three").is_err());
}

#[test]
fn contradictions_are_seen() {
    let requires = Specifiers::parse(">=3.10,<3.13,!=3.12.1").expect("specifiers");
    let cases = [
        ("3.12", false),
        ("3.12.1", true),
        ("3.9", true),
        ("3.13.0rc1", true),
        ("3", false),
        ("2", true),
        (">=3.14", false),
        ("system", false),
    ];
    for (text, contradicts) in cases {
        assert_eq!(request(text).contradicts(&requires), contradicts, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_has_an_answer(text: String) {
        let _ = Request::parse(&text).map(|request| request.accepts(&cpython("3.12.1")));
    }

    #[test]
    fn text_like_a_request_has_an_answer(text in r"(cpython|python|pypy)?[@-]?[<>=!~^]{0,2}[0-9.*,t+rc-]{0,9}(-linux)?") {
        let requires = Specifiers::parse(">=3.10").expect("specifiers");
        let _ = Request::parse(&text).map(|request| (request.accepts(&Build::default()), request.contradicts(&requires)));
    }
}
