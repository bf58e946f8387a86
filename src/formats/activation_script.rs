//! Activation scripts: whether one belongs to a real environment, and the path that it was created at.
//!
//! Every creator writes the absolute path of the environment into the scripts for shells that cannot determine the path
//! of a script. The templates of these scripts (in CPython, virtualenv, uv, conda) have a placeholder instead, and
//! scripts of other tools set other variables (`NODE_VIRTUAL_ENV`).

use super::pyvenv_cfg::{is_absolute, is_placeholder};

/// How a script sets `VIRTUAL_ENV`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VirtualEnvAssignment {
    /// To this absolute path.
    Literal(String),
    /// To a placeholder: it is a template of a creator.
    Template,
    /// To a computed value, as PowerShell and relocatable scripts do.
    Computed,
    /// Not at all.
    Unrelated,
}

/// Parses a script for any of the shells that venv, virtualenv and uv support.
#[must_use]
pub fn read(bytes: &[u8]) -> VirtualEnvAssignment {
    let text = String::from_utf8_lossy(bytes);
    let mut best = VirtualEnvAssignment::Unrelated;
    for value in text.lines().filter_map(assigned_value) {
        match classify(value) {
            VirtualEnvAssignment::Unrelated => {}
            VirtualEnvAssignment::Computed => {
                if best == VirtualEnvAssignment::Unrelated {
                    best = VirtualEnvAssignment::Computed;
                }
            }
            decided => return decided,
        }
    }
    best
}

/// Every absolute path that a script assigns, in order. A path that contains quotes may be truncated where the script has
/// it in a substitution; the same script has the whole path in another branch.
#[must_use]
pub fn literals(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let classified = text.lines().filter_map(assigned_value).map(classify);
    classified
        .filter_map(|value| match value {
            VirtualEnvAssignment::Literal(path) => Some(path),
            _ => None,
        })
        .collect()
}

/// The value of an assignment to `VIRTUAL_ENV`, in the syntax of any of the shells.
///
/// sh `VIRTUAL_ENV=`, csh `setenv VIRTUAL_ENV `, fish `set -gx VIRTUAL_ENV `, cmd `set "VIRTUAL_ENV=`,
/// PowerShell `$env:VIRTUAL_ENV = `, xonsh `$VIRTUAL_ENV = `, nu `let virtual_env = `.
fn assigned_value(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.starts_with('#') || line.starts_with("::") || line.to_ascii_lowercase().starts_with("rem ") {
        return None;
    }
    let at = find_variable(line)?;
    let rest = line[at + "VIRTUAL_ENV".len()..].trim_start();
    let before = &line[..at];
    if let Some(value) = rest.strip_prefix('=') {
        return Some(value.trim());
    }
    let mut words = before.split_whitespace();
    let is_set = |word: &str| matches!(word, "set" | "setenv");
    let sets = words.next().is_some_and(is_set) && words.all(|word| word.starts_with('-'));
    (sets && !rest.is_empty()).then_some(rest)
}

/// The position of the variable's name as a whole word, in upper case or, for nu, in lower case.
fn find_variable(line: &str) -> Option<usize> {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let whole = |at: &usize| {
        let before = at.checked_sub(1).is_none_or(|i| !is_word(line.as_bytes()[i]));
        before && line.as_bytes().get(at + "VIRTUAL_ENV".len()).is_none_or(|&b| !is_word(b))
    };
    let upper = line.match_indices("VIRTUAL_ENV").map(|(at, _)| at).find(whole);
    upper.or_else(|| line.match_indices("virtual_env").map(|(at, _)| at).find(whole))
}

