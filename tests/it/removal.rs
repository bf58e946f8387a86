//! Deleting directories: nothing outside is touched, everything inside goes, and what stays is told.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "tests look at real directories and kill real processes")]

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use git_pyenv::fs::{RemovedTree, list_tree, remove_tree};
use git_pyenv::ports::{NoProgress, Progress};
use rustix::fs::{Mode, OFlags, mkdirat, openat};
use tempfile::TempDir;

use crate::support::sandbox::skip;

/// A directory `tree` to delete, beside an `outside` that has to stay.
struct Scene {
    _directory: TempDir,
    root: PathBuf,
}

impl Scene {
    fn new() -> Self {
        Self::below(&std::env::temp_dir())
    }

    fn below(place: &Path) -> Self {
        let directory = TempDir::new_in(place).expect("a temporary directory");
        let root = directory.path().to_path_buf();
        let scene = Self { _directory: directory, root };
        scene.write("outside/file", "kept");
        scene.write("tree/pyvenv.cfg", "home = /usr/bin\n");
        scene
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.join(name)
    }

    fn write(&self, name: impl AsRef<Path>, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    fn remove(&self) -> RemovedTree {
        remove_tree(&self.path("tree"), &NoProgress).expect("a removal")
    }

    #[track_caller]
    fn assert_gone(&self) {
        assert!(fs::symlink_metadata(self.path("tree")).is_err(), "the tree is still there");
        self.assert_outside();
    }

    #[track_caller]
    fn assert_outside(&self) {
        assert_eq!(fs::read_to_string(self.path("outside/file")).expect("a file"), "kept");
    }
}

/// Counts what it is told.
#[derive(Default)]
struct Counter(AtomicU64);

impl Progress for Counter {
    fn phase(&self, _: &str, _: Option<u64>) {}
    fn advance(&self, things: u64, _: u64) {
        self.0.fetch_add(things, Ordering::Relaxed);
    }
    fn finish(&self) {}
}

#[test]
fn links_go_and_what_they_lead_to_stays() {
    let scene = Scene::new();
    fs::create_dir(scene.path("tree/bin")).expect("a directory");
    symlink(scene.path("outside"), scene.path("tree/lib")).expect("a link");
    symlink(scene.path("outside/file"), scene.path("tree/bin/python")).expect("a link");
    symlink("..", scene.path("tree/bin/up")).expect("a link");
    symlink("nowhere", scene.path("tree/dangling")).expect("a link");
    let counter = Counter::default();
    let outcome = remove_tree(&scene.path("tree"), &counter).expect("a removal");
    assert_eq!(outcome, RemovedTree { removed: 7, ..RemovedTree::default() });
    assert_eq!(counter.0.into_inner(), 5, "directories are no files");
    scene.assert_gone();
}

#[test]
fn what_is_no_directory_is_left_alone() {
    let scene = Scene::new();
    symlink("outside", scene.path("link")).expect("a link");
    for name in ["link", "outside/file", "nowhere"] {
        let error = remove_tree(&scene.path(name), &NoProgress).expect_err("no removal");
        assert_eq!(error.kind(), git_pyenv::error::ErrorKind::Action, "{error}");
    }
    assert!(fs::symlink_metadata(scene.path("link")).is_ok());
    scene.assert_outside();
}

#[test]
fn hostile_names_go() {
    let scene = Scene::new();
    let names: [&[u8]; 7] = [b"a\nb", b"\xff\xfe", b"-rf", b"\x1b[31m", b"...", b" ", &[b'x'; 255]];
    for name in names {
        let name = OsStr::from_bytes(name);
        scene.write(Path::new("tree").join(name).join(name), "");
    }
    assert_eq!(scene.remove().kept, []);
    scene.assert_gone();
}

#[test]
fn directories_deeper_than_any_path_go() {
    let scene = Scene::new();
    let name = OsStr::from_bytes(&[b'd'; 200]);
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut directory = rustix::fs::open(scene.path("tree"), flags, Mode::empty()).expect("a directory");
    for level in 0..3000 {
        mkdirat(&directory, name, Mode::RWXU).expect("a directory");
        let below = openat(&directory, name, flags, Mode::empty()).expect("a directory");
        let file = OFlags::CREATE | OFlags::WRONLY | OFlags::CLOEXEC;
        openat(&directory, format!("file{level}"), file, Mode::RUSR).expect("a file");
        directory = below;
    }
    let outcome = scene.remove();
    assert_eq!(outcome, RemovedTree { removed: 6002, ..RemovedTree::default() });
    scene.assert_gone();
}

#[test]
fn a_name_that_changes_from_directory_to_link_leads_nowhere() {
    for round in 0..6 {
        let scene = Scene::new();
        for number in 0..200 {
            scene.write(format!("tree/lib/d{number}/deep/file"), "");
            scene.write(format!("outside/deep{number}/file"), "");
        }
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut number = round;
                while !stop.load(Ordering::Relaxed) {
                    number = (number + 7) % 200;
                    let victim = scene.path(format!("tree/lib/d{number}"));
                    let aside = scene.path(format!("tree/aside{number}"));
                    // Each may fail, because the deletion was quicker.
                    if fs::rename(&victim, &aside).is_ok() {
                        let _ = symlink(scene.path("outside"), &victim);
                    }
                }
            });
            let _ = remove_tree(&scene.path("tree"), &NoProgress).expect("a removal");
            stop.store(true, Ordering::Relaxed);
        });
        for number in 0..200 {
            let path = scene.path(format!("outside/deep{number}/file"));
            assert!(fs::symlink_metadata(&path).is_ok(), "round {round}: {} is gone", path.display());
        }
        scene.assert_outside();
    }
}

