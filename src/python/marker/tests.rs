//! Tests of markers.

use proptest::prelude::*;

use super::*;
use crate::python::answer::Answer::{self, No, Unknown, Yes};

fn environment() -> MarkerEnvironment {
    let some = |text: &str| Some(text.to_owned());
    MarkerEnvironment {
        implementation_name: some("cpython"),
        implementation_version: some("3.13.0"),
        os_name: some("posix"),
        platform_machine: some("x86_64"),
        platform_python_implementation: some("CPython"),
        platform_system: some("Linux"),
        python_full_version: some("3.13.0"),
        python_version: some("3.13"),
        sys_platform: some("linux"),
    }
}

fn with_extras(extras: &[&str]) -> ActiveNames {
    ActiveNames { extras: extras.iter().map(|extra| (*extra).to_owned()).collect(), groups: None }
}

fn evaluated(text: &str, environment: &MarkerEnvironment, active: &ActiveNames) -> Answer {
    Marker::parse(text).expect(text).evaluate(environment, active)
}

/// What `packaging` 26.3 answers on CPython 3.13.0 on Linux. `pep508_rs` differs where there is a note.
#[test]
fn markers_are_answered_as_by_packaging() {
    let cases = [
        ("python_version > '3.13'", No),
        ("python_version == '3.13.0'", Yes),
        ("python_version in '3.1'", No),
        // No: the right side is a list of versions there.
        ("python_version in '3.13.1'", Yes),
        ("python_version in '3.12,3.13'", Yes),
        ("python_version not in '2.7, 3.6'", Yes),
        ("'3.9' <= python_version", Yes),
        // An error.
        ("python_version === '3.13'", Yes),
        // Yes: ignored, with a warning.
        ("python_version > '2.7.*'", No),
        // Yes.
        ("python_version == '3.13a1'", No),
        // Yes: by the order of the letters.
        ("sys_platform < 'win'", No),
        ("platform_machine > 'x86'", No),
        ("sys_platform <= 'linux'", Yes),
        ("extra != 'x'", Yes),
        ("extra == 'x'", No),
        ("os.name == 'posix' and sys.platform == 'linux' and platform.machine == 'x86_64'", Yes),
        ("python_implementation == 'CPython' and platform.python_implementation == 'CPython'", Yes),
        ("sys_platform == 'linux2'", No),
        ("'nux' in sys_platform", Yes),
        ("sys_platform in 'linux darwin'", Yes),
        ("os_name == 'nt' or os_name == 'posix' and sys_platform == 'linux'", Yes),
        ("(os_name == 'nt' or os_name == 'posix') and sys_platform == 'darwin'", No),
        ("python_version == '3.13.*'", Yes),
        ("python_version ~= '3.9'", Yes),
    ];
    for (text, answer) in cases {
        assert_eq!(evaluated(text, &environment(), &ActiveNames::default()), answer, "{text}");
    }
}

/// What `packaging` and `pep508_rs` answer differently because it is not the environment's, and what pip fails at.
#[test]
fn what_has_no_answer_is_unknown() {
    for text in [
        "platform_release >= '5'",
        "'#1' in platform.version",
        "os_name ~= 'posix'",
        "python_version ~= '3'",
        "python_version === extra",
        "'a' == 'a'",
        "'x' in extras",
        "'x' in dependency_groups",
    ] {
        let answer = evaluated(text, &environment(), &ActiveNames::default());
        assert!(matches!(answer, Unknown(_)), "{text}: {answer:?}");
    }
    let reason = evaluated("platform_release >= '5'", &environment(), &ActiveNames::default());
    assert_eq!(reason, Unknown("`platform_release` of the environment is not known".to_owned()));
}

