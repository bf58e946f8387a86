//! From files of a project to what its environment is asked to contain, by trees of files.

use git_pyenv::exec::ProcessRunner;
use git_pyenv::model::{InstallInput, PackageSource, Requested, RequestedBy, RequestedPackages, What};
use git_pyenv::path::RepoPath;
use git_pyenv::ports::{NoProgress, NoSignals};
use git_pyenv::project::{RequestOptions, requested};
use git_pyenv::python::MarkerEnvironment;
use git_pyenv::session::{Ports, Session};

use crate::support::repository::Sandbox;

/// What is wanted besides the files themselves.
#[derive(Default)]
struct Asked<'a> {
    project: &'a str,
    environment: Option<&'a str>,
    files: &'a [&'a str],
    groups: &'a [&'a str],
    extras: &'a [&'a str],
    variables: &'a [(&'a str, &'a str)],
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn read(sandbox: &Sandbox, asked: &Asked<'_>) -> RequestedPackages {
    let env = sandbox.env("repo", asked.variables);
    let ports = Ports { env: &env, runner: &ProcessRunner, progress: &NoProgress, signals: &NoSignals };
    let session = Session::open(ports, Vec::new()).expect("a session");
    let settings = session.work_tree_settings().expect("settings");
    let files: Vec<_> = asked.files.iter().map(|file| sandbox.path("repo").join(file)).collect();
    let options = RequestOptions {
        project: &RepoPath::new(asked.project.as_bytes()).expect("a path"),
        environment: asked.environment,
        files: &files,
        groups: &strings(asked.groups),
        extras: &strings(asked.extras),
        markers: &MarkerEnvironment::default(),
        ignores_lock: false,
    };
    requested(&env, &sandbox.path("repo"), &settings, &options)
}

/// A sandbox with these files in its repository.
fn tree(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::repository();
    files.iter().for_each(|(path, text)| sandbox.write(path, text));
    sandbox
}

/// One line for everything that was found, with paths relative to the repository.
fn lines(sandbox: &Sandbox, packages: &RequestedPackages) -> Vec<String> {
    let top = sandbox.path("repo").display().to_string();
    let named = |word: &str, all: &[Requested]| {
        let line = |it: &Requested| format!("{word}{}", line(it).replace(&top, "TOP"));
        all.iter().map(line).collect::<Vec<_>>()
    };
    let unreadable = packages.unreadable.iter().map(|it| {
        let word = if it.is_error { "wrong" } else { "unknown" };
        format!("{word} {}: {}", it.place.seen_from_root(), it.reason.seen_from_root()).replace(&top, "TOP")
    });
    let mut all = named("", &packages.requested);
    all.extend(named("constraint ", &packages.constraints));
    all.extend(named("override ", &packages.overrides));
    all.extend(unreadable);
    all
}

fn line(it: &Requested) -> String {
    let with =
        |extras: &[String]| if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
    let what = match &it.what {
        What::Package { name, extras, specifiers } => format!("{name}{}{specifiers}", with(extras)),
        What::Source { name, extras, source } => {
            format!("{}{} @ {}", name.as_deref().unwrap_or("?"), with(extras), place_of(source))
        }
        What::CondaPackage { name, specification, channel } => {
            let channel = channel.as_ref().map(|channel| format!("{channel}::")).unwrap_or_default();
            format!("conda {channel}{name} {specification}").trim().to_owned()
        }
    };
    let marker = it.marker.as_ref().map(|marker| format!(" ; {}", marker.text())).unwrap_or_default();
    let group = it.group.as_ref().map(|group| format!(" ({group})")).unwrap_or_default();
    format!("{}: {what}{marker}{group}", it.place.seen_from_root())
}

fn place_of(source: &PackageSource) -> String {
    match source {
        PackageSource::Directory { path, is_editable } => {
            format!("{}{}", path.display(), if *is_editable { " editable" } else { "" })
        }
        PackageSource::Archive { url, .. } => url.clone(),
        PackageSource::Repository { vcs, url, revision, subdirectory, .. } => {
            let revision = revision.as_deref().unwrap_or("-");
            format!("{vcs} {url} {revision} {}", subdirectory.as_deref().unwrap_or("-"))
        }
    }
}

