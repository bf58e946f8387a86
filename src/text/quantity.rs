//! Ages and sizes, as they are typed on the command line and in settings.

use std::time::Duration;

/// The units of ages, in seconds.
const AGES: [(&str, u64); 4] = [("h", 3_600), ("d", 86_400), ("w", 7 * 86_400), ("y", 365 * 86_400)];

/// The units of sizes, in bytes; single letters as git has them.
const SIZES: [(&str, u64); 14] = [
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("m", 1 << 20),
    ("g", 1 << 30),
    ("t", 1 << 40),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("tb", 1_000_000_000_000),
];

/// Reads an age such as `30d`.
///
/// # Errors
/// What an age looks like.
pub fn age(text: &str) -> Result<Duration, String> {
    let seconds =
        quantity(text, &AGES).ok_or("an age is a number and `h`, `d`, `w` or `y`, such as `30d`")?;
    Ok(Duration::from_secs(seconds))
}

/// Reads a size such as `100MB`.
///
/// # Errors
/// What a size looks like.
pub fn size(text: &str) -> Result<u64, String> {
    let bytes = quantity(text, &SIZES);
    bytes.ok_or_else(|| "a size is a number and a unit, such as `100MB`, `1.5GiB` or `500k`".to_owned())
}

/// A number and one of some units, of any case; a fraction is rounded down.
fn quantity(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim().to_ascii_lowercase();
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits =
        |text: &str| !text.is_empty() && text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    let whole = whole.parse::<u64>().ok()?.checked_mul(*factor)?;
    whole.checked_add((fraction * *factor as f64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_sizes_have_units() {
        let cases =
            [("30d", Some(30 * 86_400)), ("2W", Some(14 * 86_400)), ("1.5h", Some(5_400)), ("0d", Some(0))];
        for (text, seconds) in cases {
            assert_eq!(age(text).ok().map(|age| age.as_secs()), seconds, "{text}");
        }
        for text in ["", "30", "d", "-1d", "3m", "1.d", ".5d", "99999999999d", "1e3d", "1..2d"] {
            assert!(age(text).is_err(), "{text}");
        }
        let cases = [
            ("100MB", 100_000_000),
            ("1.5GiB", 3 << 29),
            ("500k", 500 << 10),
            ("7", 7),
            ("2 gb", 2_000_000_000),
        ];
        for (text, bytes) in cases {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        assert!(size("many").is_err() && size("999999999TiB").is_err());
    }
}