#[test]
fn extras_are_compared_normalised_and_one_is_enough() {
    let cases: [(&str, &[&str], Answer); 7] = [
        ("extra == 'Foo_Bar'", &["foo-bar"], Yes),
        ("'Foo_Bar' == extra", &["foo.bar"], Yes),
        ("extra == 'b'", &["a", "b"], Yes),
        ("extra == 'c'", &["a", "b"], No),
        ("extra == 'a' and extra == 'b'", &["a", "b"], No),
        ("extra == 'a' and python_version < '3'", &["a"], No),
        ("python_version > '3'", &["a"], Yes),
    ];
    for (text, extras, answer) in cases {
        assert_eq!(evaluated(text, &environment(), &with_extras(extras)), answer, "{text} {extras:?}");
    }
}

#[test]
fn lock_files_have_sets_of_names() {
    let active = ActiveNames { extras: vec!["docs".to_owned()], groups: Some(vec!["Dev_Tools".to_owned()]) };
    let cases = [
        ("'Docs' in extras", Yes),
        ("'docs' not in extras", No),
        ("'dev.tools' in dependency_groups", Yes),
        ("'test' in dependency_groups", No),
        ("'test' in dependency_groups or 'docs' in extras", Yes),
    ];
    for (text, answer) in cases {
        assert_eq!(evaluated(text, &environment(), &active), answer, "{text}");
    }
    assert!(matches!(evaluated("extras == 'docs'", &environment(), &active), Unknown(_)));
}

#[test]
fn what_is_known_decides() {
    let nothing = MarkerEnvironment::default();
    let only = MarkerEnvironment { sys_platform: Some("linux".to_owned()), ..MarkerEnvironment::default() };
    assert!(matches!(evaluated("os_name == 'posix'", &nothing, &ActiveNames::default()), Unknown(_)));
    let cases = [
        ("os_name == 'posix' and sys_platform == 'win32'", No),
        ("sys_platform == 'win32' and os_name ~= 'x'", No),
        ("os_name == 'posix' or sys_platform == 'linux'", Yes),
        ("extra == 'x' and os_name == 'posix'", No),
    ];
    for (text, answer) in cases {
        assert_eq!(evaluated(text, &only, &ActiveNames::default()), answer, "{text}");
    }
}

/// Where only `3.12` is known, as in an old environment, most comparisons with the full version have one answer.
#[test]
fn a_feature_release_decides_what_all_of_its_releases_agree_on() {
    let feature =
        MarkerEnvironment { python_version: Some("3.12".to_owned()), ..MarkerEnvironment::default() };
    let cases = [
        ("python_full_version >= '3.8.1'", Some(Yes)),
        ("python_full_version < '3.13'", Some(Yes)),
        ("python_full_version < '3.13.0a1'", Some(Yes)),
        ("python_full_version < '3.12'", Some(No)),
        ("python_full_version < '3.12.0rc1'", None),
        ("python_full_version >= '3.12'", None),
        ("python_full_version >= '3.12.4'", None),
        ("python_full_version == '3.12.*'", Some(Yes)),
        ("'3.11.9' < python_full_version", Some(Yes)),
        ("python_full_version != '3.12.150'", None),
        ("python_full_version != '3.11.1'", Some(Yes)),
        ("python_full_version in '3.12.1 3.12.2'", None),
        ("python_full_version in '3.12.5 3.12.6'", None),
        ("python_full_version in '3.11.5 3.13.0'", Some(No)),
        ("'3.12' in python_full_version", Some(Yes)),
        ("'3.12.1' not in python_full_version", None),
        ("python_full_version not in 'x'", Some(Yes)),
    ];
    for (text, answer) in cases {
        let found = evaluated(text, &feature, &ActiveNames::default());
        assert_eq!(Some(found).filter(|answer| !matches!(answer, Unknown(_))), answer, "{text}");
    }
}

#[test]
fn a_python_from_the_repository_has_a_version() {
    let python = MarkerEnvironment { python_full_version: Some("3.15.0a2+".to_owned()), ..environment() };
    assert_eq!(evaluated("python_full_version >= '3.15.0a2'", &python, &ActiveNames::default()), Yes);
}

