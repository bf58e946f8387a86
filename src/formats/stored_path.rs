//! A path of the operating system in JSON, without loss: text, or a list of bytes if it is not UTF-8.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::path::{bytes_to_path, path_to_bytes};

/// A path in the JSON documents of this program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StoredPath {
    /// A path that is UTF-8.
    Text(String),
    /// The bytes of any other path.
    Bytes(Vec<u8>),
}

impl StoredPath {
    /// The path of the operating system.
    #[must_use]
    pub fn to_path(&self) -> PathBuf {
        match self {
            Self::Text(text) => bytes_to_path(text.as_bytes()),
            Self::Bytes(bytes) => bytes_to_path(bytes),
        }
    }
}

impl From<&Path> for StoredPath {
    fn from(path: &Path) -> Self {
        path_to_bytes(path).as_slice().into()
    }
}

impl From<&[u8]> for StoredPath {
    fn from(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Bytes(bytes.to_vec()),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn every_path_survives() {
        for bytes in [b"/a b".as_slice(), b"\xff\n", b""] {
            let path = bytes_to_path(bytes);
            let json = serde_json::to_vec(&StoredPath::from(path.as_path())).expect("JSON");
            let read: StoredPath = serde_json::from_slice(&json).expect("a path");
            assert_eq!(read.to_path(), path);
        }
    }
}
