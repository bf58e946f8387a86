//! The `.gitignore` that venv (Python 3.13 and later) and virtualenv (20 and later) write into an environment.
//!
//! uv writes a bare `*`, as many other tools do, so that one is no evidence.

/// The content that the creators write, with both line endings.
const TEXTS: [&[u8]; 4] = [
    b"# created by virtualenv automatically\n*\n",
    b"# created by virtualenv automatically\r\n*\r\n",
    b"# Created by venv; see https://docs.python.org/3/library/venv.html\n*\n",
    b"# Created by venv; see https://docs.python.org/3/library/venv.html\r\n*\r\n",
];

/// The ids of git blobs with [`TEXTS`]: SHA-1, then SHA-256.
const BLOBS: [&str; 8] = [
    "ede80b85f0f30f7d19ce1a46d6b421fac3c1f82f",
    "4c3f3e8ac229f085dc25577e25776800fece6f32",
    "f514b74c5f2fbd0a3b33874cf5c6cf4719ee9bbf",
    "49b53dcfd66bcbbee1f9f854a995842a8263d3d3",
    "d77d27ed75971ed0bd879f791fb86a28f8285e3244735659e8ccc2aa3a87eac2",
    "1613076817816a4722e3b2171621b4d7c9724b717649f701deb85fcbec41688c",
    "e45edc17439e24b0d4a28a2fe34ec442f56366a23b9c4b2b21ab2c1f8f0f9f5e",
    "367218b6d854defbb44ac038cb05783d703b80bb3690ad81302789569b93b985",
];

/// Returns whether this is the content that a creator writes.
#[must_use]
pub fn is_own_ignore(bytes: &[u8]) -> bool {
    TEXTS.contains(&bytes)
}

/// Returns whether the blob with this binary id has the content that a creator writes, so that it need not be read.
#[must_use]
pub fn is_own_ignore_blob(id: &[u8]) -> bool {
    let digit =
        |at: usize| id.get(at / 2).map(|byte| if at.is_multiple_of(2) { byte >> 4 } else { byte & 15 });
    let same = |text: &str| {
        text.len() == id.len() * 2
            && text.bytes().enumerate().all(|(at, hex)| {
                char::from(hex).to_digit(16).and_then(|value| u8::try_from(value).ok()) == digit(at)
            })
    };
    BLOBS.iter().copied().any(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_and_blobs_are_recognised() {
        for text in TEXTS {
            assert!(is_own_ignore(text));
        }
        for text in [b"*".as_slice(), b"*\n", b"# created by virtualenv automatically\n", b""] {
            assert!(!is_own_ignore(text));
        }
        assert!(is_own_ignore_blob(&[
            0xed, 0xe8, 0x0b, 0x85, 0xf0, 0xf3, 0x0f, 0x7d, 0x19, 0xce, 0x1a, 0x46, 0xd6, 0xb4, 0x21, 0xfa,
            0xc3, 0xc1, 0xf8, 0x2f
        ]));
        assert!(!is_own_ignore_blob(&[0; 20]));
        assert!(!is_own_ignore_blob(&[]));
    }
}
