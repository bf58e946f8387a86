//! Both adapters and the index scan give git's own answers, in every kind of repository that git can make.

use git_pyenv::error::ErrorKind;
use git_pyenv::git::{Reader, Repository};
use git_pyenv::path::RepoPath;
use git_pyenv::tree::{Content, Entry, EntryKind, ObjectId, OwnedEntry, Tree, Visitor};

use crate::support::repository::{Sandbox, introduced};
use crate::support::sandbox::FORMATS;

/// The kinds of repositories and of the index.
const SHAPES: [Shape; 8] = [
    Shape { name: "normal", make: |_| "repo" },
    Shape { name: "linked worktree", make: linked_worktree },
    Shape { name: "bare", make: bare },
    Shape { name: "sparse index", make: sparse_index },
    Shape { name: "split index", make: split_index },
    Shape { name: "index version 4", make: version_4 },
    Shape { name: "submodule", make: submodule },
    Shape { name: "subdirectory", make: |_| "repo/venv/bin" },
];

struct Shape {
    name: &'static str,
    /// Makes this kind from the fixture and returns the directory to start in.
    make: fn(&Sandbox) -> &'static str,
}

fn linked_worktree(sandbox: &Sandbox) -> &'static str {
    sandbox.git(&["worktree", "add", "--quiet", "../linked", "side"]);
    "linked"
}

fn bare(sandbox: &Sandbox) -> &'static str {
    sandbox.git_in("", &["clone", "--quiet", "--bare", "repo", "bare.git"]);
    "bare.git"
}

fn sparse_index(sandbox: &Sandbox) -> &'static str {
    sandbox.git(&["reset", "--quiet", "--hard"]);
    let init = ["sparse-checkout", "init", "--cone", "--sparse-index"];
    // Git before 2.32 has no sparse index.
    if !sandbox.try_git_in("repo", &init).status.success() {
        sandbox.git(&init[..3]);
    }
    sandbox.git(&["sparse-checkout", "set", "src"]);
    "repo"
}

fn split_index(sandbox: &Sandbox) -> &'static str {
    sandbox.git(&["update-index", "--split-index"]);
    sandbox.write("later", "split");
    sandbox.git(&["add", "later"]);
    "repo"
}

fn version_4(sandbox: &Sandbox) -> &'static str {
    sandbox.git(&["update-index", "--index-version", "4"]);
    "repo"
}

fn submodule(sandbox: &Sandbox) -> &'static str {
    let objects = format!("--object-format={}", sandbox.git(&["rev-parse", "--show-object-format"]));
    let references = format!("--ref-format={}", sandbox.git(&["rev-parse", "--show-ref-format"]));
    // Git before 2.45 repeats the question that it does not know.
    let references = (references != "--ref-format=--show-ref-format").then_some(references);
    let formats = std::iter::once(objects.as_str()).chain(references.as_deref()).collect::<Vec<_>>();
    sandbox.git_in("", &[&["init", "--quiet"], formats.as_slice(), &["super"]].concat());
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../repo", "inner"];
    sandbox.git_in("super", &add);
    "super/inner"
}

/// A history with a rename, a merge, a change in the merge itself, hostile names, links and modes. The index also has
/// a staged file and an `add -N` entry, which is named `announced`.
fn fixture(options: &[&str]) -> Option<Sandbox> {
    let mut sandbox = Sandbox::with_repository(options)?;
    sandbox.set("GIT_COMMITTER_DATE", "2024-01-01T00:00:01Z");
    sandbox.write("venv/bin/python3.12", "#!");
    sandbox.write("line\nbreak/:magic*", "x");
    sandbox.write(b"latin-\xe9", "x");
    sandbox.write("empty", "");
    sandbox.link("venv/bin/python", "/usr/bin/python3");
    sandbox.git(&["add", "."]);
    sandbox.git(&["update-index", "--chmod=+x", "venv/bin/python3.12"]);
    sandbox.commit("venv/pyvenv.cfg", "home = /usr/bin\n");
    sandbox.git(&["branch", "side"]);
    sandbox.set("GIT_COMMITTER_DATE", "2024-01-01T00:00:02Z");
    sandbox.commit("src/main.py", "one\n");
    sandbox.git(&["mv", "venv/pyvenv.cfg", "moved.cfg"]);
    sandbox.git(&["commit", "--quiet", "--message", "rename"]);
    sandbox.git(&["checkout", "--quiet", "side"]);
    sandbox.set("GIT_COMMITTER_DATE", "2024-01-01T00:00:03Z");
    sandbox.commit("src/other.py", "two\n");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-commit", "--no-ff", "side"]);
    sandbox.commit("src/evil.py", "only in the merge\n");
    sandbox.set("GIT_COMMITTER_DATE", "2024-01-01T00:00:04Z");
    sandbox.commit("src/main.py", "changed\n");
    sandbox.write("staged", "not committed");
    sandbox.write("announced", "not even staged");
    sandbox.git(&["add", "staged"]);
    sandbox.git(&["add", "--intent-to-add", "announced"]);
    Some(sandbox)
}

