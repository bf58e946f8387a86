//! The states that the commits of a range go through: what one commit has is found, whatever a later one adds or deletes.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;

use git_pyenv::detect;
use git_pyenv::exec::ProcessRunner;
use git_pyenv::git::{Commit, CommitRange, Reader};
use git_pyenv::model::{Facts, Scope, Shape};
use git_pyenv::path::RepoPath;
use git_pyenv::ports::{NoProgress, NoSignals};
use git_pyenv::scan::{self, SettingsOfCommits};
use git_pyenv::session::{Ports, Session};
use git_pyenv::tree::{ObjectId, OwnedEntry};

use crate::hook_server::{answer, guarded_server};
use crate::support::repository::Sandbox;
use crate::support::sandbox::Finished;

/// A file or link: its mode, path and content.
type File = (&'static str, &'static str, &'static str);

/// Modes of git.
const FILE: &str = "100644";
const PROGRAM: &str = "100755";
const LINK: &str = "120000";

/// An interpreter, pip and a package, which are an environment without a proof.
const PLAIN: [File; 3] = [
    (PROGRAM, "e/bin/python", "x"),
    (PROGRAM, "e/bin/pip", "x"),
    (FILE, "e/lib/python3.11/site-packages/six.py", "x = 1\n"),
];
const WINDOWS: [File; 2] = [(FILE, "e/Scripts/python.exe", "x"), (FILE, "e/Scripts/pip.exe", "x")];
const LINKED: [File; 1] = [(LINK, "e/bin/python3.11", "/usr/bin/python3.11")];
const FOR_IMAGE: [File; 1] = [(FILE, "e/pyvenv.cfg", "home = /usr/bin\n")];

/// A commit: what it adds, and what it deletes.
type Step<'s> = (&'s [File], &'s [&'s str]);

