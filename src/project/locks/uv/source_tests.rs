//! Where requirements come from, and which settings count, as uv compares them.

use super::super::tests::{format_of, fresh, fresh_with};
use super::tests::{LOCK, MANIFEST};
use crate::model::Freshness;

#[test]
fn a_source_with_a_marker_is_a_requirement_of_its_own() {
    let manifest = MANIFEST
        .replace("[tool.uv]", "[tool.uv.sources]\nidna = [{path = '../idna', marker = \"os_name == 'nt'\"}]");
    let recorded = "{ name = \"idna\", specifier = \">=3.0,<4\" }";
    let both = "{ name = \"idna\", marker = \"os_name != 'nt'\", specifier = \">=3.0,<4\" }, { name = \"idna\", marker = \"os_name == 'nt'\", directory = \"../idna\" }";
    let lock = LOCK.replace(recorded, both);
    assert_eq!(fresh(format_of("uv.lock"), &lock, &manifest), Freshness::Fresh);
    let other = manifest.replace("== 'nt'", "== 'posix'");
    assert!(matches!(fresh(format_of("uv.lock"), &lock, &other), Freshness::Stale(_)));
    assert!(matches!(fresh(format_of("uv.lock"), &lock, MANIFEST), Freshness::Stale(_)));
}

#[test]
fn what_may_change_nothing_is_unknown() {
    let manifest = MANIFEST.replace("[tool.uv]", "[tool.uv]\noverride-dependencies = ['other<3']");
    assert!(matches!(fresh(format_of("uv.lock"), LOCK, &manifest), Freshness::Unknown(_)));
}

#[test]
fn an_older_lock_has_no_pythons_of_groups() {
    let lock = LOCK.replace("revision = 5", "revision = 3").replace(
        "t = [{ name = \"sniffio\" }]",
        "t = [{ name = \"sniffio\", marker = \"python_full_version >= '3.10'\" }]",
    );
    let dev = "    { name = \"iniconfig\", specifier = \">=2\" },\n    { name = \"sniffio\" },";
    let lock =
        lock.replace(dev, &dev.replace("sniffio\"", "sniffio\", marker = \"python_full_version >= '3.10'\""));
    let said = |python: &str| {
        let group = format!("[tool.uv.dependency-groups]\nt = {{requires-python = '{python}'}}");
        fresh(format_of("uv.lock"), &lock, &MANIFEST.replace("[tool.uv]", &group))
    };
    assert_eq!(said(">=3.10"), Freshness::Fresh);
    assert!(matches!(said(">=3.11"), Freshness::Stale(_)));
    let wrong =
        MANIFEST.replace("[tool.uv]", "[tool.uv.dependency-groups]\nother = {requires-python = '>=3'}");
    let reason = "`tool.uv.dependency-groups` has `other`, and there is no such group";
    assert_eq!(fresh(format_of("uv.lock"), &lock, &wrong), Freshness::Unknown(reason.into()));
}

#[test]
fn groups_that_include_each_other_twice_end() {
    let groups: String = (0..60)
        .map(|at| format!("g{at} = [{{include-group = 'g{0}'}}, {{include-group = 'g{0}'}}]\n", at + 1))
        .collect();
    let manifest = MANIFEST.replace("t = [", &format!("{groups}g60 = []\nt = ["));
    assert!(matches!(fresh(format_of("uv.lock"), LOCK, &manifest), Freshness::Stale(_)));
}

#[test]
fn without_requires_python_the_file_beside_the_lock_decides() {
    let manifest = MANIFEST.replace("requires-python = \">=3.9\"\n", "");
    let with = |lock: &str, python: &str| {
        fresh_with(format_of("uv.lock"), lock, &manifest, &[(".python-version", python)])
    };
    assert_eq!(with(LOCK, "3.9.18\n"), Freshness::Fresh);
    assert_eq!(with(LOCK, "cpython@3.9\n"), Freshness::Fresh);
    assert!(matches!(with(LOCK, "3.12\n"), Freshness::Stale(_)));
    for open in ["pypy3.9", ">=3.9", "", "3"] {
        assert!(matches!(with(LOCK, open), Freshness::Unknown(_)), "{open}");
    }
    let bounded = LOCK.replace("requires-python = \">=3.9\"", "requires-python = \">=3.9, <4\"");
    assert!(matches!(with(&bounded, ""), Freshness::Stale(_)));
}

#[test]
fn urls_are_compared_as_they_are_written() {
    let said = |source: &str, recorded: &str| {
        let manifest = MANIFEST.replace("[tool.uv]", &format!("[tool.uv.sources]\nidna = {{{source}}}"));
        let before = "{ name = \"idna\", specifier = \">=3.0,<4\" }";
        let lock = LOCK.replace(before, &format!("{{ name = \"idna\", {recorded} }}"));
        fresh(format_of("uv.lock"), &lock, &manifest)
    };
    let git = "git = \"ssh://git@example.org/a/idna.git?rev=v1\"";
    assert_eq!(said("git = 'ssh://git@EXAMPLE.org/a/idna.git', rev = 'v1'", git), Freshness::Fresh);
    for other in
        ["idna.git', tag = 'v1'", "idna', rev = 'v1'", "idna.git', rev = 'v2'", "Idna.git', rev = 'v1'"]
    {
        assert!(
            matches!(said(&format!("git = 'ssh://git@example.org/a/{other}"), git), Freshness::Stale(_)),
            "{other}"
        );
    }
    for unsure in [
        "git@example.org:a/idna.git",
        "ssh://git@example.org/b/../a/idna.git",
        "ssh://git@example.org:22/a/idna.git",
        "ssh://git@example.org/a/%69dna.git",
    ] {
        assert!(
            matches!(said(&format!("git = '{unsure}', rev = 'v1'"), git), Freshness::Unknown(_)),
            "{unsure}"
        );
    }
}

