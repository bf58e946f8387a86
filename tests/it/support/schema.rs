//! The published schema of JSON output.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use jsonschema::Validator;
use serde_json::Value;

/// Asserts that a published file is what the program says now, or writes it if `UPDATE_SCHEMA=1` is set.
#[track_caller]
pub(crate) fn assert_published(name: &str, now: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("UPDATE_SCHEMA").is_some_and(|value| value == "1") {
        fs::write(&path, now).expect("a written file");
        return;
    }
    let published = fs::read_to_string(&path).unwrap_or_default();
    let differs = published.lines().zip(now.lines()).position(|(published, now)| published != now);
    assert!(
        published == now,
        "{name} differs, from line {} on; `UPDATE_SCHEMA=1 cargo test schema` writes it",
        differs.unwrap_or_else(|| published.lines().count().min(now.lines().count())) + 1
    );
}

/// Keeps a JSON result in the directory that `GIT_PYENV_TEST_ANSWERS` names, if it names one: a validator that does not
/// belong to this program compares it with the schema then (`.ci/check-answers`).
pub(crate) fn keep_answer(stdout: &[u8]) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let Some(directory) = std::env::var_os("GIT_PYENV_TEST_ANSWERS") else { return };
    if stdout.first() != Some(&b'{') || memchr::memmem::find(stdout, b"\"schema_version\"").is_none() {
        return;
    }
    let name = format!("{}-{}.json", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    fs::write(Path::new(&directory).join(name), stdout).expect("a written file");
}

/// Asserts that a JSON result matches the schema.
#[track_caller]
pub(crate) fn assert_fits(answer: &Value) {
    static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
        let schema: Value =
            serde_json::from_str(&git_pyenv::render::json::schema()).expect("a schema as JSON");
        jsonschema::validator_for(&schema).expect("a valid schema")
    });
    let wrong: Vec<String> =
        VALIDATOR.iter_errors(answer).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(wrong.is_empty(), "{}\n{answer:#}", wrong.join("\n"));
}