/// The commits of a branch `main`, on the one that is there, as `git fast-import` reads them.
fn stream(steps: &[Step<'_>]) -> String {
    let mut text = String::new();
    for (number, (added, deleted)) in steps.iter().enumerate() {
        let from = if number == 0 { "from refs/heads/main^0\n" } else { "" };
        let _ =
            write!(text, "commit refs/heads/main\ncommitter c <c@example.org> 0 +0000\ndata 1\nx\n{from}");
        deleted.iter().for_each(|path| {
            let _ = writeln!(text, "D {path}");
        });
        added.iter().for_each(|file| add(&mut text, file));
        text.push('\n');
    }
    text
}

fn add(text: &mut String, (mode, path, content): &File) {
    let _ = write!(text, "M {mode} inline {path}\ndata {}\n{content}\n", content.len());
}

fn with_steps(steps: &[Step<'_>]) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    sandbox.git(&["tag", "base"]);
    sandbox.git(&["checkout", "--quiet", "--detach"]);
    sandbox.at("repo").reading(stream(steps)).git_ok(&["fast-import", "--quiet"]);
    sandbox
}

/// The answers of both adapters, which are the same.
fn check(sandbox: &Sandbox, range: &str, status: i32) -> Finished {
    let [first, second] = ["libgit2", "plumbing"].map(|reader| {
        let place = sandbox.at("repo").with("GIT_PYENV_READER", reader);
        place.pyenv(&["check", "--output", "text", "--range", range]).ended(status)
    });
    assert_eq!(findings(&first), findings(&second));
    first
}

/// What it says, without the time that it took.
fn findings(said: &Finished) -> Vec<String> {
    said.out().lines().filter(|line| !line.starts_with("checked ")).map(str::to_owned).collect()
}

/// Commits that bring an environment in, and one that deletes it and adds what speaks against one.
const HIDDEN: [(&str, &[File], &[File]); 8] = [
    ("a whole Python", &PLAIN, &[(FILE, "e/lib/python3.11/os.py", "x"), (FILE, "e/README", "x")]),
    ("a Python in the root", &PLAIN, &[(FILE, "e/python.exe", "x")]),
    ("packages in the root", &PLAIN, &[(FILE, "e/six-1.0.dist-info/METADATA", "x")]),
    ("packages in the root, Windows", &WINDOWS, &[(FILE, "e/six-1.0.dist-info/METADATA", "x")]),
    ("another interpreter", &WINDOWS, &[(FILE, "e/bin/python", "x"), (FILE, "e/README", "x")]),
    ("several Pythons", &LINKED, &[(LINK, "e/bin/python3.10", "/usr/bin/python3.10")]),
    ("a file of the same name", &LINKED, &[(FILE, "e/bin/python3.11", "x")]),
    (
        "settings of another sort",
        &PLAIN,
        &[(FILE, "e/bin/activate", "x"), (FILE, "e/lib/python3.11/os.pyc", "x")],
    ),
];

#[test]
fn what_a_later_commit_speaks_against_is_found() {
    for (case, environment, against) in HIDDEN {
        let deleted: Vec<&str> = environment.iter().map(|(_, path, _)| *path).collect();
        for steps in [
            // At once, one after the other, and taken back at last.
            &[(environment, &[][..]), (against, &deleted)][..],
            &[(environment, &[]), (&[], &deleted), (against, &[])],
            &[(environment, &[]), (against, &deleted), (&[], &["e"])],
            // What speaks against it was there before.
            &[(against, &[]), (environment, &["e"]), (&[], &deleted), (against, &[])],
        ] {
            let sandbox = with_steps(steps);
            let found = check(&sandbox, "base..main", 1);
            assert!(found.out().contains("`e`"), "{case}: {}", found.said());
        }
    }
}

#[test]
fn the_settings_of_an_image_do_not_stand_for_others() {
    let image = [(FILE, "e/Dockerfile", "FROM x\n")];
    let sandbox = with_steps(&[(&FOR_IMAGE, &[]), (&image, &["e/pyvenv.cfg"])]);
    let found = check(&sandbox, "base..main", 1);
    assert!(!found.out().contains("if the image needs it"), "{}", found.said());
}

#[test]
fn a_link_whose_target_comes_when_it_is_gone_is_found() {
    let link = [(LINK, "venv", "build")];
    let target = [(FILE, "build/x", "x")];
    let sandbox = with_steps(&[(&link, &[]), (&target, &["venv"])]);
    let found = check(&sandbox, "base..main", 1);
    assert!(found.out().contains("symlink `venv`"), "{}", found.said());
    // With the target it is a link as any other.
    let sandbox = with_steps(&[(&target, &[]), (&link, &[]), (&[], &["venv"])]);
    check(&sandbox, "base..main", 0);
}

#[test]
fn a_file_in_a_published_environment_is_found_when_both_are_gone() {
    let tool = [(PROGRAM, "e/bin/tool", "#!/bin/sh\n")];
    let sandbox = with_steps(&[(&PLAIN, &[]), (&tool, &[]), (&[], &["e"])]);
    check(&sandbox, "main~2..main", 1);
    // What was deleted before does not count.
    let sandbox = with_steps(&[(&PLAIN, &[]), (&[], &["e"]), (&tool, &[])]);
    check(&sandbox, "main~2..main", 0);
}

/// A base with two branches of one commit each, their merge, and one more commit; the merge has what `git merge` makes of
/// the two.
fn merged(base: Step<'_>, sides: [Step<'_>; 2], last: Step<'_>) -> Sandbox {
    let sandbox = with_steps(&[base, sides[0]]);
    let side = sandbox.git(&["rev-parse", "main"]);
    sandbox.git(&["tag", "published", "main~1"]);
    sandbox.git(&["update-ref", "refs/heads/main", "main~1"]);
    for step in [sides[1], last] {
        sandbox.at("repo").reading(stream(&[step])).git_ok(&["fast-import", "--quiet"]);
        if step == sides[1] {
            sandbox.git(&["checkout", "--quiet", "main"]);
            sandbox.git(&["merge", "--quiet", "--no-edit", &side]);
            sandbox.git(&["checkout", "--quiet", "--detach"]);
        }
    }
    sandbox
}

#[test]
fn what_only_a_merge_has_is_found() {
    let readme = [(FILE, "README.md", "x")];
    let against = [(FILE, "e/lib/python3.11/os.py", "x")];
    let [programs, packages] = [&PLAIN[..2], &PLAIN[2..]];
    let deleted: Vec<&str> = PLAIN.iter().map(|(_, path, _)| *path).collect();
    let sandbox = merged((&readme, &[]), [(programs, &[]), (packages, &[])], (&against, &deleted));
    check(&sandbox, "published..main", 1);
    let link = [(LINK, "venv", "build")];
    let target = [(FILE, "build/a", "a"), (FILE, "build/b", "b")];
    let sides: [Step<'_>; 2] = [(&link, &["build/a"]), (&[], &["build/b"])];
    let sandbox = merged((&target, &[]), sides, (&target, &["venv"]));
    check(&sandbox, "published..main", 1);
}

#[test]
fn a_server_refuses_what_a_later_commit_speaks_against() {
    let against = [(FILE, "e/lib/python3.11/os.py", "x")];
    let sandbox = guarded_server();
    let deleted: Vec<&str> = PLAIN.iter().map(|(_, path, _)| *path).collect();
    sandbox.git(&["checkout", "--quiet", "--detach"]);
    let steps = stream(&[(&PLAIN, &[]), (&against, &deleted)]);
    sandbox.at("repo").reading(steps).git_ok(&["fast-import", "--quiet"]);
    let refused = sandbox.at("repo").with_binary().git(&["push", "origin", "main"]).ended(1);
    assert!(answer(&refused).iter().any(|line| line.contains("`e`")), "{}", refused.said());
}

#[test]
fn many_states_are_looked_at_where_they_change() {
    let roots: Vec<String> = (0..40).map(|number| format!("junk/{number}/pyvenv.cfg")).collect();
    let mut steps = String::new();
    for number in 0..80_usize {
        let from = if number == 0 { "from refs/heads/main^0\n" } else { "" };
        let _ =
            write!(steps, "commit refs/heads/main\ncommitter c <c@example.org> 0 +0000\ndata 1\nx\n{from}");
        let content = format!("{number}\n");
        let _ = write!(
            steps,
            "M 100644 inline {}\ndata {}\n{content}\n",
            roots[number % roots.len()],
            content.len()
        );
        let home = "home = /usr/bin\n";
        match number {
            50 => {
                let _ = write!(steps, "M 100644 inline junk/7/pyvenv.cfg\ndata {}\n{home}\n", home.len());
            }
            51 => steps.push_str("D junk/7\n"),
            _ => {}
        }
        steps.push('\n');
    }
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    sandbox.git(&["tag", "base"]);
    sandbox.git(&["checkout", "--quiet", "--detach"]);
    sandbox.at("repo").reading(steps).git_ok(&["fast-import", "--quiet"]);
    let found = check(&sandbox, "base..main", 1);
    assert!(found.out().contains("junk/7"), "{}", found.said());
}

/// A path, and the modes and contents that it has.
type Mark = (&'static str, &'static [(&'static str, &'static str)]);

/// Marks of environments and what speaks against them.
const MARKS: [Mark; 30] = [
    ("e/bin/python", &[(PROGRAM, "x"), (LINK, "/usr/bin/python3"), (LINK, "python3.11")]),
    ("e/bin/python3.10", &[(LINK, "/usr/bin/python3.10")]),
    ("e/bin/python3.11", &[(LINK, "/usr/bin/python3.11"), (PROGRAM, "x")]),
    ("e/bin/pip", &[(PROGRAM, "x")]),
    ("e/bin/tool", &[(PROGRAM, "#!/bin/sh\n")]),
    (
        "e/bin/activate",
        &[(FILE, "VIRTUAL_ENV=\"/a/e\"\nexport VIRTUAL_ENV\n"), (FILE, "VIRTUAL_ENV=__X__\n"), (FILE, "x")],
    ),
    ("e/Scripts/python.exe", &[(FILE, "x")]),
    ("e/Scripts/pip.exe", &[(FILE, "x")]),
    ("e/Scripts/pip3.exe", &[(FILE, "x")]),
    ("e/Scripts/pip3.11.exe", &[(FILE, "x")]),
    ("e/lib/python3.11/site-packages/six.py", &[(FILE, "x")]),
    ("e/lib/python3.11/site-packages/pip/a.py", &[(FILE, "x")]),
    ("e/lib/python3.11/os.py", &[(FILE, "x"), (LINK, "/usr/lib/python3.11/os.py")]),
    ("e/python.exe", &[(FILE, "x")]),
    ("e/six-1.0.dist-info/METADATA", &[(FILE, "x")]),
    ("e/pyvenv.cfg", &[(FILE, "home = /usr/bin\n"), (FILE, "none\n")]),
    ("e/Dockerfile", &[(FILE, "FROM x\n")]),
    ("e/lib64", &[(LINK, "lib"), (LINK, "/a/e/lib"), (FILE, "x")]),
    ("e/CACHEDIR.TAG", &[(FILE, "Signature: 8a477f597d28d172789f06886806bc55\n"), (FILE, "x")]),
    ("e/.lock", &[(FILE, "")]),
    ("e/share/man/man1/ttx.1", &[(FILE, "x")]),
    ("e/conda-meta/history", &[(FILE, "x")]),
    ("e/conda-meta/a-1-0.json", &[(FILE, "{}")]),
    ("e/src/app.py", &[(FILE, "x")]),
    ("e/lib/inner/pyvenv.cfg", &[(FILE, "home = /usr/bin\n")]),
    ("build/x", &[(FILE, "x")]),
    ("build/y", &[(FILE, "x")]),
    ("venv", &[(LINK, "build"), (LINK, "e"), (LINK, "src")]),
    ("current", &[(LINK, "e"), (LINK, "build")]),
    (".venv", &[(FILE, "/home/me/venvs/a"), (LINK, "e"), (FILE, "x")]),
];

/// Numbers that are the same in every run: Numerical Recipes' linear congruential generator.
struct Numbers(u32);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 16) as usize % limit
    }
}

