//! `CACHEDIR.TAG` (<https://bford.info/cachedir/>), which some creators put into environments.

/// The signature that starts every such file.
const SIGNATURE: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// Who wrote a `CACHEDIR.TAG`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagWriter {
    /// virtualenv, which names itself in the file.
    Virtualenv,
    /// uv or another program that writes the bare signature and nothing else.
    Bare,
    /// Some other program, named or not.
    Other,
}

/// Tells who wrote the file.
#[must_use]
pub fn writer(bytes: &[u8]) -> TagWriter {
    if !bytes.starts_with(SIGNATURE) {
        return TagWriter::Other;
    }
    let rest = &bytes[SIGNATURE.len()..];
    if memchr::memmem::find(rest, b"created by Python virtualenv").is_some() {
        return TagWriter::Virtualenv;
    }
    if rest.iter().all(u8::is_ascii_whitespace) { TagWriter::Bare } else { TagWriter::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_writers_apart() {
        let virtualenv =
            [SIGNATURE, b"\n# This file is a cache directory tag created by Python virtualenv.\n"].concat();
        let pytest = [SIGNATURE, b"\n# This file is a cache directory tag created by pytest.\n"].concat();
        assert_eq!(writer(&virtualenv), TagWriter::Virtualenv);
        assert_eq!(writer(SIGNATURE), TagWriter::Bare);
        assert_eq!(writer(&pytest), TagWriter::Other);
        assert_eq!(writer(b""), TagWriter::Other);
    }
}
