//! Tests of requirements.

use proptest::prelude::*;

use super::*;

/// Name, extras, what is wanted, marker.
fn shown(read: Result<Requirement, String>) -> Option<String> {
    let Requirement { name, extras, wanted, marker, .. } = read.ok()?;
    let wanted = match wanted {
        Wanted::Version(specifiers) => specifiers.to_string(),
        Wanted::Source(source) => format!("@ {source}"),
    };
    let marker = marker.map(|marker| marker.text().to_owned()).unwrap_or_default();
    Some(format!("{name}[{}]|{wanted}|{marker}", extras.join(",")))
}

/// What pip 26.3 answers; uv 0.13 answers the same where the row has no note.
#[test]
fn lines_are_read_as_by_pip() {
    let cases = [
        ("Requests_Foo.Bar == 1.0 , != 1.1", Some("Requests_Foo.Bar[]|==1.0,!=1.1|")),
        ("requests (>=1,<2)", Some("requests[]|>=1,<2|")),
        ("requests[]", Some("requests[]||")),
        ("requests>=1,<2,", Some("requests[]|>=1,<2|")),
        ("requests=1.0", None),
        ("requests => 1.0", None),
        ("requests 1.0", None),
        ("a b", None),
        ("x<2>=1", None),
        ("x==", None),
        ("requests>=1.*", None),
        ("requests~=1", None),
        ("requests>=1.0+local", None),
        ("requests==2004d", None),
        // uv: an error.
        ("requests===1.0-weird", Some("requests[]|===1.0-weird|")),
        ("requests==v1.0", Some("requests[]|==v1.0|")),
        ("requests==1.0-1", Some("requests[]|==1.0-1|")),
        ("requests==1!2.0", Some("requests[]|==1!2.0|")),
        ("requests>=2.0a1", Some("requests[]|>=2.0a1|")),
        (
            "requests[security]==2.0 ; python_version < '3'",
            Some("requests[security]|==2.0|python_version < '3'"),
        ),
        (
            "requests ;python_version>\"3.9\"and python_version<\"4\"",
            Some("requests[]||python_version>\"3.9\"and python_version<\"4\""),
        ),
        // uv: an error.
        ("requests;", Some("requests[]||")),
        ("requests; bogus=='x'", None),
        ("requests; os_name=='posix' junk", None),
        ("requests; os.name=='posix'", Some("requests[]||os.name=='posix'")),
        ("requests; python_implementation=='CPython'", Some("requests[]||python_implementation=='CPython'")),
        ("requests;extra==\"x\"", Some("requests[]||extra==\"x\"")),
        ("requests ; python_version >= '3.10'", Some("requests[]||python_version >= '3.10'")),
        ("requests#c", None),
        (
            "b @ git+https://example.org/b.git@v1 ; python_version<'3'",
            Some("b[]|@ git+https://example.org/b.git@v1|python_version<'3'"),
        ),
        // uv: `;` and the rest are a part of the URL, an error.
        (
            "b @ https://example.org/b.zip;python_version<'3'",
            Some("b[]|@ https://example.org/b.zip|python_version<'3'"),
        ),
        ("b @ ./pkg", Some("b[]|@ ./pkg|")),
        ("b @ file:./pkg", Some("b[]|@ file:./pkg|")),
        ("requests \\ ", None),
        ("req-", None),
        ("_req", None),
        ("réq", None),
        ("===", None),
        ("1234", Some("1234[]||")),
        ("requests==1.0; platform_machine=='x86_64'", Some("requests[]|==1.0|platform_machine=='x86_64'")),
    ];
    for (line, expected) in cases {
        assert_eq!(shown(Requirement::parse(line)).as_deref(), expected, "{line}");
    }
}

#[test]
fn the_standard_is_stricter_about_markers() {
    let cases = [
        ("a>=1;os_name=='nt'", Some("a[]|>=1|os_name=='nt'")),
        ("a (>=1) ; extra == 'x'", Some("a[]|>=1|extra == 'x'")),
        ("a;", None),
        ("a @ u ;os_name=='nt'", Some("a[]|@ u|os_name=='nt'")),
        ("a @ u;os_name=='nt'", Some("a[]|@ u;os_name=='nt'|")),
        ("a ; sys_abi_features == 'x'", None),
        ("a ; 'x' in extras", None),
        ("a ; os_name == 'nt' or ('x' in dependency_groups)", None),
        ("a>=1\n", None),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(Requirement::parse_standard(text)).as_deref(), expected, "{text}");
    }
}

