//! Staging directories that are committed, swapped, dropped and left by killed runs, also where links take their place.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs;

use super::*;
use crate::fs::identity;
use crate::path::RepoPath;
use crate::ports::NoProgress;

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn built(target: &Path, content: &str) -> StagingDirectory {
    let staging = StagingDirectory::create(target).expect("a staging directory");
    fs::write(staging.new_path().join("file"), content).expect("a file");
    staging
}

fn directory_of(staging: &StagingDirectory) -> PathBuf {
    staging.new_path().parent().expect("a directory").to_path_buf()
}

/// A staging directory as a killed process leaves it.
fn killed(mut staging: StagingDirectory) -> PathBuf {
    let directory = directory_of(&staging);
    staging.name.clear();
    directory
}

#[test]
fn commit_moves_the_new_directory_and_leaves_nothing_else() {
    let top = tempfile::tempdir().expect("a directory");
    let target = top.path().join("a/b/env");
    drop(built(&target, "dropped"));
    assert_eq!(names(top.path()), Vec::<String>::new(), "directories above go too");
    assert!(built(&target, "new").commit().expect("done"));
    assert_eq!(names(&top.path().join("a/b")), ["env"]);
    assert!(!built(&target, "other").commit().expect("taken"));
    assert_eq!(fs::read(target.join("file")).expect("a file"), b"new");
}

#[test]
fn commit_replaces_an_empty_directory_but_no_file() {
    let top = tempfile::tempdir().expect("a directory");
    let target = top.path().join("env");
    fs::create_dir(&target).expect("a directory");
    assert!(built(&target, "new").commit().expect("done"));
    let file = top.path().join("file");
    fs::write(&file, "x").expect("a file");
    assert!(!built(&file, "new").commit().expect("taken"));
    assert_eq!(names(top.path()), ["env", "file"]);
    assert!(StagingDirectory::create(&file.join("env")).is_err());
    assert_eq!(names(top.path()), ["env", "file"]);
}

#[test]
fn swap_exchanges_two_directories() {
    let top = tempfile::tempdir().expect("a directory");
    let target = top.path().join("env");
    assert!(built(&target, "old").commit().expect("done"));
    let mut staging = built(&target, "new");
    let old = staging.swap(identity(&target)).expect("a swap");
    assert_eq!(fs::read(old.path().join("file")).expect("a file"), b"old");
    assert_eq!(fs::read(target.join("file")).expect("a file"), b"new");
    drop(staging);
    assert_eq!(names(top.path()), ["env"]);
}

#[test]
fn recover_cleans_up_after_killed_runs() {
    let top = tempfile::tempdir().expect("a directory");
    let target = top.path().join("env");
    killed(built(&target, "half"));
    // Killed between the two renames on a system that cannot swap directories.
    assert!(built(&target, "old").commit().expect("done"));
    let left = killed(built(&target, "new"));
    fs::rename(&target, left.join("old")).expect("a renamed directory");
    // Killed before the first files were written.
    fs::create_dir_all(top.path().join(".git-pyenv-bare/.git")).expect("a directory");
    StagingDirectory::recover(&target, &|_| false);
    assert_eq!(names(top.path()), ["env"]);
    assert_eq!(fs::read(target.join("file")).expect("a file"), b"old");
}

#[test]
fn recover_keeps_everything_else() {
    let top = tempfile::tempdir().expect("a directory");
    let target = top.path().join("env");
    let busy = built(&target, "busy");
    killed(built(&top.path().join("other"), "other"));
    fs::create_dir_all(top.path().join(".git-pyenv-mine/notes")).expect("a directory");
    fs::write(top.path().join(".git-pyenv-file"), "x").expect("a file");
    let kept = killed(built(&target, "kept"));
    StagingDirectory::recover(&target, &|directory| directory == kept);
    assert_eq!(names(top.path()).len(), 5);
    assert_eq!(fs::read(busy.new_path().join("file")).expect("a file"), b"busy");
}

#[test]
fn swap_keeps_an_unexpected_target() {
    let top = tempfile::tempdir().expect("a directory");
    let target = top.path().join("env");
    assert!(built(&target, "old").commit().expect("done"));
    let expected = identity(&target);
    let elsewhere = top.path().join("moved");
    fs::rename(&target, &elsewhere).expect("a renamed directory");
    fs::create_dir(&target).expect("a directory");
    fs::write(target.join("file"), "mine").expect("a file");
    assert!(built(&target, "new").swap(expected).is_err());
    // It may also appear between the check and the swap.
    let mut staging = built(&target, "new");
    let replaced = staging.swap_any().expect("a swap");
    assert_eq!(fs::read(target.join("file")).expect("a file"), b"new");
    let error = staging.roll_back(replaced, staging.changed());
    assert!(error.message().seen_from_root().contains("already exists"), "{error}");
    drop(staging);
    assert_eq!(fs::read(target.join("file")).expect("a file"), b"mine");
    fs::remove_dir_all(&target).expect("no directory");
    fs::write(&target, "a file").expect("a file");
    assert!(built(&target, "new").swap(expected).is_err());
    assert_eq!(fs::read(&target).expect("a file"), b"a file");
    assert_eq!(names(top.path()), ["env", "moved"]);
}

