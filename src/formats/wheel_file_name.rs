//! The file name of a wheel, which has the name and the version of the package
//! (<https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention>).

use crate::python::{Version, normalised};

/// What the file name of a wheel says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WheelFileName {
    /// The normalised name of the package.
    pub(super) name: String,
    /// The version, as written.
    pub(super) version: String,
}

/// Parses a name as pip does.
///
/// # Errors
/// What is wrong, as a lower-case fragment.
pub(super) fn parse(file: &str) -> Result<WheelFileName, String> {
    let stem = file.strip_suffix(".whl").ok_or_else(|| format!("`{file}` is not the name of a wheel"))?;
    let parts: Vec<&str> = stem.split('-').collect();
    let (name, version, build, tags) = match parts.as_slice() {
        [name, version, tags @ ..] if tags.len() == 3 => (name, version, None, tags),
        [name, version, build, tags @ ..] if tags.len() == 3 => (name, version, Some(build), tags),
        _ => return Err(format!("the name of the wheel `{file}` has {} parts, not 5 or 6", parts.len())),
    };
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
    let is_build = |build: &&str| build.starts_with(|letter: char| letter.is_ascii_digit());
    if name.is_empty() || name.contains("__") || !name.chars().all(is_name) {
        Err(format!("the name of the wheel `{file}` has no valid name of a package"))
    } else if Version::parse(version).is_none() {
        Err(format!("the name of the wheel `{file}` has no valid version"))
    } else if !build.is_none_or(is_build) {
        Err(format!("the name of the wheel `{file}` has no valid build number"))
    } else if !tags.iter().enumerate().all(|(index, tag)| is_tag(tag, index == 0)) {
        Err(format!("the name of the wheel `{file}` has no valid tag"))
    } else {
        Ok(WheelFileName { name: normalised(name), version: (*version).to_owned() })
    }
}

/// One of the three parts of a tag, which may have several values; those of the interpreter are identifiers.
fn is_tag(part: &str, is_interpreter: bool) -> bool {
    let starts = |value: &str| value.starts_with(|first: char| first.is_alphabetic() || first == '_');
    let is_identifier =
        |value: &str| starts(value) && value.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    part.split('.').all(|value| if is_interpreter { is_identifier(value) } else { !value.is_empty() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_version_are_found() {
        let cases = [
            ("foo_bar-1.0-py3-none-any.whl", Some(("foo-bar", "1.0"))),
            (
                "Foo.Bar-1!2.0+cu118-1build-cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
                Some(("foo-bar", "1!2.0+cu118")),
            ),
            ("six-1.16-py2.py3-none-any.whl", Some(("six", "1.16"))),
            ("six-1.16-py2.py3-none-any.WHL", None),
            ("six-1.16-none-any.whl", None),
            ("six-1.16-1-2-py3-none-any.whl", None),
            ("six-x-py3-none-any.whl", None),
            ("six-1-x-py3-none-any.whl", None),
            ("a__b-1-py3-none-any.whl", None),
            ("-1-py3-none-any.whl", None),
            ("six-1-3.py3-none-any.whl", None),
            ("six-1-py3-none-any..x.whl", None),
            (".whl", None),
        ];
        for (file, expected) in cases {
            let read = parse(file).ok();
            let read = read.as_ref().map(|read| (read.name.as_str(), read.version.as_str()));
            assert_eq!(read, expected, "{file}");
        }
    }

    proptest::proptest! {
        #[test]
        fn parsed_names_have_their_parts(file in r"([a-z0-9_.]{0,3}-?){0,7}(\.whl)?") {
            if let Ok(read) = parse(&file) {
                let version = format!("-{}-", read.version);
                proptest::prop_assert!(!read.name.is_empty() && file.contains(&version));
            }
        }
    }
}
