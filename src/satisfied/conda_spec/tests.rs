//! Against answers of conda itself.

use super::*;
use proptest::prelude::*;

fn accepts(specification: &str, version: &str, build: &str) -> Option<bool> {
    accepts_version(specification, version)
        .map(|is_accepted| is_accepted && accepts_build(specification, build))
}

/// Specification, version, build, and the answer of `MatchSpec` of conda 26.7; `None` where it is an error.
const ANSWERS_OF_CONDA: &[(&str, &str, &str, Option<bool>)] = &[
    ("", "1.0", "0", Some(true)),
    ("=", "1.0", "0", Some(true)),
    ("=1.26", "1.26", "0", Some(true)),
    ("=1.26", "1.26.4", "0", Some(true)),
    ("=1.26", "1.260", "0", Some(false)),
    ("=1.26", "1.2", "0", Some(false)),
    ("=1.26", "1.26rc1", "0", Some(true)),
    ("=1.26", "1.26.0post1", "0", Some(true)),
    ("=1.26.*", "1.26.4", "0", Some(true)),
    ("=1.26.*", "1.27", "0", Some(false)),
    ("=1.26*", "1.26.4", "0", Some(true)),
    ("=1.26*", "1.260", "0", Some(false)),
    (" 1.26*", "1.26.4", "0", Some(true)),
    (" 1.26*", "1.260", "0", Some(false)),
    (" 1.26", "1.26.0", "0", Some(true)),
    (" 1.26", "1.26.4", "0", Some(false)),
    ("==1.26", "1.26.0", "0", Some(true)),
    ("==1.26", "1.26.4", "0", Some(false)),
    ("==1.26.*", "1.26.4", "0", Some(true)),
    ("==1.26.*", "1.27", "0", Some(false)),
    ("=1.26.4=py312_0", "1.26.4", "py312_0", Some(true)),
    ("=1.26.4=py312_0", "1.26.4", "py311_0", Some(false)),
    ("=1.26.4=py312_0", "1.26.4.0", "py312_0", Some(true)),
    ("=1.26.4=py312_0", "1.26.4.1", "py312_0", Some(false)),
    ("=1.26=py312_0", "1.26.4", "py312_0", Some(false)),
    ("=1.26.*=py312_0", "1.26.4", "py312_0", Some(true)),
    ("==1.26=py312_0", "1.26", "py312_0", Some(true)),
    ("=1.26=py*", "1.26", "py312_0", Some(true)),
    ("=1.26=py*", "1.26", "h0", Some(false)),
    (" 1.26.* *_cpython", "1.26.4", "h1_0_cpython", Some(true)),
    (" 1.26.* *_cpython", "1.26.4", "h1_0", Some(false)),
    (" * py3*_0", "9", "py312_0", Some(true)),
    (" * py3*_0", "9", "py312_1", Some(false)),
    (">=1.2,<2", "1.2", "0", Some(true)),
    (">=1.2,<2", "1.9.9", "0", Some(true)),
    (">=1.2,<2", "2.0", "0", Some(false)),
    (">=1.2,<2", "2.0a1", "0", Some(true)),
    (">=1.2,<2", "1.2dev", "0", Some(false)),
    (">=1.2,<2", "1.1", "0", Some(false)),
    (" >=1.2, <2 py_0", "1.5", "py_0", Some(true)),
    (" >=1.2, <2 py_0", "1.5", "py_1", Some(false)),
    (">=1.2,<2=py_0", "1.5", "py_0", Some(true)),
    (">=1.2,<2=py_0", "1.5", "py_1", Some(false)),
    ("!=1.5", "1.5.0", "0", Some(false)),
    ("!=1.5", "1.5.1", "0", Some(true)),
    ("!=1.5.*", "1.5.1", "0", Some(false)),
    ("!=1.5.*", "1.6", "0", Some(true)),
    ("~=1.4.2", "1.4.2", "0", Some(true)),
    ("~=1.4.2", "1.4.9", "0", Some(true)),
    ("~=1.4.2", "1.5", "0", Some(false)),
    ("~=1.4.2", "1.4.1", "0", Some(false)),
    ("~=1.4", "1.9", "0", Some(true)),
    ("~=1.4", "2.0", "0", Some(false)),
    ("~=1", "1.0", "0", None),
    ("~=1.4.*", "1.4.2", "0", None),
    (" 1.2|1.4", "1.2", "0", Some(true)),
    (" 1.2|1.4", "1.3", "0", Some(false)),
    (" 1.2|1.4", "1.4.0", "0", Some(true)),
    ("=1.2|=1.4", "1.4.7", "0", Some(true)),
    ("=1.2|=1.4", "1.3", "0", Some(false)),
    (">=2,<3|==1.5", "1.5", "0", Some(true)),
    (">=2,<3|==1.5", "2.5", "0", Some(true)),
    (">=2,<3|==1.5", "1.6", "0", Some(false)),
    ("=1.2,!=1.2.3", "1.2.3", "0", Some(false)),
    ("=1.2,!=1.2.3", "1.2.4", "0", Some(true)),
    ("<1.0", "1.0dev", "0", Some(true)),
    ("<1.0", "1.0a", "0", Some(true)),
    ("<1.0", "0.9", "0", Some(true)),
    ("<1.0", "1.0post1", "0", Some(false)),
    (">1.0", "1.0post1", "0", Some(true)),
    (">1.0", "1.0.1", "0", Some(true)),
    (">1.0", "1.0+1", "0", Some(true)),
    (">1.0", "1!0.1", "0", Some(true)),
    (">=1.0.1_", "1.0.1a", "0", Some(true)),
    (">=1.0.1_", "1.0.1", "0", Some(true)),
    (">=1.0.1_", "1.0.1_", "0", Some(true)),
    ("<=1.0.post1", "1.0.post1", "0", Some(true)),
    ("<=1.0.post1", "1.0.1", "0", Some(false)),
    ("==1.1.a1", "1.1.0a1", "0", Some(true)),
    ("==1.1.a1", "1.1a1", "0", Some(false)),
    ("==1.0RC1", "1.0rc1", "0", Some(true)),
    ("==1.0+cu118", "1.0+cu118", "0", Some(true)),
    ("==1.0+cu118", "1.0", "0", Some(false)),
    ("=1.0+cu", "1.0+cu118", "0", Some(true)),
    ("=1.0+cu", "1.0", "0", Some(false)),
    ("=2!1", "2!1.5", "0", Some(true)),
    ("=2!1", "1.5", "0", Some(false)),
    ("==1-2", "1_2", "0", Some(true)),
    ("==1-2", "1.2", "0", Some(true)),
    ("=1.0rc", "1.0rc1", "0", Some(true)),
    ("=1.0rc", "1.0", "0", Some(false)),
    (">=100000000000000000000000", "100000000000000000000001", "0", Some(true)),
    (">=100000000000000000000000", "99", "0", Some(false)),
    (">=3.8.*", "3.8", "0", Some(true)),
    (">=3.8.*", "3.7.9", "0", Some(false)),
    ("<3.8.*", "3.8.1", "0", Some(false)),
    ("<3.8.*", "3.7.9", "0", Some(true)),
    (">=3.8*", "3.8", "0", Some(true)),
    (">=3.8*", "3.8rc1", "0", Some(true)),
    (">=3.8*", "3.7", "0", Some(false)),
    ("=1.post", "1.post1", "0", Some(true)),
    ("=1.post", "1.0", "0", Some(false)),
    ("=1.dev", "1.dev3", "0", Some(true)),
    ("=1.dev", "1.2", "0", Some(false)),
    ("==01.002", "1.2", "0", Some(true)),
    (">=1.0, <2.0 =py34_0", "1.5", "py34_0", Some(true)),
    (">=1.0, <2.0 =py34_0", "1.5", "py35_0", Some(false)),
];

