//! Environments as their creators write them, as data: the files that tell, and a few that do not.
//!
//! Layouts and contents follow real environments made with each tool and version.

use super::fixture::Fixture;
use super::repository::Sandbox;

/// The sh activation script, as every creator writes it in essence.
fn activate(place: &str) -> String {
    format!(
        "# This file must be used with \"source bin/activate\"\n\ndeactivate () {{\n    unset VIRTUAL_ENV\n}}\n\n\
         VIRTUAL_ENV=\"{place}\"\nexport VIRTUAL_ENV\nPATH=\"$VIRTUAL_ENV/bin:$PATH\"\n"
    )
}

fn activate_csh(place: &str) -> String {
    format!("setenv VIRTUAL_ENV \"{place}\"\n\nset _OLD_VIRTUAL_PATH=\"$PATH:q\"\n")
}

fn activate_fish(place: &str) -> String {
    format!("set -gx VIRTUAL_ENV \"{place}\"\n\nset -gx _OLD_VIRTUAL_PATH $PATH\n")
}

const POWERSHELL: &str = "param([String]$VenvDir)\n$env:VIRTUAL_ENV = $VenvDir\n";

/// A distribution in `site-packages`.
fn distribution(packages: &str, name: &str, version: &str, installer: &str) -> Fixture {
    let information = format!("{packages}/{name}-{version}.dist-info");
    Fixture::default()
        .file(format!("{packages}/{name}/__init__.py"), format!("__version__ = \"{version}\"\n"))
        .file(format!("{packages}/{name}/core.py"), "")
        .file(format!("{information}/METADATA"), format!("Name: {name}\nVersion: {version}\n"))
        .file(format!("{information}/INSTALLER"), format!("{installer}\n"))
        .file(format!("{information}/RECORD"), format!("{name}/__init__.py,,\n"))
}

/// A repository with an environment that is tracked, `tracked`, and one that could be, `new`.
pub(crate) fn tracked_and_new() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.commit("README.md", "x\n");
    venv(12).under("tracked").write(&sandbox);
    sandbox.git(&["add", "--force", "tracked"]);
    venv(12).under("new").write(&sandbox);
    sandbox
}

/// `python -m venv` on POSIX; `minor` is that of Python 3.
pub(crate) fn venv(minor: u32) -> Fixture {
    let place = "/home/u/project/venv";
    let mut config =
        format!("home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.{minor}.4\n");
    if (8..=10).contains(&minor) {
        config.push_str("prompt = 'project'\n");
    }
    if minor >= 11 {
        config.push_str(&format!(
            "executable = /usr/bin/python3.{minor}\ncommand = /usr/bin/python3 -m venv {place}\n"
        ));
    }
    let mut tree = Fixture::default()
        .file("pyvenv.cfg", config)
        .file("bin/activate", activate(place))
        .file("bin/activate.csh", activate_csh(place))
        .file("bin/activate.fish", activate_fish(place))
        .link("bin/python", "/usr/bin/python")
        .link("bin/python3", "python")
        .program("bin/pip", format!("#!{place}/bin/python\n"))
        .link("lib64", "lib");
    if minor >= 8 {
        tree = tree.file("bin/Activate.ps1", POWERSHELL);
    }
    if minor >= 9 {
        tree = tree.link(format!("bin/python3.{minor}"), "python");
    }
    let packages = format!("lib/python3.{minor}/site-packages");
    tree = tree.and(distribution(&packages, "pip", "23.0.1", "pip"));
    if minor <= 11 {
        tree = tree.and(distribution(&packages, "setuptools", "65.5.0", "pip"));
    }
    if minor >= 13 {
        tree = tree
            .file(".gitignore", "# Created by venv; see https://docs.python.org/3/library/venv.html\n*\n");
    }
    tree
}