/// The files of a commit.
type Files = BTreeMap<&'static str, (&'static str, &'static str)>;

/// Random histories of up to 7 commits, of which the first may be published: each on a branch of its own.
fn histories(count: usize) -> String {
    let mut numbers = Numbers(7);
    let (mut text, mut mark) = (String::new(), 0);
    for history in 0..count {
        let first = mark + 1;
        // Of few marks some come together.
        let few = 4 + numbers.below(6);
        let focus: Vec<_> = (0..few).map(|_| MARKS[numbers.below(MARKS.len())]).collect();
        let mut trees: Vec<Files> = Vec::new();
        for number in 0..3 + numbers.below(5) {
            mark += 1;
            let _ = write!(
                text,
                "commit refs/heads/h{history}\nmark :{mark}\ncommitter c <c@example.org> {mark} +0000\ndata 1\nx\n"
            );
            let parent = if number > 2 { number - 1 - numbers.below(2) } else { number.saturating_sub(1) };
            let other = if number > 0 && numbers.below(3) == 0 { numbers.below(number) } else { parent };
            let before = trees.get(parent).cloned().unwrap_or_default();
            let mut files = before.clone();
            match number {
                0 => text.push_str("from refs/heads/main^0\n"),
                _ => {
                    let _ = writeln!(text, "from :{}", first + parent);
                }
            }
            if other != parent {
                let _ = writeln!(text, "merge :{}", first + other);
                mix(&mut files, &trees[other], &mut numbers);
            }
            change(&mut files, &focus, if other == parent { 1 } else { 0 }, &mut numbers);
            write_changes(&mut text, &before, &files);
            trees.push(files);
            if number == 0 {
                let _ = write!(text, "reset refs/heads/base{history}\nfrom :{mark}\n\n");
            }
        }
    }
    text
}

