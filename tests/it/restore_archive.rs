//! `restore` from an archive: exactly what it was, or nothing.
#![cfg(unix)]

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use git_pyenv::formats::archive::{ArchiveMember, ArchiveWriter, MemberKind, MemberTime};
use git_pyenv::path::RepoPath;

use crate::support::archives::{TreeRow, assert_same, tree};
use crate::support::installs::Installs;
use crate::support::removable::{self, contents, each, packages};
use crate::support::repository::Sandbox;
use crate::support::restorable::{
    CREATORS, MadeArchive, archive_of, deleted, findings, freeze, furnished, restore,
};

/// Puts things into an environment that archives have to keep: an empty and a read-only directory, names for one file, odd
/// names, links to nothing, a time before 1970.
fn enrich(root: &Path) {
    let place = |name: &str| root.join(name);
    fs::create_dir_all(place("notes/empty")).expect("a directory");
    fs::write(place("notes/one"), "twice\n").expect("a file");
    fs::hard_link(place("notes/one"), place("bin/two")).expect("a name");
    symlink("/nowhere/at all", place("notes/dangling")).expect("a link");
    fs::write(place("notes").join(std::ffi::OsStr::from_bytes(b"a\nb\x1b\xff")), "odd\n").expect("a file");
    fs::write(place("notes/old"), "").expect("a file");
    let before = UNIX_EPOCH - Duration::new(5, 7);
    fs::File::options()
        .append(true)
        .open(place("notes/old"))
        .and_then(|file| file.set_modified(before))
        .expect("a time");
    fs::create_dir_all(place("notes/fixed/deep")).expect("a directory");
    fs::write(place("notes/fixed/program"), "#!/bin/sh\n").expect("a file");
    set_mode(&place("notes/fixed/program"), 0o6755);
    set_mode(&place("notes/fixed/deep"), 0o555);
    set_mode(&place("notes/fixed"), 0o511);
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
}

#[test]
fn an_environment_of_any_tool_is_restored_and_moved() {
    // Making one takes longer than everything that is done with it.
    for creator in CREATORS {
        let Some(installs) = furnished(creator) else { continue };
        assert_is_exactly_what_it_was(&installs, creator);
        assert_is_repaired_where_it_moves(&installs, creator);
    }
}

fn assert_is_exactly_what_it_was(installs: &Installs, creator: &str) {
    let (place, sandbox) = (installs.place(), &installs.sandbox);
    let root = sandbox.path("repo/venv");
    let (frozen, found) = (freeze(installs, "venv"), findings(&place));
    enrich(&root);
    let before = tree(&root);
    let id = deleted(&place, "venv", &["--backup"]);
    let listed = restore(&place, &[], 0);
    assert_eq!(listed["restorable"][0]["archive"], "all", "{creator}");
    let answer = restore(&place, &[&id], 0);
    assert_eq!(answer["restored"]["source"], "archive", "{creator}: {answer:#}");
    assert_same(&tree(&root), &before);
    assert!(answer["restored"]["files"].as_u64() > Some(20), "{answer:#}");
    assert_eq!(freeze(installs, "venv"), frozen, "{creator}");
    fs::remove_dir_all(root.join("notes"))
        .or_else(|_| {
            set_mode(&root.join("notes/fixed"), 0o755);
            set_mode(&root.join("notes/fixed/deep"), 0o755);
            fs::remove_dir_all(root.join("notes"))
        })
        .expect("no notes");
    fs::remove_file(root.join("bin/two")).expect("no second name");
    assert_eq!(findings(&place), found, "{creator}");
}

