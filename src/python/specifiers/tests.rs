//! Tests of specifiers.

use proptest::prelude::*;

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

/// What `packaging` 26.3 answers with `prereleases=True`; uv answers the same where the row has no note.
#[test]
fn installed_versions_match_as_for_pip() {
    let cases = [
        ("==1.0", "1.0+local", true),
        ("==1.0", "1.0.0", true),
        ("==1.0", "1", true),
        ("==1.0", "v1.0", true),
        ("==1.0", "1.0.post1", false),
        ("==1.0+local", "1.0", false),
        ("!=1.0", "1.0+local", false),
        ("==1.0.*", "1.0rc1", true),
        ("==1.0.*", "1.0.post1", true),
        ("==1.*", "1.5+cu118", true),
        ("==1.1.*", "1.1.dev1", true),
        (">1.0", "1.0.post1", false),
        (">1.0", "1.0+local", false),
        (">1.0.post1", "1.0.post2", true),
        (">1.0.post1", "1.0.post1+local", false),
        (">=1.0", "1.0+local", true),
        (">=1.0", "1.0rc1", false),
        (">=1.0", "1.0.dev1", false),
        (">=1.0", "1.1rc1", true),
        (">=2,<3", "2.5rc1", true),
        ("<1.0", "1.0rc1", false),
        ("<1.0", "1.0.dev1", false),
        ("<1.0rc2", "1.0rc1", true),
        ("<2.0.dev1", "2.0.dev0", true),
        ("<=1.0", "1.0+local", true),
        ("<=1.0", "1.0.post1", false),
        ("<2.0.post1", "2.0", true),
        ("~=1.4.2", "1.4.3rc1", true),
        ("~=1.4", "1.4rc1", false),
        ("~=1.4.2rc1", "1.4.2", true),
        ("~=1.4.post1", "1.5", true),
        // uv compares versions, so that these two are satisfied there.
        ("===1.0", "1.0.0", false),
        ("===1.0-RC1", "1.0rc1", false),
        ("===1.0", "1.0+local", false),
        ("===1.0RC1", "1.0rc1", true),
        // uv does not parse it.
        ("===foobar", "foobar", true),
        ("==1!1.0", "1.0", false),
        (">=1.0", "1!0.5", true),
        ("==1.0-1", "1.0.post1", true),
        ("==1.0+LOCAL-1", "1.0+local.1", true),
    ];
    for (specifiers, version, accepted) in cases {
        assert_eq!(read(specifiers).accept_installed(version), accepted, "{specifiers} {version}");
    }
}

#[test]
fn what_is_no_version_matches_its_own_text_only() {
    let cases = [
        ("", "2004d", true),
        ("===2004D", "2004d", true),
        ("===2004d", "2004e", false),
        ("!=1.0", "2004d", false),
        (">=0", "2004d", false),
        ("===2004d,>=0", "2004d", false),
        // As pip, which compares the version, not how it was written.
        ("===1.0-RC1", "1.0-RC1", false),
        ("===1.0.0", "1.0.0", true),
    ];
    for (specifiers, version, accepted) in cases {
        assert_eq!(read(specifiers).accept_installed(version), accepted, "{specifiers} {version}");
    }
}

#[test]
fn what_is_not_allowed_is_named() {
    let cases = [
        (">=1.*", "`>=1.*`: `.*` can follow `==` and `!=` only"),
        ("==1.0rc1.*", "`==1.0rc1.*`: `.*` can follow the numbers of a release only"),
        ("~=1", "`~=1`: `~=` needs at least two numbers, as in `~=1.4`"),
        (">=1.0+local", "`>=1.0+local`: a local version can follow `==` and `!=` only"),
        ("==2004d", "`==2004d`: that is not a version"),
        ("==", "`==`: no version follows the operator"),
        ("=1.0", "`=1.0`: `=` is not an operator; `==` is"),
        ("=> 1.0", "`=> 1.0`: `=>` is not an operator; `>=` is"),
        ("^1.0", "`^1.0`: `^` and `~` are operators of Poetry only; write `>=1.2,<2`"),
        ("~1.0", "`~1.0`: `^` and `~` are operators of Poetry only; write `>=1.2,<2`"),
        ("1.0", "`1.0` does not start with an operator such as `>=`"),
        ("<2>=1", "`<2>=1`: that is not a version"),
        ("===1.0 x", "`1.0 x` contains a space, `;` or `)`"),
    ];
    for (specifiers, reason) in cases {
        assert_eq!(Specifiers::parse(specifiers).expect_err(specifiers), reason);
    }
    assert_eq!(read(" >= 1 , != 1.1 ,, ").to_string(), ">=1,!=1.1");
}

