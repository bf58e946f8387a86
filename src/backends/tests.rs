//! The commands of each plan.

use std::path::{Path, PathBuf};

use super::*;

const ENVIRONMENT: &str = "/my repo/.venv";
const PYTHON: &str = "/my repo/.venv/bin/python";

/// The arguments of each command of a plan, with its variables in front; or why there is none.
fn planned<'t>(
    backend: &str,
    source: &'t InstallSource,
    change: impl FnOnce(&mut InstallTask<'t>),
) -> Vec<String> {
    let backend = BACKENDS.iter().find(|row| row.name == backend).expect("a backend");
    let mut task = InstallTask {
        program: Path::new("/bin/it"),
        environment: Path::new(ENVIRONMENT),
        python: Path::new(PYTHON),
        python_feature: Some((3, 12)),
        source,
        replaced: &[],
        groups: &[],
        extras: &[],
        is_editable: true,
        is_exact: false,
        without_dependencies: false,
    };
    change(&mut task);
    let shown = |command: &PlannedCommand| {
        let variables = command.variables.iter().map(|(name, value)| format!("{name}={} ", value.display()));
        let words: Vec<_> = command.arguments.iter().map(|word| word.display().to_string()).collect();
        variables.collect::<String>() + &words.join(" ")
    };
    match (backend.plan)(&task) {
        Ok(commands) => commands.iter().map(shown).collect(),
        Err(refusal) => vec![format!("refused: {refusal}")],
    }
}

fn files() -> InstallSource {
    let requirements = vec![PathBuf::from("/my repo/-r.txt"), PathBuf::from("/dev.txt")];
    InstallSource::Files { requirements, manifest: None }
}

fn project(is_package: bool) -> InstallSource {
    let words = vec!["a>=1; python_version > '3'".to_owned()];
    let manifest = ManifestTask { is_package, file: Some("pyproject.toml"), words };
    InstallSource::Files { requirements: Vec::new(), manifest: Some(manifest) }
}

#[test]
fn uv_installs_from_files_manifests_and_locks() {
    let extras = ["x".to_owned(), "y".to_owned()];
    let groups = ["dev".to_owned()];
    let install = "pip install --color never --python /my repo/.venv";
    assert_eq!(
        planned("uv", &files(), |_| ()),
        [format!("{install} --requirements /my repo/-r.txt --requirements /dev.txt")]
    );
    let exact = planned("uv", &files(), |task| (task.is_exact, task.is_editable) = (true, false));
    assert_eq!(
        exact,
        [format!("{install} --exact --no-editable --requirements /my repo/-r.txt --requirements /dev.txt")]
    );
    let all = planned("uv", &project(true), |task| (task.extras, task.groups) = (&extras, &groups));
    assert_eq!(all, [format!("{install} --editable .[x,y] --group dev")]);
    assert_eq!(
        planned("uv", &project(true), |task| task.is_editable = false),
        [format!("{install} --no-editable .")]
    );
    let all = planned("uv", &project(false), |task| (task.extras, task.groups) = (&extras, &groups));
    assert_eq!(all, [format!("{install} --requirements pyproject.toml --extra x --extra y --group dev")]);
    let lock = InstallSource::OfTool("uv.lock");
    let sync = "UV_PROJECT_ENVIRONMENT=/my repo/.venv sync --color never --locked --python /my repo/.venv/bin/python";
    assert_eq!(
        planned("uv", &lock, |task| task.extras = &extras),
        [format!("{sync} --inexact --extra x --extra y")]
    );
    assert_eq!(planned("uv", &lock, |task| task.is_exact = true), [sync]);
    let pylock = InstallSource::OfTool("pylock.toml");
    assert_eq!(planned("uv", &pylock, |_| ()), [format!("{install} --requirements pylock.toml")]);
    assert_eq!(
        planned("uv", &pylock, |task| task.is_exact = true),
        ["pip sync --color never --python /my repo/.venv pylock.toml"]
    );
}

#[test]
fn pip_is_the_environments_own_and_isolated() {
    let extras = ["x".to_owned()];
    let install = "install --no-input --no-color --disable-pip-version-check";
    assert_eq!(
        planned("pip", &files(), |_| ()),
        [format!("-I -m pip {install} --requirement /my repo/-r.txt --requirement /dev.txt")]
    );
    let old = planned("pip", &files(), |task| task.python_feature = Some((2, 7)));
    assert!(old[0].starts_with("-E -s -c import sys, runpy; ") && old[0].contains(install), "{old:?}");
    let all = planned("pip", &project(true), |task| task.extras = &extras);
    assert_eq!(all, [format!("-I -m pip {install} --editable .[x] a>=1; python_version > '3'")]);
    assert_eq!(
        planned("pip", &project(true), |task| task.is_editable = false),
        [format!("-I -m pip {install} . a>=1; python_version > '3'")]
    );
    assert_eq!(
        planned("pip", &project(false), |_| ()),
        [format!("-I -m pip {install} a>=1; python_version > '3'")]
    );
    let nothing = InstallSource::Files { requirements: Vec::new(), manifest: None };
    assert_eq!(planned("pip", &nothing, |_| ()), [] as [&str; 0]);
    let backend = BACKENDS.iter().find(|row| row.name == "pip").expect("pip");
    let source = files();
    let task = InstallTask {
        program: Path::new("/env/bin/python"),
        environment: Path::new("/env"),
        python: Path::new("/env/bin/python"),
        python_feature: None,
        source: &source,
        replaced: &[],
        groups: &[],
        extras: &[],
        is_editable: true,
        is_exact: true,
        without_dependencies: false,
    };
    let removal = backend.remove.expect("it removes")(&task, &["a".to_owned(), "b".to_owned()]);
    let words = ["-I", "-m", "pip", "uninstall", "--no-input", "--no-color", "--yes", "a", "b"];
    assert_eq!(removal.arguments, words);
}