#[test]
fn what_is_wrong_is_named() {
    let nested = format!("{}os_name == 'nt'{}", "(".repeat(101), ")".repeat(101));
    let cases = [
        ("", "the marker ends where a name or a text in quotes should be"),
        ("bogus == 'x'", "`bogus == 'x'` in the marker is no known name and no text in quotes"),
        ("os_name == 'x", "`'x` does not end in the marker"),
        ("os_name = 'x'", "a comparison such as `==` or `in` should be before `= 'x'` in the marker"),
        ("os_name notin 'x'", "a comparison such as `==` or `in` should be before `notin 'x'` in the marker"),
        ("os_name == 'x' junk", "the marker should end before `junk`"),
        ("(os_name == 'x'", "`)` is missing in the marker"),
        ("os_name == 'a\nb'", "`'a\nb'` is not a text"),
        (&nested, "the marker has more than 100 parentheses in each other"),
    ];
    for (text, reason) in cases {
        assert_eq!(Marker::parse(text).expect_err(text), reason);
    }
    let deep = format!("{}os_name == 'nt'{}", "(".repeat(100), ")".repeat(100));
    assert_eq!(evaluated(&deep, &environment(), &ActiveNames::default()), No);
}

/// A marker of comparisons that are known (`true`), known not to hold (`false`), and not known.
fn marker() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(&["os_name == 'posix'", "os_name != 'posix'", "platform_release == 'x'"]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
        (prop::collection::vec(inner, 1..4), prop::sample::select(&[" and ", " or ", "or", "and "])).prop_map(
            |(parts, word)| parts.into_iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(word),
        )
    })
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".*") {
        if let Ok(marker) = Marker::parse(&text) {
            let _ = marker.evaluate(&environment(), &ActiveNames::default());
        }
    }

    #[test]
    fn almost_markers_do_not_panic(text in "(\\(|\\)|python_version|python_full_version|extra|'3\\.1[0-9*]*'| |<|>|=|~|in|not|and|or|\\\\){0,12}") {
        if let Ok(marker) = Marker::parse(&text) {
            let _ = marker.evaluate(&environment(), &ActiveNames::default());
            let _ = marker.evaluate(&MarkerEnvironment::default(), &with_extras(&["a", "b"]));
        }
    }

    #[test]
    fn a_known_answer_stays_when_more_is_known(text in marker()) {
        let answer = evaluated(&text, &environment(), &ActiveNames::default());
        prop_assume!(!matches!(answer, Unknown(_)));
        for could in ["os_name == 'posix'", "os_name != 'posix'"] {
            let text = text.replace("platform_release == 'x'", could);
            prop_assert_eq!(evaluated(&text, &environment(), &ActiveNames::default()), answer.clone());
        }
    }

    #[test]
    fn knowing_only_the_feature_release_never_misleads(
        operator in prop::sample::select(&["==", "!=", "<", "<=", ">", ">=", "~=", "===", " in ", " not in "]),
        named in prop::sample::select(&["", ".1", "3.12.3 3.12.11", "3.12", "3.12.0", "3.12.3", "3.12.4rc1", "3.12.*", "3.11.9", "3.13", "3.12.3.1", "3"]),
        full in prop::sample::select(&["3.12.0", "3.12.1", "3.12.3", "3.12.4", "3.12.4rc1", "3.12.0b2", "3.12.0rc1", "3.12.11"]),
        reversed in any::<bool>(),
    ) {
        let text = if reversed { format!("'{named}' {operator} python_full_version") } else { format!("python_full_version {operator} '{named}'") };
        let feature = MarkerEnvironment { python_version: Some("3.12".to_owned()), ..MarkerEnvironment::default() };
        let whole = MarkerEnvironment { python_full_version: Some(full.to_owned()), ..feature.clone() };
        let known = evaluated(&text, &feature, &ActiveNames::default());
        if !matches!(known, Unknown(_)) {
            prop_assert_eq!(known, evaluated(&text, &whole, &ActiveNames::default()), "{} for {}", text, full);
        }
    }
}