/// Somebody who may write to the directory of the target puts a link to another directory in the place of a staging
/// directory, which is then called `away`.
fn swap_for_link(staging: &Path, other: &Path) {
    let away = staging.with_file_name("away");
    fs::rename(staging, &away).expect("a renamed directory");
    std::os::unix::fs::symlink(other, staging).expect("a link");
}

/// A directory that looks like a staging directory inside, and holds what somebody needs.
fn precious(top: &Path) -> PathBuf {
    let other = top.join("precious");
    for content in ["new", "old", "unused", ".git"] {
        fs::create_dir_all(other.join(content).join("objects")).expect("a directory");
        fs::write(other.join(content).join("file"), content).expect("a file");
    }
    fs::write(other.join("place"), "mine").expect("a file");
    fs::write(other.join(".gitignore"), "*\n").expect("a file");
    other
}

#[track_caller]
fn assert_untouched(other: &Path) {
    assert_eq!(names(other), [".git", ".gitignore", "new", "old", "place", "unused"]);
    for content in ["new", "old", "unused", ".git"] {
        assert_eq!(names(&other.join(content)), ["file", "objects"], "{content}");
    }
}

#[test]
fn a_link_in_the_place_of_a_staging_directory_leads_nowhere() {
    // Each step at which the link may appear, and what then comes.
    type Rest = fn(StagingDirectory, &Path);
    let steps: [(&str, Rest); 4] = [
        ("before it is dropped", |staging, _| drop(staging)),
        ("before it is moved to the target", |staging, _| drop(staging.commit())),
        ("before the swap", |mut staging, target| {
            let old = staging.swap(identity(target)).expect("a swap");
            old.remove_tree(&|_| true, &NoProgress).expect("a removal");
        }),
        ("before a file is written", |staging, _| {
            let directory = RepoPath::new(b"lib".as_slice()).expect("a path");
            crate::fs::new_directories(staging.new_directory(), &[directory]).expect("a directory");
            assert!(staging.new_directory().handle.create_entry(b"lib/file", 0o666).is_ok());
        }),
    ];
    for (when, rest) in steps {
        let top = tempfile::tempdir().expect("a directory");
        let (target, other) = (top.path().join("env"), precious(top.path()));
        if when == "before the swap" {
            assert!(built(&target, "old").commit().expect("done"));
        }
        let staging = built(&target, "new");
        swap_for_link(&directory_of(&staging), &other);
        rest(staging, &target);
        assert_untouched(&other);
        // What was moved away is emptied where it is now.
        assert_eq!(names(&top.path().join("away")), Vec::<String>::new(), "{when}");
    }
}

#[test]
fn a_link_that_appears_after_the_swap_leads_nowhere() {
    let top = tempfile::tempdir().expect("a directory");
    let (target, other) = (top.path().join("env"), precious(top.path()));
    assert!(built(&target, "old").commit().expect("done"));
    let mut staging = built(&target, "new");
    let expected = identity(&target);
    let old = staging.swap(expected).expect("a swap");
    swap_for_link(&directory_of(&staging), &other);
    old.remove_tree(&|found| found == expected, &NoProgress).expect("a removal");
    drop(staging);
    assert_untouched(&other);
    assert_eq!(fs::read(target.join("file")).expect("a file"), b"new");
}

#[test]
fn another_directory_in_the_place_of_the_old_one_stays() {
    let top = tempfile::tempdir().expect("a directory");
    let (target, other) = (top.path().join("env"), precious(top.path()));
    assert!(built(&target, "old").commit().expect("done"));
    let mut staging = built(&target, "new");
    let expected = identity(&target);
    let old = staging.swap(expected).expect("a swap");
    fs::rename(old.path(), top.path().join("away")).expect("a renamed directory");
    fs::rename(&other, old.path()).expect("a renamed directory");
    let error = old.remove_tree(&|found| found == expected, &NoProgress).expect_err("another directory");
    assert!(error.message().seen_from_root().contains("replaced in the meantime"), "{error}");
    assert_untouched(old.path());
}

