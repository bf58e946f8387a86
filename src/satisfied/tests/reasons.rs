//! Each reason for which an environment is not in step, and what is no reason.

use super::{Memory, asked, directory, judged, project, python312, say};
use crate::model::RequestedBy;
use crate::satisfied::interfaces::MetadataError;
use crate::satisfied::judge;

#[track_caller]
fn check(installed: &Memory, cases: &[(&[&str], &[&str])]) {
    for (lines, expected) in cases {
        assert_eq!(judged(lines, installed), *expected, "{lines:?}");
    }
}

#[test]
fn a_name_is_there_in_an_accepted_version() {
    let installed = Memory::default().with("Six 1.16.0", &[]).with("odd 2004d", &[]).with("pre 2.0rc1", &[]);
    check(
        &installed,
        &[
            (&[], &["in-step"]),
            (&["six"], &["in-step"]),
            (&["SIX>=1,<2"], &["in-step"]),
            (&["idna==3"], &["out-of-step", "1:idna: missing"]),
            (&["six>=2"], &["out-of-step", "1:six: version 1.16.0"]),
            (&["six===1.16"], &["out-of-step", "1:six: version 1.16.0"]),
            (&["pre>=1"], &["in-step"]),
            (&["pre>=2"], &["out-of-step", "1:pre: version 2.0rc1"]),
            (&["odd"], &["out-of-step", "1:odd: broken: `2004d` is no version of PEP 440"]),
            (&["odd===2004d"], &["out-of-step", "1:odd: broken: `2004d` is no version of PEP 440"]),
            (&["odd>=1"], &["out-of-step", "1:odd: broken: `2004d` is no version of PEP 440"]),
        ],
    );
}

#[test]
fn all_lines_for_a_name_count_together() {
    let installed = Memory::default().with("six 1.16.0", &[]);
    check(
        &installed,
        &[
            (&["six>=1", "six<2"], &["in-step"]),
            (&["six>=1", "six<1.10"], &["out-of-step", "2,1:six: version 1.16.0"]),
            (&["six", "six<1.10", "six>=1"], &["out-of-step", "2,3:six: version 1.16.0"]),
            (&["six<1", "six>2"], &["out-of-step", "1,2:six: conflict"]),
            (&["six==1.16.0", "six==1.16"], &["in-step"]),
            (&["six<1 ; python_version < '3'", "six>1"], &["in-step"]),
            (&["idna==1", "idna==2"], &["out-of-step", "1,2:idna: conflict"]),
            (&["six<1,>2"], &["out-of-step", "1:six: conflict"]),
        ],
    );
}

#[test]
fn what_is_there_twice_or_damaged_is_never_in_step() {
    let twice = Memory::default().with("six 1.16.0", &[]).with("six 1.16.0", &[]).with("app 1", &["six"]);
    check(
        &twice,
        &[
            (&["six"], &["out-of-step", "1:six: 2 times"]),
            (&["app"], &["out-of-step", "1:six: 2 times"]),
            (&[], &["in-step"]),
        ],
    );
    let broken = || Memory::default().with("app 1", &["six"]).with("six 1.16.0", &[]);
    let gone = broken().damaged(MetadataError::Broken("it has no METADATA".to_owned()));
    check(
        &gone,
        &[
            (&["six"], &["out-of-step", "1:six: broken: it has no METADATA"]),
            (&["app"], &["out-of-step", "1:six: broken: it has no METADATA"]),
        ],
    );
    let unread = broken().damaged(MetadataError::Unread("permission denied".to_owned()));
    check(
        &unread,
        &[
            (&["six"], &["unknown", "undecided 1: six 1.16.0: permission denied"]),
            (
                &["app", "idna"],
                &["out-of-step", "2:idna: missing", "undecided 1: six 1.16.0: permission denied"],
            ),
        ],
    );
    check(
        &Memory::default().with("six", &[]),
        &[(&["six"], &["out-of-step", "1:six: broken: its metadata states no version"])],
    );
    let unsure = Memory { unread: Some("permission denied".to_owned()), ..Memory::default() };
    let said = "undecided 1: whether `six` is installed is not known: permission denied";
    check(&unsure, &[(&["six"], &["unknown", said])]);
}

