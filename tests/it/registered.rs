//! Nothing is forgotten: every file of a folder with a table stands in that table, and none grows too long.

use std::collections::BTreeSet;
use std::path::Path;

use git_pyenv::backends::BACKENDS;
use git_pyenv::config::{self, BACKEND_NAMES, FlagValue, KEYS, Sources};
use git_pyenv::hooks::HOOK_EVENTS;
use git_pyenv::{cli, detect, interpreters, project, render, rules, shells};

use crate::support::source::{self, SourceFile};

/// The most lines of code in one file; comments and blank lines do not count.
const LONGEST: usize = 400;

/// The files directly in a folder of `src/`, without the table's own and those that hold no row.
fn files_in(folder: &str, without: &[&str]) -> Vec<String> {
    let directly = |file: &&SourceFile| {
        file.path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.trim_start_matches('/').split('/').count() == 1)
    };
    let all = source::all();
    let stems = all.iter().filter(directly).map(|file| file.stem().to_owned());
    stems.filter(|stem| stem != "mod" && !without.contains(&stem.as_str())).collect()
}

/// Asserts that each file has a `mod` line and a row in the table of the folder's `mod.rs`, and that the table
/// has no row more.
fn assert_registered(folder: &str, without: &[&str], row: &str, rows: usize) {
    let table = source::read(&format!("src/{folder}/mod.rs"));
    let files = files_in(folder, without);
    for stem in &files {
        // A word of Rust needs a mark to be a name.
        let module = if stem == "use" { "r#use" } else { stem };
        assert!(table.contains(&format!("mod {module};")), "src/{folder}/mod.rs has no `mod {module};`");
        let expected = format!("&{module}::{row}");
        assert!(table.contains(&expected), "src/{folder}/mod.rs has no row `{expected}`");
    }
    assert_eq!(files.len(), rows, "files of src/{folder} and rows of its table: {files:?}");
}

#[test]
fn no_text_names_a_path_from_the_top_by_accident() {
    for file in source::all() {
        for shown in ["RepoPath", "Place", "Message", "Origin"] {
            let display = format!("Display for {shown} ");
            assert!(!file.code.contains(&display), "{}: it is seen from the working directory", file.path);
        }
        // These show paths in an environment, which are seen from its top.
        let is_of_environment =
            ["cleanup.rs", "create.rs", "restore.rs"].iter().any(|name| file.path.ends_with(name));
        if file.path.starts_with("render/text/") && !is_of_environment {
            assert!(!file.code.contains("seen_from_root"), "{}: `Style` shows messages and paths", file.path);
        }
    }
}

#[test]
fn every_rule_is_in_the_table() {
    let without = ["requirements", "rule", "run", "tests", "wording"];
    assert_registered("rules", &without, "RULE", rules::RULES.len());
    let stems: BTreeSet<String> = files_in("rules", &without).into_iter().collect();
    let named: BTreeSet<String> = rules::RULES.iter().map(|rule| rule.info.name.replace('-', "_")).collect();
    assert_eq!(stems, named, "a rule's file has the rule's name");
}

#[test]
fn codes_of_rules_are_unique_and_well_formed() {
    let codes: BTreeSet<&str> = rules::RULES.iter().map(|rule| rule.info.code).collect();
    assert_eq!(codes.len(), rules::RULES.len());
    for code in codes {
        let digits = code.strip_prefix("PYE").expect("codes start with PYE");
        assert!(digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()), "{code}");
    }
}

#[test]
fn every_rule_says_what_it_means() {
    for rule in rules::RULES {
        let info = &rule.info;
        assert!(!info.summary.ends_with('.') && info.summary.len() > 10, "{}: {}", info.code, info.summary);
        assert!(info.explanation.len() > 100, "{}: {}", info.code, info.explanation);
        assert!(!info.help.is_empty(), "{}", info.code);
        assert!(!info.explanation.contains("  "), "{} has a gap in its explanation", info.code);
    }
}

#[test]
fn every_renderer_is_in_the_table() {
    let table = source::read("src/render/mod.rs");
    for renderer in render::RENDERERS {
        let row = format!("&{}::RENDERER", renderer.name);
        assert!(
            table.contains(&row),
            "src/render/mod.rs has no row `{row}`: a renderer has its format's name"
        );
    }
    let in_render = source::all().into_iter().filter(|file| file.path.starts_with("render/"));
    let defined = in_render.filter(|file| file.code.contains("static RENDERER: Renderer")).count();
    assert_eq!(defined, render::RENDERERS.len(), "renderers, and rows of the table");
}

