//! Staging directories that are committed, swapped, dropped and left by killed runs.

use super::*;

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn built(target: &Path, content: &str) -> StagingDirectory {
    let staging = StagingDirectory::create(target).expect("a staging directory");
    fs::write(staging.new_directory().join("file"), content).expect("a file");
    staging
}

/// A staging directory as a killed process leaves it.
fn killed(staging: StagingDirectory) -> PathBuf {
    let directory = staging.directory.clone();
    let saved = directory.with_file_name("saved");
    fs::rename(&directory, &saved).expect("a renamed directory");
    drop(staging);
    fs::rename(saved, &directory).expect("a renamed directory");
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
    assert_eq!(fs::read(old.join("file")).expect("a file"), b"old");
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
    fs::rename(&target, left.join(OLD)).expect("a renamed directory");
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
    assert_eq!(fs::read(busy.new_directory().join("file")).expect("a file"), b"busy");
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
    let error = staging.roll_back(&replaced);
    assert!(error.message().contains("already exists"), "{error}");
    drop(staging);
    assert_eq!(fs::read(target.join("file")).expect("a file"), b"mine");
    fs::remove_dir_all(&target).expect("no directory");
    fs::write(&target, "a file").expect("a file");
    assert!(built(&target, "new").swap(expected).is_err());
    assert_eq!(fs::read(&target).expect("a file"), b"a file");
    assert_eq!(names(top.path()), ["env", "moved"]);
}
