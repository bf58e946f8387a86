//! Seeing every tree of a repository: what git lists is what is seen, in every form in which git stores objects, and what
//! is damaged or crafted is never taken for all.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::Mutex;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use git_pyenv::git::{CommitRange, Reader, Repository};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::support::repository::Sandbox;
use crate::support::sandbox::Finished;

/// Entries by mode, name and id.
type Entries = BTreeSet<(i32, Vec<u8>, Vec<u8>)>;

/// Gives git a stream for `fast-import`.
fn import(sandbox: &Sandbox, stream: &str) {
    feed(sandbox, &["fast-import", "--quiet"], stream.as_bytes());
}

/// Runs git with an input and returns what it printed.
fn feed(sandbox: &Sandbox, arguments: &[&str], input: &[u8]) -> String {
    let mut command = sandbox.command("git", "repo");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("git starts");
    child.stdin.take().expect("an input").write_all(input).expect("git reads");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// A stream of commits that each change some files: `changes` has the path and the content of each.
fn stream(commits: &[Vec<(String, String)>]) -> String {
    let mut text = String::new();
    for (number, changes) in commits.iter().enumerate() {
        let mark = number + 1;
        let time = 1_600_000_000 + number;
        write!(
            text,
            "commit refs/heads/main\nmark :{mark}\ncommitter c <c@example.org> {time} +0000\ndata 0\n"
        )
        .expect("text");
        if number > 0 {
            writeln!(text, "from :{number}").expect("text");
        }
        for (path, content) in changes {
            match content.as_str() {
                "" => writeln!(text, "D {path}").expect("text"),
                content => {
                    let length = content.len();
                    write!(text, "M 100644 inline {path}\ndata {length}\n{content}\n").expect("text");
                }
            }
        }
    }
    text
}

/// A history in directories large enough that trees become deltas.
fn long_history(commits: usize) -> Vec<Vec<(String, String)>> {
    (0..commits)
        .map(|number| {
            let path = format!("src/part{:02}/module_{:04}.py", number % 9, number * 7 % 190);
            vec![(path, format!("value = {number}"))]
        })
        .collect()
}

/// The entries of all trees that git has.
fn listed(sandbox: &Sandbox) -> Entries {
    let format = "--batch-check=%(objecttype) %(objectname)";
    let objects = sandbox.git(&["cat-file", "--batch-all-objects", format]);
    let trees: String = objects
        .lines()
        .filter_map(|line| line.strip_prefix("tree "))
        .map(|tree| format!("{tree}\n"))
        .collect();
    // One process for all of them: there are hundreds.
    let shown = sandbox.at("repo").reading(&trees).git(&["cat-file", "--batch"]).ended(0).stdout;
    let mut rest = shown.as_slice();
    let mut entries = Entries::new();
    for tree in trees.lines() {
        let end = rest.iter().position(|byte| *byte == b'\n').expect("a line");
        let head = String::from_utf8_lossy(&rest[..end]);
        let size = head.strip_prefix(&format!("{tree} tree ")).expect("a tree").parse::<usize>();
        let content = &rest[end + 1..][..size.expect("a size")];
        rest = &rest[end + 1 + content.len() + 1..];
        entries.extend(entries_of(content, tree.len() / 2));
    }
    entries
}

/// The entries of a tree as git stores it: mode, blank, name, NUL, id
/// (<https://git-scm.com/book/en/v2/Git-Internals-Git-Objects>).
fn entries_of(mut content: &[u8], length_of_id: usize) -> Entries {
    let mut entries = Entries::new();
    while let Some(blank) = content.iter().position(|byte| *byte == b' ') {
        let end = content.iter().position(|byte| *byte == 0).expect("a name");
        let mode = std::str::from_utf8(&content[..blank]).expect("digits");
        let mode = i32::from_str_radix(mode, 8).expect("a mode");
        let (id, rest) = content[end + 1..].split_at(length_of_id);
        entries.insert((mode, content[blank + 1..end].to_vec(), id.to_vec()));
        content = rest;
    }
    entries
}

/// What is seen, and whether it is all.
fn seen(repository: &Repository<'_>) -> (Entries, bool) {
    let entries = Mutex::new(Entries::new());
    let all = repository.see_every_tree(&|entry| {
        entries.lock().expect("a lock").insert((entry.mode, entry.name.to_vec(), entry.id.to_vec()));
        true
    });
    (entries.into_inner().expect("a lock"), all.is_some())
}

fn open(sandbox: &Sandbox) -> Repository<'static> {
    sandbox.open("repo", &[]).expect("a repository")
}

