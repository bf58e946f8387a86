//! How each source spells the name of a setting.

/// How the environment variables of settings start.
pub const VARIABLE_START: &str = "GIT_PYENV_";

/// How a source spells names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// `hooks.preCommit`: JSON and flags.
    Camel,
    /// `hooks.pre-commit`: TOML.
    Kebab,
    /// `pyenv.hooks.preCommit`: git config, where case does not count.
    Git,
    /// `GIT_PYENV_HOOKS_PRE_COMMIT`: environment variables.
    Variable,
}

impl Spelling {
    /// Spells a camelCase name.
    #[must_use]
    pub fn of(self, name: &str) -> String {
        match self {
            Self::Camel => name.to_owned(),
            Self::Kebab => words_joined(name, '-', '.').to_ascii_lowercase(),
            Self::Git => format!("pyenv.{name}"),
            Self::Variable => {
                format!("{VARIABLE_START}{}", words_joined(name, '_', '_').to_ascii_uppercase())
            }
        }
    }
}

/// Inserts `separator` before every capital of a camelCase name and replaces each dot by `dot`.
fn words_joined(name: &str, separator: char, dot: char) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push(separator);
        }
        out.push(if c == '.' { dot } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_follow_from_the_name() {
        let cases = [
            (Spelling::Camel, "hooks.preMergeCommit"),
            (Spelling::Kebab, "hooks.pre-merge-commit"),
            (Spelling::Git, "pyenv.hooks.preMergeCommit"),
            (Spelling::Variable, "GIT_PYENV_HOOKS_PRE_MERGE_COMMIT"),
        ];
        for (spelling, expected) in cases {
            assert_eq!(spelling.of("hooks.preMergeCommit"), expected);
        }
    }
}
