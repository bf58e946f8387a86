//! The environment of a repository: git's variables, configuration, hooks, work trees.

use std::path::PathBuf;

use git_pyenv::error::ErrorKind;
use git_pyenv::git::{Reader, RepositoryLayout};
use git_pyenv::path::RepoPath;

use crate::support::repository::{Sandbox, introduced, text};
use crate::support::sandbox::skip_without;

/// The directory in which the program starts, its variables, and the work tree and prefix that git then uses.
type OpenCase<'a> = (&'a str, &'a [(&'a str, &'a str)], Option<PathBuf>, &'a str);

const READERS: [&str; 2] = ["libgit2", "plumbing"];

fn path(text: &str) -> RepoPath {
    RepoPath::new(text.as_bytes()).expect("a path")
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_repository(&["--object-format=sha1"]).expect("every git can init");
    sandbox.commit("sub/file", "x");
    sandbox
}

/// The version of the installed git, without its patch level.
fn git_version(sandbox: &Sandbox) -> (u32, u32) {
    let version = sandbox.open("repo", &[]).expect("a repository").git_version().expect("a version");
    (version.major, version.minor)
}

/// The layout, which both adapters must give alike.
fn layout(sandbox: &Sandbox, directory: &str, more: &[(&str, &str)]) -> RepositoryLayout {
    let layouts = READERS.map(|reader| {
        let more = [more, &[("GIT_PYENV_READER", reader)]].concat();
        let repository =
            sandbox.open(directory, &more).unwrap_or_else(|error| panic!("{reader} {more:?}: {error}"));
        assert!(repository.head().expect(reader).is_some(), "{reader}");
        repository.layout().clone()
    });
    assert_eq!(layouts[0], layouts[1], "{directory} {more:?}");
    layouts[0].clone()
}

#[test]
fn git_finds_the_same_repository_everywhere() {
    let sandbox = sandbox();
    sandbox.git(&["worktree", "add", "--quiet", "../linked", "-b", "other"]);
    let at = |relative: &str| Some(sandbox.path(relative));
    let top = sandbox.path("repo").display().to_string();
    let git = format!("{top}/.git");
    let linked = format!("{git}/worktrees/linked");
    let cases: [OpenCase<'_>; 11] = [
        ("repo", &[], at("repo"), ""),
        ("repo/sub", &[], at("repo"), "sub"),
        ("repo", &[("GIT_INDEX_FILE", ".git/index")], at("repo"), ""),
        ("repo/sub", &[("GIT_INDEX_FILE", ".git/index"), ("GIT_PREFIX", "")], at("repo"), "sub"),
        ("repo", &[("GIT_DIR", ".git")], at("repo"), ""),
        ("repo/sub", &[("GIT_DIR", "../.git")], at("repo/sub"), ""),
        ("repo/sub", &[("GIT_DIR", &git), ("GIT_WORK_TREE", &top)], at("repo"), "sub"),
        ("repo", &[("GIT_DIR", &git), ("GIT_WORK_TREE", ".")], at("repo"), ""),
        ("home", &[("GIT_DIR", &git), ("GIT_WORK_TREE", &top)], at("repo"), ""),
        ("linked/sub", &[], at("linked"), "sub"),
        ("linked", &[("GIT_DIR", &linked)], at("linked"), ""),
    ];
    for (directory, more, work_tree, prefix) in cases {
        let layout = layout(&sandbox, directory, more);
        assert_eq!((layout.work_tree, layout.prefix), (work_tree, path(prefix)), "{directory} {more:?}");
        assert_eq!(layout.common_directory, sandbox.path("repo/.git"), "{directory} {more:?}");
        let index = if directory.starts_with("linked") {
            "repo/.git/worktrees/linked/index"
        } else {
            "repo/.git/index"
        };
        assert_eq!(layout.index_file, sandbox.path(index), "{directory} {more:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_work_tree_named_by_a_link_is_where_the_link_leads() {
    let sandbox = sandbox();
    sandbox.link("../alias", "repo");
    let alias = sandbox.path("alias").display().to_string();
    let more = [("GIT_DIR", format!("{alias}/.git")), ("GIT_WORK_TREE", alias.clone())];
    let more: Vec<(&str, &str)> = more.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let layout = layout(&sandbox, "repo/sub", &more);
    assert_eq!((layout.work_tree, layout.prefix), (Some(sandbox.path("repo")), path("sub")));
}

#[test]
fn a_configured_work_tree_is_the_work_tree() {
    let sandbox = sandbox();
    let elsewhere = sandbox.path("home").display().to_string();
    sandbox.git(&["config", "core.worktree", &elsewhere]);
    for more in [&[][..], &[("GIT_DIR", ".git")]] {
        assert_eq!(layout(&sandbox, "repo", more).work_tree, Some(sandbox.path("home")), "{more:?}");
    }
    for reader in READERS {
        let repository = sandbox.open("repo", &[("GIT_PYENV_READER", reader)]).expect(reader);
        assert_eq!(repository.tracked_below(&[path("sub")]).expect(reader).len(), 1);
        assert_eq!(repository.hooks_directory().expect(reader), sandbox.path("repo/.git/hooks"));
    }
}

#[test]
fn inside_a_git_directory_there_is_no_work_tree() {
    let sandbox = sandbox();
    sandbox.git_in("", &["clone", "--quiet", "--bare", "repo", "bare.git"]);
    let cases: [(&str, &[(&str, &str)]); 3] =
        [("repo/.git/refs", &[]), ("bare.git", &[]), ("bare.git", &[("GIT_DIR", ".")])];
    for (directory, more) in cases {
        assert_eq!(layout(&sandbox, directory, more).work_tree, None, "{directory}");
    }
    if git_version(&sandbox) < (2, 38) {
        return;
    }
    let explicit = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "safe.bareRepository"),
        ("GIT_CONFIG_VALUE_0", "explicit"),
    ];
    let error = sandbox.open("bare.git", &explicit).err().expect("a repository that git refuses");
    assert_eq!(error.kind(), ErrorKind::Undecided);
    assert!(error.causes()[0].seen_from_root().contains("safe.bareRepository"), "{error}");
}

