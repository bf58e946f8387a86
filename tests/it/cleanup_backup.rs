//! `cleanup --backup` and `--backup-foreign`: what is archived, exactly, and what it lets go.
#![cfg(unix)]

use std::fs::{self, File, FileTimes, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, SystemTime};

use git_pyenv::formats::archive::MemberKind;
use git_pyenv::formats::snapshot::ArchiveCoverage;

use crate::support::archives::{self, members, tree};
use crate::support::removable::{self, cleanup, contents, each, events};
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;

/// A repository with an environment in which there is all that an archive keeps.
fn repository() -> Option<Sandbox> {
    let sandbox = removable::repository()?;
    sandbox.write(b"venv/notes\n\x1b[31m\xff/a b.txt".as_slice(), "mine\n");
    sandbox.write("venv/notes/large.bin", noise(300_000));
    sandbox.write("venv/notes/run.sh", "#!/bin/sh\n");
    let place = |name: &str| sandbox.path("repo/venv/notes").join(name);
    fs::create_dir(place("empty")).expect("a directory");
    fs::hard_link(place("run.sh"), place("other-name.sh")).expect("a name");
    symlink("/nowhere/at all", place("dangling")).expect("a link");
    for (name, mode) in [("run.sh", 0o4755), ("large.bin", 0o400), ("empty", 0o1750)] {
        fs::set_permissions(place(name), Permissions::from_mode(mode)).expect("a mode");
    }
    let long_ago = SystemTime::UNIX_EPOCH - Duration::new(86_400, 250_000_000);
    let times = FileTimes::new().set_modified(long_ago);
    File::open(place("run.sh")).and_then(|file| file.set_times(times)).expect("a time");
    Some(sandbox)
}

/// Bytes that cannot be compressed.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[test]
fn a_backup_holds_the_environment_exactly() {
    let Some(sandbox) = repository() else { return };
    let (before, index) = (tree(&sandbox.path("repo/venv")), sandbox.read("repo/.git/index"));
    let foreign = cleanup(&sandbox, &["--force"], 1);
    assert!(each(&foreign["kept"], "reason")[0].contains("cannot be recreated"), "{foreign:#}");
    let hints = foreign["kept"][0]["hints"].to_string();
    assert!(hints.contains("`git pyenv cleanup venv --backup`"), "{hints}");
    let answer = cleanup(&sandbox, &["--force", "--backup"], 0);
    assert!(!sandbox.path("repo/venv").exists());
    let planned = &answer["plan"][0];
    assert_eq!(planned["backup"]["covers"], "all", "{answer:#}");
    assert_eq!(planned["backup"]["files"], planned["files"], "{answer:#}");
    assert!(planned["foreign_archived"].as_array().is_some_and(|all| all.iter().all(|one| one == true)));
    let path = answer["removed"][0]["archive"].as_str().expect("an archive").to_owned();
    let id = answer["removed"][0]["snapshot"].as_str().expect("a snapshot").to_owned();
    assert_eq!(archives::names(&sandbox), [format!("{id}.tar.zst")]);
    assert_eq!(fs::metadata(&path).expect("an archive").permissions().mode() & 0o777, 0o600);
    let snapshot = archives::snapshot(&sandbox, &id);
    let reference = snapshot.archive.expect("an archive");
    assert_eq!(reference.covers, ArchiveCoverage::All);
    assert_eq!(snapshot.copied, [], "it is all in the archive");
    let members = members(path.as_ref(), &reference);
    let names: Vec<&[u8]> = members.iter().map(|(member, _)| member.path.as_bytes()).collect();
    assert!(names.is_sorted() && names.len() == before.len());
    assert!(members.iter().any(|(member, _)| matches!(member.kind, MemberKind::HardLink { .. })));
    assert_eq!(events(&sandbox).into_iter().map(|(event, _)| event).collect::<Vec<_>>(), ["intent", "done"]);
    assert_eq!(sandbox.read("repo/.git/index"), index);
    // Another program gets the same out of it.
    let Some(tar) = tool("tar") else { return };
    let plain = zstd::decode_all(fs::File::open(&path).expect("an archive")).expect("a frame");
    sandbox.write("plain.tar", plain);
    fs::create_dir(sandbox.path("unpacked")).expect("a directory");
    sandbox
        .at("")
        .run(tar, &["-xpf", "repo/plain.tar", "-C", "unpacked", "--delay-directory-restore"])
        .ended(0);
    archives::assert_same(&tree(&sandbox.path("unpacked")), &before);
}