/// Takes some files from the other side of a merge.
fn mix(files: &mut Files, other: &Files, numbers: &mut Numbers) {
    let paths: BTreeSet<&str> = files.keys().chain(other.keys()).copied().collect();
    for path in paths.into_iter().filter(|_| numbers.below(2) == 0) {
        match other.get_key_value(path) {
            Some((path, file)) => files.insert(path, *file),
            None => files.remove(path),
        };
    }
}

/// Adds and deletes some files.
fn change(files: &mut Files, focus: &[Mark], least: usize, numbers: &mut Numbers) {
    if least > 0 && numbers.below(5) == 0 {
        files.retain(|path, _| !path.starts_with("e/"));
    }
    for _ in 0..least + numbers.below(3) {
        let (path, contents) = focus[numbers.below(focus.len())];
        match numbers.below(3) {
            0 => files.remove(path),
            _ => files.insert(path, contents[numbers.below(contents.len())]),
        };
    }
}

fn write_changes(text: &mut String, before: &Files, files: &Files) {
    for path in before.keys().filter(|path| !files.contains_key(*path)) {
        let _ = writeln!(text, "D {path}");
    }
    for (path, file) in files.iter().filter(|(path, file)| before.get(*path) != Some(file)) {
        add(text, &(file.0, path, file.1));
    }
    text.push('\n');
}