#[track_caller]
fn assert_lines(sandbox: &Sandbox, asked: &Asked<'_>, expected: &[&str]) -> RequestedPackages {
    let packages = read(sandbox, asked);
    assert_eq!(lines(sandbox, &packages), expected);
    packages
}

fn files(packages: &RequestedPackages) -> Vec<String> {
    packages.files.iter().map(git_pyenv::path::RepoPath::seen_from_root).collect()
}

#[test]
fn requirements_files_include_each_other() {
    let sandbox = tree(&[
        (
            "requirements.txt",
            "-r requirements/base.txt\n-c constraints.txt\nidna>=3\n-e ./lib\n./dist/w-1.0-py3-none-any.whl\n",
        ),
        (
            "requirements/base.txt",
            "six==1.16 ; python_version < '4'\n-r more.txt\nhttps://example.org/p.zip#egg=p\n",
        ),
        ("requirements/more.txt", "git+https://example.org/g.git@v1#egg=g&subdirectory=s\n"),
        ("constraints.txt", "idna<4\n-r extra.txt\n"),
        ("extra.txt", "attrs\n"),
        ("lib/pyproject.toml", "[project]\nname = 'lib'\n"),
        ("dist/w-1.0-py3-none-any.whl", ""),
    ]);
    let packages = assert_lines(
        &sandbox,
        &Asked::default(),
        &[
            "requirements/base.txt:1: six==1.16 ; python_version < '4'",
            "requirements/more.txt:1: g @ git https://example.org/g.git v1 s",
            "requirements/base.txt:3: p @ https://example.org/p.zip",
            "extra.txt:1: attrs",
            "requirements.txt:3: idna>=3",
            "requirements.txt:4: ? @ TOP/lib editable",
            "requirements.txt:5: w @ file://TOP/dist/w-1.0-py3-none-any.whl",
            "constraint constraints.txt:1: idna<4",
        ],
    );
    let read = [
        "requirements.txt",
        "requirements/base.txt",
        "requirements/more.txt",
        "constraints.txt",
        "extra.txt",
    ];
    assert_eq!(files(&packages), read);
    assert_eq!(packages.source, RequestedBy::Requirements);
    let input = InstallInput::RequirementsFile(sandbox.path("repo/requirements.txt"));
    assert_eq!(packages.inputs, [input]);
}

#[test]
fn what_cannot_be_included_is_said_with_its_line() {
    let sandbox = tree(&[
        (
            "requirements.txt",
            "-r missing.txt\n-r a.txt\n-r ../outside.txt\n-r https://example.org/r.txt\n-r .git/config\n-r link.txt\n-r pylock.dev.toml\n-c c.txt\n-e ./nowhere\n./plain\n-e x==1\n",
        ),
        ("a.txt", "-r b.txt\n"),
        ("b.txt", "-r a.txt\nidna\n"),
        ("c.txt", "six[x]\n-e ./lib\n./lib\nwheel<1\n"),
        ("plain/readme", ""),
        ("pylock.dev.toml", ""),
        ("lib/setup.py", ""),
    ]);
    std::fs::write(sandbox.path("outside.txt"), "evil\n").expect("a file");
    sandbox.link("link.txt", "../outside.txt");
    let packages = read(&sandbox, &Asked::default());
    let found = lines(&sandbox, &packages);
    let expected = [
        "b.txt:2: idna",
        "constraint c.txt:4: wheel<1",
        "wrong requirements.txt:1: `missing.txt` does not exist",
        "wrong b.txt:1: `a.txt` includes itself",
        "unknown requirements.txt:3: `../outside.txt` is outside of the work tree, and is not read",
        "unknown requirements.txt:4: `https://example.org/r.txt` is not in the work tree, and is not read",
        "unknown requirements.txt:5: `.git/config` is inside of `.git`, and is not read",
        "unknown requirements.txt:6: `link.txt` leads out of the work tree, and is not read",
        "unknown requirements.txt:7: `pylock.dev.toml` is a lock, and is not read",
        "wrong c.txt:1: a constraint cannot have extras",
        "wrong c.txt:2: a constraint cannot be editable",
        "wrong c.txt:3: a constraint needs a name",
        "wrong requirements.txt:9: `TOP/nowhere` does not exist",
        "wrong requirements.txt:10: `TOP/plain` has neither `pyproject.toml` nor `setup.py`",
    ];
    assert_eq!(found[..expected.len()], expected);
    assert!(found[expected.len()].starts_with("wrong requirements.txt:11: "), "{found:?}");
    assert_eq!(found.len(), expected.len() + 1);
}

