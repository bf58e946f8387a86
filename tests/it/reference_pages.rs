//! `docs/commands/` and `docs/rules/`: a page for each command and each rule, made from the definition of the command line
//! and of the rules.

use std::collections::BTreeSet;
use std::path::Path;

use git_pyenv::cli;
use git_pyenv::rules::RULES;

use crate::support::schema;

/// The folders of the pages.
const FOLDERS: [&str; 2] = ["docs/commands", "docs/rules"];

#[test]
fn pages_are_published_as_the_schema_is() {
    let pages = cli::reference_pages().expect("pages");
    for page in &pages {
        schema::assert_published(&page.path, &page.text);
    }
    let made: BTreeSet<String> = pages.into_iter().map(|page| page.path).collect();
    let published: BTreeSet<String> = FOLDERS
        .iter()
        .flat_map(|folder| {
            let files =
                std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("a folder");
            files.map(move |file| format!("{folder}/{}", file.expect("a file").file_name().to_string_lossy()))
        })
        .collect();
    let left: Vec<&String> = published.difference(&made).collect();
    assert!(left.is_empty(), "no command and no rule has these pages: {left:?}");
}

#[test]
fn every_command_and_every_rule_has_a_page() {
    let pages = cli::reference_pages().expect("pages");
    let has = |path: String| pages.iter().any(|page| page.path == path && page.text.starts_with("# "));
    for command in cli::COMMANDS {
        assert!(has(format!("docs/commands/{}.md", command.name)), "{}", command.name);
    }
    for rule in RULES {
        assert!(has(format!("docs/rules/{}.md", rule.info.code)), "{}", rule.info.code);
    }
    for (index, count) in [("docs/commands", cli::COMMANDS.len()), ("docs/rules", RULES.len())] {
        let index = pages.iter().find(|page| page.path == format!("{index}/README.md")).expect("an index");
        let rows = index.text.lines().filter(|line| line.starts_with("| [")).count();
        assert_eq!(rows, count, "{}", index.path);
    }
}

/// A bar or an angle bracket of a help text would break a table or vanish as HTML.
#[test]
fn pages_are_good_markdown() {
    for page in cli::reference_pages().expect("pages") {
        let mut is_code = false;
        let mut cells = None;
        for line in page.text.lines() {
            let place = format!("{}: {line}", page.path);
            if line.starts_with("```") {
                is_code = !is_code;
            }
            if is_code {
                continue;
            }
            assert!(!line.ends_with(' ') && !line.contains('\t'), "{place}");
            let unescaped = line.replace("\\|", "");
            let now = line.starts_with('|').then(|| unescaped.matches('|').count());
            assert!(cells.is_none() || now.is_none() || cells == now, "{place}");
            cells = now;
            let words: String = line.split('`').step_by(2).collect();
            let bare = words.replace("\\<", "").replace("\\>", "").replace("\\*", "");
            assert!(!bare.contains(['<', '>', '*']), "{place}");
        }
        assert!(!is_code, "{}: a block has no end", page.path);
        assert!(!page.text.contains("\n\n\n") && page.text.ends_with('\n'), "{}", page.path);
    }
}
