//! Tests of the names that decide: every marker has a row here, and nothing is found without one of those that decide.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::detect::description::describe;
use crate::detect::find::MarkerFinder;
use crate::detect::marker::PathMarker;
use crate::detect::signals::LayoutSignals;
use crate::path::RepoPath;
use crate::tree::EntryKind::{self, File, Link};
use crate::tree::{Entry, NoopVisitor, OwnedEntry, Visitor};

/// The blob of virtualenv's own ignore file.
const OWN_IGNORE: [u8; 20] =
    *b"\xed\xe8\x0b\x85\xf0\xf3\x0f\x7d\x19\xce\x1a\x46\xd6\xb4\x21\xfa\xc3\xc1\xf8\x2f";

/// What is known of a marker.
struct Row {
    /// Entries that have it, in a root named `e`.
    paths: &'static [&'static str],
    kind: EntryKind,
    /// Whether one of the names has to decide.
    decides: bool,
    /// The marker after it: all of them are in one line.
    next: Option<PathMarker>,
}

/// The first marker.
const FIRST: PathMarker = PathMarker::Config;

/// Every marker, without a rest: a new one needs a row, and a decision.
fn row(marker: PathMarker) -> Row {
    use PathMarker as M;
    let (paths, kind, decides, next): (&'static [&'static str], _, _, _) = match marker {
        M::Config => (&["e/pyvenv.cfg"], File, true, M::Activation),
        M::Activation => (&["e/bin/activate", "e/Scripts/ACTIVATE.bat"], File, true, M::Deactivation),
        M::Deactivation => {
            (&["e/bin/deactivate.bat", "e/bin/deactivate.csh"], File, false, M::LooseActivation)
        }
        M::LooseActivation => (&["e/activate", "e/activate.fish"], File, true, M::LooseScript),
        M::LooseScript => (&["e/python3", "e/pip", "e/pydoc.bat"], File, false, M::ActivateThis),
        M::ActivateThis => (&["e/bin/activate_this.py"], File, true, M::Interpreter),
        M::Interpreter => (&["e/bin/python", "e/bin/PYTHON"], File, false, M::RootInterpreter),
        M::RootInterpreter => (&["e/python.exe"], File, false, M::PipScript),
        M::PipScript => {
            (&["e/bin/pip", "e/bin/pip3", "e/bin/pip3.12", "e/bin/wheel"], File, false, M::PythonConfig)
        }
        M::PythonConfig => (&["e/bin/python-config"], File, false, M::SitePackages),
        M::SitePackages => (&["e/lib/python3.12/site-packages/six.py"], File, true, M::SeededPip),
        M::SeededPip => (&["e/Lib/site-packages/pip/x.py"], File, true, M::LegacyPrefix),
        M::LegacyPrefix => (&["e/lib/python2.7/orig-prefix.txt"], File, true, M::StandardLibraryLink),
        M::StandardLibraryLink => (&["e/lib/python2.7/os.py"], Link, true, M::StandardLibraryFile),
        M::StandardLibraryFile => {
            (&["e/Lib/os.py", "e/Lib/python38.zip", "e/Lib/os.pyc"], File, false, M::FrameworkLink)
        }
        M::FrameworkLink => (&["e/.Python"], Link, true, M::IncludeLink),
        M::IncludeLink => (&["e/include/python3.7m"], Link, true, M::SiteHeader),
        M::SiteHeader => (&["e/include/site/python3.8/greenlet/greenlet.h"], File, true, M::LocalLink),
        M::LocalLink => (&["e/local/bin", "e/local/lib"], Link, false, M::ManualPage),
        M::ManualPage => (&["e/share/man/man1/ttx.1"], File, true, M::JupyterData),
        M::JupyterData => (&["e/share/jupyter/kernels/python3/kernel.json"], File, false, M::PackageData),
        M::PackageData => (&["e/share/jupyter/labextensions/a/b.js"], File, false, M::TargetInstall),
        M::TargetInstall => (&["e/six-1.0.dist-info/METADATA"], File, false, M::UvCache),
        M::UvCache => (&["e/archive-v0/a/b"], File, false, M::ImageFile),
        M::ImageFile => (&["e/Dockerfile"], File, false, M::Lib64Link),
        M::Lib64Link => (&["e/lib64"], Link, true, M::SelfCheck),
        M::SelfCheck => (&["e/pip-selfcheck.json"], File, true, M::CacheTag),
        M::CacheTag => (&["e/CACHEDIR.TAG"], File, true, M::OwnIgnore),
        M::OwnIgnore => (&["e/.gitignore"], File, true, M::Lock),
        M::Lock => (&["e/.lock"], File, false, M::CondaHistory),
        M::CondaHistory => (&["e/conda-meta/history"], File, true, M::CondaRecord),
        M::CondaRecord => (&["e/conda-meta/xz-5.2.5-h1de35cc_0.json"], File, true, M::PixiFile),
        M::PixiFile => (&["e/conda-meta/pixi"], File, true, M::Pypackages),
        M::Pypackages => (&["e/__pypackages__/3.8/lib/six.py"], File, true, M::ToxInfo),
        M::ToxInfo => (&["e/.tox-info.json"], File, false, M::Project),
        M::Project => return Row { paths: &["e/.project"], kind: File, decides: false, next: None },
    };
    Row { paths, kind, decides, next: Some(next) }
}