/// How much an environment counts for rules.
fn weight(shape: Shape, is_for_image: bool) -> u8 {
    if shape == Shape::Environment { 2 } else { u8::from(!is_for_image) }
}

/// What a range reports: environments and links.
struct Reported {
    environments: BTreeMap<RepoPath, u8>,
    /// What whole environments consist of.
    pieces: BTreeSet<RepoPath>,
    links: BTreeSet<RepoPath>,
}

impl Reported {
    fn of(facts: &Facts) -> Self {
        let all = facts.tracked.iter().map(|tracked| &tracked.environment);
        let whole = all.clone().filter(|found| found.shape == Shape::Environment);
        Self {
            pieces: whole.flat_map(git_pyenv::model::Environment::pieces).collect(),
            environments: all.map(|it| (it.root.clone(), weight(it.shape, it.is_for_image))).collect(),
            links: facts.tracked_links.iter().map(|tracked| tracked.link.entry.path.clone()).collect(),
        }
    }

    fn has_around(&self, path: &RepoPath) -> bool {
        self.pieces.iter().any(|piece| path.is_within(piece))
    }
}

/// The commits that one leads to, with itself.
fn ancestors(commits: &[Commit], of: ObjectId) -> HashSet<ObjectId> {
    let mut found = HashSet::from([of]);
    for commit in commits.iter().rev() {
        if found.contains(&commit.id) {
            found.extend(&commit.parents);
        }
    }
    found
}

/// Compares what a range reports with what each of its commits shows. Returns how many environments and links these show.
fn compare(session: &Session<'_>, range: &CommitRange, name: &str) -> usize {
    let repository = &session.repository;
    let parts = scan::parts(session, range).expect("a range");
    let scope = Scope::Range(name.to_owned());
    let scanned = scan::introduced_by(session, &parts[0], scope, &mut SettingsOfCommits::default());
    let reported = Reported::of(&scanned.expect("commits").facts);
    let commits = &parts[0].commits;
    let changes = repository.introduced(commits, None).expect("changes");
    let mut shown = 0;
    for commit in commits {
        let before = ancestors(commits, commit.id);
        let added = changes.iter().filter(|it| !it.is_deleted && before.contains(&it.commit));
        // A merge may also have what was there before.
        let added: Vec<&OwnedEntry> = added.map(|it| &it.entry).collect();
        let tree = repository.commit_tree(commit.id).expect("a commit");
        let found = detect::environments(&*tree).expect("a tree");
        let is_brought = |found: &&git_pyenv::model::Environment| {
            found.contents.members.iter().any(|member| added.contains(&member))
        };
        for found in found.environments.iter().filter(is_brought) {
            shown += 1;
            let expected = weight(found.shape, found.is_for_image);
            let is_known = reported.environments.get(&found.root).is_some_and(|known| *known >= expected)
                || reported.has_around(&found.root);
            assert!(is_known, "{name}: {} shows {found:#?}", commit.id);
        }
        for link in found.links.iter().filter(|link| added.contains(&&link.entry)) {
            shown += 1;
            let path = &link.entry.path;
            assert!(
                reported.links.contains(path) || reported.has_around(path),
                "{name}: {} {link:?}",
                commit.id
            );
        }
    }
    shown
}

/// Compares random histories, each from its first commit on and as a whole.
fn compare_histories(reader: &str, count: usize) {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    sandbox.at("repo").reading(histories(count)).git_ok(&["fast-import", "--quiet", "--force"]);
    let env = sandbox.env("repo", &[("GIT_PYENV_READER", reader)]);
    let ports = Ports { env: &env, runner: &ProcessRunner, progress: &NoProgress, signals: &NoSignals };
    let session = Session::open(ports, Vec::new()).expect("a session");
    let mut shown = 0;
    for history in 0..count {
        for range in [format!("base{history}..h{history}"), format!("h{history}")] {
            let commits = session.repository.range(&range).expect("a range");
            shown += compare(&session, &commits, &range);
        }
    }
    assert!(shown > count * 2, "{shown}");
}

#[test]
fn a_range_reports_what_any_of_its_commits_shows() {
    compare_histories("libgit2", 500);
}

#[test]
fn git_itself_gives_the_same_answers() {
    compare_histories("plumbing", 20);
}
