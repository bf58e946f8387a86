//! Names of packages (<https://packaging.python.org/en/latest/specifications/name-normalization/>).

/// Normalises a name for comparison: lower case, with one `-` for each run of `-`, `_` and `.`.
#[must_use]
pub fn normalised(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if matches!(c, '-' | '_' | '.') {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    if gap {
        out.push('-');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_separators_are_one() {
        let cases = [
            ("Flask-SQLAlchemy", "flask-sqlalchemy"),
            ("zope.interface", "zope-interface"),
            ("a__b-._c", "a-b-c"),
            ("ruamel.yaml.clib", "ruamel-yaml-clib"),
            ("x_", "x-"),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(normalised(name), expected);
        }
    }
}
