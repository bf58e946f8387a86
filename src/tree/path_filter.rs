//! Filters paths that a visitor does not need, fast enough for a million of them.

use super::entry::{Entry, EntryKind};
use crate::path::split_name;

/// Which paths a visitor wants to see.
///
/// A tree may leave out a path that neither `directory` nor `name` selects; it reports how many it left out
/// (`Visitor::filtered_out`).
#[derive(Debug, Clone, Copy)]
pub struct PathFilter {
    /// Selects every path directly in this directory. Called once per directory.
    pub directory: fn(&[u8]) -> bool,
    /// Selects an entry of this name in any directory.
    pub name: fn(&[u8], EntryKind) -> bool,
    /// The first bytes of the file names that [`PathFilter::name`] selects; it is not called for other names.
    pub first_bytes: &'static [u8],
}

impl PathFilter {
    /// Returns whether it selects an entry.
    #[must_use]
    pub fn selects(&self, entry: &Entry<'_>) -> bool {
        let (directory, name) = split_name(entry.path);
        let may_match = name.first().is_some_and(|first| self.first_bytes.contains(first));
        (may_match && (self.name)(name, entry.kind)) || (self.directory)(directory)
    }
}

/// Applies filters to a sorted list of paths, in which neighbours often share their directory.
pub struct FilterRun<'p> {
    filters: Vec<PathFilter>,
    is_first_byte: [bool; 256],
    previous: &'p [u8],
    /// The length of the previous path's directory, with its final `/`; `None` before the first path.
    directory: Option<usize>,
    wants_directory: bool,
    filtered_out: u64,
}

impl<'p> FilterRun<'p> {
    /// Starts on a list, of which the paths are needed that any of the filters selects.
    #[must_use]
    pub fn new(filters: Vec<PathFilter>) -> Self {
        let mut is_first_byte = [false; 256];
        let first_bytes = filters.iter().flat_map(|filter| filter.first_bytes);
        first_bytes.for_each(|&byte| is_first_byte[usize::from(byte)] = true);
        Self {
            filters,
            is_first_byte,
            previous: &[],
            directory: None,
            wants_directory: true,
            filtered_out: 0,
        }
    }

    /// Returns whether the visitor needs the file of this path.
    #[inline(always)]
    pub fn wants_file(&mut self, path: &'p [u8]) -> bool {
        let directory = match self.directory {
            Some(directory) if is_beside(self.previous, path, directory) => directory,
            _ => self.enter(path),
        };
        self.previous = path;
        let name = path.get(directory..).unwrap_or_default();
        let may_match = name.first().is_some_and(|&byte| self.is_first_byte[usize::from(byte)]);
        let wanted = self.wants_directory || (may_match && self.selects_name(name));
        self.filtered_out += u64::from(!wanted);
        wanted
    }

    fn selects_name(&self, name: &[u8]) -> bool {
        self.filters.iter().any(|filter| (filter.name)(name, EntryKind::File))
    }

    /// Returns how many paths the visitor did not need.
    #[must_use]
    pub fn filtered_out(&self) -> u64 {
        self.filtered_out
    }

    /// Applies the filter to the directory of a path and returns its length, with the final `/`.
    #[inline(never)]
    fn enter(&mut self, path: &'p [u8]) -> usize {
        let length = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
        let directory = &path[..length.saturating_sub(1)];
        self.wants_directory = self.filters.iter().any(|filter| (filter.directory)(directory));
        self.directory = Some(length);
        length
    }
}

/// Returns whether two paths are in the same directory, which is the first `directory` bytes of the first path.
///
/// Searches for `/` only behind the common prefix: the caller has searched the first path already.
#[inline(always)]
fn is_beside(first: &[u8], second: &[u8], directory: usize) -> bool {
    let words = first.as_chunks::<8>().0.iter().zip(second.as_chunks::<8>().0);
    let shared = 8 * words.take_while(|(a, b)| a == b).count();
    let same_directory = shared >= directory
        || (second.len() >= directory && first[shared..directory] == second[shared..directory]);
    same_directory && !has_slash(&second[shared.max(directory)..])
}

/// Returns whether a name contains `/`. Compares eight bytes at a time, which is faster for short names than a general
/// search.
#[inline(always)]
fn has_slash(name: &[u8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const SLASHES: u64 = u64::from_ne_bytes([b'/'; 8]);
    // A byte of `word` is zero where the name has a slash. What follows is the usual test for a zero byte
    // (https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord).
    let zero_byte = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (chunks, rest) = name.as_chunks::<8>();
    let found = |chunk: &[u8; 8]| zero_byte(u64::from_ne_bytes(*chunk) ^ SLASHES) != 0;
    chunks.iter().any(found) || rest.contains(&b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn slashes_are_found_at_any_position(name: Vec<u8>, at in 0_usize..40) {
            proptest::prop_assert_eq!(has_slash(&name), name.contains(&b'/'));
            let mut with = name.clone();
            with.insert(at.min(name.len()), b'/');
            proptest::prop_assert!(has_slash(&with));
        }
    }

    proptest::proptest! {
        #[test]
        fn neighbours_share_their_directory(
            first in "[ab]{0,9}(/[ab]{1,9}){0,3}",
            second in "[ab]{0,9}(/[ab]{1,9}){0,3}",
        ) {
            let directory = |path: &str| path.rfind('/').map_or(0, |slash| slash + 1);
            let expected = first[..directory(&first)] == second[..directory(&second)];
            proptest::prop_assert_eq!(is_beside(first.as_bytes(), second.as_bytes(), directory(&first)), expected);
        }
    }

    #[test]
    fn excludes_paths_that_neither_directory_nor_name_selects() {
        let filter = PathFilter {
            directory: |directory| directory == b"bin",
            name: |name, _| name == b"x",
            first_bytes: b"x",
        };
        let other = PathFilter { directory: |_| false, name: |name, _| name == b"z", first_bytes: b"z" };
        let mut run = FilterRun::new(vec![filter, other]);
        let cases: [(&[u8], bool); 8] = [
            (b"a", false),
            (b"bin/a", true),
            (b"bin/sub/a", false),
            (b"bin/sub/x", true),
            (b"bin2/a", false),
            (b"x", true),
            (b"y", false),
            (b"z", true),
        ];
        for (path, expected) in cases {
            assert_eq!(run.wants_file(path), expected, "{path:?}");
        }
        assert_eq!(run.filtered_out(), 4);
    }
}
