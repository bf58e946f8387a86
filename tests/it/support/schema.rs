//! The published schema of JSON output.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

/// Asserts that the published schema is that of the program, or writes it if `UPDATE_SCHEMA=1` is set.
#[track_caller]
pub(crate) fn assert_published() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/schema/result.json");
    let schema = git_pyenv::render::json::schema();
    if std::env::var_os("UPDATE_SCHEMA").is_some_and(|value| value == "1") {
        fs::write(&path, schema).expect("a written file");
        return;
    }
    let published = fs::read_to_string(&path).unwrap_or_default();
    let differs = published.lines().zip(schema.lines()).position(|(published, now)| published != now);
    assert!(
        published == schema,
        "tools/schema/result.json differs, from line {} on; `UPDATE_SCHEMA=1 cargo test schema` writes it",
        differs.unwrap_or_else(|| published.lines().count().min(schema.lines().count())) + 1
    );
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