#[derive(Default)]
struct Seen(Vec<(Vec<u8>, EntryKind, Option<ObjectId>)>);

/// The paths that are not merged.
#[derive(Default)]
struct SeenUnmerged(Vec<Vec<u8>>);

impl Visitor for SeenUnmerged {
    fn restart(&mut self) {
        self.0.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        self.0.extend(entry.is_unmerged.then(|| entry.path.to_vec()));
    }
}

impl Visitor for Seen {
    fn restart(&mut self) {
        self.0.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        self.0.push((entry.path.to_vec(), entry.kind, ObjectId::new(entry.id)));
    }
}

/// Sorts by path, as git does.
fn in_order<T>(mut seen: Vec<(Vec<u8>, EntryKind, T)>) -> Vec<(Vec<u8>, EntryKind, T)> {
    seen.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    seen
}

fn seen(tree: &dyn Tree) -> Vec<(Vec<u8>, EntryKind, Option<ObjectId>)> {
    let mut seen = Seen::default();
    tree.visit(&mut seen).expect("a tree that can be listed");
    in_order(seen.0)
}

/// The index as `git ls-files` prints it, without the `add -N` entry.
fn index_of_git(sandbox: &Sandbox, directory: &str) -> Vec<(Vec<u8>, EntryKind, Option<ObjectId>)> {
    let top = sandbox.try_git_in(directory, &["rev-parse", "--show-cdup"]).stdout;
    let top = format!("{directory}/{}", String::from_utf8_lossy(&top).trim_end());
    let output = sandbox.try_git_in(&top, &["ls-files", "--stage", "-z"]).stdout;
    let entry = |line: &[u8]| {
        let tab = line.iter().position(|&byte| byte == b'\t').expect("a tab");
        let head = String::from_utf8_lossy(&line[..tab]).into_owned();
        let mut head = head.split(' ');
        let mode = u32::from_str_radix(head.next().expect("a mode"), 8).expect("an octal mode");
        let id = ObjectId::from_hex(head.next().expect("an id"));
        (line[tab + 1..].to_vec(), EntryKind::from_mode(mode).expect("a known mode"), id)
    };
    let lines = output.split(|&byte| byte == 0).filter(|line| !line.is_empty());
    lines.map(entry).filter(|(path, ..)| path != b"announced").collect()
}

/// The repository with each adapter that can open it, and with both.
fn readers(sandbox: &Sandbox, directory: &str) -> Vec<(&'static str, Repository<'static>)> {
    let open = |reader| sandbox.open(directory, &[("GIT_PYENV_READER", reader)]);
    let mut readers = vec![("both", sandbox.open(directory, &[]).expect("a repository that git can open"))];
    readers.push(("plumbing", open("plumbing").expect("a repository that git can open")));
    match open("libgit2") {
        Ok(repository) => readers.push(("libgit2", repository)),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Undecided, "{error}"),
    }
    readers
}

/// Runs a check for every format and kind.
fn everywhere(check: impl Fn(&str, &Sandbox, &str)) {
    for options in FORMATS {
        for shape in &SHAPES {
            let Some(sandbox) = fixture(options) else { continue };
            let directory = (shape.make)(&sandbox);
            check(&format!("{} {options:?}", shape.name), &sandbox, directory);
        }
    }
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text.as_bytes()).expect("a path")
}

#[test]
fn every_reader_gives_the_same_answers() {
    everywhere(|case, sandbox, directory| {
        let expected_index = index_of_git(sandbox, directory);
        let head = sandbox.git_in(directory, &["rev-parse", "HEAD"]);
        let mut answers = Vec::new();
        for (name, repository) in readers(sandbox, directory) {
            let case = format!("{case} through {name}");
            let index = repository.index_tree().expect("an index");
            assert_eq!(seen(&*index), expected_index, "{case}");
            let commit = repository.head().expect(&case).expect("a commit");
            assert_eq!(commit.to_string(), head, "{case}");
            assert_eq!(repository.resolve("HEAD").expect(&case), Some(commit), "{case}");
            let files = seen(&*repository.commit_tree(commit).expect(&case));
            let roots = ["venv", "src/main.py", "src", "line\nbreak/:magic*", "nowhere", "empty/x"].map(path);
            let below = repository.entries_below(commit, &roots).expect(&case);
            let all = repository.entries_below(commit, &[RepoPath::root()]).expect(&case);
            assert_eq!(all.len(), files.len(), "{case}");
            answers.push((case, repository.layout().clone(), files, below));
        }
        let (_, layout, files, below) = &answers[0];
        assert!(below.iter().any(|entry| entry.kind == EntryKind::Executable), "{case}");
        for (case, other_layout, other_files, other_below) in &answers {
            assert_eq!((other_layout, other_files, other_below), (layout, files, below), "{case}");
        }
    });
}

