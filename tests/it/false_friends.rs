//! What looks like an environment and is none: nothing may be found there, in any of the four sources.

use crate::support::environments as env;
use crate::support::fixture::{Fixture, found_everywhere};

fn tree() -> Fixture {
    Fixture::default()
}

fn assert_nothing(cases: Vec<(&str, Fixture)>) {
    let mut wrong = Vec::new();
    for (name, tree) in cases {
        let found = found_everywhere(name, &tree);
        if !found.is_empty() {
            wrong.push(format!("{name}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// CPython's own templates, which hold placeholders.
fn cpython() -> Fixture {
    tree()
        .file("Lib/venv/__init__.py", "\"\"\"Virtual environment support.\"\"\"\n")
        .file("Lib/venv/scripts/common/activate", "VIRTUAL_ENV=__VENV_DIR__\nexport VIRTUAL_ENV\n")
        .file("Lib/venv/scripts/common/activate.fish", "set -gx VIRTUAL_ENV __VENV_DIR__\n")
        .file("Lib/venv/scripts/common/Activate.ps1", "$env:VIRTUAL_ENV = $VenvDir\n")
        .file("Lib/venv/scripts/posix/activate.csh", "setenv VIRTUAL_ENV __VENV_DIR__\n")
        .file("Lib/venv/scripts/nt/activate.bat", "set \"VIRTUAL_ENV=__VENV_DIR__\"\r\n")
        .file("Lib/venv/scripts/nt/deactivate.bat", "set VIRTUAL_ENV=\r\n")
        .file("Lib/os.py", "import sys\n")
        .file("Lib/codecs.py", "import sys\n")
        .file("Lib/site-packages/README.txt", "This directory exists so that packages can be installed.\n")
        .file("Include/Python.h", "#define X\n")
        .file("Tools/scripts/README", "x\n")
}

/// virtualenv's templates and fixtures.
fn virtualenv_source() -> Fixture {
    let at = "src/virtualenv/activation";
    tree()
        .file(format!("{at}/bash/activate.sh"), "VIRTUAL_ENV=__VIRTUAL_ENV__\nexport VIRTUAL_ENV\n")
        .file(format!("{at}/batch/activate.bat"), "@set \"VIRTUAL_ENV=__VIRTUAL_ENV__\"\r\n")
        .file(format!("{at}/batch/deactivate.bat"), "@set VIRTUAL_ENV=\r\n")
        .file(format!("{at}/cshell/activate.csh"), "setenv VIRTUAL_ENV __VIRTUAL_ENV__\n")
        .file(format!("{at}/fish/activate.fish"), "set -gx VIRTUAL_ENV __VIRTUAL_ENV__\n")
        .file(format!("{at}/nushell/activate.nu"), "let virtual_env = __VIRTUAL_ENV__\n")
        .file(format!("{at}/powershell/activate.ps1"), "$env:VIRTUAL_ENV = $VIRTUAL_ENV\n")
        .file(format!("{at}/python/activate_this.py"), "import os\n")
        .file(format!("{at}/xonsh/activate.xsh"), "$VIRTUAL_ENV = __VIRTUAL_ENV__\n")
        .file("virtualenv_embedded/activate.sh", "VIRTUAL_ENV=\"__VIRTUAL_ENV__\"\n")
        .file("virtualenv_embedded/activate_this.py", "import os\n")
        .file("tests/unit/discovery/pyvenv.cfg", "home = /usr/bin\n")
}

/// uv's templates.
fn uv_source() -> Fixture {
    let at = "crates/uv-virtualenv/src/activator";
    tree()
        .file(format!("{at}/activate"), "VIRTUAL_ENV='{{ VIRTUAL_ENV_DIR }}'\n")
        .file(format!("{at}/activate.bat"), "@set \"VIRTUAL_ENV={{ VIRTUAL_ENV_DIR }}\"\r\n")
        .file(format!("{at}/activate.csh"), "setenv VIRTUAL_ENV '{{ VIRTUAL_ENV_DIR }}'\n")
        .file(format!("{at}/activate.fish"), "set -gx VIRTUAL_ENV '{{ VIRTUAL_ENV_DIR }}'\n")
        .file(format!("{at}/activate_this.py"), "import os\n")
        .file(format!("{at}/deactivate.bat"), "@set VIRTUAL_ENV=\r\n")
}

/// conda's shell scripts.
fn conda_source() -> Fixture {
    tree()
        .file(
            "conda/shell/bin/activate",
            "_CONDA_ROOT=\"/opt/conda\"\n. \"$_CONDA_ROOT/etc/profile.d/conda.sh\"\n",
        )
        .file("conda/shell/bin/deactivate", "_CONDA_ROOT=\"/opt/conda\"\n")
        .file("conda/shell/Scripts/activate.bat", "@CALL \"%~dp0..\\condabin\\conda_hook.bat\"\r\n")
        .file("conda/shell/condabin/activate.bat", "@CALL conda_hook.bat\r\n")
        .file("conda/shell/condabin/deactivate.bat", "@CALL conda_hook.bat\r\n")
        .file("recipe/meta.yaml", "package:\n  name: x\n")
        .file("tests/data/conda-meta.json", "{}")
}

#[test]
fn the_sources_of_creators() {
    assert_nothing(vec![
        ("CPython", cpython()),
        ("CPython as a submodule's copy", cpython().under("third_party/cpython")),
        ("virtualenv", virtualenv_source()),
        ("uv", uv_source()),
        ("conda", conda_source()),
        (
            "a template of another tool, all in bin",
            tree()
                .file("template/bin/activate", "VIRTUAL_ENV=\"%(venv)s\"\n")
                .file("template/bin/activate.csh", "setenv VIRTUAL_ENV \"@@venv@@\"\n")
                .file("template/bin/activate.fish", "set -gx VIRTUAL_ENV \"{{ venv }}\"\n"),
        ),
        (
            "a template of pyvenv.cfg",
            tree().file("templates/pyvenv.cfg", "home = {{ home }}\nversion = {{ v }}\n"),
        ),
    ]);
}

#[test]
fn other_tools_with_scripts_of_that_name() {
    assert_nothing(vec![
        (
            "hermit",
            tree()
                .file("bin/activate-hermit", "export HERMIT_ENV=\"$(cd \"$(dirname \"$0\")/..\" && pwd)\"\n")
                .program("bin/hermit", "#!/bin/sh\n")
                .file("bin/hermit.hcl", "env = {}\n")
                .link("bin/.python3-3.10.4.pkg", "hermit")
                .link("bin/python3", ".python3-3.10.4.pkg")
                .link("bin/python", ".python3-3.10.4.pkg")
                .link("bin/pip", ".python3-3.10.4.pkg"),
        ),
        (
            "nodeenv",
            tree()
                .file("bin/activate", "NODE_VIRTUAL_ENV='/home/u/node'\nexport NODE_VIRTUAL_ENV\n")
                .file("bin/activate.fish", "set -gx NODE_VIRTUAL_ENV '/home/u/node'\n")
                .program("bin/node", b"\x7fELF")
                .link("bin/npm", "../lib/node_modules/npm/bin/npm-cli.js")
                .under("nenv"),
        ),
        ("emsdk", tree().files(&["emsdk_env.sh", "emsdk_activate", "emsdk.py", "emscripten-version.txt"])),
        ("Google Cloud SDK", tree().files(&["google-cloud-sdk/bin/activate", "google-cloud-sdk/bin/gcloud"])),
        (
            "esp-idf",
            tree().files(&[
                "export.sh",
                "activate.py",
                "tools/activate.py",
                "tools/python_version_checker.py",
            ]),
        ),
        ("ROS", tree().files(&["install/setup.bash", "bin/activate", "lib/python3.8/dist-packages/x.py"])),
        ("direnv", tree().file(".envrc", "layout python3\n").file(".env", "A=1\n")),
        (
            "a wrapper",
            tree().program("bin/python", "#!/bin/sh\nexec python3 \"$@\"\n").program("bin/test", "x"),
        ),
        ("a project's activate", tree().file("bin/activate", "source .venv/bin/activate\n")),
        (
            "another cache",
            tree().file("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# pytest\n"),
        ),
        ("a bare tag", tree().file("target/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55")),
        ("a lock", tree().file("data/.lock", "")),
        (
            "the cache of uv",
            tree()
                .file("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55")
                .file("cache/.gitignore", "*")
                .file("cache/.lock", "")
                .files(&["cache/archive-v0/x/six.py", "cache/archive-v0/x/six-1.16.0.dist-info/RECORD"])
                .files(&["cache/simple-v16/index/six.rkyv", "cache/wheels-v5/index/six/six.http"])
                .files(&["cache/interpreter-v4/a/b.msgpack"]),
        ),
    ]);
}

#[test]
fn scripts_that_compute_their_place() {
    assert_nothing(vec![
        (
            "an SDK whose scripts compute their place",
            tree()
                .file("bin/activate", "VIRTUAL_ENV=\"`pwd`\"\nexport VIRTUAL_ENV\n")
                .file("bin/activate.bat", "@echo off\r\nset VIRTUAL_ENV=%CD%\r\n")
                .file("bin/activate.fish", "set -gx VIRTUAL_ENV (pwd)\n")
                .file("bin/activate.ps1", "$Env:VIRTUAL_ENV = (gl);\n")
                .files(&["bin/deactivate.bat", "bin/deactivate.csh", "bin/deactivate.nu"])
                .program("bin/python", "#!/bin/sh\nexec python3 \"$@\"\n"),
        ),
        (
            "scripts that undo what another script does",
            tree().files(&["bin/deactivate.bat", "bin/deactivate.csh", "bin/deactivate.nu"]),
        ),
        (
            "scripts of two shells that compute their place, in another directory",
            tree()
                .file("tools/activate", "VIRTUAL_ENV=$(pwd)\n")
                .file("tools/activate.fish", "set -gx VIRTUAL_ENV (pwd)\n"),
        ),
        (
            "one script in another directory",
            tree()
                .file("tools/activate", "VIRTUAL_ENV=/srv/site/venv\n")
                .files(&["tools/python", "tools/pip3"]),
        ),
    ]);
}

#[test]
fn packages_and_pythons_on_purpose() {
    let layer = ["python/lib/python3.9/site-packages/requests/__init__.py", "template.yaml"];
    assert_nothing(vec![
        ("Lambda layer", tree().files(&layer)),
        (
            "Lambda layer with metadata",
            tree().files(&layer).files(&[
                "python/lib/python3.9/site-packages/requests-2.31.0.dist-info/METADATA",
                "python/lib/python3.9/site-packages/requests-2.31.0.dist-info/RECORD",
            ]),
        ),
        (
            "a bundled Python for POSIX",
            env::heroku()
                .file("lib/python3.6/venv/scripts/common/activate", "VIRTUAL_ENV=__VENV_DIR__\n")
                .under("vendor/python"),
        ),
        (
            "a bundled Python for Windows",
            tree()
                .file("python.exe", b"MZ")
                .file("python310.dll", b"MZ")
                .file("Lib/os.py", "import sys\n")
                .file("Lib/venv/scripts/nt/activate.bat", "set \"VIRTUAL_ENV=__VENV_DIR__\"\r\n")
                .files(&[
                    "Lib/site-packages/pip/__init__.py",
                    "Lib/site-packages/pip-22.0.dist-info/RECORD",
                    "Scripts/pip.exe",
                ])
                .under("runtime/python"),
        ),
        (
            "an embedded Python",
            tree().files(&["py/python.exe", "py/python311.dll", "py/python311.zip", "py/python311._pth"]),
        ),
        (
            "vendored packages",
            tree().files(&["vendor/requests/__init__.py", "vendor/requests-2.31.0.dist-info/RECORD"]),
        ),
        ("a wheel house", tree().files(&["wheels/idna-3.7-py3-none-any.whl"])),
    ]);
}

/// A Python with packages, without its standard library.
fn packages_of(python: &str) -> Fixture {
    tree()
        .program("bin/python3", b"\x7fELF")
        .program("bin/pip3", "#!/bin/sh\n")
        .file(format!("lib/{python}/site-packages/pip/__init__.py"), "")
}

#[test]
fn whole_pythons_in_any_form() {
    let library = "app/lib/python3.8";
    assert_nothing(vec![
        (
            "compiled",
            packages_of("python3.8")
                .under("app")
                .files(&[&format!("{library}/os.pyc"), "app/lib/python3.8/io.pyc"]),
        ),
        (
            "compiled, in directories",
            packages_of("python3.8")
                .under("app")
                .files(&[&format!("{library}/__pycache__/os.cpython-38.opt-1.pyc")]),
        ),
        (
            "only extension modules",
            packages_of("python3.8").under("app").files(&[&format!("{library}/lib-dynload/_ssl.so")]),
        ),
        ("an archive", packages_of("python3.8").under("app").files(&["app/lib/python38.zip"])),
        ("an archive beside the program", packages_of("python3.8").under("app").files(&["app/python38.zip"])),
        ("a system", packages_of("python3.8").under("image/usr")),
        ("a system's own", packages_of("python3.8").under("image/usr/local")),
        (
            "a system with an activation script",
            packages_of("python3.8").file("bin/activate", "VIRTUAL_ENV=$(pwd)\n").under("image/usr"),
        ),
        (
            "a root directory",
            packages_of("python3.8")
                .files(&["lib/python3.8/os.pyc"])
                .link("lib64", "/usr/lib")
                .under("image"),
        ),
        ("a link of a root directory", tree().link("image/lib64", "/lib").link("rootfs/lib64", "usr/lib")),
    ]);
}

#[test]
fn directories_of_installed_packages() {
    let package = || {
        tree().files(&["python/fontTools/__init__.py", "python/bin/fonttools", "python/share/man/man1/ttx.1"])
    };
    assert_nothing(vec![
        ("a wheel", package().files(&["python/fonttools-4.49.0.dist-info/RECORD"])),
        ("an egg", package().files(&["python/fonttools-3.0.egg-info/PKG-INFO"])),
        (
            "its programs",
            package()
                .files(&[
                    "python/pip-24.0.dist-info/RECORD",
                    "python/bin/pip",
                    "python/bin/pip3",
                    "python/bin/python",
                ])
                .files(&["python/Scripts/pip.exe", "python/Scripts/pip3.exe", "python/Scripts/pip3.12.exe"]),
        ),
        (
            "its data",
            package().files(&[
                "python/ipykernel-6.0.dist-info/RECORD",
                "python/share/jupyter/kernels/python3/kernel.json",
            ]),
        ),
    ]);
}

#[test]
fn records_and_links_on_purpose() {
    assert_nothing(vec![
        ("a test's history of conda", tree().files(&["tests/conda-meta/history"])),
        ("a test's record of conda", tree().files(&["src/test_data/conda-meta/xz-5.4.2-h5eee18b_0.json"])),
        ("a test's marker of pixi", tree().files(&["src/test/layouts/p/.pixi/envs/default/conda-meta/pixi"])),
        (
            "a device's system",
            tree()
                .link("usr/bin/python", "/opt/Python/bin/python")
                .link("usr/include/python2.7", "/opt/Python/include/python2.7"),
        ),
        (
            "a person's Pythons",
            tree()
                .link("linux/bin/python", "/home/u/pythons/2.7/bin/python")
                .link("linux/bin/python2.7", "/home/u/pythons/2.7/bin/python")
                .link("linux/bin/python3.5", "/home/u/pythons/3.5/bin/python"),
        ),
        (
            "a tool that makes environments in its own way",
            tree().program("py/bin/python", "#!/bin/sh\n").file("py/bin/activate_this.py", "import site\n"),
        ),
        (
            "a collection of kernels",
            tree()
                .files(&["share/jupyter/kernels/python3/kernel.json", "share/jupyter/kernels/r/kernel.json"]),
        ),
        ("uv's ignore file, which others write too", tree().file("v/.gitignore", "*")),
        (
            "an ignore file of a person",
            tree().file("v/.gitignore", "# created by virtualenv automatically\n"),
        ),
        (
            "an ignore file in the root",
            tree().file(".gitignore", "# created by virtualenv automatically\n*\n"),
        ),
        (
            "a test's program of Heroku",
            tree().program("spec/fixtures/app/.heroku/python/bin/python", "#!/bin/sh\n"),
        ),
        ("a system's manual", tree().files(&["rootfs/usr/local/share/man/man1/ipython.1"])),
        ("a project's manual", tree().files(&["share/man/man1/tool.1", "Doc/man/man1/ttx.1"])),
        ("pages for a version of Python", tree().files(&["docs/site/python3.8/index.html"])),
        ("a project with a link to its libraries", tree().link("lib64", "lib").files(&["lib/x.so"])),
    ]);
}

#[test]
fn names_alone() {
    assert_nothing(vec![
        ("an ordinary project", env::project()),
        (
            "packages with such names",
            tree().files(&[
                "env/__init__.py",
                "venv/README.md",
                ".venv/notes.txt",
                "ENV/config.yaml",
                "virtualenv/__init__.py",
                "envs/prod/main.tf",
                "env/bin/run",
                "venv/lib/x.c",
                "tox/__init__.py",
                ".tox/readme",
                "conda-meta/README",
                ".nox/readme",
                "__pypackages__/readme",
                ".pixi/config.toml",
                ".heroku/run.sh",
            ]),
        ),
        (
            "an environment of a game",
            tree().files(&["env/gym/bin/agent.py", "env/lib/world.py", "env/include/world.h"]),
        ),
        ("a settings file without home", tree().file("x/pyvenv.cfg", "version = 3.12\n")),
        ("an empty settings file", tree().file("x/pyvenv.cfg", "")),
        ("a home that is no place", tree().file("x/pyvenv.cfg", "home = somewhere\n")),
        ("a test's settings file", tree().file("tests/data/pyvenv.cfg", "home = /usr/bin\n")),
        (
            "a settings file's namesake",
            tree().file("x/pyvenv.cfg.in", "home = /usr\n").file("y/my-pyvenv.cfg", "home = /usr\n"),
        ),
        ("a folder of that name", tree().files(&["pyvenv.cfg/readme.md", "bin/activate/readme.md"])),
        (
            "a Makefile's scripts",
            tree().files(&["Scripts/activate.js", "scripts/python/run.py", "bin/python3-config"]),
        ),
        ("shims", tree().link("bin/python", "pyenv-shim").link("bin/python3", "../tools/python3")),
    ]);
}
