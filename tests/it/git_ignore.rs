//! Ignore rules: git's own answers, and predictions for paths that have another form on the disk.

use git_pyenv::git::{IgnoreQuestion, IgnoreRule, Repository};
use git_pyenv::path::RepoPath;

use crate::support::environments::venv;
use crate::support::repository::Sandbox;
use crate::support::sandbox::CHECK_OF_GIT;

fn path(bytes: impl AsRef<[u8]>) -> RepoPath {
    RepoPath::new(bytes.as_ref()).expect("a path")
}

fn question(bytes: impl AsRef<[u8]>, directory: bool) -> IgnoreQuestion {
    IgnoreQuestion { path: path(bytes), directory }
}

fn sandbox() -> Sandbox {
    Sandbox::with_repository(&[]).expect("every git can init")
}

/// `SOURCE:LINE:PATTERN` of the rule for each question.
fn rules(repository: &Repository<'_>, questions: &[IgnoreQuestion]) -> Vec<Option<String>> {
    let rules = repository.ignore_rules(questions).expect("answers");
    rules
        .into_iter()
        .map(|rule| rule.map(|rule| format!("{}:{}:{}", rule.source, rule.line, rule.pattern)))
        .collect()
}

fn link_rule(repository: &Repository<'_>, name: &str) -> Option<IgnoreRule> {
    repository.ignore_rules_for_links(&[&path(name)]).expect("an answer").pop().flatten()
}

fn rule_for_link(repository: &Repository<'_>, name: &str) -> Option<String> {
    link_rule(repository, name).map(|rule| format!("{}:{}:{}", rule.source, rule.line, rule.pattern))
}

#[test]
fn tells_the_rule_and_who_has_it() {
    let mut sandbox = sandbox();
    sandbox.write(".gitignore", "# a comment\n.venv/\n*.pyc\n!kept.pyc\n");
    sandbox.write("a/.gitignore", "/local\n");
    sandbox.write("a/.venv/inside/.gitignore", "*\n");
    sandbox.overwrite(&sandbox.path("repo/.git/info/exclude"), b"mine\n");
    sandbox.overwrite(&sandbox.path("home/excludes"), b"everywhere\n");
    sandbox.overwrite(&sandbox.path("home/.gitconfig"), b"[core]\n\texcludesFile = ~/excludes\n");
    let config = sandbox.path("home/.gitconfig").display().to_string();
    sandbox.set("GIT_CONFIG_GLOBAL", &config);
    sandbox.write("tracked.pyc", "x");
    sandbox.git(&["add", "--force", "tracked.pyc"]);
    let questions = [
        question(".venv", true),
        question("a/.venv/lib/deep", false),
        question("a/local", false),
        question("local", false),
        question("tracked.pyc", false),
        question("kept.pyc", false),
        question("mine", true),
        question("everywhere", false),
        question("", true),
    ];
    let home = sandbox.path("home/excludes").display().to_string();
    let exclude = sandbox.path("repo/.git/info/exclude").display().to_string();
    let expected = [
        Some(".gitignore:2:.venv/".to_owned()),
        Some(".gitignore:2:.venv/".to_owned()),
        Some("a/.gitignore:1:/local".to_owned()),
        None,
        Some(".gitignore:3:*.pyc".to_owned()),
        None,
        Some(format!("{exclude}:1:mine")),
        Some(format!("{home}:1:everywhere")),
        None,
    ];
    for directory in ["repo", "repo/a", "repo/a/.venv/inside"] {
        let repository = sandbox.open(directory, &[]).expect("a repository");
        assert_eq!(rules(&repository, &questions), expected, "from {directory}");
        let shared = repository
            .ignore_rules(&questions)
            .expect("answers")
            .into_iter()
            .map(|rule| rule.map(|r| r.is_shared()));
        let expected =
            [Some(true), Some(true), Some(true), None, Some(true), None, Some(false), Some(false), None];
        assert_eq!(shared.collect::<Vec<_>>(), expected, "from {directory}");
    }
}

