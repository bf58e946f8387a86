//! The interpreter in the first lines of a script.
//!
//! Installers write `#!PATH`, or, if the path is too long or contains a space, a shell script that is also Python:
//! <https://github.com/pypa/distlib/blob/master/distlib/scripts.py>.

/// The absolute path of the interpreter, as bytes; `None` for a binary, for a script that looks the interpreter up
/// (`/usr/bin/env`), and if the path may continue after `start`.
#[must_use]
pub fn read(start: &[u8]) -> Option<Vec<u8>> {
    let mut lines = start.strip_prefix(b"#!")?.split(|&byte| byte == b'\n');
    let program = match lines.next()?.trim_ascii() {
        b"/bin/sh" => word(lines.next()?.strip_prefix(b"'''exec' ")?).filter(|_| lines.next().is_some())?,
        // On Windows, a path with a space: <https://docs.python.org/3/using/windows.html#shebang-lines>.
        first if first.starts_with(b"\"") => word(first)?,
        first => first.split(u8::is_ascii_whitespace).next()?.to_vec(),
    };
    (super::pyvenv_cfg::is_absolute(&program) && !program.ends_with(b"/env")).then_some(program)
}

/// The first word as a shell parses it: `'/it'"'"'s'` has three parts.
fn word(line: &[u8]) -> Option<Vec<u8>> {
    let mut word = Vec::new();
    let mut rest = line.trim_ascii_start();
    while let Some((&byte, after)) = rest.split_first().filter(|(byte, _)| !byte.is_ascii_whitespace()) {
        rest = after;
        if matches!(byte, b'"' | b'\'') {
            let end = rest.iter().position(|&other| other == byte)?;
            word.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
        } else {
            word.push(byte);
        }
    }
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_installers_are_parsed() {
        let cases: [(&[u8], Option<&[u8]>); 21] = [
            (b"#!c:\\p\\Scripts\\python.exe\r\n", Some(b"c:\\p\\Scripts\\python.exe")),
            (b"#!\"C:\\my p\\python.exe\" -E\n", Some(b"C:\\my p\\python.exe")),
            (b"#!\"C:\\my p\n", None),
            (b"#!/p/env/bin/python\nimport re\n", Some(b"/p/env/bin/python")),
            (b"#!/p/env/bin/python3.12 -I\r\n", Some(b"/p/env/bin/python3.12")),
            (b"#! /p/env/bin/python -E\r\n", Some(b"/p/env/bin/python")),
            (b"#!/p/\xff\xc2\xa0/bin/python\n", Some(b"/p/\xff\xc2\xa0/bin/python")),
            (b"#!/bin/sh\n'''exec' \"/my p/bin/python\" \"$0\" \"$@\"\n' '''\n", Some(b"/my p/bin/python")),
            (b"#!/bin/sh\n'''exec' '/my p/bin/python' \"$0\"\n", Some(b"/my p/bin/python")),
            (b"#!/bin/sh\n'''exec' '/it'\"'\"'s p/bin/python' \"$0\"\n", Some(b"/it's p/bin/python")),
            (b"#!/bin/sh\n'''exec' '/my \xff/bin/python' \"$0\"\n", Some(b"/my \xff/bin/python")),
            (b"#!/bin/sh\n'''exec' /p/bin/python \"$0\" \"$@\"\n", Some(b"/p/bin/python")),
            (b"#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\"\n", None),
            (b"#!/bin/sh\n'''exec' '/my p/bi", None),
            (b"#!/bin/sh\n'''exec' /p/bi", None),
            (b"#!/usr/bin/env python\n", None),
            (b"#!python\n", None),
            (b"#!/bin/sh\necho\n", None),
            (b"#!\n", None),
            (b"\x7fELF", None),
            (b"", None),
        ];
        for (start, expected) in cases {
            assert_eq!(read(start).as_deref(), expected, "{}", String::from_utf8_lossy(start));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            let _ = read(&[b"#!/bin/sh\n'''exec' ", bytes.as_slice()].concat());
        }
    }
}