/// All that git lists is seen, and all of it is known to be all.
fn assert_all_is_seen(sandbox: &Sandbox, when: &str) {
    let (entries, is_all) = seen(&open(sandbox));
    assert!(is_all, "{when}: unknown");
    assert_eq!(entries, listed(sandbox), "{when}");
}

/// Every form in which git stores the objects of a history.
fn in_every_form(options: &[&str]) {
    let Some(sandbox) = Sandbox::with_repository(options) else { return };
    assert_all_is_seen(&sandbox, "without objects");
    import(&sandbox, &stream(&long_history(300)));
    assert_all_is_seen(&sandbox, "as fast-import writes it");
    sandbox.git(&["gc", "--quiet", "--prune=now"]);
    assert_all_is_seen(&sandbox, "after gc");
    sandbox.git(&["repack", "-a", "-d", "-f", "-q", "--depth=50", "--window=250"]);
    let longest = sandbox.git(&["rev-list", "--all", "--objects", "--no-object-names"]);
    let depths =
        feed(&sandbox, &["cat-file", "--batch-check=%(objecttype) %(deltabase)"], longest.as_bytes());
    let is_delta = |line: &&str| line.starts_with("tree ") && !line.ends_with(&"0".repeat(40));
    assert!(depths.lines().filter(is_delta).count() > 100, "trees are deltas");
    assert_all_is_seen(&sandbox, "with long chains of deltas");
    sandbox.git(&["-c", "repack.useDeltaBaseOffset=false", "repack", "-a", "-d", "-f", "-q"]);
    assert_all_is_seen(&sandbox, "with bases named by their ids");
    sandbox.write("loose/deep/file", "x");
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "loose"]);
    assert_all_is_seen(&sandbox, "with loose objects");
    sandbox.git(&["repack", "-q"]);
    sandbox.git(&["multi-pack-index", "write"]);
    assert_all_is_seen(&sandbox, "with several packs");
}

#[test]
fn all_is_seen_in_every_form() {
    in_every_form(&[]);
}

#[test]
fn all_is_seen_in_every_form_with_longer_ids() {
    in_every_form(&["--object-format=sha256"]);
}

#[test]
fn borrowed_objects_are_seen_and_missing_ones_are_not_forgotten() {
    let sandbox = Sandbox::with_repository(&[]).expect("a repository");
    import(&sandbox, &stream(&long_history(20)));
    sandbox.git_in("", &["clone", "--quiet", "--shared", "--bare", "repo", "borrower"]);
    let (entries, is_all) = seen(&sandbox.open("borrower", &[]).expect("a repository"));
    assert!(is_all && entries == listed(&sandbox));
    let objects = sandbox.path("repo/.git/objects");
    let quarantine = [("GIT_OBJECT_DIRECTORY", objects.to_str().expect("text"))];
    sandbox.git_in("", &["init", "--quiet", "--bare", "empty"]);
    let (entries, is_all) = seen(&sandbox.open("empty", &quarantine).expect("a repository"));
    assert!(is_all && entries == listed(&sandbox));
    std::fs::rename(&objects, sandbox.path("away")).expect("a move");
    let gone = sandbox.open("borrower", &[]).expect("a repository");
    assert_eq!(gone.see_every_tree(&|_| true), None, "the alternate is gone");
}