#[test]
fn every_chain_of_includes_ends() {
    let sandbox = Sandbox::repository();
    sandbox.write("requirements.txt", "-r r0.txt\n-r r0.txt\n");
    for at in 0..100 {
        let next = at + 1;
        sandbox.write(format!("r{at}.txt"), format!("-r r{next}.txt\n-r r{next}.txt\n"));
    }
    sandbox.write("r100.txt", "idna\n");
    let packages = read(&sandbox, &Asked::default());
    let too_deep = |line| format!("unknown r62.txt:{line}: files include each other too deeply");
    assert_eq!(lines(&sandbox, &packages), [too_deep(1), too_deep(2)]);
}

#[test]
fn variables_are_those_of_the_process() {
    let sandbox = tree(&[("requirements.txt", "${WANTED}\nidna${UNSET}\n")]);
    let asked = Asked { variables: &[("WANTED", "six>=1")], ..Asked::default() };
    let found = lines(&sandbox, &read(&sandbox, &asked));
    assert_eq!(found[0], "requirements.txt:1: six>=1");
    assert!(found[1].starts_with("wrong requirements.txt:2: "), "{found:?}");
}

#[test]
fn relative_paths_start_from_the_project() {
    let sandbox = tree(&[
        ("app/requirements/dev.txt", "-e .\n-r ../base.txt\n"),
        ("app/base.txt", "idna\n"),
        ("app/requirements.txt", "-r requirements/dev.txt\n"),
        ("app/setup.py", ""),
    ]);
    let asked = Asked { project: "app", ..Asked::default() };
    assert_lines(
        &sandbox,
        &asked,
        &["app/requirements/dev.txt:1: ? @ TOP/app editable", "app/base.txt:1: idna"],
    );
}

#[test]
fn pyproject_has_groups_and_extras() {
    let sandbox = tree(&[(
        "pyproject.toml",
        "[project]\nname = 'My.Project'\ndependencies = ['idna>=3']\n[project.optional-dependencies]\nall = ['my-project[x,y]']\n\
         x = ['a']\ny = ['b ; os_name == \"nt\"', 'My_Project[x] ; python_version < \"3.9\"']\nloop = ['my_project[loop]', 'l']\n\
         [dependency-groups]\ndev = ['pytest', {include-group = 'lint'}, 'my-project[x]']\nlint = ['ruff']\n",
    )]);
    let packages = assert_lines(&sandbox, &Asked::default(), &["pyproject.toml:3: idna>=3"]);
    assert_eq!(packages.own_names, ["my-project"]);
    assert_eq!(packages.source, RequestedBy::Manifest);
    let asked = Asked { groups: &["Dev"], extras: &["loop"], ..Asked::default() };
    assert_lines(
        &sandbox,
        &asked,
        &[
            "pyproject.toml:3: idna>=3",
            "pyproject.toml:10: pytest (dev)",
            "pyproject.toml:11: ruff (dev)",
            "pyproject.toml:6: a (x)",
            "pyproject.toml:8: l (loop)",
        ],
    );
    let asked = Asked { extras: &["all"], groups: &["none"], ..Asked::default() };
    assert_lines(
        &sandbox,
        &asked,
        &[
            "pyproject.toml:3: idna>=3",
            "pyproject.toml:6: a (x)",
            "pyproject.toml:7: b ; os_name == \"nt\" (y)",
            "pyproject.toml:6: a ; python_version < \"3.9\" (x)",
            "wrong pyproject.toml: there is no dependency group `none`, only `dev`, `lint`",
        ],
    );
}

