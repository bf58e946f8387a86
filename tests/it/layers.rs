//! The walls: who may import whom, and which folder alone may name which crate. A cycle cannot be merged.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::modules::{Modules, circles};
use crate::support::source::{self, SourceFile};

/// What everybody may use; these use nothing but one another.
pub(crate) const GROUND: &[&str] = &["message", "path", "error", "setting", "env", "order", "ports", "text"];

/// Folders and files of `src/`, lowest first, each with what it may use beside the ground. Only rows above it
/// are ever named, so that the whole cannot hold a cycle.
pub(crate) const WALLS: &[(&str, &[&str])] = &[
    ("tree", &[]),
    ("python", &[]),
    ("formats", &["python"]),
    ("model", &["tree", "python"]),
    ("shells", &["model"]),
    ("layout", &["formats", "model", "shells"]),
    ("detect", &["tree", "formats", "model"]),
    ("satisfied", &["python", "formats", "model"]),
    ("rules", &["model"]),
    ("config", &["formats"]),
    ("render", &["model"]),
    ("git", &["tree"]),
    ("fs", &["tree", "model", "git"]),
    ("exec", &[]),
    ("session", &["tree", "model", "shells", "config", "git", "fs"]),
    ("scan", &["tree", "model", "detect", "config", "git", "session"]),
    ("report", &["model", "rules", "config", "fs", "session", "scan"]),
    ("journal", &["formats", "model", "git", "fs", "session"]),
    ("trust", &["formats", "journal", "fs"]),
    ("tools", &["formats", "config", "git", "fs"]),
    ("inspect", &["tree", "python", "formats", "model", "satisfied", "rules", "fs"]),
    ("interpreters", &["tree", "python", "formats", "model", "fs", "session", "inspect"]),
    (
        "removal",
        &["tree", "python", "formats", "model", "shells", "detect", "git", "fs", "journal", "inspect"],
    ),
    (
        "project",
        &[
            "tree",
            "python",
            "formats",
            "model",
            "shells",
            "detect",
            "config",
            "git",
            "fs",
            "satisfied",
            "session",
            "scan",
            "inspect",
            "interpreters",
            "removal",
        ],
    ),
    ("plug_ins", &["formats", "model", "config", "git", "fs", "session", "trust", "inspect", "project"]),
    ("backends", &[]),
    ("delegate", &["python", "model", "git", "fs", "session", "backends"]),
    ("hooks", &["tree", "model", "config", "git", "fs", "session", "scan", "report", "project"]),
    (
        "ops",
        &[
            "tree",
            "python",
            "formats",
            "model",
            "shells",
            "detect",
            "layout",
            "rules",
            "satisfied",
            "config",
            "git",
            "fs",
            "session",
            "scan",
            "report",
            "journal",
            "inspect",
            "removal",
            "interpreters",
            "project",
            "plug_ins",
            "backends",
            "delegate",
            "hooks",
            "trust",
            "tools",
        ],
    ),
    ("term", &["render"]),
    ("cli", &["model", "config", "render", "fs", "session", "ops", "term"]),
    ("main", &["exec", "cli"]),
    ("lib", &[]),
];

/// Who may name a crate; `*` is everybody. A new dependency needs a row here.
const CRATES: &[(&str, &[&str])] = &[
    ("base64", &["formats"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("console", &["term"]),
    ("csv", &["formats"]),
    ("flate2", &["git"]),
    ("git2", &["git"]),
    ("globset", &["config", "project"]),
    ("indicatif", &["term"]),
    ("jiff", &["journal", "removal", "render", "trust"]),
    ("md5", &["formats"]),
    ("memchr", &["*"]),
    // What a signal does now is asked; all else that concerns signals is signal-hook's.
    ("libc", &["exec"]),
    // Named nowhere: it is there to link libgit2's zlib into the binary.
    ("libz_sys", &[]),
    ("pep440_rs", &["python"]),
    ("percent_encoding", &["formats"]),
    ("rayon", &["fs"]),
    // `env` asks whether a program in `PATH` can be executed; `exec` sends signals.
    ("rustix", &["fs", "env", "exec"]),
    ("saphyr_parser", &["formats"]),
    ("schemars", &["render"]),
    ("serde", &["formats", "render"]),
    ("serde_json", &["formats", "render"]),
    ("sha2", &["model", "formats"]),
    ("signal_hook", &["exec"]),
    ("similar", &["ops"]),
    ("strsim", &["text"]),
    ("tar", &["formats"]),
    ("tempfile", &["fs", "git"]),
    ("thiserror", &["*"]),
    ("toml", &["formats"]),
    ("zip", &["formats"]),
    ("zstd", &["formats"]),
];

/// Parts of the standard library with one door each. `git/` hands out no file: it looks for git and for repositories
/// where git itself would, reads the index where it is scanned, and copies ignore rules into a temporary directory.
/// `PATH` has programs in it only where `env.rs` sees them.
const DOORS: &[(&str, &[&str])] = &[
    (
        "std::fs",
        &[
            "fs/",
            "env.rs",
            "git/every_tree/files.rs",
            "git/head_file.rs",
            "git/index_file.rs",
            "git/program.rs",
            "git/scratch.rs",
        ],
    ),
    ("process::Command", &["exec.rs"]),
    ("process::{Child", &["exec.rs"]),
    ("std::env::", &["env.rs", "main.rs"]),
];

/// The first parts of the paths that follow `crate::` in a file, also inside of `crate::{…}`.
fn imports(code: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => drop(found.insert(word(rest))),
            Some(group) => found.extend(heads(group).into_iter().map(|head| word(head.trim_start()))),
        }
    }
    found
}

