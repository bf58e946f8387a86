//! Tests of specifiers.

use super::*;

fn read(text: &str) -> Specifiers {
    Specifiers::parse(text).expect(text)
}

#[test]
fn interpreters_match_by_their_release() {
    let cases = [
        (">=3.11", "3.12.1", true),
        (">=3.11,<3.12", "3.12.0", false),
        ("==3.12.*", "3.12.7", true),
        ("~=3.8", "3.13.0", true),
        ("~=3.8.1", "3.9.0", false),
        (">=3.14", "3.14.0rc1", true),
        ("!=3.12.1", "3.12.1", false),
        ("", "2.7.18", true),
    ];
    for (specifiers, version, accepted) in cases {
        let version = Version::parse(version).expect("a version");
        assert_eq!(read(specifiers).accept_interpreter(&version), accepted, "{specifiers} {version}");
    }
    let wrong = "`3.11+` does not start with an operator such as `>=`";
    assert_eq!(Specifiers::parse("3.11+").expect_err("no specifiers"), wrong);
}

#[test]
fn feature_releases_match_as_a_whole() {
    let cases: [(&str, &[u64], bool); 9] = [
        (">=3.12.4", &[3, 12], true),
        ("<3.12", &[3, 12], false),
        ("==3.12.5", &[3, 12], true),
        ("!=3.12.*", &[3, 12], false),
        (">3.12.2,<3.12.4", &[3, 12], true),
        (">=3.12", &[2], false),
        (">=3.12", &[3], true),
        (">=3.12", &[], true),
        (">=3.12", &[3, 11, 9], false),
    ];
    for (specifiers, numbers, accepted) in cases {
        assert_eq!(read(specifiers).accept_some(numbers), accepted, "{specifiers} {numbers:?}");
    }
}