/// `python -m venv` on Windows.
pub(crate) fn venv_windows() -> Fixture {
    let place = "C:\\Users\\u\\project\\venv";
    Fixture::default()
        .file(
            "pyvenv.cfg",
            "home = C:\\Python310\r\ninclude-system-site-packages = false\r\nversion = 3.10.4\r\n",
        )
        .file("Scripts/activate", activate(place))
        .file("Scripts/activate.bat", format!("@echo off\r\nset VIRTUAL_ENV={place}\r\n"))
        .file("Scripts/Activate.ps1", POWERSHELL)
        .file("Scripts/deactivate.bat", "@echo off\r\nset VIRTUAL_ENV=\r\n")
        .file("Scripts/python.exe", b"MZ\x90\0")
        .file("Scripts/pythonw.exe", b"MZ\x90\0")
        .file("Scripts/pip.exe", b"MZ\x90\0")
        .and(distribution("Lib/site-packages", "pip", "22.0.4", "pip"))
}

/// virtualenv 20 and 21 on POSIX.
pub(crate) fn virtualenv() -> Fixture {
    let place = "/home/u/project/env";
    Fixture::default()
        .file(
            "pyvenv.cfg",
            "home = /usr/bin\nimplementation = CPython\nversion_info = 3.8.18.final.0\nvirtualenv = 20.26.6\n\
             include-system-site-packages = false\nbase-prefix = /usr\nbase-exec-prefix = /usr\n\
             base-executable = /usr/bin/python3.8\n",
        )
        .file(".gitignore", "# created by virtualenv automatically\n*\n")
        .file(
            "CACHEDIR.TAG",
            "Signature: 8a477f597d28d172789f06886806bc55\n\
             # This file is a cache directory tag created by Python virtualenv.\n",
        )
        .file("bin/activate", activate(place))
        .file("bin/activate.csh", activate_csh(place))
        .file("bin/activate.fish", activate_fish(place))
        .file("bin/activate.nu", format!("let virtual_env = '{place}'\n"))
        .file("bin/activate.ps1", POWERSHELL)
        .file("bin/activate_this.py", "import os, site, sys\n")
        .link("bin/python", "/usr/bin/python3.8")
        .link("bin/python3", "python")
        .link("bin/python3.8", "python")
        .program("bin/pip", format!("#!{place}/bin/python\n"))
        .program("bin/wheel", format!("#!{place}/bin/python\n"))
        .file("lib/python3.8/site-packages/_virtualenv.pth", "import _virtualenv")
        .file("lib/python3.8/site-packages/_virtualenv.py", "import os\n")
        .and(distribution("lib/python3.8/site-packages", "pip", "24.2", "pip"))
}

/// virtualenv 16 with Python 2.7 on POSIX.
pub(crate) fn legacy() -> Fixture {
    let place = "/home/u/project/env";
    let mut tree = Fixture::default()
        .file("bin/activate", activate(place))
        .file("bin/activate.csh", activate_csh(place))
        .file("bin/activate.fish", activate_fish(place))
        .file("bin/activate_this.py", "import os, site, sys\n")
        .program("bin/python", b"\x7fELF\x02\x01\x01\0")
        .link("bin/python2", "python")
        .link("bin/python2.7", "python")
        .program("bin/pip", format!("#!{place}/bin/python\n"))
        .program("bin/easy_install", format!("#!{place}/bin/python\n"))
        .program("bin/python-config", format!("#!{place}/bin/python\n"))
        .link("include/python2.7", "/usr/include/python2.7")
        .file("lib/python2.7/orig-prefix.txt", "/usr")
        .file("lib/python2.7/no-global-site-packages.txt", "")
        .file("lib/python2.7/site.py", "\"\"\"Append module search paths.\"\"\"\n")
        .file("lib/python2.7/distutils/__init__.py", "import os\n")
        .link("local/bin", "/home/u/project/env/bin")
        .file("pip-selfcheck.json", "{\"last_check\":\"2018-01-01T00:00:00Z\"}")
        .and(distribution("lib/python2.7/site-packages", "pip", "9.0.1", "pip"));
    for module in ["os.py", "re.py", "codecs.py", "posixpath.py", "encodings", "lib-dynload"] {
        tree = tree.link(format!("lib/python2.7/{module}"), format!("/usr/lib/python2.7/{module}"));
    }
    tree
}