#[test]
fn only_what_is_foreign_is_archived_where_that_is_requested() {
    let Some(sandbox) = repository() else { return };
    let packages = removable::packages(&sandbox, "venv");
    sandbox.write(format!("{packages}/mine/__init__.py"), "VERSION = 2 # mine\n");
    let answer = cleanup(&sandbox, &["--force", "--backup-foreign"], 0);
    assert!(!sandbox.path("repo/venv").exists());
    assert_eq!(answer["plan"][0]["backup"]["covers"], "foreign");
    assert_eq!(answer["plan"][0]["backup"]["files"], 6, "{answer:#}");
    let snapshots = archives::archived(&sandbox);
    let reference = snapshots[0].archive.as_ref().expect("an archive");
    assert_eq!(reference.covers, ArchiveCoverage::Foreign);
    let path = answer["removed"][0]["archive"].as_str().expect("an archive");
    let files: Vec<String> = members(path.as_ref(), reference)
        .into_iter()
        .filter(|(member, _)| member.kind != MemberKind::Directory)
        .map(|(member, _)| member.path.seen_from_root())
        .collect();
    let edited = packages.strip_prefix("venv/").expect("a path");
    assert_eq!(files[0], format!("{edited}/mine/__init__.py"));
    assert_eq!(files.len(), 6, "{files:?}");
    // Where nothing is foreign there is nothing to archive.
    removable::make(&sandbox, "venv").expect("an environment");
    let answer = cleanup(&sandbox, &["--force", "--backup-foreign"], 0);
    assert!(answer["removed"][0]["archive"].is_null() && answer["plan"][0]["backup"].is_null());
    assert_eq!(archives::names(&sandbox).len(), 1);
}

#[test]
fn the_plan_says_what_is_archived_and_a_dry_run_does_not() {
    let Some(sandbox) = repository() else { return };
    let before = sandbox.listing();
    let said =
        sandbox.pyenv(&["cleanup", "--dry-run", "--force", "--backup", "--output", "text"]).ended(0).out();
    assert!(said.contains("deletes `venv`") && said.contains("archives all of it first ("), "{said}");
    assert!(said.contains("not created by any tool, saved by the archive: `notes"), "{said}");
    let said = sandbox.pyenv(&["cleanup", "-n", "--backup-foreign", "--output", "text"]).ended(0).out();
    assert!(said.contains("archives what no tool could write again first (5 files"), "{said}");
    sandbox.pyenv(&["cleanup", "--backup", "--output", "text"]).ended(1);
    assert_eq!(sandbox.listing(), before);
    sandbox.pyenv(&["cleanup", "--backup", "--backup-foreign"]).ended(2);
    let said = sandbox.pyenv(&["cleanup", "--force", "--backup", "--output", "text"]).ended(0).out();
    let archive = format!(".git/pyenv/archives/{}`", archives::names(&sandbox)[0]);
    assert!(said.contains("it is archived in `") && said.contains(&archive), "{said}");
    assert!(!said.contains('\x1b'), "{said}");
    removable::make(&sandbox, "venv").expect("an environment");
    sandbox.write("venv/notes.txt", "mine\n");
    let said = sandbox.pyenv(&["cleanup", "--force", "--backup-foreign", "--output", "text"]).ended(0).out();
    assert!(said.contains("what no tool could write again is archived in `.git/pyenv/archives/"), "{said}");
    assert!(said.contains("restore it with: git pyenv restore 2"), "{said}");
}

#[test]
fn a_setting_asks_for_a_backup() {
    let Some(sandbox) = repository() else { return };
    sandbox.git(&["config", "pyenv.backup", "true"]);
    cleanup(&sandbox, &["--force"], 0);
    assert_eq!(archives::names(&sandbox).len(), 1);
    removable::make(&sandbox, "venv").expect("an environment");
    sandbox.write("venv/notes.txt", "mine\n");
    cleanup(&sandbox, &["--force", "--backup-foreign"], 0);
    let covers: Vec<ArchiveCoverage> =
        archives::archived(&sandbox).iter().map(|one| one.archive.as_ref().expect("one").covers).collect();
    assert_eq!(covers, [ArchiveCoverage::All, ArchiveCoverage::Foreign], "an option goes before it");
}

