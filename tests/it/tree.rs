//! `git pyenv tree`.
#![cfg(unix)]

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::answer;
use crate::support::installs::Installs;
use crate::support::repository::Sandbox;
use crate::support::schema;
use crate::support::wheels::Wheel;

/// A repository with an environment that is written as data: `venv` of Python 3.12, with these packages.
pub(crate) fn with_packages(sandbox: Sandbox, packages: &[(&str, &str, &[&str])]) -> Sandbox {
    sandbox.write(".gitignore", "venv\n");
    crate::support::environments::venv(12).under("venv").write(&sandbox);
    write_packages(&sandbox, packages);
    sandbox
}

fn write_packages(sandbox: &Sandbox, packages: &[(&str, &str, &[&str])]) {
    for (name, version, headers) in packages {
        let headers: String = headers.iter().map(|line| format!("{line}\n")).collect();
        let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{headers}\n");
        let directory = format!("venv/lib/python3.12/site-packages/{name}-{version}.dist-info");
        sandbox.write(format!("{directory}/METADATA"), &metadata);
    }
}

/// The packages that most tests look at.
pub(crate) const PACKAGES: &[(&str, &str, &[&str])] = &[
    (
        "flask",
        "3.0.2",
        &[
            "Requires-Dist: Werkzeug>=3",
            "Requires-Dist: jinja2>=3.1",
            "Provides-Extra: async",
            "Requires-Dist: asgiref>=3.2; extra == 'async'",
        ],
    ),
    ("Werkzeug", "2.0", &["Requires-Dist: MarkupSafe"]),
    ("jinja2", "3.1.4", &["Requires-Dist: markupsafe>=2.0", "Requires-Dist: tomli; python_version < '3'"]),
    ("MarkupSafe", "2.1.5", &[]),
    ("round", "1.0", &["Requires-Dist: about"]),
    ("about", "1.0", &["Requires-Dist: round"]),
];

fn usual() -> Sandbox {
    let sandbox = with_packages(Sandbox::repository(), PACKAGES);
    sandbox.write("requirements.txt", "flask[async]>=3\njinja2\n");
    sandbox
}

/// The lines of a tree, without what is said after it.
#[track_caller]
fn lines(sandbox: &Sandbox, arguments: &[&str], status: i32) -> Vec<String> {
    let arguments = [&["tree", "--output", "text"], arguments].concat();
    let said = sandbox.pyenv(&arguments).ended(status).out();
    said.lines().map(str::to_owned).collect()
}

/// `FROM TO STATE` of the edges of an answer.
fn edges(answer: &Value) -> BTreeSet<String> {
    let edges = answer["tree"]["edges"].as_array().expect("edges");
    let text = |edge: &Value, key: &str| edge[key].as_str().unwrap_or("-").to_owned();
    edges.iter().map(|edge| [text(edge, "from"), text(edge, "to"), text(edge, "state")].join(" ")).collect()
}

#[test]
fn what_requires_what_is_shown() {
    let sandbox = usual();
    let expected = [
        "flask 3.0.2 [required: [async]>=3] (requirements.txt:1)",
        "├── asgiref [required: >=3.2] (extra: async) not installed",
        "├── jinja2 3.1.4 [required: >=3.1]",
        "│   └── MarkupSafe 2.1.5 [required: >=2.0]",
        "└── Werkzeug 2.0 [required: >=3] wrong version",
        "    └── MarkupSafe 2.1.5",
        "jinja2 3.1.4 (requirements.txt:2) (*)",
        "",
        "not required by the project:",
        "about 1.0",
        "└── round 1.0",
        "    └── about 1.0 (cycle)",
    ];
    let said = lines(&sandbox, &[], 1);
    assert_eq!(said[..expected.len()], expected);
    assert_eq!(
        said.last().map(String::as_str),
        Some("`venv`: 7 packages installed; 2 requirements are not met")
    );
    // Nothing is left of the tree but the roots.
    let said = lines(&sandbox, &["--depth", "0"], 1);
    assert_eq!(
        said[..2],
        [
            "flask 3.0.2 [required: [async]>=3] (requirements.txt:1) (...)",
            "jinja2 3.1.4 (requirements.txt:2) (...)"
        ]
    );
    // Once more with what was missing.
    let more: &[(&str, &str, &[&str])] =
        &[("asgiref", "3.8", &[]), ("Werkzeug", "3.0", &["Requires-Dist: MarkupSafe"])];
    sandbox.remove("venv/lib/python3.12/site-packages/Werkzeug-2.0.dist-info");
    write_packages(&sandbox, more);
    let said = lines(&sandbox, &["--quiet"], 0);
    assert_eq!(said[1], "├── asgiref 3.8 [required: >=3.2] (extra: async)");
    assert_eq!(said.len(), 13);
}

