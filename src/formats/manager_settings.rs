//! Settings files of poetry and hatch, as far as they say where environments are kept.

use super::located::Value;
use super::text::utf8;
use super::toml;

/// What a `config.toml` or `poetry.toml` of poetry says (<https://python-poetry.org/docs/configuration/>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoetrySettings {
    /// `cache-dir`.
    pub cache: Option<String>,
    /// `virtualenvs.path`; `{cache-dir}` in it stands for the other.
    pub environments: Option<String>,
}

/// What a `config.toml` of hatch says (<https://hatch.pypa.io/latest/config/hatch/#directories>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HatchSettings {
    /// `dirs.data`.
    pub data: Option<String>,
    /// `dirs.env.virtual`.
    pub environments: Option<String>,
}

/// Reads a settings file of poetry; what is not TOML says nothing.
#[must_use]
pub fn poetry(bytes: &[u8]) -> PoetrySettings {
    let document = document(bytes);
    let said = |path: &[&str]| value(document.as_ref()?, path);
    PoetrySettings { cache: said(&["cache-dir"]), environments: said(&["virtualenvs", "path"]) }
}

/// Reads a settings file of hatch; what is not TOML says nothing.
#[must_use]
pub fn hatch(bytes: &[u8]) -> HatchSettings {
    let document = document(bytes);
    let said = |path: &[&str]| value(document.as_ref()?, path);
    HatchSettings { data: said(&["dirs", "data"]), environments: said(&["dirs", "env", "virtual"]) }
}

fn document(bytes: &[u8]) -> Option<Value> {
    Some(toml::parse(utf8(bytes).ok()?, &[]).ok()??.value)
}

/// The text below a value whose keys are these.
fn value(value: &Value, path: &[&str]) -> Option<String> {
    let found = path.iter().try_fold(value, |value, key| match value {
        Value::Table(members) => Some(&members.iter().find(|member| member.key == *key)?.value.value),
        _ => None,
    });
    match found? {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_environments_are_kept() {
        let some = |text: &str| Some(text.to_owned());
        let both = poetry(b"cache-dir = '/c'\n[virtualenvs]\nin-project = false\npath = '{cache-dir}/v'\n");
        assert_eq!(both, PoetrySettings { cache: some("/c"), environments: some("{cache-dir}/v") });
        let both = hatch(b"[dirs]\ndata = '~/d'\n[dirs.env]\nvirtual = '.hatch'\n");
        assert_eq!(both, HatchSettings { data: some("~/d"), environments: some(".hatch") });
        for silent in ["", "[virtualenvs]\npath = 3\n", "virtualenvs = 'x'\ndirs = []\n", "cache-dir = ["] {
            assert_eq!(poetry(silent.as_bytes()), PoetrySettings::default(), "{silent}");
            assert_eq!(hatch(silent.as_bytes()), HatchSettings::default(), "{silent}");
        }
        assert_eq!(poetry(b"\xff"), PoetrySettings::default());
    }
}