#[test]
fn what_is_required_is_left_out_where_nobody_wants_it() {
    let words = vec!["a==1".to_owned()];
    let manifest = ManifestTask { is_package: false, file: None, words };
    let source = InstallSource::Files { requirements: Vec::new(), manifest: Some(manifest) };
    let planned = |backend| planned(backend, &source, |task| task.without_dependencies = true);
    let pip = "-I -m pip install --no-input --no-color --disable-pip-version-check --no-deps a==1";
    assert_eq!(planned("pip"), [pip]);
    assert_eq!(planned("uv"), ["pip install --color never --python /my repo/.venv --no-deps a==1"]);
}

#[test]
fn what_has_the_right_version_from_elsewhere_is_installed_again() {
    let words = vec!["six @ file:///six.whl#sha256=00".to_owned()];
    let replaced = [ReplacedPackage { name: "six".to_owned(), words }];
    let pip = "-I -m pip install --no-input --no-color --disable-pip-version-check";
    let files = InstallSource::Files { requirements: vec![PathBuf::from("/r.txt")], manifest: None };
    assert_eq!(
        planned("pip", &files, |task| task.replaced = &replaced),
        [
            format!("{pip} --force-reinstall --no-deps six @ file:///six.whl#sha256=00"),
            format!("{pip} --requirement /r.txt")
        ]
    );
    let uv = planned("uv", &files, |task| task.replaced = &replaced);
    assert!(uv[0].ends_with(" --reinstall-package six --requirements /r.txt"), "{uv:?}");
    let lock = planned("uv", &InstallSource::OfTool("uv.lock"), |task| task.replaced = &replaced);
    assert!(lock[0].ends_with(" --inexact --reinstall-package six"), "{lock:?}");
}

#[test]
fn other_tools_install_from_their_own_files() {
    let (extras, groups) = (["x".to_owned()], ["docs".to_owned()]);
    let all = |backend: &str, file: &'static str| {
        let source = InstallSource::OfTool(file);
        let change = |task: &mut InstallTask<'_>| task.is_exact = true;
        planned(backend, &source, |task| {
            (task.extras, task.groups) = (&extras, &groups);
            change(task);
        })
    };
    assert_eq!(
        all("poetry", "poetry.lock"),
        ["install --no-interaction --no-ansi --sync --extras x --with docs"]
    );
    assert_eq!(
        all("pdm", "pdm.lock"),
        ["PDM_IGNORE_SAVED_PYTHON=1 PDM_CHECK_UPDATE=0 sync --only-keep --group x --group docs"]
    );
    let quiet = "PIPENV_VERBOSITY=-1 PIPENV_NOSPIN=1 PIPENV_YES=1";
    let lock = InstallSource::OfTool("Pipfile.lock");
    let exact = planned("pipenv", &lock, |task| task.is_exact = true);
    assert_eq!(exact, [format!("{quiet} sync"), format!("{quiet} clean")]);
    let both = ["dev".to_owned(), "docs".to_owned()];
    assert_eq!(
        planned("pipenv", &lock, |task| task.groups = &both),
        [format!("{quiet} sync --dev --categories docs")]
    );
    let conda = planned("conda", &InstallSource::OfTool("environment.yaml"), |task| task.is_exact = true);
    assert_eq!(conda, [format!("env update --prefix {ENVIRONMENT} --file environment.yaml --prune")]);
    for (backend, file) in
        [("poetry", "uv.lock"), ("pdm", "uv.lock"), ("pipenv", "uv.lock"), ("conda", "uv.lock")]
    {
        let refused = all(backend, file);
        assert!(refused[0].starts_with("refused: installs from `"), "{refused:?}");
    }
    for backend in ["uv", "pip"] {
        assert_eq!(all(backend, "poetry.lock"), ["refused: cannot install from `poetry.lock`"]);
    }
}

#[test]
fn other_places_are_not_passed_on() {
    let dropped =
        ["PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__", "PIP_TARGET", "UV_SYSTEM_PYTHON", "CONDA_PREFIX"];
    let kept =
        ["PIP_INDEX_URL", "UV_INDEX_URL", "PIP_FIND_LINKS", "UV_CACHE_DIR", "PATH", "HOME", "PYENV_ROOT"];
    assert!(dropped.iter().all(|name| is_dropped(name)));
    assert!(!kept.iter().any(|name| is_dropped(name)));
}
