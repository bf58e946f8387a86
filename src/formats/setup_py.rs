//! `setup.py` of setuptools. It is a program and is not run.

/// Finds the name of the project, if it is written as `name="…"`.
#[must_use]
pub fn name(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    lines.into_iter().find_map(name_argument)
}

/// The value of an argument `name`.
fn name_argument(line: &str) -> Option<String> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    line.match_indices("name").filter(|(at, _)| !line[..*at].ends_with(is_word)).find_map(|(at, word)| {
        let value = line[at + word.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (name, _) = value[1..].split_once(quote)?;
        (!name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setup_py_has_the_name_in_the_call() {
        let read = |text: &str| name(text.as_bytes());
        assert_eq!(
            read("from setuptools import setup; setup(name=\"old\", version='1')").as_deref(),
            Some("old")
        );
        assert_eq!(read("setup(\n    # name='no',\n    name = 'my-old',\n)").as_deref(), Some("my-old"));
        for silent in
            ["setup(name=NAME)", "filename='x'", "self.name = 'x'", "name=''", "name == 'x'", "", "name='"]
        {
            assert_eq!(read(silent), None, "{silent}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_parsed(text in "(setup\\(|name|=|'|\"|#|\n|.){0,16}") {
            proptest::prop_assert!(name(text.as_bytes()).is_none_or(|name| !name.contains('\n')));
        }
    }
}