#[test]
fn specifications_are_read_as_by_conda() {
    for (specification, version, build, expected) in ANSWERS_OF_CONDA {
        assert_eq!(accepts(specification, version, build), *expected, "{specification} {version} {build}");
    }
}

#[test]
fn of_rare_forms_no_answer_is_given() {
    let rare = [
        "^1.*$",
        "(1|2),<3",
        "1.*.2",
        "*.1",
        "1.0**",
        "=1.0**",
        "==1.0.**",
        "1@",
        "==",
        ">=",
        "<>1",
        "1..2",
        ">1,",
        "|1",
        "!1",
        "1!!2",
        "+1",
        "1+",
        "1+2+3",
        "1 if x",
        "[version='1']",
        "'1'",
        "1\t2",
        "é",
    ];
    for specification in rare {
        assert_eq!(accepts_version(specification, "1.0"), None, "{specification}");
    }
    assert_eq!(accepts_version(">=1", "1-2_3"), None);
}

#[test]
fn patterns_of_builds_have_stars() {
    let cases = [
        ("py*_0", "py312_0", true),
        ("py*_0", "py312_1", false),
        ("*py*", "a_py3", true),
        ("*a*b*", "xbxa", false),
        ("a*a", "a", false),
        ("*", "", true),
        ("py", "py3", false),
    ];
    for (pattern, build, expected) in cases {
        assert_eq!(fits(pattern, build), expected, "{pattern} {build}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(specification in ".*", version in ".*", build in ".*") {
        let _ = accepts(&specification, &version, &build);
    }

    #[test]
    fn almost_specifications_do_not_panic(
        specification in "[=<>!~]{0,2}[ 0-9a-z.*|,=_+!-]{0,12}",
        version in "[0-9a-z._+!-]{1,8}",
    ) {
        let _ = accepts(&specification, &version, "0");
    }

    #[test]
    fn a_version_is_itself_and_starts_with_itself(version in "[0-9]{1,2}(\\.[0-9]{1,2}){0,3}((a|rc|dev|post)[0-9])?") {
        for (operator, expected) in [("==", true), ("=", true), (">=", true), ("<=", true), ("!=", false), ("<", false)] {
            prop_assert_eq!(accepts_version(&format!("{operator}{version}"), &version), Some(expected));
        }
    }
}