fn assert_is_repaired_where_it_moves(installs: &Installs, creator: &str) {
    let (place, sandbox) = (installs.place(), &installs.sandbox);
    let root = sandbox.path("repo/venv");
    // A project in the environment, used where it is, and a link into it.
    installs.write_project("venv/src/inside");
    let inside = sandbox.path("repo/venv/src/inside");
    fs::write(
        inside.join("pyproject.toml"),
        fs::read_to_string(inside.join("pyproject.toml")).expect("text"),
    )
    .expect("a file");
    symlink(root.join("src"), root.join("sources")).expect("a link");
    let site = packages(sandbox, "venv");
    sandbox.write(format!("{site}/inside.pth"), format!("{}\n", inside.display()));
    let before = tree(&root);
    let archive = archive_of(&root, &[]);
    let id = deleted(&place, "venv", &["--discard", "venv"]);
    archive.attach(sandbox, &id, "all");
    let answer = restore(&place, &[&id, "--to", "other.env"], 0);
    let repaired = each_text(&answer["restored"]["repaired"]);
    assert!(repaired.contains(&"bin/activate".to_owned()), "{creator}: {repaired:?}");
    let new = sandbox.path("repo/other.env");
    assert_eq!(fs::read_link(new.join("sources")).expect("a link"), new.join("src"));
    assert_eq!(
        fs::read_to_string(
            sandbox.path("repo").join(site.replacen("venv", "other.env", 1)).join("inside.pth")
        )
        .expect("text"),
        format!("{}\n", new.join("src/inside").display())
    );
    // What does not hold the place is what it was.
    let old = |path: &Path| repaired.iter().any(|name| Path::new(name) == path) || path.ends_with("RECORD");
    let rest = |all: Vec<_>| -> Vec<_> {
        let is_rest = |entry: &TreeRow| !old(&entry.0) && !entry.0.ends_with("sources");
        all.into_iter().filter(is_rest).collect()
    };
    assert_same(&rest(tree(&new)), &rest(before));
    // Nothing names the old place any more, and `check` finds nothing wrong with it.
    let text = root.to_string_lossy().into_owned();
    for name in &repaired {
        let bytes = fs::read(new.join(name)).expect("a file");
        let left = String::from_utf8_lossy(&bytes).replace(&format!("{text}/"), "\0").contains('\0');
        assert!(!left, "{creator}: {name} still names {text}");
    }
    fs::write(sandbox.path("repo/.gitignore"), "venv\nother.env\n").expect("a file");
    place.git_ok(&["config", "pyenv.environment", "other.env"]);
    let wrong: Vec<String> =
        findings(&place).into_iter().filter(|finding| finding.contains("PYE3")).collect();
    assert!(wrong.is_empty(), "{creator}: {wrong:#?}");
    if creator != "uv" {
        let pip = place.run(new.join("bin/pip"), &["--version"]).ended(0).out();
        assert!(pip.contains("other.env"), "{creator}: {pip}");
    }
    let shell = format!(". {}/bin/activate && echo \"$VIRTUAL_ENV\"", new.display());
    let activated = place.run("sh", &["-c", &shell]).ended(0).out();
    assert_eq!(activated.trim(), new.to_string_lossy(), "{creator}");
}

#[test]
fn a_root_that_may_not_be_written_is_restored_too() {
    let Some(sandbox) = removable::repository() else { return };
    let place = sandbox.at("repo");
    let root = sandbox.path("repo/venv");
    set_mode(&root, 0o555);
    let before = tree(&root);
    let archive = archive_of(&root, &[]);
    let id = deleted(&place, "venv", &[]);
    archive.attach(&sandbox, &id, "all");
    restore(&place, &[&id], 0);
    assert_same(&tree(&root), &before);
    set_mode(&root, 0o755);
}

fn each_text(list: &serde_json::Value) -> Vec<String> {
    let items = list.as_array().expect("a list");
    items.iter().map(|item| item.as_str().expect("text").to_owned()).collect()
}