#[test]
fn hostile_names_are_asked_as_they_are() {
    let sandbox = sandbox();
    sandbox.write(".gitignore", ":(top)x\nline*\n\\*star\n[[]b\n");
    sandbox.link("link", "/tmp");
    let questions = [
        question(":(top)x", false),
        question("line\nbreak", false),
        question("*star", false),
        question("[b", true),
        question(b"\xff\xfe", false),
        question("link/below", false),
        question("--all", false),
        question(" ", false),
    ];
    let repository = sandbox.open("repo", &[]).expect("a repository");
    let lines: Vec<_> = repository
        .ignore_rules(&questions)
        .expect("answers")
        .into_iter()
        .map(|rule| rule.map(|r| r.line))
        .collect();
    assert_eq!(lines, [Some(1), Some(2), Some(3), Some(4), None, None, None, None]);
}

#[test]
fn a_rule_with_a_slash_does_not_cover_a_link() {
    for options in [&[][..], &["--object-format=sha256", "--ref-format=reftable"]] {
        let Some(sandbox) = Sandbox::with_repository(options) else { continue };
        sandbox.write(".gitignore", ".venv/\nvenv\n/top\n\nignored/\n*.env\n");
        sandbox.write("a/.gitignore", "!venv\nb/.venv\n");
        for directory in [".venv", "venv", "a/venv", "a/b/.venv", "top", "ignored"] {
            sandbox.write(format!("{directory}/pyvenv.cfg"), "home = /usr/bin\n");
        }
        let ask_all = |with_reflogs: &str| {
            for directory in ["repo", "repo/a/b"] {
                let repository = sandbox.open(directory, &[]).expect("a repository");
                let cases = [
                    (".venv", None),
                    ("venv", Some(".gitignore:2:venv")),
                    ("a/venv", None),
                    ("a/b/.venv", Some("a/.gitignore:2:b/.venv")),
                    ("a/.venv", None),
                    ("top", Some(".gitignore:3:/top")),
                    ("a/top", None),
                    ("ignored/x", Some(".gitignore:5:ignored/")),
                    ("new.env", Some(".gitignore:6:*.env")),
                ];
                for (name, expected) in cases {
                    assert_eq!(
                        rule_for_link(&repository, name).as_deref(),
                        expected,
                        "{name} {with_reflogs}"
                    );
                }
            }
        };
        ask_all("before the first commit");
        sandbox.commit("file", "x");
        ask_all("after it");
    }
}

#[test]
fn a_personal_rule_does_not_hide_a_shared_one() {
    let sandbox = sandbox();
    sandbox.write(".gitignore", ".venv\n");
    sandbox.commit("file", "x");
    sandbox.overwrite(&sandbox.path("repo/.git/info/exclude"), b".venv\nenv\n");
    let repository = sandbox.open("repo", &[]).expect("a repository");
    assert_eq!(rule_for_link(&repository, ".venv").as_deref(), Some(".gitignore:1:.venv"));
    let personal = link_rule(&repository, "env").expect("a rule");
    assert!(!personal.is_shared() && personal.line == 2, "{personal:?}");
}

/// Puts a directory or a link at each path.
fn place(sandbox: &Sandbox, paths: &[RepoPath], directory: bool) {
    for path in paths {
        let name = path.seen_from_root();
        sandbox.remove(&name);
        if directory {
            sandbox.write(format!("{name}/file"), "x");
        } else {
            sandbox.link(name, "/usr");
        }
    }
}

