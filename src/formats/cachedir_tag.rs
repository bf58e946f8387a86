//! `CACHEDIR.TAG` (<https://bford.info/cachedir/>), which some creators write into environments.

/// The signature at the start of every such file.
const SIGNATURE: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// The program that wrote a `CACHEDIR.TAG`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagWriter {
    /// virtualenv, whose name is in the file.
    Virtualenv,
    /// uv or another program that writes only the signature.
    Bare,
    /// Any other program.
    Other,
}

/// Determines the program that wrote the file.
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
    fn writers_are_recognised() {
        let virtualenv =
            [SIGNATURE, b"\n# This file is a cache directory tag created by Python virtualenv.\n"].concat();
        let pytest = [SIGNATURE, b"\n# This file is a cache directory tag created by pytest.\n"].concat();
        assert_eq!(writer(&virtualenv), TagWriter::Virtualenv);
        assert_eq!(writer(SIGNATURE), TagWriter::Bare);
        assert_eq!(writer(&pytest), TagWriter::Other);
        assert_eq!(writer(b""), TagWriter::Other);
    }
}