#[test]
fn groups_count_as_their_tool_counts_them() {
    let groups = "[dependency-groups]\ndev = ['a']\ntest = ['b']\n";
    let of = |tables: &str, lock: Option<&str>| {
        let sandbox = tree(&[("pyproject.toml", &format!("{groups}{tables}"))]);
        lock.into_iter().for_each(|lock| sandbox.write(lock, ""));
        lines(&sandbox, &read(&sandbox, &Asked::default()))
    };
    let (dev, test) = ("pyproject.toml:2: a (dev)", "pyproject.toml:3: b (test)");
    assert_eq!(of("", None), [] as [&str; 0]);
    let with_lock = of("", Some("uv.lock"));
    assert!(
        with_lock.len() == 2 && with_lock[0] == dev && with_lock[1].starts_with("unknown uv.lock: "),
        "{with_lock:?}"
    );
    assert_eq!(of("[tool.uv]\ndefault-groups = ['test']\n", None), [test]);
    assert_eq!(of("[tool.pdm]\ndistribution = true\n", None), [dev, test]);
    assert_eq!(of("[tool.poetry.group.dev]\noptional = true\n", None), [test]);
}

#[test]
fn settings_decide_about_a_named_environment() {
    let sandbox = tree(&[
        (
            "tools/python-env.json",
            "{\"environments\": {\"docs\": {\"directory\": \".docs\", \"requirements\": [\"docs/requirements.txt\"]},\n\
             \"lint\": {\"directory\": \".lint\", \"groups\": [\"lint\", \"x\"]}}}",
        ),
        ("docs/requirements.txt", "sphinx\n"),
        ("requirements.txt", "idna\n"),
        (
            "pyproject.toml",
            "[project]\nname = 'p'\noptional-dependencies.x = ['e']\n[tool.uv]\n[dependency-groups]\ndev = ['a']\nlint = ['ruff']\n",
        ),
    ]);
    assert_lines(&sandbox, &Asked::default(), &["requirements.txt:1: idna", "pyproject.toml:6: a (dev)"]);
    let docs = Asked { environment: Some("docs"), ..Asked::default() };
    assert_lines(&sandbox, &docs, &["docs/requirements.txt:1: sphinx"]);
    let lint = Asked { environment: Some("lint"), ..Asked::default() };
    assert_lines(
        &sandbox,
        &lint,
        &["requirements.txt:1: idna", "pyproject.toml:7: ruff (lint)", "pyproject.toml:3: e (x)"],
    );
    let given = Asked { environment: Some("docs"), files: &["requirements.txt"], ..Asked::default() };
    assert_lines(&sandbox, &given, &["requirements.txt:1: idna"]);
}

#[test]
fn the_requirements_file_is_a_setting() {
    let sandbox = tree(&[
        ("tools/python-env.json", "{\"requirementsFile\": \"requirements/dev.in\"}"),
        ("requirements.txt", "not-this\n"),
        ("requirements/dev.in", "idna\n"),
        (
            "requirements/dev.txt",
            "#\n# This file is autogenerated by pip-compile with Python 3.12\n# by the following command:\n#\n\
             #    pip-compile requirements/dev.in\n#\nidna==3.4\n    # via -r requirements/dev.in\n",
        ),
        ("requirements/test.txt", "nor-this\n"),
        ("requirements-dev.txt", "nor-that\n"),
    ]);
    assert_lines(
        &sandbox,
        &Asked::default(),
        &["requirements/dev.in:1: idna", "requirements/dev.txt:7: idna==3.4"],
    );
    sandbox.remove("requirements/dev.in");
    assert_lines(
        &sandbox,
        &Asked::default(),
        &[
            "wrong requirements/dev.in: it does not exist, and `requirementsFile` in tools/python-env.json:1 names it",
        ],
    );
}

#[test]
fn dynamic_metadata_is_not_known() {
    let dynamic = "[project]\nname = 'p'\ndynamic = ['dependencies']\n";
    let sandbox = tree(&[("pyproject.toml", dynamic)]);
    let unknown =
        "unknown pyproject.toml:3: `dependencies` is dynamic: it is computed when the project is built";
    assert_lines(&sandbox, &Asked::default(), &[unknown]);
    sandbox.write("pyproject.toml", format!("{dynamic}dependencies = ['idna']\n"));
    assert_lines(&sandbox, &Asked::default(), &["pyproject.toml:4: idna", unknown]);
    let files = "[tool.setuptools.dynamic]\ndependencies = {file = ['r.txt', '../o.txt']}\n";
    sandbox.write("pyproject.toml", format!("{dynamic}{files}"));
    sandbox.write("r.txt", "# c\nsix>=1 # d\n-r x.txt\n");
    assert_lines(
        &sandbox,
        &Asked::default(),
        &[
            "r.txt:2: six>=1",
            "unknown r.txt:3: what setuptools makes of this line is not known",
            "unknown pyproject.toml:5: `../o.txt` is outside of the work tree, and is not read",
        ],
    );
    let sandbox = tree(&[("setup.py", "from setuptools import setup; setup(install_requires=open('x'))\n")]);
    assert_lines(&sandbox, &Asked::default(), &["unknown setup.py: it is a program, and is not run"]);
    sandbox.write("requirements.txt", "idna\n");
    assert_lines(&sandbox, &Asked::default(), &["requirements.txt:1: idna"]);
}