#[test]
fn predictions_for_links_and_directories_are_what_git_says_about_real_ones() {
    let mut sandbox = sandbox();
    sandbox.overwrite(&sandbox.path("home/.gitconfig"), b"[core]\n\texcludesFile = ~/excludes\n");
    sandbox.overwrite(&sandbox.path("home/excludes"), b"personal/\n!a/personal/\n");
    let config = sandbox.path("home/.gitconfig").display().to_string();
    sandbox.set("GIT_CONFIG_GLOBAL", &config);
    sandbox.overwrite(&sandbox.path("repo/.git/info/exclude"), b"excluded\n.venv\n");
    let names =
        [".venv", "Venv", "personal", "excluded", "a/.venv", "a/personal", "a/b/env", "envs/one", "x.env"];
    let paths = names.map(path);
    let all: Vec<&RepoPath> = paths.iter().collect();
    let rule_files: [(&str, &str); 7] = [
        ("", ""),
        (".venv/\nvenv\n*.env\n", "!.venv\n"),
        ("*env*\n!env/\n!.venv\n", "b/\n"),
        ("envs/*\n!envs/one/\na/\n", "!personal\n"),
        ("*/\n!a/\n/Venv/\n", "b/*\n!b/env/\n"),
        ("**/env\n!**/.venv/\nx.env/**\n", "*\n!b\n"),
        ("\\.venv \n[x]?env/\n!/personal\n", "/b/e*/\n"),
    ];
    for ((top, below), ignore_case) in
        rule_files.iter().flat_map(|files| ["false", "true"].map(|case| (*files, case)))
    {
        sandbox.git(&["config", "core.ignoreCase", ignore_case]);
        sandbox.write(".gitignore", top);
        sandbox.write("a/.gitignore", below);
        for real in [true, false] {
            place(&sandbox, &paths, !real);
            let repository = sandbox.open("repo/a", &[]).expect("a repository");
            let predict = if real {
                Repository::ignore_rules_for_directories
            } else {
                Repository::ignore_rules_for_links
            };
            let predicted = predict(&repository, &all).expect("predictions");
            place(&sandbox, &paths, real);
            let questions = names.map(|name| question(name, real));
            let mut rules = repository.ignore_rules(&questions).expect("answers");
            rules.iter_mut().flatten().for_each(|rule| rule.of_contents = false);
            assert_eq!(predicted, rules, "{top:?}, {below:?}, directory: {real}, ignoreCase: {ignore_case}");
        }
    }
}

#[test]
fn a_path_and_one_below_it_are_predicted_together() {
    let sandbox = sandbox();
    sandbox.write(".gitignore", "venv/\n");
    sandbox.write("venv/.gitignore", "inner\n");
    sandbox.write("a/venv/.gitignore", "*\n");
    let paths = ["venv", "a/venv", "a", "a/venv/inner", "b/venv"].map(path);
    let repository = sandbox.open("repo", &[]).expect("a repository");
    let sources = |rules: Vec<Option<IgnoreRule>>| rules.into_iter().map(|rule| rule.map(|rule| rule.source));
    let links = repository.ignore_rules_for_links(&paths.iter().collect::<Vec<_>>()).expect("answers");
    let top = Some(".gitignore".to_owned());
    assert_eq!(sources(links).collect::<Vec<_>>(), [None, None, None, top.clone(), None]);
    let directories = repository.ignore_rules_for_directories(&paths.iter().collect::<Vec<_>>());
    let expected = [top.clone(), top.clone(), None, top.clone(), top];
    assert_eq!(sources(directories.expect("answers")).collect::<Vec<_>>(), expected);
}

#[test]
fn a_prediction_leaves_no_temporary_file() {
    let sandbox = sandbox();
    sandbox.write(".gitignore", ".venv/\n");
    venv(12).under(".venv").write(&sandbox);
    let tmp = sandbox.path("tmp");
    for arguments in [&["check", "--output", "text"], &["fix", "--output", "text"]] {
        sandbox.pyenv(arguments);
        let left: Vec<_> =
            sandbox.listing().into_iter().filter(|(path, ..)| path.starts_with(&tmp)).collect();
        assert!(left.is_empty(), "{arguments:?}: {left:?}");
    }
    sandbox.write(".gitignore", ".venv/\n");
    let nowhere = sandbox.path("nowhere").display().to_string();
    let refused = sandbox.at("repo").with("TMPDIR", &nowhere).pyenv(&["check", "--output", "text"]).ended(3);
    assert!(refused.said().contains("TMPDIR"), "{}", refused.said());
}