#[test]
fn a_partial_clone_is_unknown() {
    let sandbox = Sandbox::with_repository(&[]).expect("a repository");
    import(&sandbox, &stream(&long_history(20)));
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", sandbox.path("repo").display());
    sandbox.git_in("", &["clone", "--quiet", "--bare", "--filter=tree:0", &source, "partial"]);
    let partial = sandbox.open("partial", &[]).expect("a repository");
    assert_eq!(partial.see_every_tree(&|_| true), None);
}

#[test]
fn whoever_sees_enough_stops() {
    let sandbox = Sandbox::with_repository(&[]).expect("a repository");
    import(&sandbox, &stream(&long_history(50)));
    sandbox.git(&["gc", "--quiet"]);
    let repository = open(&sandbox);
    assert_eq!(repository.see_every_tree(&|entry| entry.name != b"module_0007.py"), None);
    assert!(repository.see_every_tree(&|entry| entry.name != b"module_9999.py").is_some());
}

#[test]
fn it_is_worth_it_for_many_commits_only() {
    let sandbox = Sandbox::with_repository(&[]).expect("a repository");
    import(&sandbox, &stream(&long_history(300)));
    let reads = |reader: &str| {
        let repository = sandbox.open("repo", &[("GIT_PYENV_READER", reader)]).expect("a repository");
        let end = repository.resolve("main").expect("an answer").expect("a commit");
        let known = |back: &str| repository.resolve(back).expect("an answer").into_iter().collect::<Vec<_>>();
        let range = |exclude| CommitRange { include: vec![end], exclude };
        assert!(repository.should_see_every_tree(&range(vec![])), "{reader}: 300 commits");
        assert!(repository.should_see_every_tree(&range(known("main~257"))), "{reader}: 257 commits");
        assert!(!repository.should_see_every_tree(&range(known("main~256"))), "{reader}: 256 commits");
        assert!(!repository.should_see_every_tree(&range(known("main"))), "{reader}: nothing");
        assert!(!repository.should_see_every_tree(&CommitRange::default()), "{reader}: no end");
    };
    reads("libgit2");
    reads("plumbing");
}

/// A packed repository of many commits with something in the middle that the next commit takes out again, and what a
/// push of everything answers.
fn pushed(options: &[&str], middle: &str) -> Option<Finished> {
    let sandbox = Sandbox::with_repository(options)?;
    let history = stream(&long_history(600));
    let at = history.find("commit refs/heads/main\nmark :300\n").expect("a commit");
    let end = at + history[at..].find("from :299\n").expect("a parent") + "from :299\n".len();
    let gone = "D env\nD .tools/bin\nD tool\nD pyproject.toml\n";
    let next = end + history[end..].find("from :300\n").expect("a parent") + "from :300\n".len();
    let text = [&history[..end], middle, &history[end..next], gone, &history[next..]].concat();
    import(&sandbox, &text);
    sandbox.git(&["repack", "-a", "-d", "-f", "-q", "--depth=50", "--window=250"]);
    let head = sandbox.git(&["rev-parse", "main"]);
    let lines = format!("refs/heads/main {head} refs/heads/main {}\n", "0".repeat(head.len()));
    let run = ["hook", "run", "pre-push", "--", "new", "elsewhere.git"];
    Some(sandbox.at("repo").reading(lines).pyenv(&run))
}

/// A file of a `fast-import` stream.
fn imported(mode: &str, path: &str, content: &str) -> String {
    format!("M {mode} inline {path}\ndata {}\n{content}\n", content.len())
}

#[test]
fn what_came_and_went_among_many_commits_blocks_a_push() {
    let config = imported("100644", "env/pyvenv.cfg", "home = /usr/bin\n");
    let packages = imported("100644", "env/lib/python3.12/site-packages/six.py", "x = 1\n");
    let environment = [config.as_str(), &packages].concat();
    let link = imported("120000", "tool", "/home/me/.virtualenvs/tool");
    for options in [&[][..], &["--object-format=sha256"]] {
        for (middle, named) in [(&environment, "env"), (&link, "tool")] {
            let Some(answer) = pushed(options, middle) else { continue };
            let blocked = answer.ended(1);
            assert!(blocked.err().contains("this push would publish"), "{}", blocked.said());
            assert!(blocked.err().contains(named), "{}", blocked.said());
        }
    }
}

