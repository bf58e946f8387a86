//! `cleanup --target backups`: which archives go, and which stay.
#![cfg(unix)]

use crate::support::archives;
use crate::support::removable::{self, cleanup, each, events};
use crate::support::repository::Sandbox;

/// Archives `venv` so many times, and then once more with a file of somebody's; returns the ids, oldest first.
fn archived(sandbox: &Sandbox, times: usize, notes: bool) -> Vec<String> {
    let count = times + usize::from(notes);
    let archive = |number: usize| {
        removable::make(sandbox, "venv").expect("an environment");
        if number == times {
            sandbox.write("venv/notes.txt", "mine\n");
        }
        let answer = cleanup(sandbox, &["--force", "--backup"], 0);
        answer["removed"][0]["snapshot"].as_str().expect("an id").to_owned()
    };
    (0..count).map(archive).collect()
}

fn repository() -> Option<Sandbox> {
    let sandbox = removable::repository()?;
    cleanup(&sandbox, &["--force"], 0);
    Some(sandbox)
}

/// The ids of the archives that are there.
fn ids(sandbox: &Sandbox) -> Vec<String> {
    archives::names(sandbox).iter().map(|name| name.trim_end_matches(".tar.zst").to_owned()).collect()
}

#[test]
fn without_settings_all_archives_stay() {
    let Some(sandbox) = repository() else { return };
    let made = archived(&sandbox, 2, false);
    let answer = cleanup(&sandbox, &["--target", "backups", "--force"], 0);
    assert_eq!(answer["plan"].as_array().map(Vec::len), Some(0), "{answer:#}");
    assert_eq!(each(&answer["backups"], "id"), made);
    assert_eq!(each(&answer["backups"], "path"), ["venv", "venv"]);
    assert_eq!(each(&answer["backups"], "reason"), ["the settings keep it", "the newest of its environment"]);
    assert_eq!(ids(&sandbox), made);
    // No other target means them.
    sandbox.git(&["config", "pyenv.backup.keep", "0"]);
    for target in ["all", "venv", "caches"] {
        cleanup(&sandbox, &["--target", target, "--force"], 0);
    }
    assert_eq!(ids(&sandbox), made);
}

#[test]
fn what_the_settings_do_not_keep_goes_and_is_recorded() {
    let cases =
        [("keep", "1"), ("maxSize", "1"), ("maxSize", "1k"), ("maxAge", "0h"), ("keep", "0"), ("keep", "2")];
    for (setting, value) in cases {
        let Some(sandbox) = repository() else { return };
        let made = archived(&sandbox, 3, false);
        sandbox.git(&["config", &format!("pyenv.backup.{setting}"), value]);
        let before = sandbox.listing();
        let answer = cleanup(&sandbox, &["--target", "backups", "--dry-run", "--force"], 0);
        assert_eq!(sandbox.listing(), before);
        let expected = if value == "2" { &made[..1] } else { &made[..2] };
        assert_eq!(each(&answer["plan"], "target"), vec!["backup"; expected.len()], "{answer:#}");
        assert_eq!(each(&answer["plan"], "backup_of"), vec!["venv"; expected.len()]);
        cleanup(&sandbox, &["--target", "backups"], 1);
        let said =
            sandbox.pyenv(&["cleanup", "--target", "backups", "-n", "--output", "text"]).ended(0).out();
        assert!(said.contains(&format!("deletes `{}` (archive of `venv`, ", made[0])), "{said}");
        let newest = format!("leaves `{}` (archive of `venv`, ", made[2]);
        assert!(said.contains(&newest) && said.contains("): the newest of its environment"), "{said}");
        let answer = cleanup(&sandbox, &["--target", "backups", "--force"], 0);
        assert_eq!(each(&answer["removed"], "snapshot"), expected, "{setting}={value}: {answer:#}");
        assert!(answer["freed_bytes"].as_u64() > Some(0), "{answer:#}");
        assert_eq!(ids(&sandbox), made[expected.len()..], "{setting}={value}");
        for id in expected {
            assert_eq!(archives::snapshot(&sandbox, id).archive, None, "the snapshot stays");
        }
        let recorded: Vec<_> = events(&sandbox).into_iter().filter(|(_, kind)| kind == "archive").collect();
        let both = ["intent", "done"].map(|event| (event.to_owned(), "archive".to_owned()));
        assert_eq!(recorded, vec![both; expected.len()].concat());
        sandbox.pyenv(&["log", "--verify"]).ended(0);
    }
}