/// virtualenv 16 on macOS, with its link to the framework.
pub(crate) fn legacy_macos() -> Fixture {
    legacy()
        .without(&["lib/python2.7/orig-prefix.txt", "lib/python2.7/no-global-site-packages.txt", "local"])
        .link(".Python", "/System/Library/Frameworks/Python.framework/Versions/2.7/Python")
}

/// virtualenv 16 on Windows, which copies the standard library.
pub(crate) fn legacy_windows() -> Fixture {
    let place = "C:\\Users\\u\\project\\env";
    Fixture::default()
        .file("Scripts/activate", activate(place))
        .file("Scripts/activate.bat", format!("@echo off\r\nset \"VIRTUAL_ENV={place}\"\r\n"))
        .file("Scripts/activate_this.py", "import os\n")
        .file("Scripts/deactivate.bat", "@echo off\r\nset VIRTUAL_ENV=\r\n")
        .file("Scripts/python.exe", b"MZ\x90\0")
        .file("Scripts/pip.exe", b"MZ\x90\0")
        .file("Lib/orig-prefix.txt", "C:\\Python27")
        .file("Lib/no-global-site-packages.txt", "")
        .file("Lib/os.py", "import sys\n")
        .file("Lib/codecs.py", "import sys\n")
        .file("Include/Python.h", "#define X\n")
        .file("tcl/tcl8.5/init.tcl", "# tcl\n")
        .and(distribution("Lib/site-packages", "pip", "9.0.1", "pip"))
}

/// `uv venv`, then `uv pip install`.
pub(crate) fn uv() -> Fixture {
    let place = "/home/u/project/.venv";
    let mut tree = Fixture::default()
        .file(
            "pyvenv.cfg",
            "home = /usr/bin\nimplementation = CPython\nuv = 0.5.11\nversion_info = 3.12.1\n\
             include-system-site-packages = false\nprompt = project\n",
        )
        .file(".gitignore", "*")
        .file("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55")
        .file(".lock", "")
        .file("bin/activate", activate(place))
        .file("bin/activate.bat", format!("@set \"VIRTUAL_ENV={place}\"\r\n"))
        .file("bin/activate.csh", activate_csh(place))
        .file("bin/activate.fish", activate_fish(place))
        .file("bin/activate.nu", format!("let virtual_env = r#'{place}'#\n"))
        .file("bin/activate.ps1", POWERSHELL)
        .file("bin/activate_this.py", "import os, site, sys\n")
        .file("bin/deactivate.bat", "@set VIRTUAL_ENV=\r\n")
        .file("bin/pydoc.bat", "python.exe -m pydoc %*\r\n")
        .link("bin/python", "/usr/bin/python3.12")
        .link("bin/python3", "python")
        .link("bin/python3.12", "python")
        .link("lib64", "lib");
    let packages = "lib/python3.12/site-packages";
    tree = tree.and(distribution(packages, "idna", "3.7", "uv"));
    tree.file(format!("{packages}/idna-3.7.dist-info/REQUESTED"), "")
}

/// `uv venv --relocatable`: the scripts compute the place.
pub(crate) fn uv_relocatable() -> Fixture {
    uv().without(&["pyvenv.cfg", "bin/activate", "bin/activate.csh", "bin/activate.fish", "bin/activate.bat"])
        .file(
            "pyvenv.cfg",
            "home = /usr/bin\nimplementation = CPython\nuv = 0.5.11\nversion_info = 3.12.1\n\
             include-system-site-packages = false\nrelocatable = true\n",
        )
        .file("bin/activate", "VIRTUAL_ENV=\"$(dirname -- \"$(dirname -- \"$SCRIPT_PATH\")\")\"\n")
        .file("bin/activate.fish", "set -gx VIRTUAL_ENV (dirname (status filename))\n")
}

