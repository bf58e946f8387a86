//! Whole files, and what they come to.

use super::*;
use crate::formats::declared_requirement::DeclaredRequirement;
use crate::formats::declared_requirement::tests::summary;
use proptest::prelude::*;

fn read(text: &str) -> Pyproject {
    Pyproject::parse(text.as_bytes()).expect("TOML")
}

fn summaries(requirements: &[DeclaredRequirement]) -> Vec<String> {
    requirements.iter().map(summary).collect()
}

#[test]
fn the_standard_table_has_lines() {
    let text = "[project]\nname = 'P'\ndynamic = ['version',\n  'dependencies']\ndependencies = [\n  'a>=1',\n  'b==',\n  3,\n]\n\
        [project.optional-dependencies]\nTest_X = ['c; os_name == \"nt\"']\nempty = []\n";
    let read = read(text);
    let standard = read.standard.expect("a table");
    assert_eq!(read.name.as_deref(), Some("P"));
    let own = summaries(&standard.dependencies.clone().expect("a list"));
    assert_eq!(own[0], "6: a >=1");
    assert!(own[1].starts_with("7: invalid: "), "{}", own[1]);
    assert_eq!(own[2], "8: invalid: a requirement must be a string, not a number");
    assert_eq!(standard.dynamic_line("dependencies"), Some(4));
    assert_eq!(standard.dynamic_line("optional-dependencies"), None);
    let extras: Vec<_> =
        standard.extras.iter().map(|it| (it.name.as_str(), it.line, summaries(&it.requirements))).collect();
    let expected = [("test-x", 11, vec!["11: c ; os_name == \"nt\"".to_owned()]), ("empty", 12, Vec::new())];
    assert_eq!(extras, expected);
}

#[test]
fn groups_include_each_other() {
    let text = "[dependency-groups]\nDev = ['a', {include-group = 'test'}, {include-group = 'TEST'}]\ntest = ['b']\n\
        loop = [{include-group = 'pool'}, 'c']\npool = [{include-group = 'loop'}]\nlost = [{include-group = 'no'}]\nbad = [{x = 1}, 2]\n";
    let groups = read(text).groups;
    let expanded = |name: &str| expand_group(&groups, name).map(|found| summaries(&found));
    assert_eq!(expanded("dev"), Some(vec!["2: a".to_owned(), "3: b".to_owned()]));
    let looped = ["5: invalid: dependency group `loop` includes itself", "4: c"];
    assert_eq!(expanded("loop"), Some(looped.map(str::to_owned).to_vec()));
    assert_eq!(expanded("lost"), Some(vec!["6: invalid: there is no dependency group `no`".to_owned()]));
    assert_eq!(
        expanded("bad"),
        Some(vec![
            "7: invalid: a table in a dependency group must be `{include-group = \"NAME\"}`".to_owned(),
            "7: invalid: a requirement must be a string, not a number".to_owned(),
        ])
    );
    assert_eq!(expanded("nothing"), None);
    let twins = read("[dependency-groups]\na_b = []\nA-B = []\n").groups;
    let found = expand_group(&twins, "a-b").expect("a group");
    assert_eq!(summaries(&found), ["3: invalid: there is more than one dependency group `a-b`"]);
}

#[test]
fn groups_of_any_depth_end() {
    let chain =
        (0..200).map(|at| format!("g{at} = [{{include-group = 'g{}'}}]\n", at + 1)).collect::<String>();
    let groups = read(&format!("[dependency-groups]\n{chain}g200 = ['a']\n")).groups;
    let found = expand_group(&groups, "g0").expect("a group");
    assert_eq!(summaries(&found), ["65: invalid: dependency groups include each other too deeply"]);
}

