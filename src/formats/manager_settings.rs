//! Settings files of poetry, hatch and pdm, as far as they determine the directory of environments.

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
    /// `virtualenvs.in-project`: without it, an environment in the project is used if there is one.
    pub in_project: Option<bool>,
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
    let in_project = match document.as_ref().and_then(|root| root.at(&["virtualenvs", "in-project"])) {
        Some(Value::Boolean(value)) => Some(*value),
        _ => None,
    };
    PoetrySettings { cache: text(&["cache-dir"]), environments: text(&["virtualenvs", "path"]), in_project }
}

/// The names of the environments that poetry uses for projects whose path has this hash, in an `envs.toml`: `poetry env use` writes
/// `[NAME-HASH]` with `minor` (<https://python-poetry.org/docs/managing-environments/>). `None` if it says nothing of them.
#[must_use]
pub fn poetry_in_use(bytes: &[u8], hash: &str) -> Option<Vec<String>> {
    let document = document(bytes)?;
    let of_hash = document
        .members()
        .iter()
        .filter(|member| member.key.strip_suffix(hash).is_some_and(|name| name.ends_with('-')));
    let names = of_hash.filter_map(|member| {
        let minor = member.value.value.text_at(&["minor"])?;
        Some(format!("{}-py{}", member.key, minor.trim()))
    });
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then_some(names)
}

/// The directory of environments in a `config.toml` of pdm, `venv.location`
/// (<https://pdm-project.org/latest/usage/venv/#the-location-of-virtualenvs>).
#[must_use]
pub fn pdm(bytes: &[u8]) -> Option<String> {
    document(bytes)?.text_at(&["venv", "location"])
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
    fn poetry_says_which_environment_is_in_use() {
        let hash = "A1XurARH";
        let in_use = |text: &str| poetry_in_use(text.as_bytes(), hash);
        let both =
            "[demo-A1XurARH]\nminor = \"3.12\"\npatch = \"3.12.1\"\n[other-B1XurARH]\nminor = \"3.11\"\n";
        assert_eq!(in_use(both), Some(vec!["demo-A1XurARH-py3.12".to_owned()]));
        for silent in [
            "",
            "[demoA1XurARH]\nminor = '3.12'\n",
            "[demo-A1XurARH]\nminor = 3.12\n",
            "demo-A1XurARH = 1\n",
            "[",
        ] {
            assert_eq!(in_use(silent), None, "{silent}");
        }
        assert_eq!(poetry_in_use(b"\xff", hash), None);
    }

    #[test]
    fn directories_are_found() {
        let some = |text: &str| Some(text.to_owned());
        let both = poetry(b"cache-dir = '/c'\n[virtualenvs]\nin-project = false\npath = '{cache-dir}/v'\n");
        assert_eq!(
            both,
            PoetrySettings {
                cache: some("/c"),
                environments: some("{cache-dir}/v"),
                in_project: Some(false),
            }
        );
        assert_eq!(pdm(b"[venv]\nlocation = '~/v'\n"), some("~/v"));
        let both = hatch(b"[dirs]\ndata = '~/d'\n[dirs.env]\nvirtual = '.hatch'\n");
        assert_eq!(both, HatchSettings { data: some("~/d"), environments: some(".hatch") });
        for silent in ["", "[virtualenvs]\npath = 3\n", "virtualenvs = 'x'\ndirs = []\n", "cache-dir = ["] {
            assert_eq!(poetry(silent.as_bytes()), PoetrySettings::default(), "{silent}");
            assert_eq!(hatch(silent.as_bytes()), HatchSettings::default(), "{silent}");
            assert_eq!(pdm(silent.as_bytes()), None, "{silent}");
        }
        assert_eq!(poetry(b"\xff"), PoetrySettings::default());
    }
}
