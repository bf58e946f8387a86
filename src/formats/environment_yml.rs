//! The name in `environment.yml`
//! (<https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html>).

/// The name of the environment: the value of `name` at the top level. Only plain or quoted scalars on one line are
/// supported.
#[must_use]
pub fn name(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let value = text.lines().find_map(|line| line.strip_prefix("name:"))?;
    let value = value.split(" #").next().unwrap_or_default().trim();
    let unquoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    let name = unquoted.unwrap_or(value);
    let is_name =
        !name.is_empty() && !name.contains(['/', '\\', ':', '#', '"', '\'']) && name != ".." && name != ".";
    is_name.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let cases = [
            ("name: science\nchannels:\n  - defaults\n", Some("science")),
            ("# x\nname: \"my env\"  # why\n", Some("my env")),
            ("channels: []\nname: 'a'", Some("a")),
            ("  name: nested\n", None),
            ("name: ../../etc\n", None),
            ("name: ..\n", None),
            ("name:\n", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(name(text.as_bytes()).as_deref(), expected, "{text:?}");
        }
    }
}