#[test]
fn what_is_no_environment_among_many_commits_passes() {
    let link = imported("120000", "tool", "src/part01");
    let program = imported("100755", ".tools/bin/python3", "#!/bin/sh\n");
    let lone = imported("100644", "env/activate", "echo on\n");
    for middle in [&link, &program, &lone] {
        let Some(answer) = pushed(&[], middle) else { continue };
        answer.ended(0);
    }
}

/// A pack made by hand, in the format of SHA-256, and the offsets of its objects.
#[derive(Default)]
struct PackByHand {
    objects: Vec<Vec<u8>>,
}

impl PackByHand {
    const HEADER: usize = 12;

    fn offset(&self, object: usize) -> usize {
        Self::HEADER + self.objects[..object].iter().map(Vec::len).sum::<usize>()
    }

    fn add(&mut self, kind: u8, base: &[u8], size: usize, bytes: &[u8]) -> usize {
        let mut object = Vec::new();
        let (mut first, mut rest) = ((kind << 4) | u8::try_from(size & 15).expect("a byte"), size >> 4);
        while rest > 0 {
            object.push(first | 0x80);
            (first, rest) = (u8::try_from(rest & 0x7f).expect("a byte"), rest >> 7);
        }
        object.push(first);
        object.extend_from_slice(base);
        let mut encoder = ZlibEncoder::new(object, Compression::default());
        encoder.write_all(bytes).expect("memory");
        self.objects.push(encoder.finish().expect("memory"));
        self.objects.len() - 1
    }

    fn tree(&mut self, bytes: &[u8]) -> usize {
        self.add(2, &[], bytes.len(), bytes)
    }

    /// A delta of an object before it, less than 16 KiB before.
    fn delta(&mut self, base: usize, bytes: &[u8]) -> usize {
        let distance = self.offset(self.objects.len()) - self.offset(base);
        let near = u8::try_from(distance & 0x7f).expect("a byte");
        let far = distance >> 7;
        let distance = match far {
            0 => vec![near],
            far => vec![0x80 | u8::try_from(far - 1).expect("near"), near],
        };
        self.add(6, &distance, bytes.len(), bytes)
    }

    fn bytes(&self) -> Vec<u8> {
        let count = u32::try_from(self.objects.len()).expect("few").to_be_bytes();
        let mut pack = [b"PACK\0\0\0\x02".as_slice(), &count, &self.objects.concat()].concat();
        let sum = Sha256::digest(&pack);
        pack.extend_from_slice(&sum);
        pack
    }

    /// Puts the pack into a new repository, with an index by git.
    fn repository(&self) -> Option<Sandbox> {
        let sandbox = Sandbox::with_repository(&["--object-format=sha256"])?;
        sandbox.make_directory("repo/.git/objects/pack");
        let pack = sandbox.path("repo/.git/objects/pack/pack-a.pack");
        std::fs::write(&pack, self.bytes()).expect("a pack");
        sandbox.git(&["index-pack", pack.to_str().expect("text")]);
        Some(sandbox)
    }
}

fn entry(name: &[u8], id: u8) -> Vec<u8> {
    [b"100644 ".as_slice(), name, b"\0", &[id; 32]].concat()
}

/// A copy of up to 127 bytes, as a delta has it.
fn copy(from: usize, length: usize) -> [u8; 3] {
    [0x91, u8::try_from(from).expect("a byte"), u8::try_from(length).expect("a byte")]
}

fn sizes(base: &[u8], target: &[u8]) -> Vec<u8> {
    let size = |length: usize| {
        let low = u8::try_from(length & 0x7f).expect("a byte");
        [low | 0x80, u8::try_from(length >> 7).expect("short")]
    };
    [size(base.len()), size(target.len())].concat()
}

fn names(sandbox: &Sandbox) -> Vec<Vec<u8>> {
    let (entries, is_all) = seen(&open(sandbox));
    assert!(is_all);
    entries.into_iter().map(|(_, name, _)| name).collect()
}

