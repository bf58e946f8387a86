//! What is installed as the question needs it: names and versions by names alone, metadata where it is asked for. The
//! answers are those of pip.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use git_pyenv::inspect::InstalledPackages;
use git_pyenv::model::{Distribution, MetadataForm, SourceForm};
use git_pyenv::python::normalised;
use git_pyenv::satisfied::{CondaAnswer, MetadataError, PackageSet};

use crate::support::health::pythons;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{skip, tool};
use crate::support::wheels::Wheel;

/// Where packages lie in the tests below.
const SITE: &str = "env/lib/python3.12/site-packages";

fn read(sandbox: &Sandbox) -> InstalledPackages<'static> {
    InstalledPackages::read(&sandbox.path("repo/env"), Some(&sandbox.path("home")))
}

fn metadata(name: &str, version: &str, more: &str) -> String {
    format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{more}\nText.\n")
}

/// The only distribution of a name.
fn only<'p>(packages: &'p InstalledPackages<'_>, name: &str) -> &'p Distribution {
    match packages.named(name).as_slice() {
        [one] => one,
        other => panic!("{name}: {other:?}"),
    }
}

/// What the only distribution of a name requires, or why that is not known.
fn requires(packages: &InstalledPackages<'_>, name: &str) -> Result<Vec<String>, MetadataError> {
    let metadata = packages.metadata(only(packages, name))?;
    Ok(metadata
        .requires
        .iter()
        .map(|one| one.as_ref().map_or_else(|(text, _)| format!("!{text}"), |one| one.text.clone()))
        .collect())
}

#[test]
fn every_form_is_read() {
    let sandbox = Sandbox::repository();
    let write = |path: &str, text: &str| sandbox.write(format!("{SITE}/{path}"), text);
    sandbox
        .write("env/pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.12.1\n");
    write("Flask_X-2.0.dist-info/METADATA", &metadata("Flask-X", "2.0", "Requires-Dist: six (>=1)\n"));
    write("old-1.0_1-py3.12.egg-info/PKG-INFO", &metadata("old", "1.0-1", ""));
    write("old-1.0_1-py3.12.egg-info/requires.txt", "six\n\n[Fast:python_version > \"3\"]\nfaster\n");
    write("older-0.9-py3.12.egg-info", &metadata("Older", "0.9", "Requires-Dist: bare\n"));
    write("bare.egg-info/PKG-INFO", &metadata("bare", "7", ""));
    write("zipped-3.1-py3.12.egg", "PK");
    write("stale-1-py3.12.egg/EGG-INFO/PKG-INFO", &metadata("stale", "1", ""));
    write("onpath-2-py3.12.egg/EGG-INFO/PKG-INFO", &metadata("onpath", "2", ""));
    write("onpath-2-py3.12.egg/EGG-INFO/requires.txt", "six\n");
    write(
        "easy-install.pth",
        "import sys\n./zipped-3.1-py3.12.egg\n./onpath-2-py3.12.egg\n../../../../linked\n",
    );
    write("Leg.acy-Pkg.egg-link", "../../../../linked\n.");
    sandbox.write("linked/Leg.acy_Pkg.egg-info/PKG-INFO", metadata("Leg.acy-Pkg", "3", ""));
    sandbox.write("linked/Leg.acy_Pkg.egg-info/requires.txt", "six\n");
    sandbox.write("linked/other-5.dist-info/METADATA", metadata("other", "5", ""));
    let packages = read(&sandbox);
    assert_eq!(
        packages.names(),
        ["bare", "flask-x", "leg-acy-pkg", "old", "older", "onpath", "zipped"].map(str::to_owned)
    );
    let versions = ["bare", "flask-x", "leg-acy-pkg", "old", "older", "onpath", "zipped", "other"]
        .map(|name| only(&packages, name).version.clone().unwrap_or_default());
    assert_eq!(versions, ["7", "2.0", "3", "1.0-1", "0.9", "2", "3.1", "5"]);
    assert!(packages.named("stale").is_empty() && packages.named("nothing").is_empty());
    let expected = [
        ("flask-x", vec!["six (>=1)"]),
        ("leg-acy-pkg", vec!["six"]),
        ("older", vec!["bare"]),
        ("onpath", vec!["six"]),
    ];
    for (name, expected) in expected {
        assert_eq!(requires(&packages, name).expect("metadata"), expected, "{name}");
    }
    assert_eq!(packages.metadata(only(&packages, "old")).expect("metadata").extras, ["fast"]);
    assert!(matches!(requires(&packages, "zipped"), Err(MetadataError::Unread(_))));
    let legacy = only(&packages, "leg-acy-pkg");
    assert!(
        legacy.form == MetadataForm::EggLink && legacy.source.as_ref().is_some_and(|source| source.editable)
    );
    assert_eq!(only(&packages, "other").outside, Some(sandbox.path("repo/linked")));
    assert_eq!(
        (packages.unread(), packages.conda_package("six")),
        (None, CondaAnswer::Unknown("there are no records of conda".to_owned()))
    );
}

