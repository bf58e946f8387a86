//! Blobs that git's plumbing read ahead: one process for all of them instead of two for each.

use std::cell::RefCell;
use std::collections::HashMap;

use super::command::Git;
use crate::error::Result;
use crate::tree::{Content, ObjectId};

/// The most bytes that one process reads.
const BATCH_BYTES: u64 = 16 << 20;

/// Blobs that were read; `None` for an object that is missing or not a blob.
#[derive(Debug, Default)]
pub(super) struct BlobCache {
    blobs: RefCell<HashMap<ObjectId, Option<Content>>>,
}

impl BlobCache {
    /// Says whether a blob was read ahead.
    pub(super) fn contains(&self, id: ObjectId) -> bool {
        self.blobs.borrow().contains_key(&id)
    }

    /// The content of a blob that was read ahead.
    pub(super) fn get(&self, id: ObjectId) -> Option<Option<Content>> {
        self.blobs.borrow().get(&id).cloned()
    }

    /// Reads blobs of at most `limit` bytes; the headers give each type and size.
    pub(super) fn fill(
        &self,
        git: &Git<'_>,
        headers: Vec<(ObjectId, Option<(bool, u64)>)>,
        limit: u64,
    ) -> Result<()> {
        let mut wanted = Vec::new();
        let mut bytes = 0;
        for (id, header) in headers {
            match header {
                Some((true, size)) if size > limit => {
                    self.blobs.borrow_mut().insert(id, Some(Content::TooLarge(size)));
                }
                Some((true, size)) => {
                    bytes += size;
                    if bytes <= BATCH_BYTES {
                        wanted.push(id);
                    }
                }
                _ => {
                    self.blobs.borrow_mut().insert(id, None);
                }
            }
        }
        let input = wanted.iter().fold(String::new(), |text, id| text + &id.to_string() + "\n");
        let output = if wanted.is_empty() {
            Vec::new()
        } else {
            git.output(&["cat-file", "--batch", "--buffer"], input.into_bytes())?
        };
        let mut rest = output.as_slice();
        for id in wanted {
            let Some((content, after)) = next_blob(rest, id) else { break };
            self.blobs.borrow_mut().insert(id, Some(Content::Whole(content.to_vec())));
            rest = after;
        }
        Ok(())
    }
}

/// Splits the first `ID blob SIZE<newline>CONTENT<newline>` from the output of `cat-file --batch`
/// (<https://git-scm.com/docs/git-cat-file#_batch_output>).
fn next_blob(output: &[u8], id: ObjectId) -> Option<(&[u8], &[u8])> {
    let line = memchr::memchr(b'\n', output)?;
    let head = std::str::from_utf8(&output[..line]).ok()?;
    let size: usize = head.strip_prefix(&format!("{id} blob "))?.parse().ok()?;
    let content = output.get(line + 1..)?;
    Some((content.get(..size)?, content.get(size + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_blobs_by_their_size() {
        let id = ObjectId::new(&[0xab; 20]).expect("20 bytes");
        let output = format!("{id} blob 3\na\nb\n{id} blob 0\n\nrest");
        let (first, rest) = next_blob(output.as_bytes(), id).expect("a blob");
        assert_eq!(first, b"a\nb");
        let (second, rest) = next_blob(rest, id).expect("an empty blob");
        assert_eq!((second, rest), (b"".as_slice(), b"rest".as_slice()));
        for cut in ["", "rest", "x blob 3\nabc\n", &format!("{id} blob 9\nabc\n"), &format!("{id} missing\n")]
        {
            assert!(next_blob(cut.as_bytes(), id).is_none(), "{cut:?}");
        }
    }
}