#[test]
fn no_repository_is_wrong_usage_and_a_broken_one_is_undecided() {
    let sandbox = sandbox();
    let ceiling = sandbox.path("").display().to_string();
    for reader in ["libgit2", "plumbing", ""] {
        let more = [("GIT_PYENV_READER", reader), ("GIT_CEILING_DIRECTORIES", &ceiling)];
        let error = sandbox.open("home", &more).err().expect("no repository");
        assert_eq!(error.kind(), ErrorKind::Usage, "{reader}: {error}");
        assert!(!error.hints().is_empty());
        let inside = [more[0], ("GIT_CEILING_DIRECTORIES", &format!("{ceiling}/repo"))];
        let error = sandbox.open("repo/sub", &inside).err().expect("a ceiling below the repository");
        assert_eq!(error.kind(), ErrorKind::Usage, "{reader}: {error}");
    }
    sandbox.git(&["config", "extensions.fromTheFuture", "1"]);
    sandbox.git(&["config", "core.repositoryFormatVersion", "1"]);
    for reader in ["libgit2", "plumbing", ""] {
        let error =
            sandbox.open("repo", &[("GIT_PYENV_READER", reader)]).err().expect("an unknown extension");
        assert_eq!(error.kind(), ErrorKind::Undecided, "{reader}: {error}");
        assert!(error.to_string().contains("fromthefuture"), "{error}");
        assert!(error.hints().is_empty(), "{error:?}");
    }
}

#[test]
fn the_index_of_this_run_is_read() {
    let sandbox = sandbox();
    sandbox.write("only", "x");
    let temporary = sandbox.path("repo/.git/next-index-1.lock").display().to_string();
    let mut other = sandbox.command("git", "repo");
    let added =
        other.env("GIT_INDEX_FILE", &temporary).args(["add", "only"]).status().expect("git can be started");
    assert!(added.success());
    for reader in READERS {
        let more = [("GIT_PYENV_READER", reader), ("GIT_INDEX_FILE", &temporary)];
        let tracked = |more| {
            sandbox.open("repo", more).expect(reader).tracked_below(&[RepoPath::root()]).expect(reader)
        };
        assert_eq!(
            tracked(&more).iter().map(|entry| entry.path.seen_from_root()).collect::<Vec<_>>(),
            ["only"]
        );
        assert_eq!(tracked(&more[..1]).len(), 1);
        assert_eq!(tracked(&more[..1])[0].path, path("sub/file"));
    }
}