#[test]
fn dependents_are_shown() {
    let sandbox = usual();
    let said = lines(&sandbox, &["--invert", "MARKUPSAFE", "--quiet"], 1);
    let expected = [
        "MarkupSafe 2.1.5",
        "├── jinja2 3.1.4 [requires: >=2.0]",
        "│   ├── the project (requirements.txt:2)",
        "│   └── flask 3.0.2 [requires: >=3.1]",
        "│       └── the project [requires: [async]>=3] (requirements.txt:1)",
        "└── Werkzeug 2.0",
        "    └── flask 3.0.2 [requires: >=3] not met (*)",
    ];
    assert_eq!(said, expected);
    let answer = sandbox.json(&["tree", "--invert", "about"]);
    assert_eq!(edges(&answer), BTreeSet::from(["about round met".to_owned(), "round about met".to_owned()]));
    assert_eq!((&answer["exit_code"], &answer["tree"]["inverted"]), (&0.into(), &"about".into()));
    let said = answer::error(&sandbox.at("repo"), &["tree", "--invert", "markupsave"], "usage");
    assert!(said.contains("git pyenv tree --invert markupsafe"), "{said}");
}

#[test]
fn the_json_has_packages_and_edges() {
    let sandbox = usual();
    let answer = sandbox.json(&["tree"]);
    schema::assert_fits(&answer);
    assert_eq!((&answer["status"], &answer["exit_code"]), (&"findings".into(), &1.into()));
    let expected = [
        "- flask met",
        "- jinja2 met",
        "about round met",
        "flask asgiref missing",
        "flask jinja2 met",
        "flask werkzeug wrong-version",
        "jinja2 markupsafe met",
        "round about met",
        "werkzeug markupsafe met",
    ];
    assert_eq!(edges(&answer), expected.map(str::to_owned).into());
    let packages = answer["tree"]["packages"].as_array().expect("packages");
    let named = |name: &str| packages.iter().find(|package| package["name"] == name).expect("a package");
    assert_eq!(named("werkzeug")["written_name"], "Werkzeug");
    assert_eq!(named("asgiref")["state"], "missing");
    assert_eq!((&named("about")["requested"], &named("asgiref")["requested"]), (&false.into(), &true.into()));
    // As deep as asked for, and no less is known of what is wrong.
    let answer = sandbox.json(&["tree", "--depth", "0"]);
    assert_eq!(edges(&answer), ["- flask met", "- jinja2 met"].map(str::to_owned).into());
    assert_eq!(answer["exit_code"], 1);
}

#[test]
fn other_programs_draw_it() {
    let sandbox = usual();
    let dot = sandbox.pyenv(&["tree", "--format", "dot"]).ended(1).out();
    assert!(dot.starts_with("digraph dependencies {\n") && dot.ends_with("}\n"), "{dot}");
    assert!(
        dot.contains("[label=\"flask 3.0.2\"];") && dot.contains("[label=\">=3.2\", style=dashed];"),
        "{dot}"
    );
    let mermaid = sandbox.pyenv(&["tree", "--format", "mermaid", "--depth", "1"]).ended(1).out();
    assert!(mermaid.starts_with("flowchart LR\n  project([\"requirements.txt\"])\n"), "{mermaid}");
    assert!(mermaid.contains("-.->|\"#62;=3.2\"| ") && !mermaid.contains("tomli"), "{mermaid}");
    // A format of JSON wins: it has everything.
    let answer = sandbox.pyenv(&["tree", "--format", "dot", "--output", "json"]).ended(1).json();
    assert_eq!(answer["command"], "tree");
}

#[test]
fn what_cannot_be_known_is_not_clean() {
    let sandbox = with_packages(
        Sandbox::repository(),
        &[("alpha", "1.0", &["Requires-Dist: beta; platform_release == '1'", "Requires-Dist: !!"])],
    );
    sandbox.write("requirements.txt", "alpha\n");
    let said = lines(&sandbox, &[], 3);
    assert!(said[1].starts_with("└── beta could not determine: "), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("could not determine: alpha 1.0: `!!`")), "{said:?}");
    // A setup.py is not run.
    sandbox.remove("requirements.txt");
    sandbox.write("setup.py", "from setuptools import setup\nsetup()\n");
    assert_eq!(sandbox.json(&["tree"])["status"], "undecided");
}

#[test]
fn of_a_lock_only_what_nothing_else_requires_begins_a_tree() {
    let sandbox = with_packages(
        Sandbox::repository(),
        &[
            ("alpha", "1.0", &["Requires-Dist: beta"]),
            ("beta", "1.0", &["Requires-Dist: alpha"]),
            ("gamma", "1.0", &["Requires-Dist: beta"]),
        ],
    );
    sandbox.write("requirements.txt", "alpha==1.0\nbeta==1.0\ngamma==1.0\n");
    assert_eq!(lines(&sandbox, &["--quiet"], 0)[0], "gamma 1.0 [required: ==1.0] (requirements.txt:3)");
    sandbox.write("requirements.txt", "alpha==1.0\nbeta\ngamma==1.0\n");
    assert_eq!(
        lines(&sandbox, &["--quiet", "--depth", "0"], 0)[2..4],
        ["gamma 1.0 [required: ==1.0] (requirements.txt:3) (...)", ""]
    );
}