#[test]
fn a_name_that_only_a_delta_makes_is_seen() {
    let base = [entry(b"pyvenv_x", 1), entry(b"z.cfg", 2)].concat();
    let first = b"100644 pyvenv".len();
    let second = base.len() - b".cfg\0".len() - 32;
    let target = entry(b"pyvenv.cfg", 2);
    // Both parts are copied: no byte of the name is in the delta.
    let delta = [sizes(&base, &target), copy(0, first).to_vec(), copy(second, base.len() - second).to_vec()];
    let mut pack = PackByHand::default();
    let of = pack.tree(&base);
    pack.delta(of, &delta.concat());
    let Some(sandbox) = pack.repository() else { return };
    assert!(names(&sandbox).contains(&b"pyvenv.cfg".to_vec()));
    assert_all_is_seen(&sandbox, "by hand");
}

#[test]
fn an_entry_that_the_base_hides_in_an_id_is_seen() {
    let hidden = entry(b"pyvenv.cfg", 7);
    // The entry begins in the last bytes of an id, so that the base does not have it.
    let split = b"100644 pyvenv.cfg\0".len();
    let id = [&[9; 14][..], &hidden[..split]].concat();
    let base = [b"100644 a\0".as_slice(), &id, &entry(b"b", 3)].concat();
    let from = b"100644 a\0".len() + 14;
    let target = base[from..from + split + 32].to_vec();
    let delta = [sizes(&base, &target), copy(from, target.len()).to_vec()].concat();
    let mut pack = PackByHand::default();
    let of = pack.tree(&base);
    pack.delta(of, &delta);
    let Some(sandbox) = pack.repository() else { return };
    assert!(names(&sandbox).contains(&b"pyvenv.cfg".to_vec()));
}

#[test]
fn a_size_that_lies_is_unknown() {
    let tree = entry(b"a", 1);
    for size in [0, tree.len() - 1, tree.len() + 1, 1 << 20, 1 << 40] {
        let mut pack = PackByHand::default();
        pack.tree(&tree);
        let Some(sandbox) = pack.repository() else { return };
        // Git indexes it as it is; then another header takes its place.
        let mut lying = PackByHand::default();
        lying.add(2, &[], size, &tree);
        let path = sandbox.path("repo/.git/objects/pack/pack-a.pack");
        sandbox.overwrite(&path, &lying.bytes());
        assert_eq!(open(&sandbox).see_every_tree(&|_| true), None, "{size}");
    }
}

#[test]
fn deltas_of_one_another_are_unknown() {
    let base = entry(b"a", 1);
    let delta = [sizes(&base, &base), copy(0, base.len()).to_vec()].concat();
    let mut pack = PackByHand::default();
    let of = pack.tree(&base);
    let other = [sizes(&base, &entry(b"b", 2)), copy(0, 7).to_vec(), vec![34], entry(b"b", 2)[7..].to_vec()];
    pack.delta(of, &other.concat());
    let Some(sandbox) = pack.repository() else { return };
    let index = std::fs::read(sandbox.path("repo/.git/objects/pack/pack-a.idx")).expect("an index");
    let ids: Vec<&[u8]> = index[8 + 1024..8 + 1024 + 64].chunks(32).collect();
    // Two deltas in the places of both objects, each of the other by its id, have to be as long as these were.
    let lengths = [pack.objects[0].len(), pack.objects[1].len()];
    let path = sandbox.path("repo/.git/objects/pack/pack-a.idx");
    let mut looping = PackByHand::default();
    looping.add(7, ids[0], delta.len(), &delta);
    looping.add(7, ids[1], delta.len(), &delta);
    let at = 8 + 1024 + 2 * 36;
    let mut patched = index.clone();
    let second = u32::try_from(looping.offset(1)).expect("near").to_be_bytes();
    let moved = patched[at..at + 8].chunks(4).position(|place| place != [0, 0, 0, 12]).expect("a second");
    patched[at + 4 * moved..at + 4 * moved + 4].copy_from_slice(&second);
    assert_ne!(lengths, [0, 0]);
    sandbox.overwrite(&path, &patched);
    sandbox.overwrite(&path.with_extension("pack"), &looping.bytes());
    assert_eq!(open(&sandbox).see_every_tree(&|_| true), None);
}

