//! Ids of git objects.

use std::fmt;

use crate::text::from_hexadecimal;

/// The ids of a blob without content: `git hash-object --stdin` of nothing, as SHA-1 and as SHA-256.
const EMPTY_BLOBS: [&[u8]; 2] = [
    b"\xe6\x9d\xe2\x9b\xb2\xd1\xd6\x43\x4b\x8b\x29\xae\x77\x5a\xd8\xc2\xe4\x8c\x53\x91",
    b"\x47\x3a\x0f\x4c\x3b\xe8\xa9\x36\x81\xa2\x67\xe3\xb1\xe9\xa7\xdc\xda\x11\x85\x43\x6f\xe1\x41\xf7\x74\x91\x20\xa3\x03\x72\x18\x13",
];

/// The id of a git object: 20 bytes (SHA-1) or 32 bytes (SHA-256).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    bytes: [u8; 32],
    length: u8,
}

impl ObjectId {
    /// Creates an id from its raw bytes; `None` unless there are 20 or 32 of them.
    #[must_use]
    #[inline]
    pub fn new(raw: &[u8]) -> Option<Self> {
        if !matches!(raw.len(), 20 | 32) {
            return None;
        }
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Self { bytes, length: u8::try_from(raw.len()).ok()? })
    }

    /// Parses the hexadecimal form.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        Self::new(&from_hexadecimal(text)?)
    }

    /// Returns the raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Returns whether this is the id of a blob without content, in either format.
    #[must_use]
    pub fn is_empty_blob(&self) -> bool {
        EMPTY_BLOBS.contains(&self.as_bytes())
    }

    /// Returns whether every byte is zero, which is how git writes "no object".
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.as_bytes().iter().all(|&b| b == 0)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::ObjectId;

    #[test]
    fn a_blob_without_content_is_known_in_both_formats() {
        let empty = [
            "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
            "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
        ];
        for id in empty {
            assert!(ObjectId::from_hex(id).expect("an id").is_empty_blob());
        }
        assert!(!ObjectId::new(&[0; 20]).expect("an id").is_empty_blob());
    }
}