/// A conda prefix on POSIX.
pub(crate) fn conda() -> Fixture {
    Fixture::default()
        .file("conda-meta/history", "==> 2024-01-01 00:00:00 <==\n# cmd: conda create -p env python\n")
        .file("conda-meta/python-3.11.5-h955ad1f_0.json", "{\"name\": \"python\"}")
        .file("conda-meta/xz-5.4.2-h5eee18b_0.json", "{\"name\": \"xz\"}")
        .program("bin/python3.11", b"\x7fELF\x02\x01\x01\0")
        .link("bin/python3", "python3.11")
        .link("bin/python", "python3.11")
        .file("lib/python3.11/os.py", "import sys\n")
        .file("include/python3.11/Python.h", "#define X\n")
        .file("ssl/cert.pem", "x\n")
        .file("compiler_compat/README", "x\n")
        .and(distribution("lib/python3.11/site-packages", "pip", "23.3", "conda"))
}

/// A conda prefix on Windows.
pub(crate) fn conda_windows() -> Fixture {
    Fixture::default()
        .file("conda-meta/history", "==> 2024-01-01 00:00:00 <==\r\n")
        .file("conda-meta/python-3.11.5-he1021f5_0.json", "{\"name\": \"python\"}")
        .file("python.exe", b"MZ\x90\0")
        .file("pythonw.exe", b"MZ\x90\0")
        .file("python311.dll", b"MZ\x90\0")
        .file("Lib/os.py", "import sys\n")
        .file("DLLs/_ssl.pyd", b"MZ\x90\0")
        .file("Library/bin/libcrypto.dll", b"MZ\x90\0")
        .file("Scripts/pip.exe", b"MZ\x90\0")
        .and(distribution("Lib/site-packages", "pip", "23.3", "conda"))
}

/// The default environment of pixi.
pub(crate) fn pixi() -> Fixture {
    conda().file("conda-meta/pixi", "{\"manifest_path\": \"/home/u/project/pixi.toml\"}")
}

/// An environment of tox 4.
pub(crate) fn tox() -> Fixture {
    virtualenv().without(&[".gitignore"]).file(".tox-info.json", "{\"ToxEnv\": {\"name\": \"py38\"}}")
}

/// An environment of tox 3.
pub(crate) fn tox3() -> Fixture {
    virtualenv().without(&[".gitignore", "CACHEDIR.TAG"]).file(".tox-config1", "0123 /usr/bin/python3.8\n")
}

/// An environment of pipenv.
pub(crate) fn pipenv() -> Fixture {
    virtualenv().file(".project", "/home/u/project")
}

/// Packages in the sense of PEP 582, as pdm made them.
pub(crate) fn pep582() -> Fixture {
    Fixture::default()
        .program("3.8/bin/pytest", "#!/usr/bin/python3.8\n")
        .and(distribution("3.8/lib", "idna", "3.7", "pdm"))
}

/// The Python that Heroku's build put into the work tree.
pub(crate) fn heroku() -> Fixture {
    Fixture::default()
        .program("bin/python3.6", b"\x7fELF\x02\x01\x01\0")
        .link("bin/python", "python3.6")
        .file("lib/python3.6/os.py", "import sys\n")
        .and(distribution("lib/python3.6/site-packages", "pip", "9.0.1", "pip"))
}

/// Replit's packages.
pub(crate) fn pythonlibs() -> Fixture {
    Fixture::default().program("bin/pip", "#!/home/runner/app/.pythonlibs/bin/python3\n").and(distribution(
        "lib/python3.10/site-packages",
        "flask",
        "2.2.2",
        "pip",
    ))
}

/// A project without any environment.
pub(crate) fn project() -> Fixture {
    Fixture::default()
        .file("README.md", "# Project\n")
        .file("pyproject.toml", "[project]\nname = \"project\"\nversion = \"1\"\n")
        .file("src/project/__init__.py", "")
        .file("src/project/env/__init__.py", "")
        .file("tests/test_project.py", "def test(): pass\n")
        .program("bin/deploy", "#!/bin/sh\n")
        .file("lib/helper.sh", "true\n")
        .file("scripts/build.py", "print(1)\n")
}
