//! Ids that are the same in every run.

use sha2::{Digest, Sha256};

use crate::text::hexadecimal;

/// The first 16 bytes of a SHA-256 over the parts, with a NUL between two, in hexadecimal.
pub(super) fn fingerprint_of(parts: &[&[u8]]) -> String {
    hexadecimal(&Sha256::digest(parts.join(&0))[..16])
}
