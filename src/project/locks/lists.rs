//! Lists in manifests and locks.

use crate::formats::Value;
use crate::message::Message;

/// The strings of a list; none without one.
///
/// # Errors
/// That it is something else, as a lower-case fragment.
pub(super) fn texts(value: Option<&Value>, name: &str) -> Result<Vec<String>, Message> {
    let wrong = || Message::from(format!("`{name}` is not a list of strings"));
    match value {
        None => Ok(Vec::new()),
        Some(Value::List(items)) => items
            .iter()
            .map(|item| match &item.value {
                Value::Text(text) => Ok(text.clone()),
                _ => Err(wrong()),
            })
            .collect(),
        Some(_) => Err(wrong()),
    }
}