#[test]
fn other_manifests_count() {
    let sandbox = tree(&[
        (
            "Pipfile",
            "[packages]\nidna = '*'\nlib = {path = './lib', editable = true}\n[dev-packages]\npytest = '==7'\n",
        ),
        (
            "setup.cfg",
            "[metadata]\nname = p\n[options]\ninstall_requires =\n  six\n[options.extras_require]\nx = attrs\n",
        ),
        ("environment.yml", "dependencies:\n  - numpy=1.26\n  - pip:\n    - -r more.txt\n    - wheel<1\n"),
        ("more.txt", "flit\n"),
        ("lib/setup.py", ""),
    ]);
    let both = ["setup.cfg:5: six", "Pipfile:2: idna", "Pipfile:3: lib @ TOP/lib editable"];
    let packages = assert_lines(&sandbox, &Asked::default(), &both);
    assert_eq!(files(&packages), ["setup.cfg", "Pipfile"]);
    let asked = Asked { groups: &["dev"], extras: &["X"], ..Asked::default() };
    assert_lines(
        &sandbox,
        &asked,
        &[both[0], "setup.cfg:7: attrs (x)", both[1], both[2], "Pipfile:5: pytest==7 (dev-packages)"],
    );
    sandbox.remove("Pipfile");
    sandbox.remove("setup.cfg");
    let conda = ["environment.yml:2: conda numpy =1.26", "more.txt:1: flit", "environment.yml:5: wheel<1"];
    assert_lines(&sandbox, &Asked::default(), &conda);
}

#[test]
fn a_script_has_its_own_requirements() {
    let text = "# /// script\n# dependencies = ['idna>=3', 'lib', '=']\n# [tool.uv.sources]\n# lib = {path = '../lib'}\n# ///\n";
    let sandbox = tree(&[("tools/run.py", text), ("lib/setup.py", ""), ("plain.py", "import os\n")]);
    let packages = read(&sandbox, &Asked { files: &["tools/run.py", "plain.py"], ..Asked::default() });
    let found = lines(&sandbox, &packages);
    assert_eq!(found[..2], ["tools/run.py:2: idna>=3", "tools/run.py:2: lib @ TOP/lib"]);
    assert!(found.len() == 3 && found[2].starts_with("wrong tools/run.py:2: "), "{found:?}");
    assert_eq!(packages.inputs, [InstallInput::Manifest(sandbox.path("repo/tools/run.py"))]);
}

#[test]
fn uv_forces_versions() {
    let sandbox = tree(&[(
        "pyproject.toml",
        "[project]\nname = 'p'\ndependencies = ['a', 'b']\n[tool.uv]\nconstraint-dependencies = ['c<2']\n\
         override-dependencies = ['d==1']\nexclude-dependencies = ['e']\n[tool.uv.sources]\na = {path = 'lib', editable = true}\n\
         b = {git = 'https://example.org/b.git', rev = 'abc'}\n",
    )]);
    sandbox.write("lib/pyproject.toml", "");
    assert_lines(
        &sandbox,
        &Asked::default(),
        &[
            "pyproject.toml:3: a @ TOP/lib editable",
            "pyproject.toml:3: b @ git https://example.org/b.git abc -",
            "constraint pyproject.toml:5: c<2",
            "override pyproject.toml:6: d==1",
            "override pyproject.toml:7: e ; python_version < \"0\"",
        ],
    );
}