#[test]
fn a_directory_into_which_somebody_writes_does_not_hang() {
    let scene = Scene::new();
    scene.write("tree/lib/first", "");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let _ = fs::create_dir_all(scene.path("tree/lib"));
                let _ = fs::write(scene.path("tree/lib/another"), "");
            }
        });
        let outcome = remove_tree(&scene.path("tree"), &NoProgress);
        stop.store(true, Ordering::Relaxed);
        let outcome = outcome.expect("a removal");
        assert!(outcome.removed > 0, "{outcome:?}");
    });
    scene.assert_outside();
}

#[test]
fn what_is_mounted_stays_and_is_told() {
    let scene = Scene::new();
    fs::create_dir_all(scene.path("tree/lib/mounted")).expect("a directory");
    scene.write("tree/lib/file", "");
    let mounted = scene.path("tree/lib/mounted");
    let outside = scene.path("outside");
    let mount = Command::new("mount").arg("--bind").args([&outside, &mounted]).stderr(Stdio::null()).status();
    if !mount.is_ok_and(|status| status.success()) {
        return skip("this user cannot mount");
    }
    let seen = list_tree(&scene.path("tree"));
    let outcome = scene.remove();
    let status = Command::new("umount").arg(&mounted).status().expect("umount");
    assert!(status.success());
    let seen = seen.expect("a listing");
    let unseen: Vec<(&[u8], String)> =
        seen.unreadable.iter().map(|skip| (skip.path.as_bytes(), skip.reason.seen_from_root())).collect();
    assert_eq!(unseen, [(b"lib/mounted".as_slice(), "it is a mount point".to_owned())]);
    let told: Vec<(&[u8], &str)> =
        outcome.kept.iter().map(|kept| (kept.path.as_slice(), kept.reason.as_str())).collect();
    assert_eq!(told, [(b"lib/mounted".as_slice(), "it is a mount point")]);
    assert!(fs::symlink_metadata(scene.path("tree/lib/file")).is_err(), "the rest goes");
    assert!(fs::symlink_metadata(scene.path("tree/pyvenv.cfg")).is_ok(), "it is still recognised");
    scene.assert_outside();
    assert_eq!(scene.remove().kept, []);
    scene.assert_gone();
}

/// The directory that a child process of this test deletes.
const VICTIM: &str = "GIT_PYENV_TEST_VICTIM";

/// Runs one test of this binary in a child process, as a user who may not write everywhere.
fn child(test: &str, victim: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command.args(["--exact", test, "--nocapture"]).env(VICTIM, victim);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
    command
}

/// Deletes what the variable names, or else a tree of its own.
#[test]
fn child_deletes_a_tree() {
    // A child process may have no place for temporary files.
    let scene = std::env::var_os(VICTIM).is_none().then(Scene::new);
    let named = std::env::var_os(VICTIM).map(PathBuf::from);
    let victim = named.or_else(|| Some(scene.as_ref()?.path("tree"))).expect("a directory");
    let outcome = remove_tree(&victim, &NoProgress).expect("a removal");
    assert_eq!(outcome.kept, []);
    assert!(fs::symlink_metadata(&victim).is_err());
}

#[test]
fn read_only_directories_go() {
    let scene = Scene::new();
    for name in ["tree/a/b/file", "tree/c/file", "tree/locked/in/file"] {
        scene.write(name, "");
    }
    let modes =
        [("a/b", 0o555), ("a", 0o555), ("c", 0o000), ("locked/in", 0o111), ("locked", 0o444), ("", 0o500)];
    for (name, mode) in modes {
        fs::set_permissions(scene.path("tree").join(name), Permissions::from_mode(mode)).expect("a mode");
    }
    if std::os::unix::fs::MetadataExt::uid(&fs::metadata(&scene.root).expect("metadata")) == 0 {
        // Nothing is read-only for root, so somebody else has to.
        for path in [scene.path("tree"), scene.root.clone()] {
            let owned = Command::new("chown").args(["-R", "65534:65534"]).arg(path).status().expect("chown");
            assert!(owned.success());
        }
        use std::os::unix::process::CommandExt;
        let mut command = child("removal::child_deletes_a_tree", &scene.path("tree"));
        match command.uid(65534).gid(65534).status() {
            Ok(status) => assert!(status.success(), "{status}"),
            Err(_) => return skip("another user cannot run this binary"),
        }
    } else {
        assert_eq!(scene.remove().kept, []);
    }
    scene.assert_gone();
}

#[test]
fn what_a_killed_deletion_leaves_is_still_an_environment() {
    let mut killed = 0;
    for milliseconds in (0..60).step_by(5) {
        let scene = Scene::new();
        for number in 0..400 {
            scene.write(format!("tree/lib/d{}/file{number}", number % 50), "");
        }
        let mut running =
            child("removal::child_deletes_a_tree", &scene.path("tree")).spawn().expect("a process");
        std::thread::sleep(Duration::from_millis(milliseconds));
        // It may have ended by itself.
        let _ = running.kill();
        running.wait().expect("an end");
        let left = fs::symlink_metadata(scene.path("tree")).is_ok();
        let empty = left && fs::read_dir(scene.path("tree")).expect("a directory").next().is_none();
        let told = fs::symlink_metadata(scene.path("tree/pyvenv.cfg")).is_ok();
        assert!(!left || told || empty, "after {milliseconds} ms");
        killed += u32::from(left);
        if left {
            assert_eq!(scene.remove().kept, [], "a second deletion finishes the first");
        }
        scene.assert_gone();
    }
    assert!(killed > 0, "none was killed in time");
}