#[test]
fn one_version_is_pinned() {
    let cases = [
        ("==1.0", true),
        ("===1.0", true),
        ("==1.*", false),
        ("==1.0,>0", false),
        (">=1.0", false),
        ("", false),
    ];
    for (specifiers, pinned) in cases {
        assert_eq!(read(specifiers).is_pinned(), pinned, "{specifiers}");
        assert_eq!(read(specifiers).is_any(), specifiers.is_empty(), "{specifiers}");
    }
}

#[test]
fn specifiers_exclude_each_other_when_that_is_certain() {
    let cases: [(&[&str], bool); 20] = [
        (&[">=2", "<1"], true),
        (&[">=1", "<2"], false),
        (&["==1.0", "==1.0.0"], false),
        (&["==1.0", "==1.1"], true),
        (&["==1.0", "!=1.0"], true),
        (&["==1.0", "!=1.0+local"], false),
        (&["==1.0+local", "!=1.0"], true),
        (&["==1.*", "<1.0.dev0"], true),
        // There are pre-releases between these.
        (&[">=1.0.dev0", "<1.0rc1"], false),
        (&[">1.0", "<1.0.0.1"], false),
        (&[">1.0", "<1.0.0.0"], true),
        (&[">1.0", "<=1.0.post3"], true),
        (&[">=1.0", "<1.0.post1", "!=1.0"], false),
        (&["~=1.4", "!=1.*"], true),
        (&["<0"], true),
        (&["===foo", ">=1"], true),
        (&["===1.0", ">=1"], false),
        (&["===foo", "===FOO"], false),
        (&["==99999999999999999999.*", "==1"], true),
        (&[], false),
    ];
    for (texts, excluded) in cases {
        let all: Result<Vec<Specifiers>, String> = texts.iter().map(|text| Specifiers::parse(text)).collect();
        // A number that is too large for us is an error.
        let excludes =
            all.map_or(true, |all| Specifiers::exclude_each_other(&all.iter().collect::<Vec<_>>()));
        assert_eq!(excludes, excluded, "{texts:?}");
    }
    let many = read(&">=2,<1,".repeat(251));
    assert!(!Specifiers::exclude_each_other(&[&many]), "so many are not compared");
    let largest = read(&format!(">{0}.dev{0}", u64::MAX));
    assert!(!Specifiers::exclude_each_other(&[&largest]), "what cannot be computed is not certain");
}

/// A version that PEP 440 allows.
fn version() -> impl Strategy<Value = String> {
    let number = || prop_oneof![Just(0_u64), 1..4_u64, Just(u64::MAX)];
    let release = prop::collection::vec(number(), 1..4);
    let part = |names: &'static [&'static str]| {
        prop_oneof![
            Just(String::new()),
            (prop::sample::select(names), number()).prop_map(|(n, i)| format!("{n}{i}"))
        ]
    };
    let local = prop_oneof![Just(""), Just("+a.1")];
    (release, part(&["a", "rc"]), part(&[".post"]), part(&[".dev"]), local).prop_map(
        |(release, pre, post, dev, local)| {
            let release: Vec<String> = release.iter().map(u64::to_string).collect();
            format!("{}{pre}{post}{dev}{local}", release.join("."))
        },
    )
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".*", version in ".*") {
        for read in [Specifiers::parse(&text), Specifiers::parse_poetry(&text)].into_iter().flatten() {
            let _ = (read.accept_installed(&version), read.accept_some(&[3]));
            let _ = Specifiers::exclude_each_other(&[&read, &read]);
        }
    }

    #[test]
    fn operators_agree_with_each_other(one in version(), other in version()) {
        let public = other.split('+').next().unwrap_or_default();
        let accepts = |operator: &str| read(&format!("{operator}{public}")).accept_installed(&one);
        prop_assert_eq!(accepts("=="), !accepts("!="));
        prop_assert!(!(accepts("<") && accepts(">=")));
        prop_assert!(!(accepts(">") && accepts("<=")));
        prop_assert_eq!(accepts("=="), accepts("<=") && accepts(">="));
    }

    #[test]
    fn what_one_version_matches_does_not_exclude_itself(
        version in version(),
        all in prop::collection::vec((prop::sample::select(&["<", ">", "<=", ">=", "==", "!=", "~="]), version()), 1..4),
    ) {
        let read = all.iter().map(|(operator, version)| Specifiers::parse(&format!("{operator}{version}")));
        let read: Vec<Specifiers> = read.flatten().collect();
        if read.iter().all(|specifiers| specifiers.accept_installed(&version)) {
            prop_assert!(!Specifiers::exclude_each_other(&read.iter().collect::<Vec<_>>()));
        }
    }

    #[test]
    fn specifiers_are_written_as_they_are_read(operator in "(==|!=|<|>|<=|>=)", version in version()) {
        if let Ok(read) = Specifiers::parse(&format!(" {operator}  {version} ,")) {
            prop_assert_eq!(Specifiers::parse(&read.to_string()), Ok(read));
        }
    }
}

