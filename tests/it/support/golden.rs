//! Whole outputs kept as files below `tests/it/golden/`; `UPDATE_GOLDEN=1` writes them anew.

use std::fs;
use std::path::Path;

/// Asserts that a file of the repository holds this text, or writes it if asked to.
#[track_caller]
pub(crate) fn assert_file(relative: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(relative);
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a directory");
        fs::write(&path, text).expect("a written file");
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(text.lines()).position(|(kept, now)| kept != now);
    let line = differs.unwrap_or_else(|| kept.lines().count().min(text.lines().count())) + 1;
    assert!(
        kept == text,
        "{relative} differs from line {line} on; `UPDATE_GOLDEN=1 cargo test --test it` writes it anew\n\
         --- kept\n{kept}\n--- now\n{text}"
    );
}

/// Asserts that a golden file holds this output.
#[track_caller]
pub(crate) fn assert_output(name: &str, text: &str) {
    assert_file(&format!("tests/it/golden/{name}.txt"), text);
}

/// Replaces what differs from run to run: times, and the place of the sandbox.
pub(crate) fn steady(text: &str, place: &Path) -> String {
    let text = text.replace(&*place.to_string_lossy(), "[SANDBOX]");
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        out.push_str(&without_time(line));
        out.push('\n');
    }
    out
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
