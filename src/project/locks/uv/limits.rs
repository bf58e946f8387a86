//! Limits on the age of packages: `exclude-newer` and `exclude-newer-package`
//! (<https://docs.astral.sh/uv/reference/settings/#exclude-newer>). A time is recorded as such, a span beside a time that
//! has no meaning then.

use std::collections::BTreeMap;

use super::compare::LockDifference;
use super::targets::is_locked;
use crate::formats::Value;
use crate::formats::uv_lock::UvLock;
use crate::python::normalised;

const ALL: &str = "exclude-newer";
const PACKAGE: &str = "exclude-newer-package";

/// A limit, as it was recorded or as it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
enum AgeLimit {
    /// A time of RFC 3339 or a date.
    Time(String),
    /// A span, as of ISO 8601 where it was understood.
    Span(String),
    /// Packages of any age.
    Never,
}

/// Compares the limits.
///
/// # Errors
/// The difference.
pub(super) fn compare_limits(lock: &UvLock, settings: &Value) -> Result<(), LockDifference> {
    let recorded = |name: &str| lock.options.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let time =
        recorded(ALL).map(|time| AgeLimit::recorded(time, recorded("exclude-newer-span"))).transpose()?;
    let set = settings.at(&[ALL]).map(AgeLimit::of_setting).transpose()?;
    compare(ALL, time.as_ref(), set.as_ref())?;
    let recorded = by_package(recorded(PACKAGE), |value| match value {
        Value::Table(_) => {
            AgeLimit::recorded(value.at(&["timestamp"]).unwrap_or(&Value::Null), value.at(&["span"]))
        }
        other => AgeLimit::recorded(other, None),
    })?;
    let set = by_package(settings.at(&[PACKAGE]), AgeLimit::of_setting)?;
    for name in set.keys().chain(recorded.keys()) {
        // What is not needed is no difference for uv.
        if recorded.contains_key(name) || is_locked(lock, name) {
            compare(&format!("{PACKAGE}.{name}"), recorded.get(name), set.get(name))?;
        }
    }
    Ok(())
}

fn by_package(
    value: Option<&Value>,
    read: impl Fn(&Value) -> Result<AgeLimit, LockDifference>,
) -> Result<BTreeMap<String, AgeLimit>, LockDifference> {
    match value {
        None => Ok(BTreeMap::new()),
        Some(Value::Table(members)) => {
            members.iter().map(|member| Ok((normalised(&member.key), read(&member.value.value)?))).collect()
        }
        Some(_) => Err(LockDifference::Unknown(format!("`{PACKAGE}` is not a table").into())),
    }
}

fn compare(name: &str, recorded: Option<&AgeLimit>, set: Option<&AgeLimit>) -> Result<(), LockDifference> {
    let certain = |reason: String| Err(LockDifference::Certain(reason.into()));
    match (recorded, set) {
        (None, None) => Ok(()),
        (Some(_), None) => certain(format!("`{name}` is no longer set")),
        (None, Some(_)) => certain(format!("`{name}` was not set when it was locked")),
        (Some(recorded), Some(set)) if recorded == set => Ok(()),
        (Some(AgeLimit::Time(recorded)), Some(AgeLimit::Time(set))) => compare_times(name, recorded, set),
        (Some(AgeLimit::Span(recorded)), Some(AgeLimit::Span(set))) if !set.starts_with('P') => {
            Err(LockDifference::Unknown(format!("`{name}`: `{set}` may be the span `{recorded}`").into()))
        }
        // uv keeps the lock if that changes nothing, which only the index says.
        (Some(AgeLimit::Never), Some(AgeLimit::Time(_)))
        | (Some(AgeLimit::Time(_)), Some(AgeLimit::Never)) => {
            Err(LockDifference::Unknown(format!("`{name}` may change nothing").into()))
        }
        _ => certain(format!("`{name}` has changed")),
    }
}

/// The hours by which the end of a day may come before and after that of the same day in UTC.
const EARLIEST: i64 = -14 * 3600;
const LATEST: i64 = 12 * 3600;

fn compare_times(name: &str, recorded: &str, set: &str) -> Result<(), LockDifference> {
    let unknown =
        || Err(LockDifference::Unknown(format!("`{name}` may be the same time in another form").into()));
    let Some(then) = seconds(recorded) else { return unknown() };
    // A date is its end where uv runs.
    if let Some(start) = day(set) {
        let end = (start + 1) * DAY;
        let is_it = (end + EARLIEST..=end + LATEST).contains(&then);
        return if is_it { Ok(()) } else { unknown() };
    }
    match seconds(set) {
        Some(now) if now == then => Ok(()),
        Some(now) if now < then => Err(LockDifference::Certain(
            format!("`{name}` is `{set}`, and was `{recorded}` when it was locked").into(),
        )),
        // uv keeps the lock if a later time changes nothing, which only the index says.
        _ => unknown(),
    }
}