#[test]
fn damage_is_said() {
    let sandbox = Sandbox::repository();
    let write = |path: &str, bytes: &[u8]| sandbox.write(format!("{SITE}/{path}"), bytes);
    let dist_info = |name: &str, bytes: &[u8]| write(&format!("{name}-1.dist-info/METADATA"), bytes);
    dist_info("author", b"Name: author\nVersion: 1\nAuthor: J\xf6rg\nRequires-Dist: six\n\n");
    dist_info("bytes", b"Name: bytes\nVersion: 1\nRequires-Dist: s\xf6x\n\n");
    dist_info("nameless", b"Version: 1\n\n");
    dist_info("versionless", b"Name: versionless\n\n");
    dist_info("empty", b"");
    dist_info("renamed", b"Name: other\nVersion: 1\n\n");
    dist_info("upgraded", b"Name: upgraded\nVersion: 2\n\n");
    dist_info("spelled", b"Name: SPELLED\nVersion: 1.0\n\n");
    dist_info("both", b"Name: both\nVersion: 1\n\n");
    write("both.egg-info/PKG-INFO", b"Name: both\nVersion: 1\n\n");
    dist_info("upgrade", b"Name: upgrade\nVersion: 1\n\n");
    write("upgrade.egg-info/PKG-INFO", b"Name: upgrade\nVersion: 2\n\n");
    dist_info("twice", b"Name: twice\nVersion: 1\n\n");
    write("twice-2.dist-info/METADATA", b"Name: twice\nVersion: 2\n\n");
    write("~ost-1.dist-info/METADATA", b"Name: lost\nVersion: 1\n\n");
    let mut long = b"Name: long\nVersion: 1\n".to_vec();
    long.extend(b"License: x\n".repeat(10_000));
    long.extend(b"Requires-Dist: six\n\n");
    dist_info("long", &long);
    sandbox.make_directory(&format!("repo/{SITE}/ghost-1.0.dist-info"));
    sandbox.make_directory(&format!("repo/{SITE}/strange-1.dist-info/METADATA"));
    let packages = read(&sandbox);
    let broken = |name: &str| match requires(&packages, name) {
        Err(MetadataError::Broken(reason)) => reason,
        other => panic!("{name}: {other:?}"),
    };
    let reasons = ["nameless", "versionless", "empty", "renamed", "upgraded", "ghost"].map(broken);
    assert_eq!(
        reasons,
        [
            "its METADATA has no name",
            "its METADATA has no version",
            "its METADATA has no name",
            "its METADATA is that of other",
            "its METADATA is of version 2",
            "it has no METADATA",
        ]
    );
    assert!(matches!(requires(&packages, "strange"), Err(MetadataError::Unread(_))));
    assert_eq!(only(&packages, "ghost").version.as_deref(), Some("1.0"));
    for (name, expected) in [("author", "six"), ("bytes", "!s\u{fffd}x"), ("long", "six")] {
        assert_eq!(requires(&packages, name).expect("metadata"), [expected], "{name}");
    }
    assert_eq!(requires(&packages, "spelled"), Ok(vec![]));
    assert_eq!(["both", "upgrade", "twice"].map(|name| packages.named(name).len()), [1, 2, 2]);
    assert!(packages.named("lost").is_empty());
}