/// Classifies an assigned value.
fn classify(value: &str) -> VirtualEnvAssignment {
    let value = value.trim().trim_end_matches(';');
    if value.is_empty() || matches!(value, "\"" | "''" | "\"\"") {
        return VirtualEnvAssignment::Unrelated;
    }
    if is_placeholder(value) {
        return VirtualEnvAssignment::Template;
    }
    let value = cygpath_argument(value).unwrap_or(value);
    if ["$(", "\"$(", "("].iter().any(|substitution| value.starts_with(substitution)) {
        return VirtualEnvAssignment::Computed;
    }
    if let Some(path) = word(value).filter(|text| is_absolute(text)) {
        return VirtualEnvAssignment::Literal(path);
    }
    match candidates(value).iter().find(|text| is_absolute(text)) {
        Some(path) => VirtualEnvAssignment::Literal((*path).to_owned()),
        None => VirtualEnvAssignment::Computed,
    }
}

/// The argument of `$(cygpath …)`: the Windows path.
fn cygpath_argument(value: &str) -> Option<&str> {
    let inner = value.trim_start_matches('"').strip_prefix("$(cygpath")?;
    let inner = inner[..inner.rfind(')')?].trim();
    Some(inner.strip_prefix("-u ").unwrap_or(inner).trim())
}

/// Unquotes a value that is a single word of a shell; `None` if it is more than a word or quoted in another way. Within
/// single quotes a single quote is `'\''` or `'"'"'` for sh, `\'` for fish, `''` for PowerShell; csh has a backslash
/// before each special character.
fn word(value: &str) -> Option<String> {
    if !value.starts_with(['\'', '/']) {
        return None;
    }
    unquoted(value, false).or_else(|| unquoted(value, true))
}

/// Removes quotes and backslashes; `escapes` says whether a backslash is special between single quotes.
fn unquoted(value: &str, escapes: bool) -> Option<String> {
    let mut text = String::with_capacity(value.len());
    let mut open = None;
    let mut rest = value.chars().peekable();
    while let Some(c) = rest.next() {
        match (open, c) {
            (Some('\''), '\'') if rest.next_if_eq(&'\'').is_some() => text.push('\''),
            (Some(quote), c) if c == quote => open = None,
            (Some('\''), '\\') if escapes => text.push(rest.next()?),
            (None, '\'' | '"') => open = Some(c),
            (None, '\\') => text.push(rest.next()?),
            (None, c) if c.is_whitespace() || "$`;&|()".contains(c) => return None,
            (_, c) => text.push(c),
        }
    }
    open.is_none().then_some(text)
}

