//! Blobs that git's plumbing was asked for at once: one process for all of them instead of two for each.

use std::cell::RefCell;
use std::collections::HashMap;

use super::command::Git;
use crate::error::Result;
use crate::tree::{Content, ObjectId};

/// The most bytes that one process is asked for.
const BYTES_AT_ONCE: u64 = 16 << 20;

/// What is known of blobs; `None` for one that is missing or no blob.
#[derive(Debug, Default)]
pub(super) struct BlobCache {
    known: RefCell<HashMap<ObjectId, Option<Content>>>,
}

impl BlobCache {
    /// Says whether a blob was asked for before.
    pub(super) fn has(&self, id: ObjectId) -> bool {
        self.known.borrow().contains_key(&id)
    }

    /// What was read of a blob before.
    pub(super) fn get(&self, id: ObjectId) -> Option<Option<Content>> {
        self.known.borrow().get(&id).cloned()
    }

    /// Reads blobs, of which headers tell type and size, up to `limit` bytes each.
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
                    self.known.borrow_mut().insert(id, Some(Content::TooLarge(size)));
                }
                Some((true, size)) => {
                    bytes += size;
                    if bytes <= BYTES_AT_ONCE {
                        wanted.push(id);
                    }
                }
                _ => {
                    self.known.borrow_mut().insert(id, None);
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
            self.known.borrow_mut().insert(id, Some(Content::Whole(content.to_vec())));
            rest = after;
        }
        Ok(())
    }
}

/// Takes `ID blob SIZE<newline>CONTENT<newline>` off the output of `cat-file --batch`
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
    fn takes_blobs_apart_by_their_size() {
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
