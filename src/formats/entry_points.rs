//! `entry_points.txt`, which lists the commands of a distribution
//! (<https://packaging.python.org/en/latest/specifications/entry-points/>).

use super::text::ParseError;

/// A command: a script that calls a function of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    /// The name of the script.
    pub name: String,
    /// The module, with dots.
    pub module: String,
    /// The function, with dots if it is an attribute of an object.
    pub function: String,
}

/// Parses the commands of the groups `console_scripts` and `gui_scripts`, in the order of the file.
///
/// # Errors
/// [`ParseError`] if a name is not a plain file name or a target is not `module:function`: a program is generated from
/// them.
pub fn commands(text: &str) -> Result<Vec<EntryPoint>, ParseError> {
    let mut in_group = false;
    let mut commands = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(group) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            in_group = matches!(group.trim(), "console_scripts" | "gui_scripts");
        } else if in_group && !line.is_empty() && !line.starts_with(['#', ';']) {
            let command = command(line);
            commands.push(command.ok_or_else(|| ParseError::at(index + 1, "invalid entry point"))?);
        }
    }
    Ok(commands)
}

/// Parses `NAME = MODULE:FUNCTION`; extras in brackets are obsolete and ignored.
fn command(line: &str) -> Option<EntryPoint> {
    let (name, target) = line.split_once('=')?;
    let target = target.split('[').next().unwrap_or_default();
    let (module, function) = target.split_once(':')?;
    let (name, module, function) = (name.trim(), module.trim(), function.trim());
    let plain = !name.is_empty() && !name.starts_with('.') && name.chars().all(is_file_character);
    (plain && is_dotted(module) && is_dotted(function)).then(|| EntryPoint {
        name: name.to_owned(),
        module: module.to_owned(),
        function: function.to_owned(),
    })
}

fn is_file_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | ' ')
}

/// Python identifiers joined by dots.
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|part| {
        let mut letters = part.chars();
        letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
            && letters.all(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_commands_are_listed() {
        let text = "[distutils.commands]\nx = y:z\n\n[console_scripts]\n# old\npip = pip._internal.cli.main:main\n\
                    pip3 = pip._internal.cli.main:main [extra]\n[gui_scripts]\nwin=a:B.run\n[other]\nq = r\n";
        let command = |name: &str, module: &str, function: &str| EntryPoint {
            name: name.to_owned(),
            module: module.to_owned(),
            function: function.to_owned(),
        };
        let expected = vec![
            command("pip", "pip._internal.cli.main", "main"),
            command("pip3", "pip._internal.cli.main", "main"),
            command("win", "a", "B.run"),
        ];
        assert_eq!(commands(text), Ok(expected));
    }

    #[test]
    fn targets_that_are_not_functions_are_refused() {
        let lines =
            ["../x = a:b", ".x = a:b", "x = a", "x = a:b()", "x = a;import os:b", "= a:b", "x = 1a:b", "x"];
        for line in lines {
            let read = commands(&format!("[console_scripts]\n{line}\n"));
            assert_eq!(read, Err(ParseError::at(2, "invalid entry point")), "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_parsed(text: String) {
            let _ = commands(&text);
        }
    }
}
