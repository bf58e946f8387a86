//! `${NAME}` in a requirements file, which pip replaces by the variable of the environment
//! (<https://pip.pypa.io/en/stable/reference/requirements-file-format/#using-environment-variables>).

/// The most bytes of a line with variables: more is no requirement, and repeated values must not fill the memory.
const MOST_BYTES: usize = 1024 * 1024;

/// A line with the values of its variables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Expanded {
    /// The line.
    pub(super) text: String,
    /// What was replaced, and by which value.
    replaced: Vec<(String, String)>,
}

impl Expanded {
    /// A message about the line without the values, which may be secret.
    pub(super) fn without_values(&self, message: &str) -> String {
        self.replaced
            .iter()
            .rev()
            .fold(message.to_owned(), |message, (variable, value)| message.replace(value.as_str(), variable))
    }
}

/// Replaces variables whose names consist of `A-Z`, `0-9` and `_`, and that are set and not empty; others stay.
///
/// # Errors
/// The line is too long, as a lower-case fragment.
pub(super) fn expand(line: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Expanded, String> {
    let mut expanded = Expanded { text: line.to_owned(), replaced: Vec::new() };
    for name in names(line) {
        if line.len() > MOST_BYTES {
            return Err("the line is too long to have variables".to_owned());
        }
        let written = format!("${{{name}}}");
        if expanded.replaced.iter().any(|(known, _)| *known == written) {
            continue;
        }
        let Some(value) = variable(name).filter(|value| !value.is_empty()) else { continue };
        let count = expanded.text.matches(&written).count();
        if expanded.text.len().saturating_add(count.saturating_mul(value.len())) > MOST_BYTES {
            return Err(format!("`{written}` makes the line too long"));
        }
        expanded.text = expanded.text.replace(&written, &value);
        expanded.replaced.push((written, value));
    }
    Ok(expanded)
}

/// The names in `${NAME}`, in their order.
fn names(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("${").filter_map(|(at, start)| {
        let rest = line.get(at + start.len()..)?;
        let is_name = |letter: char| matches!(letter, 'A'..='Z' | '0'..='9' | '_');
        let after = rest.trim_start_matches(is_name);
        let name = rest.get(..rest.len() - after.len())?;
        (after.starts_with('}') && !name.is_empty()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn environment(name: &str) -> Option<String> {
        match name {
            "NAME" => Some("requests".to_owned()),
            "A_1" => Some("${NAME}".to_owned()),
            "EMPTY" => Some(String::new()),
            "SELF" => Some("${SELF}${SELF}".to_owned()),
            "LONG" => Some("x".repeat(MOST_BYTES / 2)),
            _ => None,
        }
    }

    #[test]
    fn only_set_variables_are_replaced() {
        let cases = [
            ("${NAME}==${NAME}", "requests==requests"),
            ("a${UNSET}b ${EMPTY}", "a${UNSET}b ${EMPTY}"),
            ("$NAME ${name} ${NAME ${} ${N-E}", "$NAME ${name} ${NAME ${} ${N-E}"),
            ("${${NAME}}", "${requests}"),
            ("${A_1} ${NAME}", "requests requests"),
            ("${NAME} ${A_1}", "requests ${NAME}"),
            ("${SELF} ${SELF}", "${SELF}${SELF} ${SELF}${SELF}"),
        ];
        for (line, expected) in cases {
            assert_eq!(expand(line, &environment).map(|read| read.text).as_deref(), Ok(expected), "{line}");
        }
    }

    #[test]
    fn a_line_does_not_grow_without_end() {
        let reason = "`${LONG}` makes the line too long";
        assert_eq!(expand("${LONG}${LONG}", &environment), Err(reason.to_owned()));
        let long = format!("{}${{NAME}}", "x".repeat(MOST_BYTES));
        assert!(expand(&long, &environment).is_err());
    }

    #[test]
    fn messages_show_no_values() {
        let read = expand("https://${NAME}@x/${UNSET}", &environment).expect("a line");
        assert_eq!(read.without_values("bad `https://requests@x/`"), "bad `https://${NAME}@x/`");
    }

    proptest! {
        #[test]
        fn text_without_variables_stays(line in r"[$\{\}A-C a]{0,16}") {
            let none = |_: &str| None;
            prop_assert_eq!(expand(&line, &none).map(|read| read.text), Ok(line));
        }
    }
}