#[test]
fn what_no_archive_can_hold_stops_the_deletion_by_its_name() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write("venv/notes/a.txt", "mine\n");
    sandbox.at("repo").run("mkfifo", &["venv/notes/pipe"]).ended(0);
    let before = contents_without(&sandbox, "pipe");
    let answer = cleanup(&sandbox, &["--force", "--backup"], 1);
    let reason = answer["kept"][0]["reason"].as_str().unwrap_or_default();
    let expected = "it contains 1 path that cannot be archived; a socket, a FIFO or a device: `notes/pipe`";
    assert_eq!(reason, expected);
    let hints = answer["kept"][0]["hints"].to_string();
    assert!(hints.contains("`git pyenv cleanup venv --backup --discard venv/notes/pipe`"), "{hints}");
    assert_eq!(contents_without(&sandbox, "pipe"), before);
    assert_eq!(archives::names(&sandbox), [] as [String; 0]);
    cleanup(&sandbox, &["--force", "--backup", "--discard", "venv/notes/pipe"], 0);
    assert!(!sandbox.path("repo/venv").exists());
    let snapshot = &archives::archived(&sandbox)[0];
    let path = sandbox.path(&format!("repo/.git/pyenv/archives/{}.tar.zst", snapshot.id));
    let members = members(&path, snapshot.archive.as_ref().expect("an archive"));
    let names: Vec<String> = members.iter().map(|(member, _)| member.path.seen_from_root()).collect();
    assert!(names.contains(&"notes/a.txt".to_owned()) && !names.contains(&"notes/pipe".to_owned()));
}

/// As [`contents`], without opening what has a name.
fn contents_without(sandbox: &Sandbox, name: &str) -> Vec<String> {
    let run =
        sandbox.at("repo").run("find", &[".", "-path", "./.git", "-prune", "-o", "-not", "-name", name]);
    run.ended(0).out().lines().map(str::to_owned).collect()
}

#[test]
fn what_git_tracks_and_clones_go_only_into_an_archive() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write("venv/src/clone/work.py", "mine = 1\n");
    sandbox.git_in("repo/venv/src/clone", &["init", "--quiet"]);
    sandbox.git(&["add", "--force", "venv/pyvenv.cfg", "venv/bin"]);
    let index = sandbox.read("repo/.git/index");
    let before = contents(&sandbox);
    cleanup(&sandbox, &["--force"], 1);
    assert_eq!(contents(&sandbox), before);
    let answer = cleanup(&sandbox, &["--force", "--backup"], 0);
    assert_eq!(answer["plan"][0]["tracked"], true, "{answer:#}");
    assert_eq!(sandbox.read("repo/.git/index"), index, "it is never written");
    let snapshot = &archives::archived(&sandbox)[0];
    let path = sandbox.path(&format!("repo/.git/pyenv/archives/{}.tar.zst", snapshot.id));
    let members = members(&path, snapshot.archive.as_ref().expect("an archive"));
    for name in ["pyvenv.cfg", "src/clone/work.py", "src/clone/.git/HEAD"] {
        assert!(members.iter().any(|(member, _)| member.path.seen_from_root() == name), "{name}");
    }
}

#[test]
fn of_a_shared_directory_only_the_environment_is_archived() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write("venv/project.py", "print()\n");
    sandbox.git(&["add", "--force", "venv/project.py"]);
    let configuration = sandbox.read("repo/venv/pyvenv.cfg");
    cleanup(&sandbox, &["--force", "--backup"], 0);
    assert!(!sandbox.path("repo/venv/pyvenv.cfg").exists());
    assert_eq!(sandbox.read("repo/venv/project.py"), b"print()\n");
    let snapshot = &archives::archived(&sandbox)[0];
    let path = sandbox.path(&format!("repo/.git/pyenv/archives/{}.tar.zst", snapshot.id));
    let members = members(&path, snapshot.archive.as_ref().expect("an archive"));
    let stored = members.iter().find(|(member, _)| member.path.as_bytes() == b"pyvenv.cfg");
    assert_eq!(stored.map(|(_, content)| content), Some(&configuration));
    assert!(!members.iter().any(|(member, _)| member.path.as_bytes() == b"project.py"));
}