#[test]
fn every_findings_format_is_in_the_table() {
    let without = ["findings_format", "place"];
    assert_registered("render/findings", &without, "FORMAT", render::FINDING_FORMATS.len());
    let stems: BTreeSet<String> = files_in("render/findings", &without).into_iter().collect();
    let named: BTreeSet<String> =
        render::FINDING_FORMATS.iter().map(|format| format.name().replace('-', "_")).collect();
    assert_eq!(stems, named, "a format's file has the format's name");
}

#[test]
fn every_section_of_the_json_is_in_the_schema() {
    let table = source::read("src/render/json/mod.rs");
    let all = source::all();
    let in_json = all.iter().filter(|file| file.path.starts_with("render/json/"));
    for file in in_json {
        let section = file.code.lines().find_map(|line| {
            let name = line.split_once("struct ")?.1.split([' ', '<']).next()?;
            name.ends_with("Section").then_some(name)
        });
        let Some(section) = section.filter(|name| *name != "NoSection") else { continue };
        let module = if file.stem() == "use" { "r#use" } else { file.stem() };
        let row = format!("schema::of::<{module}::{section}>");
        assert!(table.contains(&row), "src/render/json/mod.rs has no row `{row}`");
    }
}

#[test]
fn every_command_is_in_the_table() {
    let without = [
        "command",
        "command_line",
        "format",
        "global",
        "manual",
        "mentions",
        "output",
        "plan",
        "program",
        "quantity",
        "renewal",
        "usage",
    ];
    assert_registered("cli", &without, "COMMAND", cli::COMMANDS.len());
    let stems: BTreeSet<String> = files_in("cli", &without).into_iter().collect();
    let named: BTreeSet<String> = cli::COMMANDS.iter().map(|command| command.name.to_owned()).collect();
    assert_eq!(stems, named, "a command's file has the command's name");
}

#[test]
fn every_source_of_interpreters_is_in_the_table() {
    assert_registered("interpreters/sources", &["source"], "SOURCE", interpreters::SOURCES.len());
    let kinds: BTreeSet<String> =
        interpreters::SOURCES.iter().map(|source| source.kind.to_string()).collect();
    assert_eq!(kinds.len(), interpreters::SOURCES.len(), "kinds of sources are unique");
}

#[test]
fn every_manifest_is_in_the_table() {
    assert_registered("project/manifests", &["manifest"], "MANIFEST", project::manifests::MANIFESTS.len());
    let names: BTreeSet<&str> =
        project::manifests::MANIFESTS.iter().map(|manifest| manifest.file_name).collect();
    assert_eq!(names.len(), project::manifests::MANIFESTS.len(), "file names are unique");
}

#[test]
fn every_lock_format_is_in_the_table() {
    let without = [
        "declared",
        "disk_files",
        "lists",
        "lock_format",
        "lock_input",
        "locked",
        "members",
        "pdm_hash",
        "tests",
    ];
    assert_registered("project/locks", &without, "LOCK_FORMAT", project::locks::LOCK_FORMATS.len());
    let names: BTreeSet<&str> = project::locks::LOCK_FORMATS.iter().map(|lock| lock.file_name).collect();
    assert_eq!(names.len(), project::locks::LOCK_FORMATS.len(), "file names are unique");
}

#[test]
fn every_environment_manager_is_in_the_table() {
    let without = ["directories", "manager"];
    assert_registered("project/managers", &without, "MANAGER", project::managers::MANAGERS.len());
    let names: BTreeSet<&str> = project::managers::MANAGERS.iter().map(|manager| manager.name).collect();
    assert_eq!(names.len(), project::managers::MANAGERS.len(), "names of managers are unique");
}

#[test]
fn every_backend_is_in_the_table() {
    let without = ["backend", "choice", "compiled", "questions", "reading", "task", "tests", "variables"];
    assert_registered("backends", &without, "BACKEND", BACKENDS.len());
    let stems: BTreeSet<String> = files_in("backends", &without).into_iter().collect();
    let names: Vec<&str> = BACKENDS.iter().map(|backend| backend.name).collect();
    let named: BTreeSet<String> = names.iter().map(ToString::to_string).collect();
    assert_eq!(stems, named, "a backend's file has the backend's name");
    let accepted = BACKEND_NAMES.iter().copied().filter(|name| *name != "auto");
    assert_eq!(accepted.collect::<Vec<_>>(), names, "the setting accepts every backend");
}

#[test]
fn every_kind_of_environment_is_in_the_table() {
    assert_registered("detect/kinds", &["detector"], "DETECTOR", detect::kinds::DETECTORS.len());
    let names: BTreeSet<&str> = detect::kinds::DETECTORS.iter().map(|detector| detector.kind.name).collect();
    assert_eq!(names.len(), detect::kinds::DETECTORS.len(), "names of kinds are unique");
}

