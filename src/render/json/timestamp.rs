//! Times.

use std::time::SystemTime;

use jiff::Timestamp;

/// Formats a time to the second, as RFC 3339 in UTC.
pub(super) fn timestamp(time: SystemTime) -> Option<String> {
    let seconds = Timestamp::try_from(time).ok()?.as_second();
    Some(Timestamp::from_second(seconds).ok()?.to_string())
}