#[test]
fn a_link_in_the_place_of_what_a_killed_run_left_leads_nowhere() {
    let top = tempfile::tempdir().expect("a directory");
    let (target, other) = (top.path().join("env"), precious(top.path()));
    fs::write(other.join("place"), path_to_bytes(&target)).expect("a file");
    let left = killed(built(&target, "half"));
    // It appears between the look at it and its deletion, and when nobody has looked yet.
    StagingDirectory::recover(&target, &|directory| {
        swap_for_link(directory, &other);
        false
    });
    assert!(fs::symlink_metadata(&left).is_ok_and(|left| left.is_symlink()));
    StagingDirectory::recover(&target, &|_| false);
    assert_untouched(&other);
    assert!(StagingDirectory::replaced(&left).is_empty());
}

#[test]
fn what_somebody_else_may_have_filled_is_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let top = tempfile::tempdir().expect("a directory");
    let target = top.path().join("env");
    let left = killed(built(&target, "half"));
    fs::set_permissions(&left, fs::Permissions::from_mode(0o777)).expect("a mode");
    StagingDirectory::recover(&target, &|_| false);
    assert!(left.join("new/file").exists() && StagingDirectory::replaced(&left).is_empty());
    fs::set_permissions(&left, fs::Permissions::from_mode(0o700)).expect("a mode");
    // A repository in its place is none of the first files.
    fs::remove_dir_all(left.join("new")).and_then(|()| fs::remove_file(left.join("place"))).expect("gone");
    fs::create_dir_all(left.join(".git/objects")).expect("a directory");
    StagingDirectory::recover(&target, &|_| false);
    assert!(left.join(".git/objects").exists());
}

fn filling(target: &Path, names: &[&str]) -> InnerStaging {
    let staging = InnerStaging::create(target).expect("a staging directory");
    for name in names {
        staging.new_directory().handle.create_entry(name.as_bytes(), 0o666).expect("a file");
    }
    staging
}

#[test]
fn a_directory_that_exists_is_filled() {
    let top = tempfile::tempdir().expect("a directory");
    let target = top.path().join("env");
    fs::create_dir(&target).expect("a directory");
    fs::write(target.join(".gitignore"), "mine").expect("a file");
    let before = identity(&target);
    drop(filling(&target, &["dropped"]));
    assert_eq!(names(&target), [".gitignore"]);
    assert!(filling(&target, &[".gitignore", "bin", "pyvenv.cfg"]).commit().expect("done"));
    assert_eq!(names(&target), [".gitignore", "bin", "pyvenv.cfg"]);
    assert_eq!(fs::read(target.join(".gitignore")).expect("a file"), b"mine");
    assert!(!filling(&target, &["lib"]).commit().expect("taken"));
    assert_eq!(names(&target), [".gitignore", "bin", "pyvenv.cfg"]);
    assert_eq!(identity(&target), before);
    assert_eq!(names(top.path()), ["env"]);
}

#[test]
fn a_link_is_not_filled() {
    let top = tempfile::tempdir().expect("a directory");
    std::os::unix::fs::symlink(tempfile::tempdir().expect("a directory").path(), top.path().join("env"))
        .expect("a link");
    assert!(InnerStaging::create(&top.path().join("env")).is_err());
}

#[test]
fn what_a_killed_run_moved_up_is_taken_back_and_nothing_else() {
    let top = tempfile::tempdir().expect("a directory");
    let target = top.path().join("env");
    fs::create_dir(&target).expect("a directory");
    let leave = |listed: &dyn Fn(u64) -> String| {
        let staging = filling(&target, &["lib"]);
        let inode =
            staging.new_directory().handle.status_of(b"lib").expect("a status").expect("a file").stamp.inode;
        fs::write(target.join("lib"), "another").expect("a file");
        let path = target.join(bytes_to_path(&staging.name));
        fs::write(path.join("moved"), listed(inode)).expect("a file");
        // As a killed process leaves it: nobody holds the lock.
        let left = target.join(".git-pyenv-left");
        fs::create_dir_all(left.join("new")).expect("a directory");
        for file in ["place", ".gitignore", "moved", "new/lib"] {
            fs::copy(path.join(file), left.join(file)).expect("a copy");
        }
    };
    // Another file has the name, and the list is hostile.
    for listed in ["lib\0", "", "x y\0 \0 .\0", "7 ../../out\0"] {
        leave(&|inode| format!("{inode} {listed}"));
        StagingDirectory::recover(&target, &|_| false);
        assert_eq!(names(&target), ["lib"], "{listed:?}");
        assert_eq!(names(top.path()), ["env"], "{listed:?}");
        assert_eq!(fs::read(target.join("lib")).expect("a file"), b"another");
        fs::remove_file(target.join("lib")).expect("a removed file");
    }
}
