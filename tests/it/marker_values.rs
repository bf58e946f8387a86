//! The values of markers, read without Python: where one is known, it is the one that the environment's own Python has.
#![cfg(unix)]

use std::path::{Path, PathBuf};

use git_pyenv::detect;
use git_pyenv::fs::DiskTree;
use git_pyenv::inspect::{inspect, marker_environment};
use git_pyenv::python::MarkerEnvironment;

use crate::support::health::{pythons, run};
use crate::support::repository::Sandbox;
use crate::support::sandbox::{skip, tool};

/// Prints what the pip that comes with a Python takes for the values.
const DEFAULT_ENVIRONMENT: &str = "\
import glob, json, os, sys
try:
    import ensurepip
    bundled = [os.path.join(os.path.dirname(ensurepip.__file__), '_bundled')]
except ImportError:
    bundled = []
for directory in bundled + ['/usr/share/python-wheels']:
    sys.path[:0] = glob.glob(os.path.join(directory, 'pip-*.whl'))
from pip._vendor.packaging.markers import default_environment
print(json.dumps(default_environment()))
";

/// The values of an environment of the sandbox, by the names of the variables.
fn values(sandbox: &Sandbox, name: &str) -> Vec<(&'static str, Option<String>)> {
    let holder = sandbox.path("repo");
    let detection = detect::environments(&DiskTree::new(&holder)).expect("a tree");
    let found = detection.environments.iter().find(|found| found.root.as_str() == Some(name));
    let directory = holder.join(name);
    let environment = marker_environment(&directory, &inspect(&directory, found.expect("an environment")));
    let MarkerEnvironment {
        implementation_name,
        implementation_version,
        os_name,
        platform_machine,
        platform_python_implementation,
        platform_system,
        python_full_version,
        python_version,
        sys_platform,
    } = environment;
    vec![
        ("implementation_name", implementation_name),
        ("implementation_version", implementation_version),
        ("os_name", os_name),
        ("platform_machine", platform_machine),
        ("platform_python_implementation", platform_python_implementation),
        ("platform_system", platform_system),
        ("python_full_version", python_full_version),
        ("python_version", python_version),
        ("sys_platform", sys_platform),
    ]
}