#[test]
fn members_of_a_workspace_take_each_other_from_where_they_are() {
    let member = |name: &str| {
        format!("[project]\nname = '{name}'\ndependencies = ['Lib_B', 'c', 'old']\n[build-system]\n")
    };
    let sandbox = tree(&[
        (
            "pyproject.toml",
            "[tool.uv.workspace]\nmembers = ['packages/*']\nexclude = ['packages/old']\n[tool.uv.sources]\nlib-b = {workspace = true}\n\
             c = {path = 'c', editable = true}\nold = {workspace = true}\n",
        ),
        ("packages/a/pyproject.toml", &member("a")),
        ("packages/b/pyproject.toml", &member("lib.b")),
        ("packages/old/pyproject.toml", &member("old")),
        ("c/setup.py", ""),
    ]);
    let line = "packages/a/pyproject.toml:3";
    assert_lines(
        &sandbox,
        &Asked { project: "packages/a", ..Asked::default() },
        &[
            &format!("{line}: Lib_B @ TOP/packages/b editable"),
            &format!("{line}: c @ TOP/c editable"),
            &format!("unknown {line}: no member of the workspace has the name `old`"),
        ],
    );
    let line = "packages/old/pyproject.toml:3";
    let own = Asked { project: "packages/old", ..Asked::default() };
    assert_lines(&sandbox, &own, &[&format!("{line}: Lib_B"), &format!("{line}: c")]);
}

const LOCK: &str = "version = 1\nrequires-python = \">=3.9\"\n[[package]]\nname = \"idna\"\nversion = \"3.4\"\nsource = { registry = \"https://example.org/simple\" }\n\
    [[package]]\nname = \"iniconfig\"\nversion = \"2.0.0\"\nsource = { registry = \"https://example.org/simple\" }\n\
    [[package]]\nname = \"p\"\nversion = \"1\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"idna\" }]\n\
    [package.dev-dependencies]\ndev = [{ name = \"iniconfig\" }]\n[package.metadata]\nrequires-dist = [{ name = \"idna\" }]\n[package.metadata.requires-dev]\ndev = [{ name = \"iniconfig\" }]\n";

#[test]
fn the_lock_comes_before_the_manifest() {
    let manifest = "[project]\nname = 'p'\nversion = '1'\nrequires-python = '>=3.9'\ndependencies = ['idna']\n[dependency-groups]\ndev = ['iniconfig']\n";
    let sandbox =
        tree(&[("pyproject.toml", manifest), ("uv.lock", LOCK), ("requirements.txt", "exported==1\n")]);
    let wanted = |packages: &RequestedPackages| {
        let mut names: Vec<String> = packages
            .requested
            .iter()
            .map(|it| match &it.what {
                What::Package { name, specifiers, .. } => format!("{name}{specifiers}"),
                other => format!("{other:?}"),
            })
            .collect();
        names.sort();
        names
    };
    let packages = read(&sandbox, &Asked::default());
    assert_eq!(wanted(&packages), ["idna==3.4", "iniconfig==2.0.0"]);
    assert_eq!((&packages.source, packages.is_exact), (&RequestedBy::Lock("uv".to_owned()), true));
    assert_eq!(packages.inputs, [InstallInput::Lock(sandbox.path("repo/uv.lock"))]);
    assert_eq!(files(&packages), ["uv.lock", "pyproject.toml"]);
    let unknown = read(&sandbox, &Asked { groups: &["dev", "nothing"], ..Asked::default() });
    assert_eq!(wanted(&unknown), ["idna==3.4", "iniconfig==2.0.0"]);
    assert_eq!(
        lines(&sandbox, &unknown).last().map(String::as_str),
        Some("wrong uv.lock: there is no dependency group `nothing`, only `dev`")
    );
    let given = read(&sandbox, &Asked { files: &["uv.lock"], ..Asked::default() });
    assert_eq!(wanted(&given), ["idna==3.4", "iniconfig==2.0.0"]);

    sandbox.git(&["config", "pyenv.requirementsFile", "requirements.txt"]);
    let named = read(&sandbox, &Asked::default());
    assert_eq!(wanted(&named), ["exported==1", "idna", "iniconfig"]);
    sandbox.git(&["config", "--unset", "pyenv.requirementsFile"]);

    sandbox.write("uv.lock", "version = 9\n");
    let found = read(&sandbox, &Asked::default());
    assert_eq!(wanted(&found), ["exported==1", "idna", "iniconfig"]);
    assert!(!found.is_exact && found.unreadable.len() == 1 && !found.unreadable[0].is_error, "{found:?}");
}