#[test]
fn the_own_packages_have_the_names_of_their_metadata() {
    let sandbox = Sandbox::repository();
    let write = |path: &str, text: &str| sandbox.write(format!("{SITE}/{path}"), text);
    write("flask_login-1.0.dist-info/METADATA", &metadata("Flask-Login", "1.0", ""));
    write("Old_Egg-2.0.egg-info/PKG-INFO", &metadata("Old.Egg", "2.0", ""));
    write("renamed-1.0.dist-info/METADATA", &metadata("other", "1.0", ""));
    write("hollow-1.0.dist-info/RECORD", "");
    write("unversioned-3.0.dist-info/METADATA", "Name: Unversioned\n\n");
    write("~one-1.0.dist-info/METADATA", &metadata("gone", "1.0", ""));
    write("more.pth", "../../../../more\n");
    sandbox.write("more/added-1.0.dist-info/METADATA", metadata("added", "1.0", ""));
    let packages = read(&sandbox);
    assert_eq!(only(&packages, "added").version.as_deref(), Some("1.0"));
    let own = packages.own().map(|(name, found)| (name, found.version.clone().unwrap_or_default()));
    let expected = [("Flask-Login", "1.0"), ("Old.Egg", "2.0"), ("other", "1.0"), ("Unversioned", "3.0")];
    assert_eq!(
        own.collect::<Vec<_>>(),
        expected.map(|(name, version)| (name.to_owned(), version.to_owned()))
    );
}

