//! 200 runs of `cleanup`, each killed before another change of the disk: what it was about is whole, or gone and recorded,
//! or the next run finishes; the log stays unbroken and nothing else changes.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::environments as env;
use crate::support::removable::{self, content, contents};
use crate::support::repository::Sandbox;

/// How many runs are killed.
const KILLS: usize = 200;
/// The environments with a directory of their own.
const ENVIRONMENTS: [&str; 2] = ["venv", "old"];
/// Everything that a cleanup deletes.
const SELECTED: [&str; 7] = ["venv", "old", "service", "remnant", "app/__pycache__", ".pytest_cache", ".tox"];

/// A sandbox whose repository is made anew for each run.
struct Scene {
    sandbox: Sandbox,
    /// Everything in the repository but the git directory, as it is at first.
    whole: BTreeMap<PathBuf, Vec<u8>>,
    index: Vec<u8>,
}

impl Scene {
    /// A repository with environments, one of them among project files, a remnant and caches; `None`, said aloud, without a
    /// Python.
    fn new() -> Option<Self> {
        let sandbox = removable::repository_in_memory()?;
        removable::make(&sandbox, "old")?;
        removable::make(&sandbox, "service")?;
        // Ignored, so that `fix` has nothing to write.
        sandbox.commit(".gitignore", "/remnant\n");
        sandbox.write("service/app.py", "VALUE = 1\n");
        sandbox.git(&["add", "--force", "service/app.py"]);
        sandbox.write("service/draft.py", "VALUE = 2\n");
        env::venv(12).only(&["pyvenv.cfg"]).under("remnant").write_to(&sandbox, "repo");
        for path in [
            ".pytest_cache/CACHEDIR.TAG",
            ".pytest_cache/v/lastfailed",
            ".tox/log",
            "app/__pycache__/m.cpython-312.pyc",
        ] {
            sandbox.write(path, "x");
        }
        sandbox.write("notes.txt", "mine\n");
        sandbox.at("").run("cp", &["-a", "repo", "pristine"]).ended(0);
        let (whole, index) = (contents(&sandbox).into_iter().collect(), sandbox.read("repo/.git/index"));
        Some(Self { sandbox, whole, index })
    }

    fn reset(&self) {
        fs::remove_dir_all(self.sandbox.path("repo")).expect("no repository");
        self.sandbox.at("").run("cp", &["-a", "pristine", "repo"]).ended(0);
    }

    /// Runs a cleanup that is killed before the change with a number; says whether it was.
    fn kill(&self, mode: &str, number: u64) -> bool {
        let points = format!("{mode}kill:any:{number}");
        let run = self.sandbox.at("repo").with("PYENV_STOP_POINT", &points);
        let run = run.pyenv(&["cleanup", "--force", "--target", "all"]);
        assert!(run.status.is_none_or(|status| status == 0), "{points}: {}", run.said());
        run.status.is_none()
    }

    /// How many changes a run makes, about.
    fn changes(&self, mode: &str) -> u64 {
        let (mut low, mut high) = (0, 4096);
        while high - low > 8 {
            let middle = (low + high) / 2;
            self.reset();
            if self.kill(mode, middle) { low = middle } else { high = middle }
        }
        high
    }

    /// What is at and below a path now, without what a run puts beside it.
    fn at(&self, path: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let top = self.sandbox.path("repo").join(path);
        self.now().into_iter().filter(|(found, _)| found.starts_with(&top)).collect()
    }

    fn now(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        contents(&self.sandbox).into_iter().collect()
    }

    /// What nobody selects has to stay as it is.
    fn assert_nothing_else_changed(&self, when: &str) {
        let root = self.sandbox.path("repo");
        let is_mine = |path: &Path| {
            let below = path.strip_prefix(&root).expect("below");
            let is_project = below.starts_with("service")
                && below.extension().is_some_and(|end| end == "py")
                && below.components().count() == 2;
            let is_own = path.to_string_lossy().contains("/.git-pyenv-");
            is_project || !(is_own || SELECTED.iter().any(|selected| below.starts_with(selected)))
        };
        let mine = |all: &BTreeMap<PathBuf, Vec<u8>>| -> Vec<(PathBuf, Vec<u8>)> {
            all.iter()
                .filter(|(path, _)| is_mine(path))
                .map(|(path, bytes)| (path.clone(), bytes.clone()))
                .collect()
        };
        assert_eq!(mine(&self.now()), mine(&self.whole), "{when}");
        assert_eq!(self.sandbox.read("repo/.git/index"), self.index, "{when}");
    }

    /// The entries of the log, which has to be unbroken.
    fn log(&self, when: &str) -> Vec<Value> {
        let run = self.sandbox.pyenv(&["log", "--verify"]);
        assert_eq!(run.status, Some(0), "{when}: {}", run.said());
        let log = fs::read(self.sandbox.path("repo/.git/pyenv/audit-log.jsonl")).unwrap_or_default();
        let lines = log.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
        lines.collect()
    }

