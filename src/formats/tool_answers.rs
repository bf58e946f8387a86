//! What package managers answer as JSON: `pip list --outdated --format json`
//! (<https://pip.pypa.io/en/stable/cli/pip_list/>), which uv has too, `pip-audit --format json`
//! (<https://github.com/pypa/pip-audit>) and `uv audit --output-format json`.

use serde_json::Value;

/// A package with its newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedLatest {
    /// The name.
    pub name: String,
    /// The installed version.
    pub version: String,
    /// The newest one.
    pub latest: String,
}

/// A vulnerability of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundVulnerability {
    /// The name of the package.
    pub name: String,
    /// The version of the package.
    pub version: String,
    /// The id, such as `PYSEC-2024-1`.
    pub id: String,
    /// Other ids.
    pub aliases: Vec<String>,
    /// What it is, in a line; empty if nobody says.
    pub summary: String,
    /// The versions that do not have it.
    pub fixed_in: Vec<String>,
}

/// The answer of a program that knows vulnerabilities.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditAnswer {
    /// How many packages it looked at.
    pub audited: u64,
    /// What it found.
    pub vulnerabilities: Vec<FoundVulnerability>,
    /// Packages that it did not look at, each with the reason.
    pub skipped: Vec<(String, String)>,
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let all = value.get(key).and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Reads a list of packages; `None` if it is none.
#[must_use]
pub fn outdated(bytes: &[u8]) -> Option<Vec<ListedLatest>> {
    let document: Value = serde_json::from_slice(bytes).ok()?;
    let package = |value: &Value| {
        let (name, version) = (text(value, "name")?, text(value, "version")?);
        // Without `--outdated` there is none.
        let latest = text(value, "latest_version").unwrap_or_default();
        Some(ListedLatest { name, version, latest })
    };
    document.as_array()?.iter().map(package).collect()
}

/// Reads what `pip-audit` says; `None` if it is something else.
#[must_use]
pub fn pip_audit(bytes: &[u8]) -> Option<AuditAnswer> {
    let document: Value = serde_json::from_slice(bytes).ok()?;
    let mut answer = AuditAnswer::default();
    for package in document.get("dependencies")?.as_array()? {
        let name = text(package, "name")?;
        if let Some(reason) = text(package, "skip_reason") {
            answer.skipped.push((name, reason));
            continue;
        }
        answer.audited += 1;
        let version = text(package, "version")?;
        for found in package.get("vulns")?.as_array()? {
            answer.vulnerabilities.push(vulnerability(&name, &version, found, "description")?);
        }
    }
    Some(answer)
}

/// Reads what `uv audit` says; `None` if it is something else.
#[must_use]
pub fn uv_audit(bytes: &[u8]) -> Option<AuditAnswer> {
    let document: Value = serde_json::from_slice(bytes).ok()?;
    let summary = document.get("summary")?;
    let mut answer =
        AuditAnswer { audited: summary.get("audited_packages")?.as_u64()?, ..AuditAnswer::default() };
    for found in document.get("vulnerabilities")?.as_array()? {
        let package = found.get("dependency")?;
        let (name, version) = (text(package, "name")?, text(package, "version")?);
        answer.vulnerabilities.push(vulnerability(&name, &version, found, "summary")?);
    }
    // It counts what it lists.
    let count = summary.get("vulnerabilities")?.as_u64()?;
    (count == answer.vulnerabilities.len() as u64).then_some(answer)
}

fn vulnerability(name: &str, version: &str, found: &Value, summary: &str) -> Option<FoundVulnerability> {
    let summary = text(found, summary).unwrap_or_default();
    Some(FoundVulnerability {
        name: name.to_owned(),
        version: version.to_owned(),
        id: text(found, "id")?,
        aliases: texts(found, "aliases"),
        summary: summary.lines().next().unwrap_or_default().to_owned(),
        fixed_in: texts(found, "fix_versions"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_or_refused() {
        let read = outdated(
            b"[{\"name\":\"a\",\"version\":\"1\",\"latest_version\":\"2\",\"latest_filetype\":\"wheel\"}]",
        );
        let expected = ListedLatest { name: "a".into(), version: "1".into(), latest: "2".into() };
        assert_eq!(read, Some(vec![expected]));
        assert_eq!(
            (outdated(b"[]"), outdated(b"[{}]"), outdated(b"{}"), outdated(b"")),
            (Some(vec![]), None, None, None)
        );
        let found = b"{\"dependencies\":[{\"name\":\"a\",\"version\":\"1\",\"vulns\":[{\"id\":\"P-1\",\"fix_versions\":[\"2\"],\
                      \"aliases\":[],\"description\":\"bad\\nmore\"}]},{\"name\":\"b\",\"skip_reason\":\"why\"}],\"fixes\":[]}";
        let answer = pip_audit(found).expect("an answer");
        assert_eq!((answer.audited, answer.vulnerabilities[0].summary.as_str()), (1, "bad"));
        assert_eq!(answer.skipped, [("b".to_owned(), "why".to_owned())]);
        assert_eq!(pip_audit(b"{\"dependencies\":[{\"name\":\"a\",\"version\":\"1\"}]}"), None);
    }

    #[test]
    fn what_is_counted_has_to_be_listed() {
        let answer = |count: u32| {
            format!(
                "{{\"summary\":{{\"audited_packages\":3,\"vulnerabilities\":{count}}},\"vulnerabilities\":[{{\"dependency\":\
                 {{\"name\":\"a\",\"version\":\"1\"}},\"id\":\"P-1\",\"summary\":\"bad\",\"fix_versions\":[]}}]}}"
            )
        };
        assert_eq!(
            uv_audit(answer(1).as_bytes()).map(|answer| (answer.audited, answer.vulnerabilities.len())),
            Some((3, 1))
        );
        assert_eq!((uv_audit(answer(2).as_bytes()), uv_audit(b"{}")), (None, None));
    }
}