#[test]
fn sources_are_read_as_they_are_written() {
    let sandbox = Sandbox::repository();
    let write = |name: &str, url: &str| {
        sandbox.write(format!("{SITE}/{name}-1.dist-info/METADATA"), metadata(name, "1", ""));
        sandbox.write(format!("{SITE}/{name}-1.dist-info/direct_url.json"), url);
    };
    write(
        "cloned",
        r#"{"url":"https://example.org/x","subdirectory":"a","vcs_info":{"vcs":"git","commit_id":"01","requested_revision":"v1"}}"#,
    );
    write("wheel", r#"{"url":"file:///x/wheel.whl","archive_info":{}}"#);
    write("here", r#"{"dir_info": {"editable": true}, "url": "file:///x/here"}"#);
    write("torn", r#"{"url": "#);
    write("feed", r#"{"dir_info": {}, "url": "file:///croot/feed"}"#);
    sandbox.write(format!("{SITE}/feed-1.dist-info/INSTALLER"), "conda\n");
    let packages = read(&sandbox);
    let source = |name: &str| only(&packages, name).source.clone();
    let cloned = source("cloned").expect("a source");
    assert_eq!(
        (cloned.form, cloned.vcs.as_deref(), cloned.commit.as_deref()),
        (Some(SourceForm::Repository), Some("git"), Some("01"))
    );
    assert_eq!(
        (cloned.requested_revision.as_deref(), cloned.subdirectory.as_deref()),
        (Some("v1"), Some("a"))
    );
    assert_eq!(source("wheel").expect("a source").form, Some(SourceForm::Archive));
    let here = source("here").expect("a source");
    assert!(here.editable && here.local.as_deref() == Some(Path::new("/x/here")));
    assert_eq!((source("torn"), source("feed")), (None, None));
}

#[test]
fn packages_of_the_base_are_seen_where_the_settings_say_so() {
    let sandbox = Sandbox::repository();
    let package = |place: &str, name: &str, version: &str| {
        sandbox.write(format!("{place}/{name}-{version}.dist-info/METADATA"), metadata(name, version, ""));
    };
    let debian = "../debian/usr";
    package(SITE, "own", "1");
    package(&format!("{debian}/local/lib/python3.12/dist-packages"), "own", "2");
    package(&format!("{debian}/local/lib/python3.12/dist-packages"), "local", "1");
    package(&format!("{debian}/lib/python3/dist-packages"), "local", "2");
    package(&format!("{debian}/lib/python3/dist-packages"), "system", "1");
    package(&format!("{debian}/lib/python3.12/site-packages"), "never", "1");
    package("../home/.local/lib/python3.12/site-packages", "system", "7");
    package("../plain/lib/python3.12/site-packages", "plain", "1");
    sandbox.make_directory("debian/usr/bin");
    sandbox.make_directory("plain/bin");
    let versions = |home: &str, include: &str| {
        let home = sandbox.path(home).display().to_string();
        sandbox.write("env/pyvenv.cfg", format!("home = {home}\n{include}version = 3.12.1\n"));
        let packages = read(&sandbox);
        assert_eq!(packages.names(), ["own".to_owned()]);
        let version =
            |name: &&str| Some(format!("{name} {}", packages.named(name).first()?.version.clone()?));
        let found: Vec<String> =
            ["own", "local", "system", "plain", "never"].iter().filter_map(version).collect();
        (found.join(", "), packages.unread().is_some())
    };
    let debian = ("own 1, local 1, system 7".to_owned(), false);
    assert_eq!(versions("debian/usr/bin", ""), debian, "a missing key means yes");
    assert_eq!(versions("debian/usr/bin", "include-system-site-packages = true\n"), debian);
    assert_eq!(versions("plain/bin", ""), ("own 1, system 7, plain 1".to_owned(), false));
    assert_eq!(versions("plain/bin", "include-system-site-packages = false\n"), ("own 1".to_owned(), false));
    assert_eq!(versions("nowhere/bin", ""), ("own 1".to_owned(), true));
    sandbox.remove("env/pyvenv.cfg");
    let old = sandbox.path("plain").display().to_string();
    sandbox.write("env/lib/python3.12/orig-prefix.txt", old);
    assert_eq!(read(&sandbox).named("plain").len(), 1);
    sandbox.write("env/lib/python3.12/no-global-site-packages.txt", "");
    assert_eq!(read(&sandbox).named("plain").len(), 0);
}

#[test]
fn a_directory_of_another_version_is_not_on_the_path() {
    let Some((minor, python)) = pythons().pop() else { return };
    let sandbox = Sandbox::repository();
    sandbox.at("repo").run(&python, &["-m", "venv", "--without-pip", "env"]).ended(0);
    let site = |minor: u32| format!("env/lib/python3.{minor}/site-packages/six-1.dist-info/METADATA");
    sandbox.write(site(minor), metadata("six", "1", ""));
    assert_eq!(read(&sandbox).named("six").len(), 1);
    let (now, then) = (format!("env/lib/python3.{minor}"), format!("env/lib/python3.{}", minor + 1));
    sandbox.at("repo").run("mv", &[&now, &then]).ended(0);
    assert_eq!(read(&sandbox).named("six").len(), 0, "its Python does not look there");
}

#[test]
fn conda_has_records_of_its_own() {
    let sandbox = Sandbox::repository();
    sandbox.write("env/conda-meta/history", "");
    let record = |version: &str, text: &str| {
        sandbox.write(format!("env/conda-meta/numpy-{version}-py312_0.json"), text);
    };
    let text = |version: &str| {
        let metadata = format!("lib/numpy-{version}.dist-info/METADATA");
        format!(
            r#"{{"name": "numpy", "version": "{version}", "build": "py312_0", "channel": "c", "files": ["{metadata}"]}}"#
        )
    };
    record("1.26.4", &text("1.26.4"));
    sandbox.write("env/lib/numpy-1.26.4.dist-info/METADATA", "");
    let (version, build, channel) = ("1.26.4".to_owned(), "py312_0".to_owned(), Some("c".to_owned()));
    let installed = CondaAnswer::Installed { version, build, channel };
    let answer = |name: &str| read(&sandbox).conda_package(name);
    assert_eq!((answer("numpy"), answer("scipy")), (installed, CondaAnswer::Missing));
    // A record that does not say so, one of another version, one whose package pip has removed, and two.
    let is_unknown = || assert!(matches!(answer("numpy"), CondaAnswer::Unknown(_)), "{:?}", answer("numpy"));
    for damaged in ["", "{}", &text("1.27.0")] {
        record("1.26.4", damaged);
        is_unknown();
    }
    record("1.26.4", &text("1.26.4"));
    sandbox.remove("env/lib/numpy-1.26.4.dist-info");
    is_unknown();
    sandbox.write("env/lib/numpy-1.26.4.dist-info/METADATA", "");
    record("1.27.0", &text("1.27.0"));
    is_unknown();
}

/// Asks a Python for the requirements of each distribution, by normalised name, and compares.
const ALL_REQUIREMENTS: &str = "\
import importlib.metadata, json, re, sys
found = {}
for one in importlib.metadata.distributions():
    name = re.sub(r'[-_.]+', '-', one.metadata['Name']).lower()
    found.setdefault(name, [one.version, sorted(one.requires or [])])
print(json.dumps(found))
";

fn assert_same_as_python(sandbox: &Sandbox, environment: &Path) {
    let python = environment.join("bin/python");
    let asked = sandbox.at("").run(&python, &["-I", "-c", ALL_REQUIREMENTS]);
    if asked.status != Some(0) {
        return skip(&format!("{} does not say what is installed: {}", python.display(), asked.said()));
    }
    let asked: BTreeMap<String, (String, Vec<String>)> =
        serde_json::from_value(asked.json()).expect("packages");
    let packages = InstalledPackages::read(environment, None);
    assert_eq!(packages.unread(), None);
    for (name, (version, expected)) in &asked {
        let distribution = only(&packages, name);
        assert_eq!(distribution.version.as_ref(), Some(version), "{name}");
        let mut own = requires(&packages, name).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        own.sort();
        assert_eq!(&own, expected, "{name}");
    }
    for name in packages.names() {
        assert!(asked.contains_key(&name), "{name} is not installed");
    }
}

#[test]
fn python_gives_the_same_answer() {
    let sandbox = Sandbox::repository();
    let of_tools = tool("virtualenv").and_then(|tool| Some(tool.parent()?.parent()?.to_path_buf()));
    for environment in of_tools.iter().filter(|environment| environment.join("pyvenv.cfg").exists()) {
        assert_same_as_python(&sandbox, environment);
    }
    Wheel::new("demo", "1.0")
        .header("Requires-Dist: other-pkg ; extra == 'more'")
        .header("Provides-Extra: more")
        .write(&sandbox);
    let oldest_with_metadata = pythons().into_iter().find(|(minor, _)| *minor >= 9);
    let pythons: Vec<PathBuf> = oldest_with_metadata.into_iter().map(|(_, python)| python).collect();
    let system = Some(PathBuf::from("/usr/bin/python3")).filter(|python| python.exists());
    for (number, python) in pythons.into_iter().chain(system).enumerate() {
        let name = format!("env{number}");
        let place = sandbox.at("").with("PIP_NO_INDEX", "1").with("PIP_FIND_LINKS", sandbox.path("wheels"));
        let made = place.run(&python, &["-m", "venv", "--system-site-packages", &name]);
        if made.status != Some(0) {
            skip(&format!("{} makes no environment: {}", python.display(), made.said()));
            continue;
        }
        place.run(format!("{name}/bin/python"), &["-m", "pip", "install", "--quiet", "demo"]).ended(0);
        assert_same_as_python(&sandbox, &sandbox.path(&name));
    }
}

/// What installers really write: the sources of wheels, directories and editable installs.
#[test]
fn real_installations_have_their_sources() {
    let Some((_, python)) = pythons().into_iter().find(|(minor, _)| *minor == 11).or_else(|| pythons().pop())
    else {
        return;
    };
    let sandbox = Sandbox::repository();
    let wheel = Wheel::new("demo", "1.0").write(&sandbox);
    sandbox.write(
        "project/setup.py",
        "from setuptools import setup\nsetup(name='Leg.acy-Pkg', version='1', install_requires=['demo'])\n",
    );
    let place = sandbox.at("repo").with("PIP_NO_INDEX", "1");
    place.run(&python, &["-m", "venv", "env"]).ended(0);
    place
        .run("env/bin/python", &["-m", "pip", "install", "--quiet", wheel.to_str().expect("plain")])
        .ended(0);
    let develop = ["setup.py", "--quiet", "develop", "--no-deps"];
    let here = place.clone().elsewhere("repo/project");
    let developed = here.run(sandbox.path("repo/env/bin/python"), &develop);
    if developed.status != Some(0) {
        return skip(&format!("setuptools does not develop a project here: {}", developed.said()));
    }
    let packages = read(&sandbox);
    let demo = only(&packages, "demo").source.clone().expect("a source");
    assert_eq!((demo.form, demo.local), (Some(SourceForm::Archive), Some(wheel)));
    let legacy = only(&packages, "leg-acy-pkg");
    assert_eq!((legacy.form, legacy.version.as_deref()), (MetadataForm::EggLink, Some("1")));
    assert_eq!(requires(&packages, "leg-acy-pkg").expect("metadata"), ["demo"]);
    let local = legacy.source.as_ref().and_then(|source| source.local.clone()).expect("a directory");
    assert!(packages.is_same_place(&local, &sandbox.path("repo/project")));
    assert!(packages.names().iter().all(|name| normalised(name) == *name));
}
