//! Whole outputs, compared with the snapshots in `tests/it/snapshots/`. CONTRIBUTING.md says how to accept changes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::sandbox::Place;

/// The folder of the snapshots.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots");

/// Runs the binary under test and asserts that its whole output is the one in the snapshot: the command line, standard
/// output, standard error, the exit status. What differs from run to run is replaced: times, the paths of the sandbox and of
/// the program.
/// Lines lose blanks at their end, which editors would remove from the snapshot.
#[track_caller]
pub(crate) fn assert_run(name: &str, place: &Place<'_>, arguments: &[&str]) {
    let finished = place.pyenv(arguments);
    let text = format!(
        "$ git pyenv {}\n{}{}[exit status {}]\n",
        arguments.join(" "),
        finished.out(),
        finished.err(),
        finished.status.unwrap_or(-1)
    );
    let sandbox = place.clone().elsewhere("").path();
    let text = text
        .replace(&*sandbox.to_string_lossy(), "[SANDBOX]")
        .replace(env!("CARGO_BIN_EXE_git-pyenv"), "[PROGRAM]");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(FOLDER);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, steady(&text)));
}

/// Asserts that every snapshot is that of one of these cases. A case without a snapshot fails by itself.
#[track_caller]
pub(crate) fn assert_all_used(cases: &[String]) {
    let files = fs::read_dir(Path::new(FOLDER))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name"));
    let kept: BTreeSet<String> =
        files.filter_map(|file| file.strip_suffix(".snap").map(str::to_owned)).collect();
    let names: BTreeSet<String> = cases.iter().cloned().collect();
    assert_eq!(names.len(), cases.len(), "two cases have one name: {cases:?}");
    let unused: Vec<&String> = kept.difference(&names).collect();
    assert!(unused.is_empty(), "no case uses these snapshots: {unused:?}");
}

/// Replaces the times of all lines, and removes blanks at their end.
fn steady(text: &str) -> String {
    text.lines().map(|line| without_time(line.trim_end()) + "\n").collect()
}

/// ` in 1.9 ms` becomes ` in [TIME]`.
fn without_time(line: &str) -> String {
    let end = [" ms", " s"].iter().find_map(|unit| {
        let unit_at = line.rfind(unit)?;
        let start = line[..unit_at].rfind(" in ")? + " in ".len();
        let number = &line[start..unit_at];
        let is_number =
            !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
        is_number.then(|| (start, unit_at + unit.len()))
    });
    end.map_or_else(|| line.to_owned(), |(start, end)| format!("{}[TIME]{}", &line[..start], &line[end..]))
}