fn all() -> Vec<PathMarker> {
    std::iter::successors(Some(FIRST), |marker| row(*marker).next).collect()
}

/// The markers of a path, with the roots that they would be of.
fn markers_of(path: &str, kind: EntryKind) -> Vec<(PathMarker, String)> {
    let mut noop = NoopVisitor;
    let mut finder = MarkerFinder::new(&mut noop);
    finder.entry(&Entry { path: path.as_bytes(), kind, id: &OWN_IGNORE, size: None, is_unmerged: false });
    let roots = finder.candidates.into_iter();
    let text = |root: &[u8]| String::from_utf8_lossy(root).into_owned();
    roots
        .flat_map(|(root, candidate)| candidate.markers.into_keys().map(move |it| (it, text(&root))))
        .collect()
}

/// Returns whether a name in a path decides, as a pass over trees sees it: directories are no links.
fn has_deciding_name(path: &str, kind: EntryKind) -> bool {
    let parts: Vec<&[u8]> = path.as_bytes().split(|&byte| byte == b'/').collect();
    let last = parts.len() - 1;
    parts.iter().enumerate().any(|(place, part)| {
        let (is_link, id) =
            if place == last { (kind == Link, &OWN_IGNORE[..]) } else { (false, &[0; 20][..]) };
        may_decide(part, is_link, id)
    })
}

/// Returns whether a marker decides as this entry has it: links to interpreters and programs of Windows do.
fn decides(marker: PathMarker, path: &str, kind: EntryKind) -> bool {
    let is_program = path.to_ascii_lowercase().ends_with(".exe");
    match marker {
        PathMarker::Interpreter => kind == Link || is_program,
        PathMarker::PipScript => is_program,
        _ => row(marker).decides,
    }
}

#[test]
fn every_row_shows_its_marker() {
    for marker in all() {
        let Row { paths, kind, .. } = row(marker);
        for path in paths {
            let found = markers_of(path, kind);
            assert!(found.iter().any(|(it, _)| *it == marker), "{marker:?}: {path}: {found:?}");
            let root = if marker == PathMarker::Pypackages { "e/__pypackages__" } else { "e" };
            assert!(found.iter().any(|(_, it)| it == root), "{path}: {found:?}");
        }
    }
}

#[test]
fn a_marker_that_decides_has_a_name_that_does() {
    for marker in all() {
        let Row { paths, kind, decides, .. } = row(marker);
        for path in paths.iter().filter(|_| decides) {
            assert!(has_deciding_name(path, kind), "{marker:?}: {path}");
        }
    }
    for (path, kind) in [("e/bin/python3", Link), ("e/bin/Python.exe", File), ("e/Scripts/PIP3.exe", File)] {
        assert!(has_deciding_name(path, kind), "{path}");
    }
    for path in ["e/src/app.py", "bin/tool", "lib/a.js", ".gitignore/x", "Dockerfile", "e/deactivate.html"] {
        assert!(!has_deciding_name(path, File), "{path}");
    }
}

/// What a candidate with these markers would show; nothing was read, because nothing of them is.
fn signals(root: &str, markers: &[PathMarker]) -> LayoutSignals {
    let entries = |marker: &PathMarker| {
        let Row { paths, kind, .. } = row(*marker);
        let path = |path: &&str| {
            let path = format!("{root}{}", path.strip_prefix('e').unwrap_or(path));
            RepoPath::new(path.into_bytes()).expect("a path")
        };
        let entries = paths.iter().map(|it| OwnedEntry {
            path: path(it),
            kind,
            id: None,
            size: None,
            is_unmerged: false,
        });
        (*marker, entries.collect::<Vec<_>>())
    };
    LayoutSignals {
        root: RepoPath::new(root.as_bytes()).expect("a path"),
        markers: markers.iter().map(entries).collect::<BTreeMap<_, _>>(),
        config: None,
        activation: None,
        absolute_links: BTreeMap::new(),
        cache_tag: None,
        unread: Vec::new(),
    }
}

/// All combinations of some markers.
fn combinations(of: &[PathMarker]) -> impl Iterator<Item = Vec<PathMarker>> {
    (0..1_u32 << of.len()).map(|chosen| {
        let numbered = of.iter().zip(0..);
        numbered.filter(|(_, place)| chosen >> place & 1 == 1).map(|(marker, _)| *marker).collect()
    })
}

