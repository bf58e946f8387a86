//! Settings files of poetry and hatch, as far as they determine the directory of environments.

use super::located::Value;
use super::text::utf8;
use super::toml;

/// The settings in a `config.toml` or `poetry.toml` of poetry (<https://python-poetry.org/docs/configuration/>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoetrySettings {
    /// `cache-dir`.
    pub cache: Option<String>,
    /// `virtualenvs.path`, which may contain `{cache-dir}`.
    pub environments: Option<String>,
}

/// The settings in a `config.toml` of hatch (<https://hatch.pypa.io/latest/config/hatch/#directories>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HatchSettings {
    /// `dirs.data`.
    pub data: Option<String>,
    /// `dirs.env.virtual`.
    pub environments: Option<String>,
}

/// Parses a settings file of poetry; one that is not TOML has no settings.
#[must_use]
pub fn poetry(bytes: &[u8]) -> PoetrySettings {
    let document = document(bytes);
    let text = |path: &[&str]| document.as_ref()?.text_at(path);
    PoetrySettings { cache: text(&["cache-dir"]), environments: text(&["virtualenvs", "path"]) }
}

/// Parses a settings file of hatch; one that is not TOML has no settings.
#[must_use]
pub fn hatch(bytes: &[u8]) -> HatchSettings {
    let document = document(bytes);
    let text = |path: &[&str]| document.as_ref()?.text_at(path);
    HatchSettings { data: text(&["dirs", "data"]), environments: text(&["dirs", "env", "virtual"]) }
}

fn document(bytes: &[u8]) -> Option<Value> {
    Some(toml::parse(utf8(bytes).ok()?, &[]).ok()??.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_found() {
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