/// Asserts that all values are known and those of the environment's Python.
fn assert_same(sandbox: &Sandbox, name: &str) {
    let python = sandbox.path("repo").join(name).join("bin/python");
    let asked = sandbox.at("repo").run(&python, &["-c", DEFAULT_ENVIRONMENT]);
    if asked.status != Some(0) {
        return skip(&format!("there is no pip to ask in {name}: {}", asked.said()));
    }
    let asked = asked.json();
    for (variable, value) in values(sandbox, name) {
        assert_eq!(value.as_deref(), asked[variable].as_str(), "{variable} of {name}");
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

#[test]
fn values_are_those_of_the_python() {
    let sandbox = Sandbox::repository();
    let place = sandbox.at("repo");
    for (minor, python) in pythons() {
        place.run(&python, &["-m", "venv", "--without-pip", &format!("venv{minor}")]).ended(0);
        place.run(&python, &["-m", "venv", "--without-pip", "--copies", &format!("copy{minor}")]).ended(0);
        assert_same(&sandbox, &format!("venv{minor}"));
        assert_same(&sandbox, &format!("copy{minor}"));
    }
    let newest = pythons().pop().map(|(_, python)| python);
    let newest = newest.as_deref().map(text);
    let system = Some(PathBuf::from("/usr/bin/python3")).filter(|python| python.exists());
    let others = [
        ("virtualenv", tool("virtualenv"), newest.map(|python| vec!["--no-seed", "--python", python])),
        ("uv", tool("uv"), newest.map(|python| vec!["venv", "--quiet", "--python", python])),
        ("system", system, Some(vec!["-m", "venv", "--without-pip"])),
    ];
    for (name, program, arguments) in others {
        let Some((program, arguments)) = program.zip(arguments) else { continue };
        if run(&place, &program, &[arguments, vec![name]].concat()) {
            assert_same(&sandbox, name);
        }
    }
}

#[test]
fn a_stale_record_is_not_believed() {
    let Some((minor, python)) = pythons().pop() else { return };
    let sandbox = Sandbox::repository();
    sandbox.at("repo").run(&python, &["-m", "venv", "--without-pip", "venv"]).ended(0);
    let config = String::from_utf8_lossy(&sandbox.read("repo/venv/pyvenv.cfg")).into_owned();
    let stale: String =
        config
            .lines()
            .map(|line| {
                if line.starts_with("version") {
                    "version = 3.4.99\n".to_owned()
                } else {
                    format!("{line}\n")
                }
            })
            .collect();
    sandbox.write("venv/pyvenv.cfg", stale);
    assert_same(&sandbox, "venv");
    let of =
        |name: &str| values(&sandbox, "venv").into_iter().find(|(other, _)| *other == name).expect("one").1;
    // Without an interpreter there is nothing that a record which contradicts the directories could agree with.
    sandbox.at("repo").run("rm", &["-r", "venv/bin"]).ended(0);
    sandbox.write("venv/bin/activate", "VIRTUAL_ENV=/x\n");
    assert_eq!([of("python_version"), of("python_full_version"), of("sys_platform")], [None, None, None]);
    sandbox.write("venv/pyvenv.cfg", format!("home = /nowhere/bin\nversion = 3.{minor}.0\n"));
    assert_eq!([of("python_version"), of("python_full_version")], [Some(format!("3.{minor}")), None]);
}

/// What an installation says of itself comes before the name of its directory, and counts if it is about the same Python.
#[test]
fn installations_describe_themselves() {
    let details = r#"{"language": {"version_info":
        {"major": 3, "minor": 14, "micro": 1, "releaselevel": "candidate", "serial": 2}}}"#;
    let header = "#define PY_VERSION \"3.7.16\"\n";
    let other = "#define PY_VERSION \"3.11.2\"\n";
    let cases = [
        ("3.14", "lib/python3.14/build-details.json", details, Some("3.14.1rc2")),
        ("3.7", "include/python3.7m/patchlevel.h", header, Some("3.7.16")),
        ("3.12", "include/python3.12/patchlevel.h", other, Some("3.12.9")),
    ];
    for (version, file, text, expected) in cases {
        let sandbox = Sandbox::repository();
        sandbox.write_program(format!("base/{version}.9/bin/python{version}"), "#!/bin/sh\n");
        sandbox.write(format!("base/{version}.9/{file}"), text);
        sandbox.write("venv/pyvenv.cfg", format!("home = /nowhere\nversion = {version}.1\n"));
        sandbox.write("venv/bin/activate", "VIRTUAL_ENV=/x\n");
        sandbox.link("venv/bin/python", format!("../../base/{version}.9/bin/python{version}"));
        let found = values(&sandbox, "venv");
        let of =
            |name: &str| found.iter().find(|(other, _)| *other == name).and_then(|(_, value)| value.clone());
        assert_eq!(of("python_full_version").as_deref(), expected, "{version}");
        let implementation = expected.map(|version| version.replace("rc", "c"));
        assert_eq!(of("implementation_version"), implementation, "{version}");
        assert_eq!(of("sys_platform"), None, "a script is for no system");
    }
}

#[test]
fn environments_of_windows_say_so() {
    let sandbox = Sandbox::repository();
    sandbox.write("venv/Lib/site-packages/x.py", "");
    let mut launcher = vec![0; 0x80];
    launcher[..2].copy_from_slice(b"MZ");
    launcher[0x3c] = 0x80;
    launcher.extend(b"PE\0\0\x64\x86");
    sandbox.write("venv/Scripts/python.exe", launcher);
    sandbox.write("venv/Scripts/activate", "VIRTUAL_ENV='C:\\venv'\n");
    // Later than the interpreter: an older one could tell of another.
    sandbox.write("venv/pyvenv.cfg", "home = C:\\Python312\nversion = 3.12.1\n");
    let known: Vec<String> = values(&sandbox, "venv")
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", value?)))
        .collect();
    assert_eq!(
        known,
        [
            "implementation_name=cpython",
            "implementation_version=3.12.1",
            "os_name=nt",
            "platform_machine=AMD64",
            "platform_python_implementation=CPython",
            "platform_system=Windows",
            "python_full_version=3.12.1",
            "python_version=3.12",
            "sys_platform=win32",
        ]
    );
}