#[test]
fn the_marker_of_the_requirement_before_is_shared_if_it_is_the_same() {
    let texts = [
        "a; extra == 'x'",
        "b;extra == 'x'\t ",
        "c;\u{a0}extra == 'x'",
        "d; extra == 'x'\u{a0}",
        "e; extra == 'y'",
        "f; extra == \"x\"",
        "g",
        "h;",
        "i; 'x' in extras",
    ];
    for before in texts {
        let before = Requirement::parse_standard(before).ok();
        for text in texts {
            let read = Requirement::parse_after(text, before.as_ref());
            assert_eq!(read, Requirement::parse_standard(text), "{text:?} after {before:?}");
        }
    }
}

#[test]
fn extras_are_normalised() {
    let read = Requirement::parse(" A.b [ C_d , a, c-D ] ").expect("a requirement");
    assert_eq!((read.text.as_str(), read.name.as_str()), ("A.b [ C_d , a, c-D ]", "A.b"));
    assert_eq!(read.extras, ["a", "c-d"]);
}

#[test]
fn what_is_wrong_is_named() {
    let cases = [
        ("", "there is no name"),
        ("-e .", "`-e .` does not start with the name of a package"),
        ("a[b", "`]` is missing after the extras"),
        ("a[b,]", "the name of an extra has to follow the comma"),
        ("a @ ", "no URL follows `@`"),
        ("a (>=1", "`)` is missing"),
        ("a=1.0", "`=1.0`: `=` is not an operator; `==` is"),
        ("a 1.0", "there is no operator such as `==` before `1.0`"),
        ("a b", "it should end before `b`"),
        ("a#c", "it should end before `#c`"),
        ("a; 'x' in extras", "`extras` can be used in lock files only"),
    ];
    for (line, reason) in cases {
        assert_eq!(Requirement::parse(line).expect_err(line), reason);
    }
    let long = Requirement::parse(&format!("a {}", "é".repeat(200))).expect_err("too much");
    assert_eq!(long.chars().count(), "it should end before ``".chars().count() + 81);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".*") {
        let _ = (Requirement::parse(&text), Requirement::parse_standard(&text));
    }

    #[test]
    fn almost_requirements_do_not_panic(text in "[a-zé]{0,2}[\\[\\]()@;,=<>~!.*' 0-9a-z]{0,24}") {
        let _ = (Requirement::parse(&text), Requirement::parse_standard(&text));
    }

    #[test]
    fn parts_are_found_again(
        name in "[a-zA-Z0-9]([a-zA-Z0-9._-]{0,6}[a-zA-Z0-9])?",
        extras in prop::collection::btree_set("[a-z][a-z0-9]{0,4}", 0..3),
        specifiers in prop::sample::select(&["", ">=1", "==1.0.*,!=1.0.3", "~=1.4", "===x"]),
        marker in prop::sample::select(&["", "python_version < '3'", "extra == 'x' or os_name != \"nt\""]),
        gap in "[ \t]{0,2}",
    ) {
        let listed: Vec<String> = extras.into_iter().collect();
        let brackets = if listed.is_empty() { String::new() } else { format!("[{}]", listed.join(&format!(",{gap}"))) };
        let end = if marker.is_empty() { String::new() } else { format!(";{gap}{marker}") };
        let text = format!("{gap}{name}{gap}{brackets}{gap}{specifiers}{gap}{end}{gap}");
        let read = Requirement::parse(&text).expect("a requirement");
        prop_assert_eq!(&read.name, &name);
        prop_assert_eq!(&read.extras, &listed);
        prop_assert_eq!(&read.wanted, &Wanted::Version(Specifiers::parse(specifiers).expect("specifiers")));
        prop_assert_eq!(read.marker.as_ref().map_or("", Marker::text), marker);
        prop_assert_eq!(Requirement::parse_standard(&text), Ok(read));
    }
}