#[test]
fn an_absolute_path_is_compared_as_it_is_recorded() {
    let manifest = MANIFEST.replace("idna>=3.0,<4", "idna @ file:///srv/idna");
    let lock = |path: &str| {
        LOCK.replace(
            "{ name = \"idna\", specifier = \">=3.0,<4\" }",
            &format!("{{ name = \"idna\", {path} }}"),
        )
    };
    let said = |path: &str| fresh(format_of("uv.lock"), &lock(path), &manifest);
    assert_eq!(said("directory = \"/srv/idna\""), Freshness::Fresh);
    assert!(matches!(said("editable = \"/srv/idna\""), Freshness::Stale(_)));
    assert!(matches!(said("git = \"file:///srv/idna\""), Freshness::Stale(_)));
    for path in ["directory = \"../idna\"", "directory = \"srv/idna\"", "directory = \"/srv/other\""] {
        assert!(matches!(said(path), Freshness::Unknown(_)), "{path}");
    }
}

#[test]
fn lists_of_uv_toml_are_not_those_of_the_project() {
    let said =
        |settings: &'static str| fresh_with(format_of("uv.lock"), LOCK, MANIFEST, &[("uv.toml", settings)]);
    for name in ["constraint", "override", "build-constraint", "exclude"] {
        let settings = format!("{name}-dependencies = ['idna']\n");
        assert_eq!(said(Box::leak(settings.into_boxed_str())), Freshness::Fresh, "{name}");
    }
    let stale = "dependency-metadata = [{name = 'idna', version = '3.10'}]\n";
    assert!(matches!(said(stale), Freshness::Stale(_)));
    let manifest = MANIFEST.replace("[tool.uv]", "[tool.uv]\nconstraint-dependencies = ['idna<5']");
    let files = [("uv.toml", "resolution = 'highest'\n")];
    assert!(matches!(fresh_with(format_of("uv.lock"), LOCK, &manifest, &files), Freshness::Stale(_)));
}

/// What uv writes for a member `ex/a` of the root `mcp` that requires `mcp`, but for its source.
fn nested_lock(source: &str) -> String {
    format!(
        r#"version = 1
revision = 5
requires-python = ">=3.10"
[manifest]
members = ["a", "mcp"]
[[package]]
name = "a"
version = "1"
source = {{ virtual = "ex/a" }}
dependencies = [{{ name = "mcp" }}]
[package.metadata]
requires-dist = [{{ name = "mcp"{source} }}]
[[package]]
name = "mcp"
version = "1"
source = {{ editable = "." }}
"#
    )
}

#[test]
fn a_member_below_another_manifest_inherits_no_sources() {
    let root = "[project]\nname = 'mcp'\nversion = '1'\nrequires-python = '>=3.10'\n[build-system]\nrequires = []\n[tool.uv.workspace]\nmembers = ['ex/a']\n[tool.uv.sources]\nmcp = {workspace = true}\n";
    let a = ("ex/a/pyproject.toml", "[project]\nname = 'a'\nversion = '1'\ndependencies = ['mcp']\n");
    let said = |source: &str, files: &[(&str, &str)]| {
        fresh_with(format_of("uv.lock"), &nested_lock(source), root, files)
    };
    let between = [a, ("ex/pyproject.toml", "[tool.x]\n")];
    assert_eq!(said("", &between), Freshness::Fresh);
    assert_eq!(said(", editable = \".\"", &[a]), Freshness::Fresh);
    assert!(matches!(said("", &[a]), Freshness::Stale(_)));
    assert!(matches!(said(", editable = \".\"", &between), Freshness::Stale(_)));
}

#[test]
fn a_path_dependency_may_lead_back_to_the_project() {
    let sdk = "[project]\nname = 'sdk'\nversion = '1'\nrequires-python = '>=3.9'\n[build-system]\nrequires = []\n[dependency-groups]\ndev = ['app']\n[tool.uv.sources]\napp = {path = '../app', editable = true}\n";
    let app = |path: &str| {
        format!(
            "[project]\nname = 'app'\nversion = '1'\ndependencies = ['sdk>=0.4']\n[tool.uv.sources]\nsdk = {{path = '{path}', editable = true}}\n"
        )
    };
    let lock = r#"version = 1
revision = 5
requires-python = ">=3.9"
[[package]]
name = "app"
version = "1"
source = { editable = "../app" }
dependencies = [{ name = "sdk" }]
[package.metadata]
requires-dist = [{ name = "sdk", editable = "." }]
[[package]]
name = "sdk"
version = "1"
source = { editable = "." }
[package.dev-dependencies]
dev = [{ name = "app" }]
[package.metadata]
[package.metadata.requires-dev]
dev = [{ name = "app", editable = "../app" }]
"#;
    let said = |path: &str| {
        fresh_with(format_of("uv.lock"), lock, sdk, &[("../app/pyproject.toml", app(path).as_str())])
    };
    // The lock is in `project/`.
    assert_eq!(said("../project"), Freshness::Fresh);
    assert!(matches!(said("../other"), Freshness::Stale(_)));
    // Out of the repository, and perhaps into it again.
    assert!(matches!(said("../../repo/project"), Freshness::Unknown(_)));
}