#[test]
fn uv_replaces_sources() {
    let text = "[project]\nname = 'p'\ndependencies = ['a>=1', 'B', 'c', 'd', 'e', 'f', 'g']\n[tool.uv]\ndefault-groups = ['T_x']\n\
        constraint-dependencies = ['x<2']\noverride-dependencies = ['y==1', {z = 1}]\nexclude-dependencies = ['No_Thing']\n\
        dev-dependencies = ['w']\n[tool.uv.workspace]\nmembers = ['packages/*']\nexclude = ['packages/old']\n[tool.uv.sources]\n\
        a = {git = 'https://example.org/a.git', tag = 'v1', subdirectory = 's'}\nb = {path = '../b', editable = true}\nc = {workspace = true}\n\
        d = [{url = 'https://example.org/d.zip', marker = \"os_name == 'nt'\"}, {index = 'i', marker = \"os_name != 'nt'\"}]\n\
        e = {path = 'e', package = false}\nf = {path = 'f', group = 'dev'}\ng = {index = 'i'}\n";
    let read = read(text);
    let uv = read.uv.expect("a table");
    assert_eq!(uv.default_groups, DefaultGroups::Named(vec!["t-x".to_owned()]));
    assert_eq!(summaries(&uv.constraints), ["6: x <2"]);
    assert_eq!(
        summaries(&uv.overrides),
        ["7: y ==1", "7: undecided: a requirement must be a string, not a table"]
    );
    assert_eq!(
        (uv.excluded, summaries(&uv.development)),
        (vec![("no-thing".to_owned(), 8)], vec!["9: w".to_owned()])
    );
    assert_eq!(uv.workspace.expect("a workspace").exclude, ["packages/old"]);
    let own = read.standard.and_then(|standard| standard.dependencies).expect("a list");
    let expected = [
        "3: a >=1",
        "3: a from git https://example.org/a.git v1 in s",
        "3: B from ../b editable",
        "3: c from the workspace editable",
        "3: d",
        "3: d from https://example.org/d.zip ; os_name == 'nt'",
        "3: undecided: with `package = false` only the requirements of the project are installed",
        "3: f",
        "3: g",
    ];
    assert_eq!(summaries(&with_sources(own.clone(), &uv.sources, None, None)), expected);
    let in_group = summaries(&with_sources(own, &uv.sources, None, Some("dev")));
    assert_eq!(in_group[7..], ["3: f from f", "3: g"]);
    let of_root: Vec<UvSource> = uv.sources.iter().map(|source| source.of_root("/r")).collect();
    let b = vec![DeclaredRequirement::of_text(1, "b")];
    assert_eq!(summaries(&with_sources(b, &of_root, None, None)), ["1: b from /r/../b editable"]);
}

#[test]
fn poetry_has_its_own_forms() {
    let text = "[tool.poetry]\nname = 'q'\n[tool.poetry.dependencies]\npython = '^3.8'\na = '^1.2'\nb = {version = '~2', extras = ['Z', 'y'], optional = true, python = '<3.9'}\n\
        c = {git = 'https://example.org/c.git', branch = 'main', develop = true}\nd = [{version = '1.0', python = '<3.9'}, {version = '2.0', markers = \"os_name == 'nt'\", platform = 'win32'}]\n\
        e = {path = '../e', develop = true}\nf = {url = 'https://example.org/f.zip', subdirectory = 's'}\ng = '^1 || ^3'\nh = {source = 'i'}\nj = {}\nk = 1\n\
        [tool.poetry.dev-dependencies]\nl = '*'\n[tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.docs.dependencies]\nm = '1'\n\
        [tool.poetry.group.all]\ninclude-groups = ['Docs']\n[tool.poetry.extras]\nX_y = ['B', 'c[x]']\n";
    let read = read(text);
    assert_eq!(read.name.as_deref(), Some("q"));
    let poetry = read.poetry.expect("a table");
    let own: Vec<_> =
        poetry.dependencies.iter().map(|it| (summary(&it.requirement), it.is_optional)).collect();
    let expected = [
        ("5: a >=1.2,<2", false),
        ("6: b[y,z] >=2,<3 ; (python_version < \"3.9\")", true),
        ("7: c from git https://example.org/c.git main editable", false),
        ("8: d ==1.0 ; (python_version < \"3.9\")", false),
        ("8: d ==2.0 ; (os_name == 'nt') and (sys_platform == \"win32\")", false),
        ("9: e from ../e editable", false),
        ("10: f from https://example.org/f.zip in s", false),
        ("11: g >=1,<2 || >=3,<4", false),
        ("12: h", false),
        ("13: undecided: it has no version and no source of a known kind", false),
        ("14: invalid: `k` must be a version or a table, not a number", false),
    ];
    assert_eq!(own, expected.map(|(text, is_optional)| (text.to_owned(), is_optional)));
    let groups: Vec<_> = poetry
        .groups
        .iter()
        .map(|it| (it.name.as_str(), it.is_optional, summaries(&it.requirements), it.includes.clone()))
        .collect();
    let expected = [
        ("docs", true, vec!["20: m ==1".to_owned()], vec![]),
        ("all", false, vec![], vec!["docs".to_owned()]),
        ("dev", false, vec!["16: l".to_owned()], vec![]),
    ];
    assert_eq!(groups, expected);
    assert_eq!(poetry.extras, [("x-y".to_owned(), vec!["b".to_owned(), "c".to_owned()])]);
}