#[test]
fn nothing_is_found_without_a_marker_that_decides() {
    let weak: Vec<PathMarker> = all().into_iter().filter(|marker| !row(*marker).decides).collect();
    // What speaks against an environment is left out in turn; what decides nothing anywhere is always there.
    let silent = [PathMarker::ImageFile, PathMarker::PythonConfig, PathMarker::LocalLink];
    let varied: Vec<PathMarker> = weak.iter().copied().filter(|marker| !silent.contains(marker)).collect();
    assert!(varied.len() > 10, "{varied:?}");
    for chosen in combinations(&varied) {
        let markers: Vec<PathMarker> = silent.iter().chain(&chosen).copied().collect();
        let found = describe(&signals("e", &markers));
        assert!(found.is_none(), "{markers:?}: {found:?}");
    }
    for root in ["a/.tox/py312", ".nox/tests", "usr", "tests/data", "x/python", "venv"] {
        for left_out in &weak {
            let markers: Vec<PathMarker> = weak.iter().copied().filter(|it| it != left_out).collect();
            assert!(describe(&signals(root, &markers)).is_none(), "{root} without {left_out:?}");
        }
    }
}

#[test]
fn weak_markers_are_nothing_by_themselves() {
    let weak: Vec<PathMarker> = all().into_iter().filter(|marker| is_weak(*marker)).collect();
    let most: Vec<PathMarker> = all().into_iter().filter(|marker| !is_weak(*marker)).collect();
    assert!(weak.len() > 10 && most.len() > 10, "{weak:?}");
    for root in ["e", "a/.tox/py312", ".nox/tests", "usr", "tests/data", ".heroku/x"] {
        assert!(!may_be_environment(root.as_bytes(), weak.iter()), "{root}");
        for marker in &most {
            assert!(may_be_environment(root.as_bytes(), weak.iter().chain([marker])), "{marker:?}");
        }
    }
    for markers in combinations(&weak) {
        let found = describe(&signals("e", &markers));
        assert!(found.is_none(), "{markers:?}: {found:?}");
    }
    for root in [".heroku/python", "x/.pythonlibs", ".python_packages"] {
        assert!(may_be_environment(root.as_bytes(), [PathMarker::SitePackages].iter()), "{root}");
    }
}

#[test]
fn a_marker_that_decides_is_not_for_nothing() {
    // The search above can fail: with one more marker it does.
    let markers = [PathMarker::PipScript, PathMarker::Interpreter, PathMarker::SitePackages];
    assert!(describe(&signals("e", &markers)).is_some());
}

#[test]
fn own_ignore_files_and_invalid_names_decide() {
    assert!(may_decide(b".gitignore", false, &OWN_IGNORE));
    assert!(!may_decide(b".gitignore", false, &[1; 20]));
    for name in ["", ".", "..", "a/b", "/", ".venv", ".python_packages", "pythonw.exe"] {
        assert!(may_decide(name.as_bytes(), false, &[1; 20]), "{name}");
    }
}

/// Parts of paths: all that rows have, in other spellings too, and others.
fn parts() -> Vec<String> {
    let rows = all().into_iter().flat_map(|marker| row(marker).paths);
    let mut parts: Vec<String> = rows.flat_map(|path| path.split('/')).map(str::to_owned).collect();
    let upper: Vec<String> = parts.iter().map(|part| part.to_ascii_uppercase()).collect();
    parts.extend(upper);
    let more = [
        "src",
        "lib64",
        "Scripts",
        "scripts",
        "pypy3.10",
        "python3.13t",
        "Library",
        "Python",
        "3.8",
        "pip.exe",
        "PYTHON.EXE",
        "pypy.exe",
        "activate.nu",
        "isympy.1",
        ".venv",
        "codecs.py",
        "pip-24.0.dist-info",
        "etc",
        "nbconfig",
        "notebook.d",
        ".tox-config1",
        "no-global-site-packages.txt",
        "history",
        "__pycache__",
    ];
    parts.extend(more.map(str::to_owned));
    parts.sort();
    parts.dedup();
    parts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Whatever path shows a marker that decides, one of its names decides.
    #[test]
    fn no_path_is_missed(
        parts in prop::collection::vec(prop::sample::select(parts()), 1..7),
        kind in prop::sample::select(vec![File, Link, EntryKind::Executable, EntryKind::Submodule]),
    ) {
        let path = parts.join("/");
        let deciding = markers_of(&path, kind).into_iter().any(|(marker, _)| decides(marker, &path, kind));
        prop_assert!(!deciding || has_deciding_name(&path, kind), "{}", path);
    }
}