impl AgeLimit {
    fn recorded(time: &Value, span: Option<&Value>) -> Result<Self, LockDifference> {
        match (time, span) {
            (_, Some(Value::Text(span))) => Ok(Self::Span(span.clone())),
            (Value::Text(time) | Value::Date(time), None) => Ok(Self::Time(time.clone())),
            (Value::Boolean(false), None) => Ok(Self::Never),
            _ => Err(LockDifference::Unknown(format!("`{ALL}` of the lock is not understood").into())),
        }
    }

    fn of_setting(value: &Value) -> Result<Self, LockDifference> {
        match value {
            Value::Boolean(false) => Ok(Self::Never),
            Value::Text(text) | Value::Date(text) if day(text).is_some() || seconds(text).is_some() => {
                Ok(Self::Time(text.clone()))
            }
            Value::Text(text) => Ok(Self::Span(iso_span(text).unwrap_or_else(|| text.clone()))),
            _ => Err(LockDifference::Unknown(format!("`{ALL}` is not understood").into())),
        }
    }
}

/// The span in the form of ISO 8601: `P2W1D` for `2 weeks 1 day`; `None` for what is not understood.
fn iso_span(text: &str) -> Option<String> {
    let text = text.trim();
    if text.starts_with('P') {
        return Some(text.to_owned());
    }
    let (mut date, mut time) = (String::new(), String::new());
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, behind) = rest.split_at(digits);
        let behind = behind.trim_start();
        let end = behind.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(end);
        let number = number.trim_start_matches('0');
        if number.is_empty() {
            return None;
        }
        match unit {
            "w" | "wk" | "wks" | "week" | "weeks" => date.push_str(&format!("{number}W")),
            "d" | "day" | "days" => date.push_str(&format!("{number}D")),
            "h" | "hr" | "hrs" | "hour" | "hours" => time.push_str(&format!("{number}H")),
            _ => return None,
        }
        rest = behind.trim_start();
    }
    let time = if time.is_empty() { time } else { format!("T{time}") };
    (!date.is_empty() || !time.is_empty()).then(|| format!("P{date}{time}"))
}

const DAY: i64 = 24 * 3600;

/// The days since 1970-01-01 of a date `2034-01-31`.
fn day(text: &str) -> Option<i64> {
    let numbers: Vec<&str> = text.split('-').collect();
    let [year, month, day] = numbers.as_slice() else { return None };
    let is_date = year.len() == 4 && month.len() == 2 && day.len() == 2;
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i64>().ok());
    let (year, month, day) = (number(year)??, number(month)??, number(day)??);
    if !is_date || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // A year begins in March, so that the day that not each one has is its last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(
        year * 365 + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (month * 153 + 2) / 5
            + day
            - 719_469,
    )
}

/// The seconds since 1970 of a time `2034-01-31T12:30:00Z`, without what is less than a second.
fn seconds(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let at = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, offset) = rest.split_at(at);
    let parts = |text: &str| -> Option<Vec<i64>> {
        let whole = text.split('.').next().unwrap_or(text);
        whole.split(':').map(|part| part.parse::<u32>().ok().map(i64::from)).collect()
    };
    let clock = match parts(clock)?.as_slice() {
        [hour, minute, second] => hour * 3600 + minute * 60 + second,
        _ => return None,
    };
    let offset = match (offset.as_bytes().first()?, parts(offset.get(1..)?).as_deref()) {
        (b'Z' | b'z', _) if offset.len() == 1 => 0,
        (b'+', Some([hour, minute])) => hour * 3600 + minute * 60,
        (b'-', Some([hour, minute])) => -(hour * 3600 + minute * 60),
        _ => return None,
    };
    Some(day(date)? * DAY + clock - offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_spans_are_read() {
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!((day("2000-02-29"), day("2000-03-01")), (Some(11_016), Some(11_017)));
        assert_eq!(seconds("1970-01-02T00:00:01.5Z"), Some(86_401));
        assert_eq!(seconds("2034-01-01T02:00:00+02:00"), seconds("2034-01-01T00:00:00Z"));
        for wrong in ["", "2034-1-01", "2034-13-01", "2034-01-01T00:00Z", "x", "2034-01-01T00:00:00"] {
            assert_eq!((day(wrong), seconds(wrong)), (None, None), "{wrong}");
        }
        let spans = [
            ("1 week", Some("P1W")),
            ("2 weeks 1 day", Some("P2W1D")),
            ("24h", Some("PT24H")),
            ("P3D", Some("P3D")),
            ("7days", Some("P7D")),
            ("1 month", None),
            ("", None),
            ("0 days", None),
            ("week", None),
        ];
        for (text, span) in spans {
            assert_eq!(iso_span(text).as_deref(), span, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String, some in "[0-9:TZ+. -]{0,30}") {
            for text in [&text, &some] {
                let _ = (day(text), seconds(text), iso_span(text));
            }
        }
    }
}