#[test]
fn pdm_has_editable_requirements() {
    let text = "[tool.pdm.dev-dependencies]\nMy_Dev = ['a>=1', '-e file:///${PROJECT_ROOT}/b#egg=b', '-e ./c']\n[tool.pdm.resolution]\nexcludes = ['N_o']\n\
        [tool.pdm.resolution.overrides]\nd = '1.0'\ne = '>=2'\nf = 'https://example.org/f.zip'\n";
    let pdm = read(text).pdm.expect("a table");
    assert_eq!(pdm.development[0].name, "my-dev");
    let expected =
        ["2: a >=1", "2: b from file:///${PROJECT_ROOT}/b#egg=b editable", "2: ? from ./c editable"];
    assert_eq!(summaries(&pdm.development[0].requirements), expected);
    assert_eq!(summaries(&pdm.overrides), ["6: d ==1.0", "7: e >=2", "8: f from https://example.org/f.zip"]);
    assert_eq!(pdm.excluded, [("n-o".to_owned(), 4)]);
}

#[test]
fn setuptools_reads_files() {
    let text = "[tool.setuptools.dynamic]\ndependencies = {file = ['a.txt', 'b.txt']}\noptional-dependencies.T_x = {file = 'c.txt, d.txt'}\nversion = {attr = 'x'}\n";
    let files: Vec<_> =
        read(text).setuptools_files.into_iter().map(|it| (it.extra, it.path, it.line)).collect();
    let extra = || Some("t-x".to_owned());
    let expected = [
        (None, "a.txt".to_owned(), 2),
        (None, "b.txt".to_owned(), 2),
        (extra(), "c.txt".to_owned(), 3),
        (extra(), "d.txt".to_owned(), 3),
    ];
    assert_eq!(files, expected);
}

#[test]
fn poetry_completes_the_standard_table() {
    let text = "[project]\nname = 'p'\nversion = '1'\ndependencies = ['a>=1', 'b']\n[project.optional-dependencies]\nx = ['c']\n\
        [tool.poetry.dependencies]\na = {git = 'https://example.org/a.git'}\nb = {path = '../b', develop = true}\nc = {version = '1', optional = true}\nd = '2'\n\
        [tool.poetry.extras]\ny = ['c']\n";
    let own = read(text).own_requirements(&[]);
    assert_eq!(
        summaries(&own.dependencies),
        ["4: a >=1", "4: a from git https://example.org/a.git", "4: b from ../b editable"]
    );
    let extras: Vec<_> =
        own.extras.iter().map(|it| (it.name.as_str(), summaries(&it.requirements))).collect();
    assert_eq!(extras, [("x", vec!["6: c".to_owned()]), ("y", vec!["10: c ==1".to_owned()])]);
    let alone = "[project]\nname = 'p'\ndynamic = ['dependencies']\n[tool.poetry.dependencies]\nd = '2'\ne = {version = '3', optional = true}\n";
    let own = read(alone).own_requirements(&[]);
    assert_eq!((summaries(&own.dependencies), own.computed), (vec!["5: d ==2".to_owned()], vec![]));
}

#[test]
fn computed_requirements_are_known_to_be() {
    let text = "[project]\nname = 'p'\ndynamic = ['dependencies', 'optional-dependencies']\ndependencies = ['a']\n\
        [tool.setuptools.dynamic]\ndependencies = {file = 'r.txt'}\n";
    let own = read(text).own_requirements(&[]);
    assert_eq!(summaries(&own.dependencies), ["4: a"]);
    let computed: Vec<_> = own.computed.iter().map(|it| (it.key, it.line, it.files.len())).collect();
    assert_eq!(computed, [("dependencies", 3, 1), ("optional-dependencies", 3, 0)]);
}

#[test]
fn each_tool_has_its_groups() {
    let groups = "[dependency-groups]\ndev = ['a']\ntest = ['b']\n";
    let of = |tables: &str| {
        let read = read(&format!("{groups}{tables}"));
        read.group_tool().map(|tool| (tool, read.default_groups(tool).join(" ")))
    };
    let cases = [
        ("", None),
        ("[tool.uv]\n", Some((GroupTool::Uv, "dev"))),
        ("[tool.uv]\ndefault-groups = ['Test']\n", Some((GroupTool::Uv, "test"))),
        ("[tool.uv]\ndefault-groups = 'all'\n", Some((GroupTool::Uv, "dev test"))),
        ("[tool.uv]\ndefault-groups = []\n", Some((GroupTool::Uv, ""))),
        ("[tool.pdm.dev-dependencies]\nlint = ['c']\n", Some((GroupTool::Pdm, "dev lint test"))),
        ("[tool.poetry.group.test]\noptional = true\n", Some((GroupTool::Poetry, "dev"))),
        ("[tool.poetry]\nname = 'x'\n[tool.uv]\n", Some((GroupTool::Uv, "dev"))),
    ];
    for (tables, expected) in cases {
        assert_eq!(of(tables), expected.map(|(tool, names)| (tool, names.to_owned())), "{tables}");
    }
    let text = "[dependency-groups]\ndev = ['a']\n[tool.uv]\ndev-dependencies = ['b']\n[tool.pdm.dev-dependencies]\ndev = ['c']\n\
        [tool.poetry.group.dev]\ninclude-groups = ['t', 'dev']\n[tool.poetry.group.t.dependencies]\nd = '1'\n";
    let found = read(text).group("dev", &[]).expect("a group");
    assert_eq!(summaries(&found), ["2: a", "10: d ==1", "6: c", "4: b"]);
    assert_eq!(read(text).group("other", &[]), None);
}