#[test]
fn visiting_the_index_works_or_says_that_it_does_not() {
    everywhere(|case, sandbox, directory| {
        let expected = index_of_git(sandbox, directory);
        for (name, repository) in readers(sandbox, directory) {
            let mut seen = Seen::default();
            match repository.visit_index(&mut seen) {
                Ok(()) => assert_eq!(in_order(seen.0), expected, "{case} through {name}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Undecided, "{case}: {error}");
                    assert!(
                        name == "libgit2" && (case.contains("sparse") || case.contains("split")),
                        "{case}: {error}"
                    );
                }
            }
        }
    });
}

#[test]
fn what_a_range_brings_in_is_the_same_everywhere() {
    for options in FORMATS {
        let Some(sandbox) = fixture(options) else { continue };
        for range in ["HEAD", "HEAD~1..HEAD", "HEAD~1..", "HEAD~2..HEAD", "side..main", "HEAD..HEAD"] {
            let through = |(_, repository): &(_, Repository<'_>)| introduced(repository, range).expect(range);
            let answers: Vec<_> = readers(&sandbox, "repo").iter().map(through).collect();
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{range}: {answers:#?}");
        }
    }
}

#[test]
fn a_merge_brings_in_only_what_no_parent_has() {
    let sandbox = fixture(FORMATS[0]).expect("every git makes such repositories");
    for (name, repository) in readers(&sandbox, "repo") {
        let brought = |range: &str| -> Vec<String> {
            let found = introduced(&repository, range).expect(range);
            let added = found.iter().filter(|introduced| !introduced.is_deleted);
            added.map(|introduced| introduced.entry.path.seen_from_root()).collect()
        };
        assert_eq!(brought("main~1^2..main~1"), ["src/main.py", "moved.cfg", "src/evil.py"], "{name}");
        assert_eq!(brought("main~1..main"), ["src/main.py"], "{name}");
        assert_eq!(brought("main~1^..main~1"), ["src/other.py", "src/evil.py"], "{name}");
        assert!(
            brought("main").contains(&"venv/pyvenv.cfg".to_owned()),
            "{name}: a root commit brings in all it has"
        );
    }
}

#[test]
fn blobs_are_read_up_to_a_limit() {
    for options in FORMATS {
        let Some(sandbox) = fixture(options) else { continue };
        for (name, repository) in readers(&sandbox, "repo") {
            let tree = repository.index_tree().expect("an index");
            let staged = repository.tracked_below(&[path("staged")]).expect("an index").remove(0);
            assert_eq!(tree.read(&staged, 100).expect(name), Content::Whole(b"not committed".to_vec()));
            assert_eq!(tree.read(&staged, 12).expect(name), Content::TooLarge(13));
            let unsized_entry = OwnedEntry { size: None, ..staged.clone() };
            let missing = ObjectId::new(&vec![7; repository.layout().object_id_length]);
            let absent = OwnedEntry { id: missing, size: None, ..staged.clone() };
            let error = tree.read(&absent, 100).expect_err("no such object");
            assert_eq!(error.kind(), ErrorKind::Undecided, "{name}");
            let sizes = tree.sizes(&[unsized_entry, absent, staged]);
            assert_eq!(sizes, [Some(13), None, Some(13)], "{name}");
            let commit = repository.head().expect(name).expect("a commit");
            assert_eq!(
                repository.read_blob(commit, 100).expect_err("no file").kind(),
                ErrorKind::Undecided,
                "{name}"
            );
            assert!(repository.commit_tree(missing.expect("an id")).is_err(), "{name}");
        }
    }
}

#[test]
fn a_revision_is_never_an_option() {
    let sandbox = fixture(FORMATS[0]).expect("every git makes such repositories");
    for (name, repository) in readers(&sandbox, "repo") {
        for unknown in
            ["nowhere", "--all", "-h", "a..b", "", "HEAD:empty", "^HEAD", "a\nb", "a\0b", &"7".repeat(40)]
        {
            assert_eq!(repository.resolve(unknown).expect(unknown), None, "{unknown:?} through {name}");
            let error = introduced(&repository, unknown).err().map(|error| error.kind());
            assert!(unknown.is_empty() || error == Some(ErrorKind::Usage), "{unknown:?} through {name}");
        }
        assert!(repository.resolve("main~1^2").expect(name).is_some());
    }
}

#[test]
fn the_tips_of_references_are_commits() {
    for options in FORMATS {
        let Some(sandbox) = fixture(options) else { continue };
        sandbox.git(&["tag", "--annotate", "--message=x", "v1", "side"]);
        sandbox.git(&["tag", "blob", "HEAD:empty"]);
        let expect = |names: &[&str]| {
            let mut tips: Vec<_> = names.iter().map(|name| sandbox.git(&["rev-parse", name])).collect();
            tips.sort();
            tips
        };
        for (name, repository) in readers(&sandbox, "repo") {
            let tips = |prefix: &str| -> Vec<String> {
                repository.tips(prefix).expect(name).iter().map(ToString::to_string).collect()
            };
            assert_eq!(tips("refs/"), expect(&["main", "side"]), "{name}");
            assert_eq!(tips("refs/tags/"), expect(&["side"]), "{name}");
            assert_eq!(tips("refs/remotes/"), expect(&[]), "{name}");
        }
    }
}

#[test]
fn before_the_first_commit_there_is_no_head() {
    for options in FORMATS {
        let Some(sandbox) = Sandbox::with_repository(options) else { continue };
        for (name, repository) in readers(&sandbox, "repo") {
            assert_eq!(repository.head().expect(name), None, "{name}");
            assert!(
                seen(&*repository.index_tree().expect(name)).is_empty(),
                "{name}: no index is an empty one"
            );
        }
        sandbox.write("first", "x");
        sandbox.git(&["add", "first"]);
        for (name, repository) in readers(&sandbox, "repo") {
            assert_eq!(seen(&*repository.index_tree().expect(name)).len(), 1, "{name}");
        }
    }
}

#[test]
fn unmerged_paths_are_shown_once_and_as_such() {
    for version in ["2", "4"] {
        let sandbox = fixture(FORMATS[0]).expect("every git makes such repositories");
        sandbox.git(&["reset", "--quiet", "--hard"]);
        sandbox.git(&["update-index", "--index-version", version]);
        sandbox.commit("src/other.py", "ours\n");
        sandbox.git(&["checkout", "--quiet", "side"]);
        sandbox.commit("src/other.py", "theirs\n");
        assert!(!sandbox.try_git_in("repo", &["merge", "--quiet", "main"]).status.success());
        let mut expected = index_of_git(&sandbox, "repo");
        let stages = expected.len();
        expected.dedup_by(|later, first| later.0 == first.0);
        assert!(expected.len() < stages);
        for (name, repository) in readers(&sandbox, "repo") {
            let mut visited = Seen::default();
            repository.visit_index(&mut visited).expect(name);
            assert_eq!(visited.0, expected, "version {version} through {name}");
            let mut unmerged = SeenUnmerged::default();
            repository.index_tree().expect(name).visit(&mut unmerged).expect(name);
            assert_eq!(unmerged.0, [b"src/other.py"], "version {version} through {name}");
        }
    }
}

#[test]
fn damage_is_never_an_answer() {
    let sandbox = fixture(FORMATS[0]).expect("every git makes such repositories");
    let file = sandbox.path("repo/.git/index");
    let whole = sandbox.read("repo/.git/index");
    let half = &whole[..whole.len() / 2];
    for bytes in [half, b"", b"DIRC", &[&b"XXXX"[..], &whole[4..]].concat()] {
        sandbox.overwrite(&file, bytes);
        for (name, repository) in readers(&sandbox, "repo") {
            let shown = repository.index_tree().and_then(|tree| tree.visit(&mut Seen::default()));
            let error = shown.expect_err("a damaged index");
            assert_eq!(error.kind(), ErrorKind::Undecided, "{name}");
            let error = repository.visit_index(&mut Seen::default()).expect_err("a damaged index");
            assert_eq!(error.kind(), ErrorKind::Undecided, "{name}");
        }
    }
}

#[test]
fn a_head_that_cannot_be_read_is_not_an_unborn_one() {
    for content in ["7777777777777777777777777777777777777777\n", "rubbish\n"] {
        let sandbox = fixture(FORMATS[0]).expect("every git makes such repositories");
        sandbox.overwrite(&sandbox.path("repo/.git/refs/heads/main"), content.as_bytes());
        for (name, repository) in readers(&sandbox, "repo") {
            let error = repository.head().expect_err(name);
            assert_eq!(error.kind(), ErrorKind::Undecided, "{name}");
        }
    }
}