/// The members of a `{…}` group, whose opening brace is gone.
fn heads(group: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut start = 0;
    let mut heads = Vec::new();
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                heads.push(&group[start..at]);
                return heads;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    heads
}

/// Says whether code names a crate, as `name::` or `::name::`, not as the tail of another path.
fn names_crate(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    code.match_indices(&path).any(|(at, _)| {
        let before = code[..at].strip_suffix("::").unwrap_or(&code[..at]);
        !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '>'))
    })
}

/// Everything in a file that goes through a wall.
fn trespasses(file: &SourceFile) -> Vec<String> {
    let room = file.room();
    let mut said = Vec::new();
    let ground = GROUND.contains(&room);
    let row = WALLS.iter().find(|(name, _)| *name == room).map(|(_, allowed)| *allowed);
    if row.is_none() && !ground {
        return vec![format!("{}: `{room}` has no row in the table of walls", file.path)];
    }
    for used in imports(&file.code) {
        let fine = used == room
            || used == "*"
            || GROUND.contains(&used.as_str())
            || row.is_some_and(|allowed| allowed.contains(&used.as_str()));
        if !fine && !used.is_empty() {
            said.push(format!("{}: `{room}` may not use `crate::{used}`", file.path));
        }
    }
    for (name, rooms) in CRATES {
        if names_crate(&file.code, name) && !rooms.contains(&room) && !rooms.contains(&"*") {
            said.push(format!("{}: `{room}` may not use the crate `{name}`", file.path));
        }
    }
    for (door, files) in DOORS {
        if file.code.contains(door) && !files.iter().any(|allowed| file.path.starts_with(allowed)) {
            said.push(format!("{}: `{door}` has its door in {}", file.path, files.join(", ")));
        }
    }
    said
}

#[test]
fn imports_only_go_downwards() {
    let said: Vec<String> = source::all().iter().flat_map(trespasses).collect();
    assert!(said.is_empty(), "\n{}", said.join("\n"));
}

#[test]
fn the_table_itself_has_no_cycle() {
    for (position, (room, allowed)) in WALLS.iter().enumerate() {
        let above = &WALLS[..position];
        for used in *allowed {
            assert!(
                above.iter().any(|(name, _)| name == used),
                "`{room}` uses `{used}`, which is not above it"
            );
        }
    }
}

#[test]
fn every_dependency_has_its_place() {
    let manifest: toml::Table = source::read("Cargo.toml").parse().expect("a manifest");
    let of_systems =
        manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values);
    let everywhere = manifest["dependencies"].as_table().into_iter();
    let tables = everywhere.chain(of_systems.filter_map(|system| system["dependencies"].as_table()));
    let named: BTreeSet<String> =
        tables.flat_map(toml::Table::keys).map(|name| name.replace('-', "_")).collect();
    let known: BTreeSet<String> = CRATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known, named, "rows of the table of crates, and dependencies");
}

#[test]
fn a_trespass_is_seen() {
    let cases = [
        ("rules/x.rs", "use crate::tree::Tree;", 1),
        ("rules/x.rs", "use crate::{error::Error, git::{Reader, RepositoryLayout}, model::Finding};", 1),
        ("rules/x.rs", "fn f() { crate::fs::exists(p) }", 1),
        ("rules/x.rs", "use crate::model::Facts; use super::Rule;", 0),
        ("rules/x.rs", "use crate::rules::wording;", 0),
        ("ops/x.rs", "use git2::Repository;", 1),
        ("ops/x.rs", "use ::git2::Repository;", 1),
        ("ops/x.rs", "let digit2 = my_git2::f();", 0),
        ("ops/x.rs", "use super::git2::f;", 0),
        ("git/x.rs", "use git2::Repository;", 0),
        ("render/x.rs", "use std::fs;", 1),
        ("newcomer/x.rs", "", 1),
        ("path.rs", "use crate::model::Finding;", 1),
    ];
    for (path, code, expected) in cases {
        let file = SourceFile::new(path, code);
        assert_eq!(trespasses(&file).len(), expected, "{path}: {code}: {:?}", trespasses(&file));
    }
}