#[test]
fn a_place_that_scripts_cannot_name_is_refused() {
    let Some(sandbox) = removable::repository() else { return };
    let place = sandbox.at("repo");
    let archive = archive_of(&sandbox.path("repo/venv"), &[]);
    let id = deleted(&place, "venv", &[]);
    archive.attach(&sandbox, &id, "all");
    let before = contents(&sandbox);
    for to in ["it's", "a b", "a$b", "a:b"] {
        let refused = place.pyenv(&["restore", &id, "--to", to]).ended(2);
        assert!(refused.err().contains("it cannot be moved to"), "{}", refused.said());
        assert_eq!(contents(&sandbox), before, "{to}");
    }
}

#[test]
fn only_what_is_asked_for_comes_back_and_nothing_is_overwritten() {
    let Some(sandbox) = removable::repository() else { return };
    let place = sandbox.at("repo");
    let root = sandbox.path("repo/venv");
    enrich(&root);
    let before = tree(&root);
    let foreign = ["notes", "bin/two"];
    let archive = archive_of(&root, &foreign);
    let id = deleted(&place, "venv", &["--discard", "venv"]);
    archive.attach(&sandbox, &id, "foreign");
    removable::make(&sandbox, "venv").expect("a Python");
    let whole = tree(&root);
    // One file, named as it is seen from the working directory; its other name is not in the way.
    let answer = restore(&place, &[&id, "--only", "venv/bin/two"], 0);
    assert_eq!(answer["restored"]["only"], serde_json::json!(["bin/two"]), "{answer:#}");
    assert_eq!(fs::read(root.join("bin/two")).expect("a file"), b"twice\n");
    assert!(!root.join("notes").exists());
    // Once more it is refused, and so is everything with it.
    let with_file = tree(&root);
    let refused = place.pyenv(&["restore", &id, "--only", "notes", "--only", "bin/two"]).ended(2);
    assert!(refused.err().contains("`bin/two` already exists in"), "{}", refused.said());
    assert_same(&tree(&root), &with_file);
    fs::remove_file(root.join("bin/two")).expect("no file");
    // A directory of the environment, as it was, with what is in it.
    restore(&sandbox.at("repo/venv"), &[&id, "--only", "notes", "--only", "bin/two"], 0);
    let is_foreign = |path: &Path| foreign.iter().any(|one| path.starts_with(one));
    let of = |all: &[TreeRow], is_one: &dyn Fn(&Path) -> bool| -> Vec<_> {
        all.iter().filter(|entry| is_one(&entry.0)).cloned().collect()
    };
    assert_same(&of(&tree(&root), &is_foreign), &of(&before, &is_foreign));
    let known = |all: &[TreeRow]| -> Vec<_> {
        let rest = of(all, &|path| !is_foreign(path) && path != Path::new("") && path != Path::new("bin"));
        rest.into_iter().map(|entry| (entry.0, entry.3)).collect()
    };
    assert_eq!(known(&tree(&root)), known(&whole), "nothing else is touched");
    let unknown = place.pyenv(&["restore", &id, "--only", "nothing"]).ended(2);
    assert!(unknown.err().contains("the archive has no `nothing`"), "{}", unknown.said());
    let none =
        removable::make(&sandbox, "other").map(|()| deleted(&place, "other", &[])).expect("a snapshot");
    let refused = place.pyenv(&["restore", &none, "--only", "notes"]).ended(2);
    assert!(refused.err().contains("the snapshot has none"), "{}", refused.said());
}

#[test]
fn what_the_user_made_is_put_onto_the_packages() {
    let Some(installs) = furnished("git-pyenv") else { return };
    let (place, sandbox) = (installs.place(), &installs.sandbox);
    let root = sandbox.path("repo/venv");
    let module = format!("{}/beta/__init__.py", packages(sandbox, "venv"));
    let frozen = freeze(&installs, "venv");
    sandbox.write(&module, "VERSION = 'mine'\n");
    enrich(&root);
    let before = tree(&root.join("notes"));
    let id = deleted(&place, "venv", &["--backup-foreign"]);
    let answer = restore(&place, &[&id], 0);
    assert_eq!(answer["restored"]["source"], "snapshot-and-archive", "{answer:#}");
    assert_eq!(sandbox.read(&format!("repo/{module}")), b"VERSION = 'mine'\n");
    assert_same(&tree(&root.join("notes")), &before);
    assert_eq!(freeze(&installs, "venv"), frozen);
    let (one, two) = (root.join("notes/one"), root.join("bin/two"));
    assert_eq!(one.metadata().expect("a file").ino(), two.metadata().expect("a file").ino());
    let text = place.pyenv(&["--output", "text", "log"]).out();
    assert!(text.contains("restored venv"), "{text}");
}