/// A packed repository, and the bytes of its pack and index.
fn packed() -> (Sandbox, [std::path::PathBuf; 2], [Vec<u8>; 2]) {
    let sandbox = Sandbox::with_repository(&[]).expect("a repository");
    import(&sandbox, &stream(&long_history(60)));
    sandbox.git(&["gc", "--quiet", "--prune=now"]);
    let listed = std::fs::read_dir(sandbox.path("repo/.git/objects/pack")).expect("packs");
    let paths: Vec<std::path::PathBuf> = listed.map(|entry| entry.expect("a pack").path()).collect();
    let with = |end: &str| paths.iter().find(|path| path.extension().is_some_and(|it| it == end)).cloned();
    let files = [with("pack").expect("a pack"), with("idx").expect("an index")];
    let bytes = files.clone().map(|file| sandbox.read_any(&file));
    (sandbox, files, bytes)
}

#[test]
fn what_is_cut_short_is_unknown() {
    let (sandbox, files, bytes) = packed();
    for (file, whole) in files.iter().zip(&bytes) {
        for length in [0, 1, 11, 12, 100, 1032, whole.len() / 2, whole.len() - 1] {
            sandbox.overwrite(file, &whole[..length]);
            assert_eq!(open(&sandbox).see_every_tree(&|_| true), None, "{length} of {}", file.display());
        }
        sandbox.overwrite(file, whole);
    }
    assert_all_is_seen(&sandbox, "whole again");
    std::fs::remove_file(&files[1]).expect("no index");
    assert_eq!(open(&sandbox).see_every_tree(&|_| true), None);
}

#[test]
fn damaged_bytes_never_hide_a_name() {
    let (sandbox, files, bytes) = packed();
    let expected = listed(&sandbox);
    let repository = open(&sandbox);
    let mut unknown = 0;
    for (file, whole) in files.iter().zip(&bytes) {
        for number in 0..700 {
            let mut damaged = whole.clone();
            let at = number * 7919 % whole.len();
            damaged[at] ^= 1 << (number % 8);
            sandbox.overwrite(file, &damaged);
            let (entries, is_all) = seen(&repository);
            unknown += usize::from(!is_all);
            // What then is no tree any more, for git is none either: it pushes nothing.
            let can_push =
                || sandbox.try_git_in("repo", &["rev-list", "--objects", "--all"]).status.success();
            let is_hidden = is_all && !expected.is_subset(&entries);
            assert!(!is_hidden || !can_push(), "bit {} of byte {at}", number % 8);
        }
        sandbox.overwrite(file, whole);
    }
    assert!(unknown > 300, "{unknown}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever the history is, what git lists is what is seen.
    #[test]
    fn random_histories_are_seen(
        changes in prop::collection::vec(
            prop::collection::vec(("(a|b|c/d|e)/[f-j]{1,2}(\\.py)?", "[0-9]{0,3}"), 1..4),
            1..60,
        ),
        hidden in prop::option::of(0_usize..60),
        window in prop::sample::select(vec!["0", "10", "250"]),
    ) {
        let sandbox = Sandbox::with_repository(&[]).expect("a repository");
        let mut commits = changes;
        if let Some(place) = hidden.filter(|place| *place + 1 < commits.len()) {
            commits[place].push(("c/env/pyvenv.cfg".to_owned(), "home = /".to_owned()));
            commits[place + 1].push(("c/env".to_owned(), String::new()));
        }
        import(&sandbox, &stream(&commits));
        sandbox.git(&["repack", "-a", "-d", "-f", "-q", "--window", window]);
        let (entries, is_all) = seen(&open(&sandbox));
        prop_assert!(is_all);
        prop_assert_eq!(entries, listed(&sandbox));
    }
}
