//! Workshops that end in every way.

use super::*;

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn built(place: &Path, content: &str) -> Workshop {
    let workshop = Workshop::open(place).expect("a workshop");
    fs::write(workshop.new_directory().join("file"), content).expect("a file");
    workshop
}

/// A workshop as a killed process leaves it.
fn killed(workshop: Workshop) -> PathBuf {
    let directory = workshop.directory.clone();
    let saved = directory.with_file_name("saved");
    fs::rename(&directory, &saved).expect("a renamed directory");
    drop(workshop);
    fs::rename(saved, &directory).expect("a renamed directory");
    directory
}

#[test]
fn what_is_built_takes_its_place_and_nothing_else_stays() {
    let top = tempfile::tempdir().expect("a directory");
    let place = top.path().join("a/b/env");
    drop(built(&place, "dropped"));
    assert_eq!(names(top.path()), Vec::<String>::new(), "directories above go too");
    assert!(built(&place, "new").settle().expect("done"));
    assert_eq!(names(&top.path().join("a/b")), ["env"]);
    assert!(!built(&place, "other").settle().expect("taken"));
    assert_eq!(fs::read(place.join("file")).expect("a file"), b"new");
}

#[test]
fn an_empty_directory_is_no_obstacle_and_a_file_is() {
    let top = tempfile::tempdir().expect("a directory");
    let place = top.path().join("env");
    fs::create_dir(&place).expect("a directory");
    assert!(built(&place, "new").settle().expect("done"));
    let file = top.path().join("file");
    fs::write(&file, "x").expect("a file");
    assert!(!built(&file, "new").settle().expect("taken"));
    assert_eq!(names(top.path()), ["env", "file"]);
    assert!(Workshop::open(&file.join("env")).is_err());
    assert_eq!(names(top.path()), ["env", "file"]);
}

#[test]
fn two_directories_change_places() {
    let top = tempfile::tempdir().expect("a directory");
    let place = top.path().join("env");
    assert!(built(&place, "old").settle().expect("done"));
    let mut workshop = built(&place, "new");
    let old = workshop.exchange(identity(&place)).expect("an exchange");
    assert_eq!(fs::read(old.join("file")).expect("a file"), b"old");
    assert_eq!(fs::read(place.join("file")).expect("a file"), b"new");
    drop(workshop);
    assert_eq!(names(top.path()), ["env"]);
}

#[test]
fn the_next_run_clears_away_what_a_killed_one_left() {
    let top = tempfile::tempdir().expect("a directory");
    let place = top.path().join("env");
    killed(built(&place, "half"));
    // Killed between the two steps of a system that cannot exchange.
    assert!(built(&place, "old").settle().expect("done"));
    let left = killed(built(&place, "new"));
    fs::rename(&place, left.join(OLD)).expect("a renamed directory");
    // Killed before it was furnished.
    fs::create_dir_all(top.path().join(".git-pyenv-bare/.git")).expect("a directory");
    Workshop::recover(&place, &|_| false);
    assert_eq!(names(top.path()), ["env"]);
    assert_eq!(fs::read(place.join("file")).expect("a file"), b"old");
}

#[test]
fn what_is_not_left_over_stays() {
    let top = tempfile::tempdir().expect("a directory");
    let place = top.path().join("env");
    let busy = built(&place, "busy");
    killed(built(&top.path().join("other"), "other"));
    fs::create_dir_all(top.path().join(".git-pyenv-mine/notes")).expect("a directory");
    fs::write(top.path().join(".git-pyenv-file"), "x").expect("a file");
    let kept = killed(built(&place, "kept"));
    Workshop::recover(&place, &|directory| directory == kept);
    assert_eq!(names(top.path()).len(), 5);
    assert_eq!(fs::read(busy.new_directory().join("file")).expect("a file"), b"busy");
}

#[test]
fn something_else_that_has_come_stays() {
    let top = tempfile::tempdir().expect("a directory");
    let place = top.path().join("env");
    assert!(built(&place, "old").settle().expect("done"));
    let expected = identity(&place);
    let elsewhere = top.path().join("moved");
    fs::rename(&place, &elsewhere).expect("a renamed directory");
    fs::create_dir(&place).expect("a directory");
    fs::write(place.join("file"), "mine").expect("a file");
    assert!(built(&place, "new").exchange(expected).is_err());
    // It may also come at the very instant of the exchange.
    let mut workshop = built(&place, "new");
    let taken = workshop.swap().expect("an exchange");
    assert_eq!(fs::read(place.join("file")).expect("a file"), b"new");
    let error = workshop.put_back(&taken);
    assert!(error.message().contains("something else has appeared"), "{error}");
    drop(workshop);
    assert_eq!(fs::read(place.join("file")).expect("a file"), b"mine");
    fs::remove_dir_all(&place).expect("no directory");
    fs::write(&place, "a file").expect("a file");
    assert!(built(&place, "new").exchange(expected).is_err());
    assert_eq!(fs::read(&place).expect("a file"), b"a file");
    assert_eq!(names(top.path()), ["env", "moved"]);
}