#[test]
fn objects_in_quarantine_are_seen() {
    let sandbox = sandbox();
    let objects = sandbox.path("repo/.git/objects").display().to_string();
    let quarantine = sandbox.path("repo/.git/objects/tmp_objdir-incoming-x").display().to_string();
    sandbox.write("pushed", "quarantined");
    let more = [("GIT_OBJECT_DIRECTORY", &*quarantine), ("GIT_ALTERNATE_OBJECT_DIRECTORIES", &*objects)];
    let script =
        "mkdir \"$GIT_OBJECT_DIRECTORY\" && git add pushed && git commit-tree -p HEAD -m x $(git write-tree)";
    let mut shell = sandbox.command("sh", "repo");
    let output =
        shell.envs(more).env("GIT_INDEX_FILE", sandbox.path("temporary-index")).args(["-c", script]).output();
    let output = output.expect("a shell");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let pushed = text(&output.stdout);
    let range = format!("HEAD..{}", pushed.trim());
    for reader in READERS {
        let more =
            [more.as_slice(), &[("GIT_PYENV_READER", reader), ("GIT_QUARANTINE_PATH", &quarantine)]].concat();
        let repository = sandbox.open("repo", &more).expect(reader);
        let found = introduced(&repository, &range).expect(reader);
        assert_eq!(
            found
                .iter()
                .filter(|new| !new.is_deleted)
                .map(|new| new.entry.path.seen_from_root())
                .collect::<Vec<_>>(),
            ["pushed"],
            "{reader}"
        );
        let without = sandbox.open("repo", &[("GIT_PYENV_READER", reader)]).expect(reader);
        assert_eq!(without.resolve(pushed.trim()).expect(reader), None, "{reader}");
    }
}

