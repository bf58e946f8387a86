//! Tests of markers.

use super::*;
use crate::detect::path_class;

#[test]
fn markers() {
    use EntryKind::{Executable, File, Link};
    type MarkerCase = (&'static str, &'static str, EntryKind, Option<(PathMarker, usize)>);
    let cases: [MarkerCase; 36] = [
        ("venv", "pyvenv.cfg", File, Some((PathMarker::Config, 4))),
        ("venv", "PYVENV.CFG", File, Some((PathMarker::Config, 4))),
        ("venv", "pyvenv.cfg", Link, None),
        ("venv/bin", "activate", File, Some((PathMarker::Activation, 4))),
        ("venv/Scripts", "Activate.ps1", File, Some((PathMarker::Activation, 4))),
        ("venv/bin", "python3.12", Link, Some((PathMarker::Interpreter, 4))),
        ("venv/bin", "python-config", File, Some((PathMarker::PythonConfig, 4))),
        ("venv/Scripts", "deactivate.bat", File, Some((PathMarker::Deactivation, 4))),
        ("tools", "activate", File, Some((PathMarker::LooseActivation, 5))),
        ("tools", "ACTIVATE", File, None),
        ("tools", "pip3.12.exe", File, Some((PathMarker::LooseScript, 5))),
        ("tools", "pipeline", File, None),
        ("py", "python38.zip", File, Some((PathMarker::StandardLibraryFile, 2))),
        ("py/lib", "python38.zip", File, Some((PathMarker::StandardLibraryFile, 2))),
        ("py/lib/python3.8", "os.pyc", File, Some((PathMarker::StandardLibraryFile, 2))),
        (
            "py/lib/python3.8/__pycache__",
            "os.cpython-38.pyc",
            File,
            Some((PathMarker::StandardLibraryFile, 2)),
        ),
        ("v/local", "bin", Link, Some((PathMarker::LocalLink, 1))),
        ("app", "Dockerfile.dev", File, Some((PathMarker::ImageFile, 3))),
        ("app", "Dockerfiles", File, None),
        ("venv/Scripts", "python.exe", Executable, Some((PathMarker::Interpreter, 4))),
        ("scripts", "python", File, Some((PathMarker::LooseScript, 7))),
        ("venv/bin", "pip3.12", File, Some((PathMarker::PipScript, 4))),
        ("venv/bin", "pipeline", File, None),
        ("venv/Scripts", "easy_install-3.7.exe", File, Some((PathMarker::PipScript, 4))),
        ("venv/lib/python2.7", "orig-prefix.txt", File, Some((PathMarker::LegacyPrefix, 4))),
        ("venv/lib/python2.7", "os.py", Link, Some((PathMarker::StandardLibraryLink, 4))),
        ("venv/include", "python3.7m", Link, Some((PathMarker::IncludeLink, 4))),
        ("venv/include", "python3.7m", File, None),
        ("c/conda-meta", "xz-5.2.5-h1de35cc_0.json", File, Some((PathMarker::CondaRecord, 1))),
        ("c/conda-meta", "meta.json", File, None),
        ("v/Lib/site-packages", "pip-9.0.egg-info", File, Some((PathMarker::SeededPip, 1))),
        ("bin", "pyvenv.cfg", File, Some((PathMarker::Config, 3))),
        ("v/share/man/man1", "ttx.1", File, Some((PathMarker::ManualPage, 1))),
        ("v/share/man/man1", "git.1", File, None),
        ("v/share/jupyter/kernels/python3", "kernel.json", File, Some((PathMarker::JupyterData, 1))),
        ("v/include/site/python3.8/greenlet", "greenlet.h", File, Some((PathMarker::SiteHeader, 1))),
    ];
    for (directory, name, kind, expected) in cases {
        let directory = directory.as_bytes();
        assert_eq!(of(directory, path_class::of(directory), name.as_bytes(), kind), expected, "{name}");
    }
}

#[test]
fn every_marker_in_a_root_begins_with_a_known_byte() {
    let names = [
        "orig-prefix.txt",
        "no-global-site-packages.txt",
        ".Python",
        "pip-selfcheck.json",
        "CACHEDIR.TAG",
        ".lock",
        ".tox-info.json",
        ".tox-config1",
    ];
    let more = ["activate", "Activate.ps1", "deactivate.bat", "wheel", "easy_install", "pip3", "Dockerfile"];
    let names = names.into_iter().chain(more);
    for name in names.chain([".project", "python.exe", "pyvenv.cfg", "PYVENV.CFG", ".venv"]) {
        let known = in_root(name.as_bytes(), EntryKind::File).is_some() || name == ".venv";
        assert!(known && FIRST_BYTES_IN_ROOT.contains(&name.as_bytes()[0]), "{name}");
    }
}
