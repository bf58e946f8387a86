//! Installed distributions, read without Python: every form, damage, and the same answer as pip's.

use std::path::Path;

use git_pyenv::inspect::installed::{all_site_packages, count, distributions, editable};
use git_pyenv::model::{Installed, MetadataForm, UnreadableReason};
use git_pyenv::path::RepoPath;
use git_pyenv::python::normalised;

use crate::support::repository::Sandbox;
use crate::support::sandbox::{skip, tool};

/// Where packages lie in the tests below.
const SITE: &str = "env/lib/python3.12/site-packages";

fn metadata(name: &str, version: &str) -> String {
    format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nText.\n")
}

/// `NAME VERSION` of each distribution.
fn named(installed: &Installed) -> Vec<String> {
    let line = |found: &git_pyenv::model::Distribution| {
        format!("{} {}", found.name, found.version.as_deref().unwrap_or("?"))
    };
    installed.distributions.iter().map(line).collect()
}

#[test]
fn every_form_is_read() {
    let sandbox = Sandbox::repository();
    let write = |path: &str, text: &str| sandbox.write(format!("{SITE}/{path}"), text);
    write("Flask_X-2.0.dist-info/METADATA", &metadata("Flask-X", "2.0"));
    write("Flask_X-2.0.dist-info/RECORD", "");
    write("Flask_X-2.0.dist-info/INSTALLER", "uv");
    write("here-1.dist-info/METADATA", &metadata("here", "1"));
    write(
        "here-1.dist-info/direct_url.json",
        "{\"url\":\"file:///p/my%20here\",\"dir_info\":{\"editable\":true}}",
    );
    write("feed-1.dist-info/METADATA", &metadata("feed", "1"));
    write("feed-1.dist-info/INSTALLER", "conda\n");
    write("feed-1.dist-info/direct_url.json", "{\"url\":\"file:///croot/feed\",\"dir_info\":{}}");
    write("old-1.0-py3.12.egg-info/PKG-INFO", &metadata("old", "1.0"));
    write("older-0.9-py3.12.egg-info", &metadata("Older", "0.9"));
    write("bare.egg-info/PKG-INFO", &metadata("bare", "7"));
    write("zipped-3.1-py3.12.egg", "PK");
    write("Leg.acy-Pkg.egg-link", "/nowhere/legacy\n.");
    write("pip-26.3.virtualenv", "");
    write("module.py", "");
    let installed = distributions(&sandbox.path("repo/env"));
    assert_eq!(
        named(&installed),
        ["bare 7", "feed 1", "Flask-X 2.0", "here 1", "Leg.acy-Pkg ?", "old 1.0", "Older 0.9", "zipped 3.1"]
    );
    assert_eq!(installed.unreadable, []);
    let of = |name: &str| installed.distributions.iter().find(|found| found.name == name).expect(name);
    assert_eq!(of("Flask-X").installer.as_deref(), Some("uv"));
    assert_eq!((of("feed").source.as_ref(), of("Leg.acy-Pkg").form), (None, MetadataForm::EggLink));
    assert_eq!(of("here").metadata.as_str(), Some("lib/python3.12/site-packages/here-1.dist-info"));
    assert_eq!(named(&editable(&sandbox.path("repo/env"))), ["here 1", "Leg.acy-Pkg ?"]);
    let places: Vec<_> =
        editable(&sandbox.path("repo/env")).distributions.into_iter().map(|d| d.source).collect();
    let locals: Vec<_> = places.into_iter().flatten().filter_map(|source| source.local).collect();
    assert_eq!(locals, [Path::new("/p/my here"), Path::new("/nowhere/legacy")]);
    assert_eq!(count(&sandbox.path("repo/env")), 8);
}

#[test]
fn damage_is_said_and_not_counted() {
    let sandbox = Sandbox::repository();
    let write = |path: &str, text: &str| sandbox.write(format!("{SITE}/{path}"), text);
    write("six-1.16.0.dist-info/METADATA", &metadata("six", "1.16.0"));
    write("six-1.15.0.dist-info/METADATA", &metadata("six", "1.15.0"));
    write("~ip-24.2.dist-info/METADATA", &metadata("pip", "24.2"));
    write("~-p/x.py", "");
    write("half-1.dist-info/RECORD", "");
    write("broken-1.dist-info/METADATA", b"\xff\xfe".map(char::from).iter().collect::<String>().as_str());
    write("broken-1.dist-info/direct_url.json", "not JSON");
    sandbox.make_directory(&format!("repo/{SITE}/ghost-1.0.dist-info"));
    sandbox.make_directory(&format!("repo/{SITE}/strange-1.dist-info/METADATA"));
    let installed = distributions(&sandbox.path("repo/env"));
    assert_eq!(named(&installed), ["broken 1", "six 1.15.0", "six 1.16.0"]);
    let said: Vec<_> = installed
        .unreadable
        .iter()
        .map(|found| (String::from_utf8_lossy(found.place.name()).into_owned(), &found.reason))
        .collect();
    let [ghost, half, strange, part, leftover] = said.try_into().expect("five");
    assert_eq!(ghost, ("ghost-1.0.dist-info".to_owned(), &UnreadableReason::NoMetadata));
    assert_eq!(half, ("half-1.dist-info".to_owned(), &UnreadableReason::NoMetadata));
    assert!(matches!(strange.1, UnreadableReason::Failed(reason) if reason.contains("not a regular file")));
    assert_eq!((part.1, leftover.1), (&UnreadableReason::Leftover, &UnreadableReason::Leftover));
}