#[test]
fn markers_exclude_or_leave_open() {
    let installed = Memory::default().with("six 1.16.0", &[]);
    let unknown = |rest: &str| {
        let reason = "platform_release is not known";
        format!("undecided 1: whether `{rest}` applies is not known ({reason})")
    };
    check(
        &installed,
        &[
            (&["idna ; python_version < '3.12'"], &["in-step"]),
            (&["idna ; sys_platform == 'win32'"], &["in-step"]),
            (&["idna ; extra == 'x'"], &["in-step"]),
            (&["six>9 ; os_name == 'nt'"], &["in-step"]),
            (&["six ; platform_release > '5'"], &["in-step"]),
        ],
    );
    let line = "idna ; platform_release > '5'";
    let said = judged(&[line], &installed);
    assert_eq!(said[0], "unknown");
    assert!(
        said[1].starts_with(&unknown(line)[..50]) && said[1].ends_with("and it is not installed"),
        "{said:?}"
    );
    let said = judged(&["six>9 ; platform_release > '5'", "six"], &installed);
    assert_eq!((said.len(), said[0].as_str()), (2, "unknown"), "{said:?}");
    assert!(said[1].ends_with("and six 1.16.0 is installed"), "{said:?}");
}

#[test]
fn requirements_of_packages_are_followed() {
    let installed = Memory::default()
        .with("app 1", &["lib>=2", "extra: gui", "tk ; extra == 'gui'", "wx ; extra == 'other'"])
        .with("lib 2.1", &["low<3", "nt ; os_name == 'nt'"])
        .with("low 3.0", &["app"])
        .with("alone 1", &["nothing", "low<3"]);
    let alone = [
        ":low: alone 1 requires low<3, found low 3.0, by alone 1",
        ":nothing: alone 1 requires nothing, found nothing, by alone 1",
    ];
    let low = "1:low: lib 2.1 requires low<3, found low 3.0, by app 1 > lib 2.1";
    check(
        &installed,
        &[
            (&["app"], &["out-of-step", low, alone[0], alone[1]]),
            (
                &["app[gui,none]"],
                &[
                    "out-of-step",
                    "1:app: 1 has no none",
                    low,
                    "1:tk: app 1 requires tk ; extra == 'gui', found nothing, by app 1",
                    alone[0],
                    alone[1],
                ],
            ),
        ],
    );
    let unused = judged(&[], &installed);
    assert_eq!((unused[0].as_str(), unused.len()), ("in-step", 4), "{unused:?}");
}

#[test]
fn a_missing_package_is_reported_once_and_by_its_line() {
    let installed =
        Memory::default().with("app 1", &["six>=1"]).with("old 1", &["idna>=3"]).with("idna 2", &[]);
    check(
        &installed,
        &[
            (
                &["app", "six"],
                &["out-of-step", "2:six: missing", ":idna: old 1 requires idna>=3, found idna 2, by old 1"],
            ),
            (
                &["app>1", "idna"],
                &["out-of-step", "1:app: version 1", ":idna: old 1 requires idna>=3, found idna 2, by old 1"],
            ),
            (
                &["old", "idna<3"],
                &[
                    "out-of-step",
                    "1:idna: old 1 requires idna>=3, found idna 2, by old 1",
                    ":six: app 1 requires six>=1, found nothing, by app 1",
                ],
            ),
        ],
    );
}

#[test]
fn extras_may_name_their_own_package() {
    let requires = [
        "extra: all",
        "extra: a",
        "extra: b",
        "pkg[a,b] ; extra == 'all'",
        "x ; extra == 'a'",
        "y ; extra == 'b'",
    ];
    let installed = Memory::default().with("pkg 1", &requires).with("x 1", &[]);
    check(
        &installed,
        &[
            (&["pkg"], &["in-step"]),
            (&["pkg[a]"], &["in-step"]),
            (
                &["pkg[All]"],
                &["out-of-step", "1:y: pkg 1 requires y ; extra == 'b', found nothing, by pkg 1 > pkg 1"],
            ),
            (
                &["pkg[a]", "pkg[b]"],
                &["out-of-step", "2:y: pkg 1 requires y ; extra == 'b', found nothing, by pkg 1"],
            ),
        ],
    );
    let negative = Memory::default().with("pkg 1", &["extra: a", "z ; extra != 'a'"]);
    let z = "1:z: pkg 1 requires z ; extra != 'a', found nothing, by pkg 1";
    check(&negative, &[(&["pkg[a]"], &["out-of-step", z])]);
}

