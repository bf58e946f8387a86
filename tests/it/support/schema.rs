//! Checks JSON output against the published schema.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

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