    /// An environment is gone, and its snapshot is there.
    fn assert_recorded(&self, log: &[Value], name: &str, when: &str) {
        let place = self.sandbox.path("repo").join(name);
        let is_end = |entry: &&Value| entry["event"] == "done" && entry["path"] == *place.to_string_lossy();
        let ends: Vec<&Value> = log.iter().filter(is_end).collect();
        assert_eq!(ends.len(), 1, "{when}: {name}: {log:#?}");
        let id = ends[0]["snapshot"].as_str().expect("a snapshot");
        let snapshot = self.sandbox.read(&format!("repo/.git/pyenv/snapshots/{id}.json"));
        let snapshot: Value = serde_json::from_slice(&snapshot).expect("JSON");
        if name != "remnant" {
            assert_eq!(snapshot["distributions"][0]["name"], "mine", "{when}: {name}");
        }
    }

    /// Every directory and file that a run could have left anywhere in the sandbox.
    fn left_over(&self) -> Vec<PathBuf> {
        let listed = self.sandbox.listing().into_iter().map(|(path, ..)| path);
        let repository = self.sandbox.path("repo");
        let snapshots = repository.join(".git/pyenv/snapshots");
        let recorded = |name: &Path| snapshots.join(format!("{}.json", name.to_string_lossy())).exists();
        let is_left = |path: &PathBuf| {
            let name = path.file_name().map(PathBuf::from).unwrap_or_default();
            let is_temporary = name.to_string_lossy().starts_with(".git-pyenv-");
            let is_copy = path.parent().is_some_and(|above| above.ends_with(".git/pyenv/copies"));
            let is_text = path.extension().is_some_and(|end| end == "txt") && path.starts_with(&snapshots);
            let stem = || path.file_stem().map(PathBuf::from).unwrap_or_default();
            is_temporary || (is_copy && !recorded(&name)) || (is_text && !recorded(&stem()))
        };
        listed.filter(|path| path.starts_with(&repository)).filter(is_left).collect()
    }

    /// Kills one run and looks at what is left, then lets the next one do its work.
    fn check(&self, mode: &str, number: u64) {
        let when = format!("{mode}kill:any:{number}");
        self.reset();
        self.kill(mode, number);
        self.assert_nothing_else_changed(&when);
        self.log(&when);
        if number.is_multiple_of(2) {
            // A run that deletes nothing by itself.
            self.sandbox.pyenv(&["fix"]).ended(0);
            let log = self.log(&when);
            for name in ENVIRONMENTS {
                let (found, top) = (self.at(name), self.sandbox.path("repo").join(name));
                if found.is_empty() {
                    self.assert_recorded(&log, name, &when);
                } else {
                    let whole = self.whole.iter().filter(|(path, _)| path.starts_with(&top));
                    assert_eq!(
                        found,
                        whole.map(|(path, bytes)| (path.clone(), bytes.clone())).collect(),
                        "{when}"
                    );
                }
            }
        }
        self.sandbox.pyenv(&["cleanup", "--force", "--target", "all"]).ended(0);
        let log = self.log(&when);
        for name in ["venv", "old", "service", "remnant"] {
            self.assert_recorded(&log, name, &when);
        }
        self.assert_nothing_else_changed(&when);
        assert_eq!(self.left_over(), [] as [PathBuf; 0], "{when}");
        for selected in SELECTED.iter().filter(|selected| **selected != "service") {
            assert_eq!(self.at(selected), BTreeMap::new(), "{when}");
        }
        let files = self.at("service").into_keys().filter(|path| content(path) != b"").count();
        assert_eq!(files, 2, "{when}: {:?}", self.at("service").keys());
    }
}

/// The numbers of a generator with a fixed start (<https://www.jstatsoft.org/article/view/v008i14>).
fn random(seed: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(seed), |last| {
        let mut next = *last;
        next ^= next << 13;
        next ^= next >> 7;
        next ^= next << 17;
        Some(next)
    })
    .skip(1)
}

#[test]
fn whatever_is_killed_the_next_run_finishes() {
    let workers = [("", 0x9e37_79b9_7f4a_7c15), ("refuse:move-aside,", 0xd1b5_4a32_d192_ed03)];
    std::thread::scope(|scope| {
        for (mode, seed) in workers {
            scope.spawn(move || {
                let Some(scene) = Scene::new() else { return };
                let changes = scene.changes(mode);
                assert!(changes > 50, "{mode}: {changes}");
                random(seed)
                    .take(KILLS / workers.len())
                    .for_each(|number| scene.check(mode, number % changes));
            });
        }
    });
}