#[test]
fn a_doubt_about_what_is_certain_elsewhere_does_not_matter() {
    let installed = Memory::default()
        .with("a 1", &["x ; platform_release > '5'"])
        .with("b 1", &["x"])
        .with("x 1", &["y"]);
    let missing = "2:y: x 1 requires y, found nothing, by b 1 > x 1";
    check(&installed, &[(&["a", "b"], &["out-of-step", missing])]);
    let said = judged(&["a"], &installed);
    assert_eq!((said[0].as_str(), said.len()), ("unknown", 2), "{said:?}");
    assert!(
        said[1].starts_with("undecided 1: whether a 1 requires `x ; platform_release > '5'` is not known")
    );
    assert!(said[1].ends_with("and `y` is not installed"), "{said:?}");
}

#[test]
fn unreadable_requirements_of_packages_leave_it_open() {
    let installed = Memory::default().with("app 1", &["==broken=="]);
    let said = judged(&["app"], &installed);
    assert_eq!(said[0], "unknown");
    assert!(said[1].starts_with("undecided 1: app 1: `==broken==` is no requirement: "), "{said:?}");
    check(&installed, &[(&[], &["in-step"])]);
}

#[test]
fn an_editable_follows_its_manifest() {
    let at = "/src/demo";
    let installed = |requires: &[&str]| {
        Memory::default()
            .with("demo 1.0", &["old"])
            .from(directory(at, true))
            .with("new 1", &[])
            .project(at, project("demo", "1.0", requires))
    };
    check(&installed(&["new"]), &[(&["-e /src/demo"], &["in-step"]), (&["demo"], &["in-step"])]);
    let gained = "1:six: demo 1.0 requires six, found nothing, by demo 1.0";
    check(&installed(&["six"]), &[(&["-e /src/demo"], &["out-of-step", gained])]);
    check(
        &installed(&["test: six"]),
        &[(&["demo[test]"], &["out-of-step", gained]), (&["demo"], &["in-step"])],
    );
    let changed = installed(&[]).project(at, project("demo", "1.1", &[]));
    check(&changed, &[(&["-e /src/demo"], &["out-of-step", "1:demo: version 1.0 is 1.1"])]);
    let same = installed(&[]).project(at, project("demo", "1.0.0", &[]));
    check(&same, &[(&["-e /src/demo"], &["in-step"])]);
    let mut computed = project("demo", "1.0", &["new"]);
    (computed.is_complete, computed.version) = (false, None);
    let old = "1:old: demo 1.0 requires old, found nothing, by demo 1.0";
    check(&installed(&[]).project(at, computed.clone()), &[(&["-e /src/demo"], &["out-of-step", old])]);
    computed.may_require_more = Some("`setup.py` has changed since".to_owned());
    let open = "undecided 1: demo 1.0: `setup.py` has changed since";
    let whole = installed(&[]).with("old 1", &[]).project(at, computed);
    check(&whole, &[(&["-e /src/demo"], &["unknown", open])]);
}

#[test]
fn a_lock_names_everything_itself() {
    let installed = Memory::default()
        .with("app 1", &["six>=2"])
        .with("six 1", &[])
        .with("pip 24", &[])
        .with("own 1", &[])
        .with("conda-thing 1", &[])
        .installed_by("conda")
        .with("stray 3", &[]);
    let locked = |lines: &[&str]| {
        let mut asked = asked(lines);
        (asked.is_exact, asked.source) = (true, RequestedBy::Lock("pdm".to_owned()));
        asked.own_names = vec!["own".to_owned()];
        say(&judge(&asked, &installed, &python312()))
    };
    let warning = ":six: app 1 requires six>=2, found six 1, by app 1";
    let stray = ":stray: extra 3";
    assert_eq!(locked(&["app==1", "six==1"]), ["out-of-step", warning, stray]);
    assert_eq!(locked(&["app==1", "six==1", "stray==3"]), ["in-step", warning]);
    let open = locked(&["app==1", "six==1", "stray==3 ; platform_release > '5'"]);
    assert_eq!((open[0].as_str(), open.len()), ("unknown", 3), "{open:?}");
    assert_eq!(locked(&["app==1", "six==2", "stray==3"]), ["out-of-step", "2:six: version 1"]);
    let mut requirements = asked(&["app"]);
    requirements.is_exact = true;
    let installed = Memory::default().with("app 1", &["six"]).with("six 1", &["low"]).with("low 1", &[]);
    let judged = |installed: &Memory| say(&judge(&requirements, installed, &python312()));
    assert_eq!(judged(&installed), ["in-step"]);
    assert_eq!(judged(&installed.with("stray 1", &[])), ["out-of-step", ":stray: extra 1"]);
}
