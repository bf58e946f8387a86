//! What may change the answer and is not looked at: the configuration of pip and uv.

use std::path::PathBuf;

use crate::env::Env;
use crate::fs::read_start;
use crate::path::display;

/// The variables that change what pip and uv install. Those that say from where or how are not among them.
const VARIABLES: [&str; 14] = [
    "PIP_CONSTRAINT",
    "PIP_EDITABLE",
    "PIP_NO_DEPS",
    "PIP_REQUIREMENT",
    "UV_CONSTRAINT",
    "UV_DEV",
    "UV_EXCLUDE",
    "UV_NO_DEFAULT_GROUPS",
    "UV_NO_DEV",
    "UV_NO_EDITABLE",
    "UV_NO_GROUP",
    "UV_NO_SOURCES",
    "UV_ONLY_GROUP",
    "UV_OVERRIDE",
];

/// The keys of pip's configuration that do.
const KEYS: [&str; 4] = ["constraint", "editable", "no-deps", "requirement"];

/// The most bytes read of a file of configuration.
const LIMIT: u64 = 64 * 1024;

/// A sentence for each variable that is set, and for each file of pip's configuration that sets such a key.
pub(super) fn notes(env: &Env) -> Vec<String> {
    let variables = VARIABLES.iter().filter(|name| env.text(name).is_some());
    let variables = variables.map(|name| format!("`{name}` is set, and is not taken into account"));
    let files = configuration_files(env).into_iter().filter_map(|file| {
        let bytes = read_start(&file, LIMIT).ok().flatten()?;
        let key = restricting_key(&bytes)?;
        Some(format!("`{}` sets `{key}`, which is not taken into account", display(&file)))
    });
    variables.chain(files).collect()
}

/// The files that pip reads for every environment of the user
/// (<https://pip.pypa.io/en/stable/topics/configuration/#location>).
fn configuration_files(env: &Env) -> Vec<PathBuf> {
    let named = env.path("PIP_CONFIG_FILE");
    let of_user = env.settings_directory().map(|directory| directory.join("pip/pip.conf"));
    let older = env.home().map(|home| home.join(".pip/pip.conf"));
    named.into_iter().chain(of_user).chain(older).collect()
}

fn restricting_key(bytes: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(bytes);
    let keys = text.lines().filter_map(|line| line.split_once(['=', ':'])).map(|(key, _)| key.trim());
    let known = |key: &str| KEYS.into_iter().find(|known| key.replace('_', "-").eq_ignore_ascii_case(known));
    keys.into_iter().find_map(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_the_answer_is_said() {
        let directory = PathBuf::from("/nowhere");
        let variables =
            [("PIP_CONSTRAINT", "c.txt"), ("PIP_INDEX_URL", "x"), ("UV_CACHE_DIR", "y"), ("UV_DEV", "")];
        let said = notes(&Env::with(&directory, variables));
        assert_eq!(said, ["`PIP_CONSTRAINT` is set, and is not taken into account"]);
        let key = |text: &str| restricting_key(text.as_bytes());
        assert_eq!(key("[install]\nno_deps = yes\n"), Some("no-deps"));
        assert_eq!(key("[global]\nindex-url = https://example.org/constraint\n"), None);
        assert_eq!(key("[install]\nConstraint: c.txt\n"), Some("constraint"));
    }
}