#[test]
fn only_requirements_count_as_declarations() {
    let cases = [
        ("[tool.ruff]\nline-length = 100\n", None, None),
        ("[project]\nname = 'x'\n", Some("x"), None),
        ("[project]\nname = 'x'\ndependencies = []\n", Some("x"), None),
        ("[project]\nname = 'x'\ndependencies = ['y']\n", Some("x"), Some("project.dependencies")),
        ("[project.optional-dependencies]\na = []\nb = ['y']\n", None, Some("project.optional-dependencies")),
        ("[dependency-groups]\ndev = ['pytest']\n", None, Some("dependency-groups")),
        ("[dependency-groups]\ndev = []\n", None, None),
        ("[tool.poetry]\nname = 'p'\n[tool.poetry.dependencies]\npython = '^3.8'\n", Some("p"), None),
        ("[tool.poetry.dependencies]\npython = '^3'\nx = '*'\n", None, Some("tool.poetry.dependencies")),
        ("[tool.poetry.group.t.dependencies]\nx = '*'\n", None, Some("tool.poetry.group")),
        ("[tool.poetry.dev-dependencies]\ny = '*'\n", None, Some("tool.poetry.dev-dependencies")),
        ("[tool.pdm.dev-dependencies]\nt = ['y']\n", None, Some("tool.pdm.dev-dependencies")),
        ("[tool.uv]\ndev-dependencies = ['y']\n", None, Some("tool.uv.dev-dependencies")),
        ("project = 3\n", None, None),
    ];
    for (text, name, declares) in cases {
        let read = read(text);
        assert_eq!((read.name.as_deref(), read.declares()), (name, declares), "{text}");
    }
}

#[test]
fn wrong_types_are_requirements_that_cannot_be_used() {
    let text = "dependency-groups = 1\n[project]\ndependencies = 'a'\noptional-dependencies = []\ndynamic = 'x'\n\
        [tool.poetry]\ndependencies = []\ngroup = 3\n[tool.pdm]\ndev-dependencies = {x = 1}\nresolution = 1\n[tool.uv]\nsources = 2\ndev-dependencies = {}\nworkspace = 1\n";
    let read = read(text);
    let standard = read.standard.expect("a table");
    assert_eq!(
        summaries(&standard.dependencies.expect("a list")),
        ["3: invalid: `dependencies` must be a list, not a string"]
    );
    assert_eq!(standard.extras[0].requirements.len(), 1);
    assert_eq!(read.groups.len(), 1);
    assert_eq!(read.poetry.expect("a table").dependencies.len(), 1);
    assert_eq!(read.pdm.expect("a table").development[0].requirements.len(), 1);
    assert_eq!(read.uv.expect("a table").development.len(), 1);
    assert_eq!(Pyproject::parse(b"a = [").map_err(|error| error.line), Err(Some(1)));
    assert_eq!(Pyproject::parse(b"\xff").map_err(|error| error.line), Err(Some(1)));
    assert_eq!(Pyproject::parse(b""), Ok(Pyproject::default()));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        table in "\\[(project|tool\\.uv|tool\\.uv\\.sources|tool\\.poetry\\.dependencies|tool\\.pdm|dependency-groups)\\]\n",
        lines in proptest::collection::vec("(dependencies|dynamic|a|dev-dependencies|default-groups) = (\\[|'|\\{|version = '\\^1'|git = 'x'|include-group = 'a'|\\}|\\]|1|>=|.){0,8}", 0..6),
    ) {
        let text = table + &lines.join("\n");
        let count = text.split('\n').count();
        match Pyproject::parse(text.as_bytes()) {
            Err(error) => prop_assert!(error.line.is_none_or(|line| line <= count)),
            Ok(read) => {
                let own = read.standard.and_then(|standard| standard.dependencies).unwrap_or_default();
                prop_assert!(own.iter().all(|it| (1..=count).contains(&it.line)));
            }
        }
    }

    #[test]
    fn every_item_of_a_group_is_expanded(names in proptest::collection::vec("[a-z]{1,6}", 0..8), includes in 0usize..4) {
        let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        let include = vec!["{include-group = 'b'}".to_owned(); includes];
        let text = format!("[dependency-groups]\na = [{}]\nb = [{}]\n", include.join(","), quoted.join(","));
        let found = expand_group(&read(&text).groups, "a").expect("a group");
        prop_assert_eq!(found.len(), if includes == 0 { 0 } else { names.len() });
    }
}