/// Asserts that an archive is refused, and that nothing but the state directory is another than before.
#[track_caller]
fn assert_refused(sandbox: &Sandbox, id: &str, when: &str) {
    let place = sandbox.at("repo");
    let before = contents(sandbox);
    let log = sandbox.read("repo/.git/pyenv/audit-log.jsonl");
    for arguments in [&[id] as &[&str], &[id, "--to", "other"], &[id, "--only", "bin"], &[id, "-n"]] {
        let refused = place.pyenv(&[&["restore"], arguments].concat()).ended(2);
        let said = refused.err();
        assert!(said.contains("nothing was restored"), "{when} {arguments:?}: {said}");
        assert!(said.contains(&format!("git pyenv restore {id} --from-snapshot")), "{when}: {said}");
        assert_eq!(contents(sandbox), before, "{when} {arguments:?}");
    }
    assert_eq!(sandbox.read("repo/.git/pyenv/audit-log.jsonl"), log, "{when}");
}

/// An environment that is gone, and a small archive of it.
fn small() -> Option<(Sandbox, String, MadeArchive)> {
    let sandbox = removable::repository()?;
    let archive = archive_of(&sandbox.path("repo/venv"), &["bin", "pyvenv.cfg"]);
    let id = deleted(&sandbox.at("repo"), "venv", &[]);
    Some((sandbox, id, archive))
}

#[test]
fn a_damaged_archive_restores_nothing() {
    let Some((sandbox, id, archive)) = small() else { return };
    let file = sandbox.path(&format!("repo/.git/pyenv/archives/{id}.tar.zst"));
    archive.attach(&sandbox, &id, "all");
    let length = archive.bytes.len();
    for cut in [0, 1, 4, length / 4, length / 2, length - 5, length - 1] {
        fs::write(&file, &archive.bytes[..cut]).expect("an archive");
        assert_refused(&sandbox, &id, &format!("cut at {cut}"));
    }
    for at in [0, 5, length / 3, length / 2, length - 2] {
        let mut damaged = archive.bytes.clone();
        damaged[at] ^= 0x10;
        fs::write(&file, &damaged).expect("an archive");
        assert_refused(&sandbox, &id, &format!("changed at {at}"));
    }
    fs::write(&file, [archive.bytes.as_slice(), b"more"].concat()).expect("an archive");
    assert_refused(&sandbox, &id, "longer");
    fs::remove_file(&file).expect("no archive");
    assert_refused(&sandbox, &id, "gone");
    assert_eq!(restore(&sandbox.at("repo"), &[], 0)["restorable"][0]["archive"], "missing");
    symlink("/etc/passwd", &file).expect("a link");
    let refused = sandbox.at("repo").pyenv(&["restore", &id]).ended(2);
    assert!(refused.err().contains("failed to open the archive"), "{}", refused.said());
    fs::remove_file(&file).expect("no link");
    // The whole one is as good as ever. That its Python is gone is said, and no obstacle.
    archive.attach(&sandbox, &id, "all");
    let snapshot = sandbox.path(&format!("repo/.git/pyenv/snapshots/{id}.json"));
    let mut taken: serde_json::Value =
        serde_json::from_slice(&fs::read(&snapshot).expect("a snapshot")).expect("JSON");
    taken["interpreter"] = "/gone/bin/python3".into();
    fs::write(&snapshot, taken.to_string()).expect("a snapshot");
    let answer = restore(&sandbox.at("repo"), &[&id], 0);
    let notes = answer["restored"]["notes"].to_string();
    assert!(notes.contains("`/gone/bin/python3` is gone, so it does not work"), "{notes}");
    assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
}