#[test]
fn files_that_cannot_be_parsed_are_said_with_their_line() {
    let cases = [
        ("pyproject.toml", "[project]\na = [\n", "wrong app/pyproject.toml:2: "),
        (
            "Pipfile",
            "[packages]\n<<<<<<< a\nx = 1\n=======\n>>>>>>> b\n",
            "wrong app/Pipfile:2: unresolved merge conflict",
        ),
        ("environment.yml", "dependencies: [\n", "unknown app/environment.yml:"),
        (
            "requirements.txt",
            "<<<<<<< a\nx\n=======\n>>>>>>> b\n",
            "wrong app/requirements.txt:1: unresolved merge conflict",
        ),
    ];
    for (name, text, expected) in cases {
        let sandbox = tree(&[(&format!("app/{name}"), text)]);
        let found = lines(&sandbox, &read(&sandbox, &Asked { project: "app", ..Asked::default() }));
        assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}");
    }
    let sandbox = tree(&[("requirements.txt", "idna\n")]);
    let large =
        std::fs::File::options().write(true).open(sandbox.path("repo/requirements.txt")).expect("a file");
    large.set_len(100 * 1024 * 1024).expect("a larger file");
    let found = lines(&sandbox, &read(&sandbox, &Asked::default()));
    assert!(found.len() == 1 && found[0].starts_with("unknown requirements.txt: "), "{found:?}");
}

#[test]
fn configuration_that_is_not_read_is_said() {
    let sandbox = tree(&[("requirements.txt", "idna\n")]);
    assert_eq!(read(&sandbox, &Asked::default()).notes, [] as [&str; 0]);
    let asked = Asked { variables: &[("PIP_CONSTRAINT", "c.txt")], ..Asked::default() };
    assert_eq!(read(&sandbox, &asked).notes, ["`PIP_CONSTRAINT` is set, and is not taken into account"]);
    std::fs::create_dir_all(sandbox.path("home/.config/pip")).expect("a directory");
    std::fs::write(sandbox.path("home/.config/pip/pip.conf"), "[install]\nconstraint = c.txt\n")
        .expect("a file");
    let notes = read(&sandbox, &Asked::default()).notes;
    assert!(
        notes.len() == 1 && notes[0].ends_with("sets `constraint`, which is not taken into account"),
        "{notes:?}"
    );
}

#[test]
fn a_project_without_files_asks_for_nothing() {
    let sandbox = tree(&[("readme", "")]);
    let packages = assert_lines(&sandbox, &Asked::default(), &[]);
    assert_eq!((packages.source, packages.files.len()), (RequestedBy::Nothing, 0));
    sandbox.write("pyproject.toml", "[tool.black]\nline-length = 100\n");
    assert_eq!(assert_lines(&sandbox, &Asked::default(), &[]).source, RequestedBy::Nothing);
}

#[test]
fn poetry_has_projects_in_directories_of_others() {
    let dependencies = "[tool.poetry]\nname = 'p'\n[tool.poetry.dependencies]\n\
        one = {path = 'libs', subdirectory = 'one', develop = true}\ntwo = {path = 'two.zip', subdirectory = 's'}\n\
        three = {url = 'https://example.org/three.zip', subdirectory = 's'}\n";
    let sandbox = tree(&[
        ("pyproject.toml", dependencies),
        ("libs/one/pyproject.toml", "[project]\nname = 'one'\n"),
        ("two.zip", ""),
    ]);
    let packages = read(&sandbox, &Asked::default());
    let found: Vec<PackageSource> = packages
        .requested
        .iter()
        .filter_map(|it| match &it.what {
            What::Source { source, .. } => Some(source.clone()),
            _ => None,
        })
        .collect();
    let top = sandbox.path("repo");
    let archive =
        |url: String| PackageSource::Archive { url, subdirectory: Some("s".to_owned()), hashes: Vec::new() };
    let expected = [
        PackageSource::Directory { path: top.join("libs/one"), is_editable: true },
        archive(format!("file://{}/two.zip", top.display())),
        archive("https://example.org/three.zip".to_owned()),
    ];
    assert_eq!((found.as_slice(), packages.unreadable.as_slice()), (expected.as_slice(), &[][..]));
}