#[test]
fn a_prediction_tells_what_new_rules_would_do() {
    let sandbox = sandbox();
    sandbox.write(".gitignore", "old\n");
    sandbox.write("a/venv/pyvenv.cfg", "x");
    let text = b"/venv\n*.cfg\n!kept.cfg\n";
    let repository = sandbox.open("repo/a", &[]).expect("a repository");
    let questions = [
        question("a/venv", false),
        question("a/venv", true),
        question("a/b/venv", true),
        question("a/venv/bin/python", false),
        question("a/x.cfg", false),
        question("a/kept.cfg", false),
        question("a/old", false),
    ];
    let rules = repository.predict_ignored(text, &path("a"), &questions).expect("answers");
    let lines: Vec<_> = rules.into_iter().map(|rule| rule.map(|rule| rule.line)).collect();
    assert_eq!(lines, [Some(1), Some(1), None, Some(1), Some(2), None, None]);
    assert!(repository.predict_ignored(text, &path("a"), &[question("b", false)]).is_err());
}

#[test]
fn a_linked_worktree_has_its_own_rules_and_the_shared_exclude() {
    let sandbox = sandbox();
    sandbox.commit(".gitignore", ".venv/\n");
    sandbox.git(&["worktree", "add", "--quiet", "../linked", "-b", "other"]);
    sandbox.overwrite(&sandbox.path("repo/.git/info/exclude"), b"mine\n");
    sandbox.overwrite(&sandbox.path("linked/.gitignore"), b"# moved\n.venv\n");
    let repository = sandbox.open("linked", &[]).expect("a repository");
    assert_eq!(rule_for_link(&repository, ".venv").as_deref(), Some(".gitignore:2:.venv"));
    assert!(link_rule(&repository, "mine").is_some_and(|rule| !rule.is_shared()));
}

#[test]
fn a_rule_about_the_contents_of_a_directory_is_no_rule_about_all_of_it() {
    let cases: [(&[u8], &str, bool); 7] = [
        (b"venv/*\n!venv/bin\n", "", true),
        (b"venv/**\n!venv/bin/\n!venv/pyvenv.cfg\n", "", true),
        (b"a\n", "*\n!pyvenv.cfg\n", true),
        // Git ends a pattern at the NUL, so this one is empty and ignores nothing.
        (b"a\0b\n\0\n", "", true),
        (b"venv/*\n", "", false),
        (b"a\n", "*\n", false),
        (b"a\n", "*\n!.gitignore\n", false),
    ];
    for (rules, own, is_open) in cases {
        let shown = format!("{:?} and {own:?}", String::from_utf8_lossy(rules));
        let sandbox = Sandbox::repository();
        venv(12).under("venv").write(&sandbox);
        sandbox.write(".gitignore", rules);
        if !own.is_empty() {
            sandbox.write("venv/.gitignore", own);
        }
        let added = || sandbox.git(&["add", "--dry-run", "."]).matches("'venv/").count();
        assert_eq!(added() > usize::from(own.contains("!.gitignore")), is_open, "{shown}");
        let checked =
            sandbox.pyenv(&[&CHECK_OF_GIT, &["--output", "text"][..]].concat()).ended(i32::from(is_open));
        assert_eq!(checked.out().contains("PYE201"), is_open, "{shown}: {}", checked.said());
        let fixed = sandbox.pyenv(&["fix", "--output", "text"]).ended(0);
        assert!(!is_open || added() == 0, "{shown}: {}", fixed.said());
    }
}