#[test]
fn no_member_leads_elsewhere() {
    let Some((sandbox, id, _)) = small() else { return };
    let member = |path: &[u8], kind: MemberKind| ArchiveMember {
        path: RepoPath::new(path).expect("a path"),
        kind,
        mode: 0o755,
        modified: MemberTime::default(),
    };
    let directory = |path: &[u8]| member(path, MemberKind::Directory);
    let file = |path: &[u8]| member(path, MemberKind::File { size: 1 });
    let link = |path: &[u8], target: &[u8]| member(path, MemberKind::Link { target: target.to_vec() });
    let outside = sandbox.path("outside");
    fs::create_dir(&outside).expect("a directory");
    let target = outside.as_os_str().as_bytes();
    let name = |path: &[u8]| MemberKind::HardLink { target: RepoPath::new(path).expect("a path") };
    let cases: [(&str, Vec<ArchiveMember>); 6] = [
        ("below a link", vec![directory(b""), link(b"a", target), file(b"a/b")]),
        ("twice", vec![directory(b""), file(b"a"), file(b"a")]),
        ("a link and a file", vec![directory(b""), link(b"a", target), file(b"a")]),
        ("no directory", vec![directory(b""), file(b"a/b")]),
        ("a name of nothing", vec![directory(b""), member(b"a", name(b"b"))]),
        ("no root", vec![file(b"a")]),
    ];
    for (when, members) in cases {
        let mut writer = ArchiveWriter::new(Vec::new()).expect("an archive");
        for member in &members {
            writer.add(member, &mut b"x".as_slice()).expect("a member");
        }
        let (bytes, size) = writer.finish().expect("an archive");
        MadeArchive { bytes, size }.attach(&sandbox, &id, "all");
        assert_refused(&sandbox, &id, when);
    }
    // Names that the writer does not write: those of another archive, changed in place.
    let mut writer = ArchiveWriter::new(Vec::new()).expect("an archive");
    writer.add(&directory(b""), &mut b"".as_slice()).expect("a member");
    writer.add(&file(b"aaaa"), &mut b"x".as_slice()).expect("a member");
    let (bytes, size) = writer.finish().expect("an archive");
    let plain = zstd::decode_all(bytes.as_slice()).expect("a frame");
    let at = plain.windows(4).position(|part| part == b"aaaa").expect("a name");
    for other in [b"/etc", b"../a", b"a//b", b"a/..", b"./aa"] {
        let mut changed = plain.clone();
        changed[at..at + 4].copy_from_slice(other);
        sign(&mut changed[at..at + 512]);
        let bytes = zstd::encode_all(changed.as_slice(), 3).expect("a frame");
        MadeArchive { bytes, size }.attach(&sandbox, &id, "all");
        assert_refused(&sandbox, &id, &String::from_utf8_lossy(other));
    }
    assert_eq!(fs::read_dir(&outside).expect("a directory").count(), 0);
}

/// Gives a changed header of a tar archive the right checksum.
fn sign(block: &mut [u8]) {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

#[test]
fn with_an_archive_the_snapshot_can_be_asked_for() {
    let Some((sandbox, id, archive)) = small() else { return };
    archive.attach(&sandbox, &id, "all");
    // Its package came from no index that there is.
    let answer = sandbox.at("repo").with("PIP_NO_INDEX", "1").json(&["restore", &id, "--from-snapshot"]);
    assert_eq!(answer["exit_code"], 2, "{answer:#}");
    let restored = &answer["restore"]["restored"];
    assert_eq!(restored["source"], "snapshot", "{answer:#}");
    assert_eq!(each(&restored["unavailable"], "name"), ["mine"], "{answer:#}");
}
