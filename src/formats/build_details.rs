//! `build-details.json`, in which an interpreter describes itself since Python 3.14 (<https://peps.python.org/pep-0739/>).

use serde::Deserialize;

/// The start of the names of the file: an installation with several builds has one for each.
pub const FILE_NAME: &str = "build-details.json";

#[derive(Deserialize)]
struct BuildDetails {
    language: Language,
}

#[derive(Deserialize)]
struct Language {
    version_info: VersionInformation,
}

#[derive(Deserialize)]
struct VersionInformation {
    major: u64,
    minor: u64,
    micro: u64,
    releaselevel: String,
    serial: u64,
}

/// The version of Python, as `platform.python_version()` has it: `3.14.0`, `3.15.0a2`; `None` if the file does not say.
#[must_use]
pub fn python_version(bytes: &[u8]) -> Option<String> {
    let document: BuildDetails = serde_json::from_slice(bytes).ok()?;
    let VersionInformation { major, minor, micro, releaselevel, serial } = document.language.version_info;
    let level = match releaselevel.as_str() {
        "final" => return Some(format!("{major}.{minor}.{micro}")),
        "alpha" => "a",
        "beta" => "b",
        "candidate" => "rc",
        _ => return None,
    };
    Some(format!("{major}.{minor}.{micro}{level}{serial}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(level: &str) -> String {
        format!(
            r#"{{"schema_version": "1.0", "language": {{"version": "3.14", "version_info": {{"major": 3, "minor": 14,
            "micro": 0, "releaselevel": "{level}", "serial": 2}}}}}}"#
        )
    }

    #[test]
    fn the_version_is_read() {
        let cases = [
            ("final", Some("3.14.0")),
            ("candidate", Some("3.14.0rc2")),
            ("alpha", Some("3.14.0a2")),
            ("beta", Some("3.14.0b2")),
            ("golden", None),
        ];
        for (level, expected) in cases {
            assert_eq!(python_version(details(level).as_bytes()).as_deref(), expected, "{level}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            proptest::prop_assert_eq!(python_version(&bytes), None);
        }
    }
}