#[test]
fn the_only_copy_and_the_newest_go_only_if_they_are_named() {
    for by in ["id", "path", "discard"] {
        let Some(sandbox) = repository() else { return };
        let mut made = archived(&sandbox, 0, true);
        made.extend(archived(&sandbox, 1, false));
        sandbox.git(&["config", "pyenv.backup.keep", "0"]);
        for more in [&[][..], &["--older-than", "0h"], &["--min-size", "0"]] {
            let answer = cleanup(&sandbox, &[&["--target", "backups", "--force"], more].concat(), 0);
            assert_eq!(
                each(&answer["backups"], "reason"),
                ["it holds files that no tool could write again", "the newest of its environment"]
            );
            assert_eq!(ids(&sandbox), made);
        }
        for id in &made {
            let path = format!(".git/pyenv/archives/{id}.tar.zst");
            let arguments: &[&str] = match by {
                "id" => &[id],
                "path" => &[&path],
                _ => &["--discard", id],
            };
            let answer = cleanup(&sandbox, &[&["--target", "backups", "--force"], arguments].concat(), 0);
            assert_eq!(each(&answer["removed"], "snapshot"), [id.as_str()], "{by}");
        }
        assert_eq!(ids(&sandbox), [] as [String; 0]);
    }
}

#[test]
fn age_and_size_select_in_place_of_the_settings() {
    let Some(sandbox) = repository() else { return };
    let made = archived(&sandbox, 3, false);
    sandbox.git(&["config", "pyenv.backup.keep", "1"]);
    for arguments in [["--older-than", "1d"], ["--min-size", "1TB"], ["--keep", "venv"]] {
        let answer = cleanup(&sandbox, &[&["--target", "backups", "--force"], &arguments[..]].concat(), 0);
        assert_eq!(answer["plan"].as_array().map(Vec::len), Some(0), "{arguments:?}");
    }
    assert_eq!(ids(&sandbox), made);
    cleanup(&sandbox, &["--target", "backups", "--force", "--older-than", "0h"], 0);
    assert_eq!(ids(&sandbox), made[2..]);
}

#[test]
fn what_is_no_archive_is_refused() {
    let Some(sandbox) = repository() else { return };
    let made = archived(&sandbox, 1, false);
    for name in ["venv", "../outside", "20240102T030405Z-00000000"] {
        let refused = sandbox.pyenv(&["cleanup", "--target", "backups", "--force", name]).ended(2);
        assert!(refused.err().contains(&format!("there is no archive `{name}`")), "{}", refused.said());
    }
    sandbox.pyenv(&["cleanup", "--target", "backups", "--only-broken"]).ended(2);
    // What is not of this program stays, and one without a snapshot goes only if it is named.
    sandbox.write(".git/pyenv/archives/notes.txt", "mine\n");
    sandbox.write(".git/pyenv/archives/lost.tar.zst", "?");
    sandbox.git(&["config", "pyenv.backup.keep", "0"]);
    let answer = cleanup(&sandbox, &["--target", "backups", "--force"], 0);
    assert_eq!(
        each(&answer["backups"], "reason"),
        ["the newest of its environment", "nothing says what it is of"]
    );
    cleanup(&sandbox, &["--target", "backups", "--force", "lost"], 0);
    assert_eq!(archives::names(&sandbox), [format!("{}.tar.zst", made[0]), "notes.txt".to_owned()]);
}

#[test]
fn killed_while_an_archive_is_deleted_the_next_run_ends_it() {
    for step in ["archive-deletion-recorded", "archive-deleted"] {
        let Some(sandbox) = repository() else { return };
        let made = archived(&sandbox, 2, false);
        sandbox.git(&["config", "pyenv.backup.keep", "1"]);
        let killed = sandbox.at("repo").with("PYENV_STOP_POINT", format!("kill:{step}"));
        let killed = killed.pyenv(&["cleanup", "--target", "backups", "--force"]);
        assert_eq!(killed.status, None, "{step}: {}", killed.said());
        cleanup(&sandbox, &["--target", "backups", "--force"], 0);
        assert_eq!(ids(&sandbox), made[1..], "{step}");
        sandbox.pyenv(&["log", "--verify"]).ended(0);
        let last = events(&sandbox).pop().expect("an event").0;
        assert_ne!(last, "intent", "{step}: every operation has ended");
    }
}