#[test]
fn configuration_is_read_the_same_way_by_both() {
    let mut sandbox = sandbox();
    let user = sandbox.path("home/.gitconfig");
    let text = b"[color]\n\tui = never\n[pyenv \"Sub.Section\"]\n\tFlag\n\tempty =\n[pyenv]\n\tvenvDirectory = a = b \n";
    sandbox.overwrite(&user, text);
    sandbox.set("GIT_CONFIG_GLOBAL", &user.display().to_string());
    sandbox.git(&["config", "core.hooksPath", "hooks of mine"]);
    sandbox.git(&["config", "hook.x.command", "true"]);
    sandbox.git(&["config", "--add", "hook.x.event", "pre-commit"]);
    sandbox.git(&["config", "--add", "hook.x.event", "pre-push"]);
    sandbox.git(&["config", "extensions.worktreeConfig", "true"]);
    sandbox.git(&["config", "--worktree", "pyenv.venvDirectory", "env"]);
    let read =
        |more: &[(&str, &str)]| sandbox.open("repo/sub", more).expect("open").configuration().expect("read");
    let [of_files, of_git] = READERS.map(|reader| read(&[("GIT_PYENV_READER", reader)]));
    assert_eq!(of_files, of_git);
    let shown = |key: &str| {
        of_git.iter().filter(|entry| entry.key == key).map(|entry| entry.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown("pyenv.venvdirectory"), [Some("a = b".to_owned()), Some("env".to_owned())]);
    assert_eq!(shown("pyenv.Sub.Section.flag"), [None]);
    assert_eq!(shown("pyenv.Sub.Section.empty"), [Some(String::new())]);
    assert!(of_git.iter().all(|entry| entry.key != "user.name" && entry.origin.starts_with("file:")));
    let once = read(&[("GIT_CONFIG_PARAMETERS", "'pyenv.x=1'")]);
    assert_eq!(once.last().map(|entry| (&*entry.key, &*entry.origin)), Some(("pyenv.x", "command line:")));
    sandbox.overwrite(&sandbox.path("home/included"), b"[pyenv]\n\tx = 1\n");
    sandbox.git(&["config", "--global", "includeIf.gitdir:/.path", "included"]);
    let [of_files, of_git] = READERS.map(|reader| read(&[("GIT_PYENV_READER", reader)]));
    assert_eq!(of_files, of_git);
}

#[test]
fn hooks_are_where_git_looks_for_them() {
    let sandbox = sandbox();
    sandbox.git(&["worktree", "add", "--quiet", "../linked", "-b", "other"]);
    for directory in ["repo", "repo/sub", "linked"] {
        let repository = sandbox.open(directory, &[]).expect("a repository");
        assert_eq!(
            repository.hooks_directory().expect("git answers"),
            sandbox.path("repo/.git/hooks"),
            "{directory}"
        );
        assert_eq!(repository.hooks_path().expect("git answers"), None);
    }
    sandbox.git(&["config", "core.hooksPath", ".husky/_"]);
    sandbox.git(&["config", "hook.mine.command", "true"]);
    sandbox.git(&["config", "hook.mine.event", "pre-commit"]);
    let repository = sandbox.open("repo/sub", &[]).expect("a repository");
    assert_eq!(repository.hooks_directory().expect("git answers"), sandbox.path("repo/.husky/_"));
    let set = repository.hooks_path().expect("git answers").expect("a setting");
    assert_eq!((&*set.value, &*set.scope), (".husky/_", "local"));
    let hooks = repository.config_hooks().expect("configuration");
    assert_eq!(
        (&*hooks[0].name, hooks[0].events.as_slice(), hooks[0].enabled),
        ("mine", &["pre-commit".to_owned()][..], true)
    );
    assert!(repository.git_version().expect("a version").major >= 2);
}

#[test]
fn work_trees_are_listed() {
    let sandbox = sandbox();
    sandbox.git(&["worktree", "add", "--quiet", "../a b", "-b", "other"]);
    let worktrees = sandbox.open("a b", &[]).expect("a repository").worktrees().expect("a list");
    let paths: Vec<_> = worktrees.iter().map(|worktree| worktree.path.clone()).collect();
    assert_eq!(paths, [sandbox.path("repo"), sandbox.path("a b")]);
    assert_eq!(worktrees[1].branch.as_deref(), Some("refs/heads/other"));
}

#[test]
fn nothing_that_reads_changes_the_repository() {
    let sandbox = sandbox();
    sandbox.write(".gitignore", ".venv/\n");
    sandbox.write("probe", "#!/bin/sh\ntouch \"$HOME/ran\"\n");
    sandbox.git(&["config", "core.fsmonitor", "sh ./probe"]);
    let before = sandbox.listing();
    for reader in READERS {
        let repository = sandbox.open("repo", &[("GIT_PYENV_READER", reader)]).expect(reader);
        let commit = repository.head().expect(reader).expect("a commit");
        assert_eq!(repository.entries_below(commit, &[path("sub")]).expect(reader).len(), 1);
        assert_eq!(repository.tracked_below(&[path("sub")]).expect(reader).len(), 1);
        repository.ignore_rules_for_links(&[&path(".venv")]).expect(reader);
        repository.configuration().expect(reader);
        introduced(&repository, "HEAD").expect(reader);
    }
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn a_work_tree_of_a_bare_repository_is_one() {
    let sandbox = sandbox();
    sandbox.git_in("", &["clone", "--quiet", "--bare", "repo", "bare.git"]);
    sandbox.git_in("bare.git", &["worktree", "add", "--quiet", "../tree", "-b", "other"]);
    let git = sandbox.path("bare.git/worktrees/tree").display().to_string();
    for more in [&[][..], &[("GIT_DIR", &*git)]] {
        let layout = layout(&sandbox, "tree", more);
        assert_eq!(layout.work_tree, Some(sandbox.path("tree")), "{more:?}");
        assert_eq!(layout.common_directory, sandbox.path("bare.git"), "{more:?}");
    }
}

#[test]
fn what_a_partial_clone_lacks_is_not_fetched() {
    let sandbox = sandbox();
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", sandbox.path("repo").display());
    let arguments = ["clone", "--quiet", "--no-checkout", "--filter=blob:none", &url, "partial"];
    sandbox.git_in("", &arguments);
    for reader in ["libgit2", "plumbing", ""] {
        let repository = match sandbox.open("partial", &[("GIT_PYENV_READER", reader)]) {
            Ok(repository) => repository,
            // libgit2 does not know the extension that marks a partial clone.
            Err(error) => {
                assert_eq!((reader, error.kind()), ("libgit2", ErrorKind::Undecided), "{error}");
                continue;
            }
        };
        let commit = repository.head().expect(reader).expect("a commit");
        let file = repository.entries_below(commit, &[path("sub/file")]).expect(reader).remove(0);
        let tree = repository.commit_tree(commit).expect(reader);
        assert_eq!(
            tree.read(&file, 100).expect_err("a missing blob").kind(),
            ErrorKind::Undecided,
            "{reader}"
        );
        assert_eq!(tree.sizes(&[file]), [None], "{reader}");
    }
    let missing = sandbox.git_in("partial", &["rev-list", "--objects", "--missing=print", "HEAD"]);
    assert!(missing.contains("\n?"), "nothing was fetched: {missing}");
}

#[test]
#[cfg(unix)]
fn somebody_elses_repository_is_left_to_git() {
    let sandbox = sandbox();
    if git_version(&sandbox) < (2, 36) {
        return skip_without("recent-git", "this git opens the repository of another user");
    }
    let other = sandbox.path("repo");
    if std::os::unix::fs::chown(&other, Some(12_345), None).is_err() {
        return skip_without("super-user", "only the super-user can give a directory away");
    }
    std::os::unix::fs::chown(other.join(".git"), Some(12_345), None).expect("given away");
    for reader in ["libgit2", "plumbing", ""] {
        let error = sandbox.open("repo", &[("GIT_PYENV_READER", reader)]).err().expect("not ours");
        assert_eq!(error.kind(), ErrorKind::Undecided, "{reader}");
        assert!(
            reader == "libgit2" || error.causes()[0].seen_from_root().contains("dubious ownership"),
            "{reader}: {error}"
        );
        let remedy = error
            .hints()
            .last()
            .is_some_and(|hint| hint.seen_from_root().contains(" `git config --global --add safe."));
        assert!(reader == "libgit2" || (remedy && error.causes().len() == 1), "{reader}: {error:?}");
    }
}