#[test]
fn every_dependency_is_used() {
    let all = source::all();
    let idle: Vec<&str> = CRATES
        .iter()
        .filter(|(name, rooms)| !rooms.is_empty() && !all.iter().any(|file| names_crate(&file.code, name)))
        .map(|(name, _)| *name)
        .collect();
    assert!(idle.is_empty(), "nothing uses {idle:?}");
}

/// The command that a file of `ops/` belongs to; `None` for the list of them and for files elsewhere.
fn command(path: &str) -> Option<&str> {
    let name = path.strip_prefix("ops/")?.split('/').next()?.trim_end_matches(".rs");
    (name != "mod").then_some(name)
}

/// Circles of files inside of a row, and commands that import another command.
fn entanglements(files: &[SourceFile]) -> Vec<String> {
    let modules = Modules::read(files);
    let uses = modules.uses();
    let room = |path: &str| path.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
    let inside: BTreeMap<&str, BTreeSet<&str>> = uses
        .iter()
        .map(|(file, used)| (*file, used.iter().copied().filter(|other| room(other) == room(file)).collect()))
        .collect();
    let mut said: Vec<String> =
        circles(&inside).iter().map(|circle| format!("circle: {}", circle.join(", "))).collect();
    for (file, used) in &inside {
        let own = command(file);
        let others =
            used.iter().filter(|other| own.is_some() && command(other).is_some_and(|it| Some(it) != own));
        said.extend(others.map(|other| format!("{file}: a command imports another: {other}")));
    }
    said
}

#[test]
fn rows_allow_only_what_is_used() {
    let all = source::all();
    let mut idle = Vec::new();
    // The program sees the library from outside.
    for (room, allowed) in WALLS.iter().filter(|(room, _)| *room != "main") {
        let files = || all.iter().filter(|file| file.room() == *room);
        let unused = allowed.iter().filter(|used| !files().any(|file| imports(&file.code).contains(**used)));
        idle.extend(unused.map(|used| format!("`{room}` uses nothing of `{used}`")));
    }
    assert!(idle.is_empty(), "\n{}", idle.join("\n"));
}

#[test]
fn no_circle_inside_a_row_and_no_command_imports_another() {
    let all = source::all();
    let found: usize = Modules::read(&all).uses().values().map(BTreeSet::len).sum();
    assert!(found > 1000, "only {found} uses of files by files were found");
    let said = entanglements(&all);
    assert!(said.is_empty(), "\n{}", said.join("\n"));
}

#[test]
fn circles_upward_imports_and_importing_commands_are_seen() {
    let file = |path: &str, text: &str| SourceFile::new(path, text);
    let library = || file("lib.rs", "pub mod ops; pub mod rules; pub mod fs;");
    let room = |name: &str, module: &str, a: &str, b: &str| {
        let path = |of: &str| format!("{name}/{of}.rs");
        [library(), file(&path("mod"), module), file(&path("a"), a), file(&path("b"), b)]
    };
    let circle = room(
        "rules",
        "mod a; mod b; pub use a::A; pub use b::b;",
        "use super::b; pub struct A; fn f() { b() }",
        "pub fn b() -> Vec<crate::rules::A> { vec![] }",
    );
    assert_eq!(entanglements(&circle), ["circle: rules/a.rs, rules/b.rs"]);
    let open = room(
        "rules",
        "mod a; mod b; pub use a::A; pub static TABLE: &[A] = &[b::ROW];",
        "pub struct A;\n#[cfg(test)] mod tests { use super::super::b; }",
        "use super::A; pub static ROW: A = A;",
    );
    assert_eq!(entanglements(&open), [] as [&str; 0]);
    let in_macro = room(
        "fs",
        "mod a; mod b;",
        "pub fn a() { format!(\"{}\", super::b::b()); }",
        "use super::a; pub fn b() { a::a() }",
    );
    assert_eq!(entanglements(&in_macro), ["circle: fs/a.rs, fs/b.rs"]);
    let commands = [
        library(),
        file("ops/mod.rs", "pub mod list; pub mod check;"),
        file(
            "ops/list/mod.rs",
            "mod row; use crate::ops::check::report; pub fn f() { row::row(); report() }",
        ),
        file("ops/list/row.rs", "pub fn row() {}"),
        file("ops/check.rs", "pub fn report() {}"),
    ];
    assert_eq!(entanglements(&commands), ["ops/list/mod.rs: a command imports another: ops/check.rs"]);
    let upward = file("rules/a.rs", "use crate::ops::check;");
    assert_eq!(trespasses(&upward), ["rules/a.rs: `rules` may not use `crate::ops`"]);
}