#[test]
fn bounds_do_not_depend_on_what_is_left_out_between_them() {
    let cases = [
        (">=3.9", ">=3.9.0", true),
        (">=3.9", ">=3.9,>=3.8", true),
        (">=3.9", ">3.9", false),
        (">=3.9", ">=3.9,<4", false),
        ("~=3.9", ">=3.9,<4", true),
        ("==3.9.*", ">=3.9,<3.10", true),
        (">=3.9,!=3.9.3", ">=3.9", true),
        (">=3.9,!=3.9.7", ">=3.9,!=3.9.8,!=3.10.*", true),
        (">=3.9,!=3.9.0", ">=3.9", false),
        (">=3.9,!=3.9.*", ">=3.9", false),
        (">=3.9,!=3.9.*", ">=3.10", true),
        (">=3.9,<3.13,!=3.12.*", ">=3.9,<3.13", false),
        (">=3.9,<=3.13,!=3.13.1", ">=3.9,<=3.13", true),
        (">=3.9,<=3.13,!=3.13", ">=3.9,<=3.13", false),
        ("", ">=0", true),
    ];
    for (one, other, alike) in cases {
        let (first, second) = (read(one), read(other));
        assert_eq!(Specifiers::have_same_bounds(&[&first], &[&second]), alike, "{one} | {other}");
        assert_eq!(Specifiers::have_same_bounds(&[&second], &[&first]), alike, "{other} | {one}");
    }
}

#[test]
fn the_same_versions_are_accepted() {
    let unknown = || Answer::Unknown("they may differ in pre-releases or post-releases".to_owned());
    let cases = [
        (">=3.0,<4", "<4.0,>=3", Answer::Yes),
        (">=3.0,<4", ">=3.0,<4,>=2", Answer::Yes),
        (">=3.0,<4", "~=3.0", Answer::Yes),
        (">=3.0,<4", ">=3.0,==3.*", Answer::Yes),
        (">=3.0,<4", ">=3.0,<4,!=5", Answer::Yes),
        (">=3.0,<4", "==3.*", Answer::No),
        (">=3.0,<4", ">3.0,<4", Answer::No),
        (">=3.0,<4", ">=3.0,<4,!=3.5", Answer::No),
        (">=3.0,<4", ">=3.0", Answer::No),
        (">=3.0,<4", "<4", Answer::No),
        (">=3.0,<4", "~=3.0.0", Answer::No),
        (">=3.0,<4", ">=3.0,<=3.99", Answer::No),
        (">=3.0,<4", ">=3.0rc1,<4", Answer::No),
        (">=3.0,<4", ">=3.0,<4.0rc1", Answer::No),
        (">=3.0,<4", ">=3.0.post0,<4", Answer::No),
        (">=3.0,<4", "===3.10", Answer::No),
        (">=3.0,<4", ">=3.0,<4.dev0", unknown()),
        ("===foo", "===foo", Answer::Yes),
        (">=3.0rc1", ">=3.0rc1", Answer::Yes),
        ("", "", Answer::Yes),
        ("", ">=0", Answer::No),
        ("==1.0", "==1.0.0", Answer::Yes),
        ("==1.0", "==1.0.*", Answer::No),
    ];
    for (one, other, expected) in cases {
        let (first, second) = (read(one), read(other));
        assert_eq!(Specifiers::accept_same(&[&first], &[&second]), expected, "{one} | {other}");
        assert_eq!(Specifiers::accept_same(&[&second], &[&first]), expected, "{other} | {one}");
    }
}
