//! The interpreter that a script names in its first lines.
//!
//! Installers write `#!PATH`, or, where the path is too long or holds a blank, a shell script that is Python too:
//! <https://github.com/pypa/distlib/blob/master/distlib/scripts.py>.

/// The absolute path of the interpreter; `None` for a program, and for a script that looks it up (`/usr/bin/env`).
#[must_use]
pub fn read(start: &[u8]) -> Option<String> {
    let rest = start.strip_prefix(b"#!")?;
    let text = String::from_utf8_lossy(rest);
    let mut lines = text.lines();
    let first = lines.next()?.trim();
    let program = match first {
        "/bin/sh" => executed(lines.next()?)?,
        _ => first.split_whitespace().next()?,
    };
    (super::pyvenv_cfg::is_absolute(program) && !program.ends_with("/env")).then(|| program.to_owned())
}

/// The program of `'''exec' PROGRAM "$0" "$@"`, with its quotes taken off.
fn executed(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("'''exec' ")?.trim_start();
    match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next(),
        _ => rest.split_whitespace().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_installers_write() {
        let cases: [(&[u8], Option<&str>); 10] = [
            (b"#!/p/env/bin/python\nimport re\n", Some("/p/env/bin/python")),
            (b"#!/p/env/bin/python3.12 -I\r\n", Some("/p/env/bin/python3.12")),
            (b"#!/bin/sh\n'''exec' \"/my p/bin/python\" \"$0\" \"$@\"\n' '''\n", Some("/my p/bin/python")),
            (b"#!/bin/sh\n'''exec' '/my p/bin/python' \"$0\"\n", Some("/my p/bin/python")),
            (b"#!/bin/sh\n'''exec' /p/bin/python \"$0\"\n", Some("/p/bin/python")),
            (b"#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\"\n", None),
            (b"#!/usr/bin/env python\n", None),
            (b"#!/bin/sh\necho\n", None),
            (b"#!\n", None),
            (b"\x7fELF", None),
        ];
        for (start, expected) in cases {
            assert_eq!(read(start).as_deref(), expected, "{}", String::from_utf8_lossy(start));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_have_an_answer(bytes: Vec<u8>) {
            let _ = read(&[b"#!/bin/sh\n'''exec' ", bytes.as_slice()].concat());
        }
    }
}
