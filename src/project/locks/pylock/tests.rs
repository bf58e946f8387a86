//! What the standard says of selecting packages.

use super::super::tests::{asked, asked_in, format_of, fresh, linux, names};
use super::*;

const HEAD: &str = "lock-version = '1.0'\ncreated-by = 'uv'\n";

fn ask(lock: &str, extras: &[&str], groups: Option<&[&str]>) -> Result<Vec<String>, String> {
    asked(format_of("pylock.toml"), lock, "", extras, groups).map(|said| names(&said))
}

#[test]
fn a_pylock_of_pdm_has_a_hash() {
    let manifest = "[project]\nrequires-python = '>=3.9'\ndependencies = ['idna>=3.0']\n[project.optional-dependencies]\nx = ['six>=1.16']\n[dependency-groups]\ndev = ['iniconfig>=2']\n";
    let lock = format!(
        "{HEAD}packages = []\n[tool.pdm.hashes]\nsha256 = '3a664d37ddf7780511701f4ade19a37d8ee36b2f907a125379de5945083c1846'\n"
    );
    assert_eq!(fresh(format_of("pylock.toml"), &lock, manifest), Freshness::Fresh);
    let stale = fresh(format_of("pylock.toml"), &lock, &manifest.replace("idna", "six"));
    assert!(matches!(stale, Freshness::Stale(_)), "{stale:?}");
}

#[test]
fn packages_are_selected_as_the_standard_says() {
    let lock = format!(
        "{HEAD}requires-python = '>=3.9'\nextras = ['x']\ndependency-groups = ['dev', 'docs']\ndefault-groups = ['dev']\n\
         [[packages]]\nname = 'idna'\nversion = '3.10'\n\
         [[packages]]\nname = 'six'\nversion = '1.16'\nmarker = \"'x' in extras\"\n\
         [[packages]]\nname = 'iniconfig'\nversion = '2.0'\nmarker = \"'dev' in dependency_groups\"\n\
         [[packages]]\nname = 'sphinx'\nversion = '7'\nmarker = \"'docs' in dependency_groups\"\nrequires-python = '<3'\n\
         [[packages]]\nname = 'pywin'\nversion = '1'\nmarker = \"sys_platform == 'win32'\"\nrequires-python = '<3'\n\
         [[packages]]\nname = 'idna'\nversion = '2'\nmarker = \"python_version < '3'\"\n\
         [[packages]]\nname = 'own'\ndirectory = {{path = '.', editable = true}}\n"
    );
    let own = "own @ Directory { path: \"/project\", is_editable: true }";
    let all = |more: &[&str]| {
        let mut all: Vec<String> =
            [&["idna==3.10", own], more].concat().iter().map(|&name| name.to_owned()).collect();
        all.sort();
        Ok::<_, String>(all)
    };
    assert_eq!(ask(&lock, &[], None), all(&["iniconfig==2.0"]));
    assert_eq!(ask(&lock, &["x"], Some(&[])), all(&["six==1.16"]));
    let refused = ask(&lock, &[], Some(&["docs"]));
    assert_eq!(refused, Err("`sphinx` at pylock.toml:18 is for Python <3, not 3.12.1".to_owned()));
}

#[test]
fn a_lock_for_something_else_is_refused() {
    let with = |rest: &str| ask(&format!("{HEAD}{rest}"), &[], None);
    let none = "packages = []\n";
    let wrong = with(&format!("requires-python = '<3.12'\n{none}"));
    assert_eq!(wrong, Err("`pylock.toml` is for Python <3.12, not 3.12.1".to_owned()));
    let elsewhere =
        with(&format!("environments = [\"sys_platform == 'win32'\", \"sys_platform == 'darwin'\"]\n{none}"));
    let reason = "the lock is for other environments: `sys_platform == 'win32'`, `sys_platform == 'darwin'`";
    assert_eq!(elsewhere, Err(reason.to_owned()));
    assert_eq!(with(&format!("environments = [\"sys_platform == 'linux'\"]\n{none}")), Ok(Vec::new()));
    let twice = with("[[packages]]\nname = 'a'\nversion = '1'\n[[packages]]\nname = 'A'\nversion = '2'\n");
    assert_eq!(twice, Err("`A` is locked twice for this environment, in lines 3 and 6".to_owned()));
    let marker = with("[[packages]]\nname = 'a'\nmarker = 'x'\n");
    assert!(marker.is_err_and(|reason| reason.starts_with("the marker `x` cannot be read: ")));
    let unknown = MarkerEnvironment { python_full_version: None, python_version: None, ..linux() };
    let lock = format!("{HEAD}requires-python = '>=3.9'\n{none}");
    assert!(asked_in(format_of("pylock.toml"), &lock, "", &[], None, &unknown).is_err());
}