#[test]
fn every_shell_is_in_the_table() {
    assert_registered(
        "shells",
        &["python", "script", "shell", "spelled", "template", "tests"],
        "SHELL",
        shells::SHELLS.len(),
    );
    let names: Vec<&str> = shells::SHELLS.iter().flat_map(|shell| shell.names.iter().copied()).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "names of shells are unique");
}

#[test]
fn every_hook_event_is_in_the_table() {
    assert_registered("hooks/events", &[], "EVENT", HOOK_EVENTS.len());
    let stems: BTreeSet<String> = files_in("hooks/events", &[]).into_iter().collect();
    let named: BTreeSet<String> = HOOK_EVENTS.iter().map(|event| event.name.replace('-', "_")).collect();
    assert_eq!(stems, named, "an event's file has the event's name");
}

#[test]
fn every_hook_event_has_its_shell_file() {
    for event in HOOK_EVENTS {
        assert_eq!(event.script, source::read(&format!("hooks/{}", event.name)));
        assert!(
            event.script.contains(&format!("\nevent={}\n", event.name)),
            "hooks/{0} is not {0}",
            event.name
        );
    }
}

#[test]
fn every_hook_event_has_a_setting_that_switches_it_off() {
    for event in HOOK_EVENTS {
        let key = event.setting.key;
        assert!(KEYS.iter().any(|row| row.name == key), "{}: `{key}` is no setting", event.name);
        let flag = FlagValue { key: key.to_owned(), value: Some("false".to_owned()), flag: "--x".to_owned() };
        let sources = Sources { flags: vec![flag], ..Sources::default() };
        let settings = config::merge(&sources).expect("settings");
        let off = HOOK_EVENTS.iter().filter(|other| !(other.setting.value)(&settings).value);
        assert_eq!(off.map(|other| other.name).collect::<Vec<_>>(), [event.name], "{key}");
    }
}

#[test]
fn every_folder_is_a_module_of_the_library() {
    let library = source::read("src/lib.rs");
    let rooms: BTreeSet<String> = source::all().iter().map(|file| file.room().to_owned()).collect();
    for room in rooms.iter().filter(|room| *room != "lib" && *room != "main") {
        assert!(library.contains(&format!("pub mod {room};")), "src/lib.rs does not declare `{room}`");
    }
}

#[test]
fn every_file_says_what_it_is_and_is_short_enough() {
    for file in source::all() {
        let text = source::read(&format!("src/{}", file.path));
        let documented = text.starts_with("//!") || text.starts_with("#![doc");
        assert!(documented, "src/{} does not open with `//!`", file.path);
        let lines = file.code.lines().count();
        assert!(lines <= LONGEST, "src/{} has {lines} lines of code", file.path);
    }
}

/// The types that a file declares outside of its tests, by name.
fn declared_types(file: &SourceFile) -> Vec<String> {
    let code = file.code.split("#[cfg(test)]").next().unwrap_or_default();
    let words =
        |line: &str| line.split([' ', '<', '(', ';', ':', '{', '=']).map(str::to_owned).collect::<Vec<_>>();
    let keyword = |word: &String| matches!(word.as_str(), "struct" | "enum" | "trait" | "type");
    let name = |line: &str| {
        let words = words(line);
        let at = words.iter().position(keyword)?;
        let is_declaration =
            words[..at].iter().all(|word| word.is_empty() || word.starts_with("pub") || word.ends_with(')'));
        is_declaration.then(|| words.get(at + 1).cloned()).flatten()
    };
    code.lines().filter(|line| !line.starts_with(' ')).filter_map(name).collect()
}

#[test]
fn every_fuzz_target_is_in_its_manifest() {
    let manifest: toml::Table = source::read("fuzz/Cargo.toml").parse().expect("a manifest");
    let binaries = manifest["bin"].as_array().expect("binaries");
    let named: BTreeSet<&str> = binaries.iter().filter_map(|binary| binary["path"].as_str()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| format!("fuzz_targets/{}", entry.expect("an entry").file_name().to_string_lossy()))
        .collect();
    assert!(files.iter().map(String::as_str).eq(named), "{files:?}");
}

#[test]
fn no_type_name_stands_for_two_types() {
    let mut seen: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for file in source::all() {
        // Each command has arguments of its own; a file for one system has a twin for the others.
        let twin = matches!(file.stem(), "portable" | "tests");
        for name in declared_types(&file).into_iter().filter(|name| !twin && name != "Arguments") {
            seen.entry(name).or_default().push(file.path.clone());
        }
    }
    assert!(seen.len() > 200, "only {} types were found", seen.len());
    let twice: Vec<_> = seen.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}