#[test]
fn an_environment_is_needed() {
    let sandbox = Sandbox::repository();
    let said = answer::error(&sandbox.at("repo"), &["tree"], "usage");
    assert!(said.contains("git pyenv create"), "{said}");
}

/// The edges of `uv pip tree`, as `FROM TO`.
fn edges_of_uv(text: &str) -> BTreeSet<String> {
    let (mut path, mut edges): (Vec<String>, _) = (Vec::new(), BTreeSet::new());
    for line in text.lines() {
        let at = line.chars().take_while(|c| " │├└─".contains(*c)).count();
        let rest: String = line.chars().skip(at).collect();
        let Some(name) = rest.split([' ', '[']).next().filter(|_| rest.contains(" v")) else { continue };
        path.truncate(at / 4);
        edges.extend(path.last().map(|parent| format!("{parent} {name}")));
        path.push(name.to_owned());
    }
    edges
}

/// Writes wheels that require each other, also for extras and under markers.
fn write_wheels(sandbox: &Sandbox) {
    let wheel = |name, version, headers: &[&str]| {
        headers.iter().fold(Wheel::new(name, version), |wheel, line| wheel.header(line)).write(sandbox)
    };
    let older = "Requires-Dist: nosuch; python_version < '3'";
    let newer = "Requires-Dist: gamma; python_version >= '3'";
    wheel("alpha", "3.0", &["Requires-Dist: beta[more]>=1", newer, older, "Requires-Dist: delta.thing"]);
    let (gamma, epsilon) =
        ("Requires-Dist: gamma; extra == 'more'", "Requires-Dist: epsilon; extra == 'more'");
    wheel("beta", "2.0", &["Provides-Extra: more", gamma, epsilon]);
    wheel("delta_thing", "1.0", &["Requires-Dist: gamma"]);
    wheel("epsilon", "1.0", &[]);
}

/// The edges between packages of an answer that is clean, as `FROM TO`; `root` stands for the project.
#[track_caller]
fn met(answer: &Value, root: &str, is_shown: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    assert_eq!(answer["exit_code"], 0, "{answer:#}");
    let edges = answer["tree"]["edges"].as_array().expect("edges").iter().filter(|edge| is_shown(edge));
    let text = |name: &Value| name.as_str().unwrap_or(root).to_owned();
    edges.map(|edge| format!("{} {}", text(&edge["from"]), text(&edge["to"]))).collect()
}

#[test]
fn uv_sees_the_same_edges() {
    let Some(installs) = Installs::with_backend("uv") else { return };
    write_wheels(&installs.sandbox);
    installs.sandbox.write("requirements.txt", "alpha==3.0\n");
    installs.install(&[], 0);
    let uv = installs.sandbox.path("programs/uv");
    let tree = installs.place().run(&uv, &["pip", "tree", "--python", "venv", "--offline"]).ended(0);
    let expected = edges_of_uv(&tree.out());
    assert_eq!(expected.len(), 4, "{expected:?}");
    // `uv pip tree` knows nothing of extras.
    let is_shown = |edge: &Value| !edge["from"].is_null() && edge["extras"] == serde_json::json!([]);
    assert_eq!(met(&installs.place().json(&["tree"]), "", is_shown), expected);
}

#[test]
fn uv_sees_the_same_edges_in_a_lock() {
    let Some(installs) = Installs::with_backend("uv") else { return };
    write_wheels(&installs.sandbox);
    installs.sandbox.remove("requirements.txt");
    let project = "[project]\nname = \"demo\"\nversion = \"1\"\nrequires-python = \">=3.8\"\ndependencies = [\"alpha\"]\n\
                   [dependency-groups]\ndev = [\"gamma\"]\n";
    installs.sandbox.write("pyproject.toml", project);
    let uv = installs.sandbox.path("programs/uv");
    installs.place().run(&uv, &["lock", "--offline"]).ended(0);
    installs.install(&[], 0);
    let tree = installs.place().run(&uv, &["tree", "--frozen", "--offline"]).ended(0);
    let expected = edges_of_uv(&tree.out());
    assert!(expected.contains("demo gamma") && expected.contains("beta epsilon"), "{}", tree.out());
    assert_eq!(met(&installs.place().json(&["tree"]), "demo", |_| true), expected);
}

#[test]
fn a_project_that_states_no_dependencies_asks_for_none() {
    let sandbox = Sandbox::repository();
    sandbox.write("venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.4\n");
    sandbox.make_directory("repo/venv/lib/python3.12/site-packages");
    let said = || sandbox.pyenv(&["tree", "--output", "text"]).said();
    assert!(said().contains("nothing says what the project asks for"), "{}", said());
    sandbox.write("pyproject.toml", "[project]\nname = 'demo'\nversion = '1'\n");
    assert!(!said().contains("nothing says"), "{}", said());
}
