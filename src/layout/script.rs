//! The programs of packages: a first line with the interpreter, and a call.
//!
//! The text is that of pip (<https://github.com/pypa/distlib/blob/master/distlib/scripts.py>), so that programs that
//! pip installs later look the same.

use crate::formats::entry_points::EntryPoint;

/// The longest first line that Linux before 5.1 reads, including the line break.
const LONGEST_FIRST_LINE: usize = 127;

/// A program that calls a function.
pub(super) fn text(interpreter: &str, command: &EntryPoint) -> Vec<u8> {
    let EntryPoint { module, function, .. } = command;
    let imported = function.split('.').next().unwrap_or(function);
    let body = format!(
        "# -*- coding: utf-8 -*-\n\
         import re\n\
         import sys\n\
         from {module} import {imported}\n\
         if __name__ == '__main__':\n\
         \x20   sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])\n\
         \x20   sys.exit({function}())\n"
    );
    (first_line(interpreter) + &body).into_bytes()
}

/// The first line of a program that runs with this interpreter.
///
/// The kernel splits it at spaces and truncates it if it is long. In these cases `sh` runs a line that Python reads as a
/// string in triple quotes: no quoted path has three quotes in a row. A backslash would be an escape in that string, so
/// a path with one is not written but determined by the script.
pub(super) fn first_line(interpreter: &str) -> String {
    let plain = !interpreter.contains([' ', '\t']) && interpreter.len() + "#!\n".len() <= LONGEST_FIRST_LINE;
    if plain {
        return format!("#!{interpreter}\n");
    }
    let word = match interpreter.contains('\\') {
        true => r#""$(dirname -- "$(realpath -- "$0")")"/python"#.to_owned(),
        false => format!("'{}'", interpreter.replace('\'', r#"'"'"'"#)),
    };
    format!("#!/bin/sh\n'''exec' {word} \"$0\" \"$@\"\n' '''\n")
}

/// The first lines in a wheel that are replaced by the interpreter of the environment.
const PLACEHOLDERS: [&[u8]; 2] = [b"#!pythonw", b"#!python"];

/// A program from a wheel, adapted to this interpreter; `None` if it is not a Python program.
pub(super) fn adapted(interpreter: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
    let line = bytes[..end].trim_ascii_end();
    let named = PLACEHOLDERS.contains(&line);
    named.then(|| [first_line(interpreter).as_bytes(), &bytes[end..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_pip() {
        let command =
            EntryPoint { name: "x".to_owned(), module: "a.b".to_owned(), function: "Main.run".to_owned() };
        let expected = "#!/v/bin/python\n# -*- coding: utf-8 -*-\nimport re\nimport sys\nfrom a.b import Main\n\
                        if __name__ == '__main__':\n    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', \
                        sys.argv[0])\n    sys.exit(Main.run())\n";
        assert_eq!(String::from_utf8_lossy(&text("/v/bin/python", &command)), expected);
    }

    #[test]
    fn paths_that_the_kernel_cannot_read_go_through_a_shell() {
        let long = format!("/{}", "a".repeat(124));
        let cases = [
            ("/é$`/python", "#!/é$`/python\n".to_owned()),
            (&long[..125], format!("#!{}\n", &long[..124])),
            ("/a b/python", "#!/bin/sh\n'''exec' '/a b/python' \"$0\" \"$@\"\n' '''\n".to_owned()),
            ("/a '$x/p", "#!/bin/sh\n'''exec' '/a '\"'\"'$x/p' \"$0\" \"$@\"\n' '''\n".to_owned()),
        ];
        assert_eq!(first_line(cases[0].0), cases[0].1);
        assert!(first_line(&long[..124]).starts_with("#!/aaa"));
        assert!(first_line(cases[1].0).starts_with("#!/bin/sh\n"));
        assert_eq!(first_line(cases[2].0), cases[2].1);
        assert_eq!(first_line(cases[3].0), cases[3].1);
        assert!(!first_line("/a \\x/p").contains("\\x"));
    }

    #[test]
    fn only_what_is_for_python_is_adapted() {
        assert_eq!(adapted("/p", b"#!python\nx"), Some(b"#!/p\nx".to_vec()));
        assert_eq!(adapted("/p", b"#!pythonw\r\nx"), Some(b"#!/p\nx".to_vec()));
        assert_eq!(adapted("/p", b"#!/bin/sh\nx"), None);
        assert_eq!(adapted("/p", b"\x7fELF"), None);
    }
}