#[cfg(unix)]
#[test]
fn a_fifo_does_not_make_it_wait() {
    let sandbox = Sandbox::repository();
    sandbox.make_directory(&format!("repo/{SITE}/x-1.dist-info"));
    let fifo = sandbox.path(&format!("repo/{SITE}/x-1.dist-info/METADATA"));
    assert_eq!(sandbox.command("mkfifo", "").arg(&fifo).status().ok().and_then(|s| s.code()), Some(0));
    assert_eq!(distributions(&sandbox.path("repo/env")).unreadable.len(), 1);
}

/// The directories of packages of an environment that has these directories and links, and those that could not be read.
#[cfg(unix)]
fn places(directories: &[&str], links: &[(&str, &str)]) -> [Vec<String>; 2] {
    let sandbox = Sandbox::repository();
    for directory in directories {
        sandbox.make_directory(&format!("repo/env/{directory}"));
    }
    links.iter().for_each(|(link, target)| sandbox.link(format!("env/{link}"), target));
    let found = all_site_packages(&sandbox.path("repo/env"));
    let text = |place: &RepoPath| place.as_str().expect("ASCII").to_owned();
    [
        found.sites.iter().map(|site| text(&site.place)).collect(),
        found.unreadable.iter().map(|one| text(&one.place)).collect(),
    ]
}

#[cfg(unix)]
#[test]
fn links_to_directories_of_packages_are_followed() {
    let (python, pypy) = ("lib/python3.12/site-packages", "lib/pypy3.10/site-packages");
    let (own, other) = ("lib64/python3.12/site-packages", "other/python3.12/site-packages");
    let sites = |directories: &[&str], links: &[(&str, &str)]| {
        let [sites, unreadable] = places(directories, links);
        assert_eq!(unreadable, [""; 0], "{directories:?} {links:?}");
        sites
    };
    assert_eq!(sites(&[python], &[("lib64", "lib")]), [python]);
    assert_eq!(sites(&[python, own], &[]), [own, python]);
    assert_eq!(sites(&[pypy, python, "lib64/pypy3.10/site-packages"], &[]), [python, pypy]);
    assert_eq!(sites(&[python, other], &[("lib64", "other")]), [python, own]);
    assert_eq!(sites(&[python], &[("lib64", "nowhere")]), [python]);
    assert_eq!(
        sites(&[python, "Lib"], &[("Lib/site-packages", "../lib/python3.12/site-packages")]),
        [python]
    );
    assert_eq!(sites(&["lib/python3.12"], &[(python, "missing")]), [""; 0]);
    let [sites, unreadable] = places(&["lib/python3.12"], &[(python, "site-packages")]);
    assert_eq!((sites, unreadable), (vec![], vec![python.to_owned()]));
}

#[cfg(unix)]
#[test]
fn each_layout_has_its_places_once() {
    let meta = metadata("six", "1");
    let cases = [
        ("lib/python3.13t/site-packages", None),
        ("lib/pypy3.10/site-packages", None),
        ("Lib/site-packages", None),
        ("site-packages", None),
        ("lib/python3.12/site-packages", Some(("lib64", "lib"))),
        ("lib/python3.10/site-packages", Some(("lib/python3.1", "python3.10"))),
    ];
    for (site, link) in cases {
        let sandbox = Sandbox::repository();
        sandbox.write(format!("env/{site}/six-1.dist-info/METADATA"), &meta);
        link.into_iter().for_each(|(link, target)| sandbox.link(format!("env/{link}"), target));
        assert_eq!(named(&distributions(&sandbox.path("repo/env"))), ["six 1"], "{site}");
        assert_eq!(count(&sandbox.path("repo/env")), 1, "{site}");
    }
    let sandbox = Sandbox::repository();
    sandbox.write("__pypackages__/3.8/lib/six-1.dist-info/METADATA", &meta);
    assert_eq!(named(&distributions(&sandbox.path("repo/__pypackages__"))), ["six 1"]);
    let sandbox = Sandbox::repository();
    sandbox.write("env/lib64/python3.12/site-packages/numpy-2.dist-info/METADATA", metadata("numpy", "2"));
    sandbox.write("env/lib/python3.12/site-packages/six-1.dist-info/METADATA", &meta);
    sandbox.write("env/lib/python3.9/site-packages/old-1.dist-info/METADATA", metadata("old", "1"));
    assert_eq!(named(&distributions(&sandbox.path("repo/env"))), ["numpy 2", "old 1", "six 1"]);
    sandbox.write("env/pyvenv.cfg", "home = /usr/bin\nversion_info = 3.12.1.final.0\n");
    assert_eq!(named(&distributions(&sandbox.path("repo/env"))), ["numpy 2", "six 1"]);
    assert_eq!(count(&sandbox.path("repo/nothing")), 0);
}

/// pip, asked in the environment, and our reading of it say the same.
#[test]
fn pip_gives_the_same_answer() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::repository();
    let made = sandbox.at("repo").run(&python, &["-m", "venv", "env"]);
    if made.status != Some(0) {
        return skip(&format!("`python3 -m venv` fails here: {}", made.said()));
    }
    let pip = sandbox.path("repo/env/bin/python");
    let listed = sandbox.at("repo").run(&pip, &["-m", "pip", "list", "--format=json"]).ended(0).json();
    let pairs = listed.as_array().expect("a list").iter().map(|row| {
        let text = |key: &str| row[key].as_str().expect("text").to_owned();
        format!("{} {}", normalised(&text("name")), text("version"))
    });
    let installed = distributions(&sandbox.path("repo/env"));
    let mut read: Vec<String> = installed
        .distributions
        .iter()
        .map(|found| format!("{} {}", normalised(&found.name), found.version.as_deref().unwrap_or("?")))
        .collect();
    read.sort();
    assert_eq!(read, pairs.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>());
    assert!(!read.is_empty() && count(&sandbox.path("repo/env")) == read.len() as u64);
}
