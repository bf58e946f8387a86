//! A hash that a record has of a file, and whether the file still has it.

use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::text::from_hexadecimal;

/// How much is read at a time.
const PART: usize = 128 * 1024;

/// The length of the longest digest in bytes.
const LONGEST: usize = 64;

/// The hash of a file's content. Environments have tens of thousands of them, so that it needs no memory elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash {
    algorithm: Algorithm,
    /// Filled up with zeros.
    digest: [u8; LONGEST],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Sha256,
    Sha384,
    Sha512,
}

impl ContentHash {
    /// Parses a hash as `RECORD` has it: `sha256=` and the digest in URL-safe base64. `None` for other algorithms: those
    /// that are weaker must not be used there
    /// (<https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file>).
    #[must_use]
    pub fn parse_recorded(text: &str) -> Option<Self> {
        let (name, digest) = text.split_once('=')?;
        let mut decoded = [0; LONGEST + 2];
        let length = URL_SAFE_NO_PAD.decode_slice(digest.trim_end_matches('='), &mut decoded).ok()?;
        Self::new(Algorithm::named(name)?, decoded.get(..length)?)
    }

    /// Parses a SHA-256 in hexadecimal.
    #[must_use]
    pub fn parse_hexadecimal(text: &str) -> Option<Self> {
        Self::new(Algorithm::Sha256, &from_hexadecimal(text)?)
    }

    /// Parses a hash as `direct_url.json` has it: `sha256=` and the digest in hexadecimal. `None` for other algorithms, as
    /// in [`ContentHash::parse_recorded`].
    #[must_use]
    pub fn parse_named_hexadecimal(text: &str) -> Option<Self> {
        let (name, digest) = text.split_once('=')?;
        Self::new(Algorithm::named(name)?, &from_hexadecimal(digest)?)
    }

    /// `None` if a digest has another length than those of the algorithm.
    fn new(algorithm: Algorithm, found: &[u8]) -> Option<Self> {
        let mut digest = [0; LONGEST];
        digest
            .get_mut(..algorithm.length())
            .filter(|digest| digest.len() == found.len())?
            .copy_from_slice(found);
        Some(Self { algorithm, digest })
    }

    /// Says whether this is the hash of what can be read.
    ///
    /// # Errors
    /// That of the reader.
    pub fn is_of(&self, content: impl Read) -> io::Result<bool> {
        match self.algorithm {
            Algorithm::Sha256 => self.is_digest::<Sha256>(content),
            Algorithm::Sha384 => self.is_digest::<Sha384>(content),
            Algorithm::Sha512 => self.is_digest::<Sha512>(content),
        }
    }

    fn is_digest<D: Digest>(&self, mut content: impl Read) -> io::Result<bool> {
        let (mut hasher, mut part) = (D::new(), vec![0; PART]);
        loop {
            match content.read(&mut part) {
                Ok(0) => {
                    return Ok(self.digest.get(..self.algorithm.length()) == Some(&hasher.finalize()[..]));
                }
                Ok(length) => hasher.update(&part[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Algorithm {
    fn named(name: &str) -> Option<Self> {
        match name {
            "sha256" => Some(Self::Sha256),
            "sha384" => Some(Self::Sha384),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    /// The length of its digests in bytes.
    fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_content_that_was_recorded_has_the_hash() {
        let texts = [
            "sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
            "sha384=ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP_W-2AhgcroefMI1i67KE0yCWn",
            "sha512=3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05ohkpkqJ0_BqDa6PCOj_uu9RU1EI2Q86A4qmslPpUyknw==",
        ];
        for text in texts {
            let hash = ContentHash::parse_recorded(text).expect("a hash");
            assert!(hash.is_of(b"abc".as_slice()).expect("bytes"), "{text}");
            assert!(!hash.is_of(b"abc\n".as_slice()).expect("bytes"), "{text}");
        }
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let expected = ContentHash::parse_recorded(texts[0]);
        assert_eq!(ContentHash::parse_hexadecimal(text), expected);
        assert_eq!(ContentHash::parse_named_hexadecimal(&format!("sha256={text}")), expected);
    }

    #[test]
    fn what_is_no_hash_proves_nothing() {
        for text in ["", "md5=kAFQmDzST7DWlj99KOF_cg", "sha256=", "sha256=x", "sha256", "sha512=ungWv48B"] {
            assert_eq!(ContentHash::parse_recorded(text), None, "{text}");
        }
        for text in ["", "00", "zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"] {
            assert_eq!(ContentHash::parse_hexadecimal(text), None, "{text}");
            assert_eq!(ContentHash::parse_named_hexadecimal(&format!("sha512={text}")), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_parsed(text: String) {
            let _ = (ContentHash::parse_recorded(&text), ContentHash::parse_hexadecimal(&text));
            let _ = ContentHash::parse_named_hexadecimal(&text);
        }
    }
}