/// The parts of a value that may be the path: the text between its outer quotes, then each quoted part, then the words
/// of a substitution.
fn candidates(value: &str) -> Vec<&str> {
    let quoted = value.trim_start_matches(['r', '#']);
    let outer = quoted.chars().next().filter(|c| matches!(c, '"' | '\''));
    let whole = outer.and_then(|quote| quoted[1..].rfind(quote).map(|end| &quoted[1..=end]));
    let pieces = value.split(['"', '\'']).map(str::trim);
    let words = value.split_whitespace().map(|word| word.trim_end_matches([')', '"', '\'']));
    let bare = Some(value.trim_end_matches('"')).filter(|value| !value.starts_with(['"', '\'', '$']));
    whole.into_iter().chain(bare).chain(pieces.filter(|_| value.contains(['"', '\'']))).chain(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_shell() {
        let literal = |path: &str| VirtualEnvAssignment::Literal(path.to_owned());
        let cases = [
            ("VIRTUAL_ENV=\"/p/venv\"", literal("/p/venv")),
            ("VIRTUAL_ENV='/p/venv'", literal("/p/venv")),
            ("VIRTUAL_ENV=/p/venv", literal("/p/venv")),
            ("export VIRTUAL_ENV=/p/venv", literal("/p/venv")),
            ("    export VIRTUAL_ENV=$(cygpath \"C:\\Users\\u\\.venv\")", literal("C:\\Users\\u\\.venv")),
            ("export VIRTUAL_ENV=$(cygpath /home/u/venv)", literal("/home/u/venv")),
            ("VIRTUAL_ENV=\"/p/it's #\"", literal("/p/it's #")),
            ("export VIRTUAL_ENV=$(cygpath \"/p/my env's\")", literal("/p/my env's")),
            ("set -gx VIRTUAL_ENV (string replace '/bin' '' $place)", VirtualEnvAssignment::Computed),
            ("set -gx PATH \"$VIRTUAL_ENV\"'/bin' $PATH", VirtualEnvAssignment::Unrelated),
            ("VIRTUAL_ENV=\"$(dirname -- \"/bin\")\"", VirtualEnvAssignment::Computed),
            (r"VIRTUAL_ENV='/p/it'\''s \x'", literal(r"/p/it's \x")),
            (r"VIRTUAL_ENV='/p/two'\'''\'''", literal("/p/two''")),
            ("VIRTUAL_ENV='/p/it'\"'\"'s'", literal("/p/it's")),
            (r"set -gx VIRTUAL_ENV '/p/it\'s \\x'", literal(r"/p/it's \x")),
            (r"setenv VIRTUAL_ENV /p/it\'s\ \$x", literal("/p/it's $x")),
            ("$env:VIRTUAL_ENV = '/p/it''s'", literal("/p/it's")),
            ("VIRTUAL_ENV=/p/my venv", literal("/p/my venv")),
            ("setenv VIRTUAL_ENV \"/p/my env\"", literal("/p/my env")),
            ("set -gx VIRTUAL_ENV '/p/venv'", literal("/p/venv")),
            ("@set \"VIRTUAL_ENV=C:\\p\\.venv\"", literal("C:\\p\\.venv")),
            (
                "@for %%i in (\"/home/u/.pythonlibs\") do @set \"VIRTUAL_ENV=%%~fi\"",
                VirtualEnvAssignment::Computed,
            ),
            ("set VIRTUAL_ENV=D:\\p q\\env", literal("D:\\p q\\env")),
            ("$VIRTUAL_ENV = r\"/p/venv\"", literal("/p/venv")),
            ("$env:VIRTUAL_ENV=\"D:\\p q\\venv2\"", literal("D:\\p q\\venv2")),
            ("$env:VIRTUAL_ENV = $VenvDir", VirtualEnvAssignment::Computed),
            ("let virtual_env = r#'/p/venv'#", literal("/p/venv")),
            ("VIRTUAL_ENV=__VENV_DIR__", VirtualEnvAssignment::Template),
            ("setenv VIRTUAL_ENV '__VIRTUAL_ENV__'", VirtualEnvAssignment::Template),
            ("VIRTUAL_ENV='{{ VIRTUAL_ENV_DIR }}'", VirtualEnvAssignment::Template),
            ("NODE_VIRTUAL_ENV='/p/node'", VirtualEnvAssignment::Unrelated),
            ("VIRTUAL_ENV_DISABLE_PROMPT=/x", VirtualEnvAssignment::Unrelated),
            ("# VIRTUAL_ENV=/p", VirtualEnvAssignment::Unrelated),
            ("@set VIRTUAL_ENV=", VirtualEnvAssignment::Unrelated),
            ("unset VIRTUAL_ENV", VirtualEnvAssignment::Unrelated),
            ("_CONDA_ROOT=/opt/conda", VirtualEnvAssignment::Unrelated),
            ("", VirtualEnvAssignment::Unrelated),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn a_literal_after_a_computed_value_is_used() {
        assert!(matches!(
            read(b"VIRTUAL_ENV=$(pwd)\nVIRTUAL_ENV=/p/venv\n"),
            VirtualEnvAssignment::Literal(_)
        ));
    }

    #[test]
    fn every_literal_is_listed() {
        let script = b"export VIRTUAL_ENV=$(cygpath \"/p/it's\")\nelse\nexport VIRTUAL_ENV=\"/p/it's\"\n";
        assert_eq!(literals(script).last().map(String::as_str), Some("/p/it's"));
        assert!(literals(b"VIRTUAL_ENV=__VENV_DIR__\nexport VIRTUAL_ENV\n").is_empty());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            let _ = (read(&bytes), literals(&bytes));
        }
    }
}
