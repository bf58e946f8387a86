//! Answers in both formats at once, for what is wrong.

use serde_json::Value;

use super::sandbox::Place;
use super::schema;

/// Runs with JSON and with text: the exit status is the same and as expected, the JSON fits the schema, and
/// nobody panicked. Returns the JSON and the text of standard error.
#[track_caller]
pub(crate) fn both(place: &Place<'_>, arguments: &[&str], status: i32) -> (Value, String) {
    let json = place.pyenv(&[arguments, &["--output", "json"]].concat());
    let text = place.pyenv(&[arguments, &["--output", "text"]].concat());
    for finished in [&json, &text] {
        assert_eq!(finished.status, Some(status), "{arguments:?}: {}", finished.said());
        assert!(!finished.err().contains("panicked"), "{arguments:?}: {}", finished.said());
    }
    let answer = json.json();
    schema::assert_fits(&answer);
    assert_eq!(answer["exit_code"], status, "{arguments:?}: {answer:#}");
    (answer, text.err())
}

/// As [`both`], for an error of this kind; returns all that is said about it.
#[track_caller]
pub(crate) fn error(place: &Place<'_>, arguments: &[&str], kind: &str) -> String {
    let (answer, text) = both(place, arguments, if kind == "undecided" { 3 } else { 2 });
    assert_eq!((answer["status"].as_str(), answer["error"]["kind"].as_str()), (Some("error"), Some(kind)));
    let message = answer["error"]["message"].as_str().expect("a message");
    assert!(text.starts_with("error: ") && text.contains(message), "{arguments:?}: {text}");
    text
}
