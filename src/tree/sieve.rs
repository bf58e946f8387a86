//! Tells which paths a visitor can do without, fast enough for a million of them.

use super::entry::EntryKind;

/// What a visitor wants to see.
///
/// A path is of no interest if its directory and its name are of none; a tree may leave such paths out, and
/// says how many (`Visitor::left_out`).
#[derive(Debug, Clone, Copy)]
pub struct Sieve {
    /// Everything in this directory is of interest. Asked once per directory.
    pub directory: fn(&[u8]) -> bool,
    /// An entry of this name is of interest wherever it is.
    pub name: fn(&[u8], EntryKind) -> bool,
    /// The bytes that names of files can begin with for which [`Sieve::name`] is true; the others are not asked.
    pub first_bytes: &'static [u8],
}

/// A sieve at work on a sorted list of paths, where most begin like the one before.
pub struct Sifting<'p> {
    sieve: Sieve,
    telling_first: [bool; 256],
    previous: &'p [u8],
    /// The length of the directory of the path before, with its final `/`; `None` before the first path.
    directory: Option<usize>,
    wanted: bool,
    left_out: u64,
}

impl<'p> Sifting<'p> {
    /// Starts on a list.
    #[must_use]
    pub fn new(sieve: Sieve) -> Self {
        let mut telling_first = [false; 256];
        sieve.first_bytes.iter().for_each(|&byte| telling_first[usize::from(byte)] = true);
        Self { sieve, telling_first, previous: &[], directory: None, wanted: true, left_out: 0 }
    }

    /// Says whether the visitor has to see the file of this path.
    #[inline(always)]
    pub fn wants_file(&mut self, path: &'p [u8]) -> bool {
        let directory = match self.directory {
            Some(directory) if is_beside(self.previous, path, directory) => directory,
            _ => self.enter(path),
        };
        self.previous = path;
        let name = path.get(directory..).unwrap_or_default();
        let may_tell = name.first().is_some_and(|&byte| self.telling_first[usize::from(byte)]);
        let wanted = self.wanted || (may_tell && (self.sieve.name)(name, EntryKind::File));
        self.left_out += u64::from(!wanted);
        wanted
    }

    /// How many paths the visitor did not have to see.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Looks at the directory of a path and returns its length, with the final `/`.
    #[inline(never)]
    fn enter(&mut self, path: &'p [u8]) -> usize {
        let length = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
        self.wanted = (self.sieve.directory)(&path[..length.saturating_sub(1)]);
        self.directory = Some(length);
        length
    }
}

/// Says whether two paths lie in the same directory, which is the first `directory` bytes of the first.
///
/// Only what the paths do not share is searched for a `/`: of what they share, the first has been.
#[inline(always)]
fn is_beside(first: &[u8], second: &[u8], directory: usize) -> bool {
    let words = first.as_chunks::<8>().0.iter().zip(second.as_chunks::<8>().0);
    let shared = 8 * words.take_while(|(a, b)| a == b).count();
    let same_directory = shared >= directory
        || (second.len() >= directory && first[shared..directory] == second[shared..directory]);
    same_directory && !has_slash(&second[shared.max(directory)..])
}

/// Says whether there is a `/`, eight bytes at a time: for the few bytes of a file name that is faster than a
/// general search.
#[inline(always)]
fn has_slash(name: &[u8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const SLASHES: u64 = u64::from_ne_bytes([b'/'; 8]);
    // A byte of `word` is zero where the name has a slash; the rest is the usual test for a zero byte
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
        fn slashes_are_found_wherever_they_are(name: Vec<u8>, at in 0_usize..40) {
            proptest::prop_assert_eq!(has_slash(&name), name.contains(&b'/'));
            let mut with = name.clone();
            with.insert(at.min(name.len()), b'/');
            proptest::prop_assert!(has_slash(&with));
        }
    }

    proptest::proptest! {
        #[test]
        fn neighbours_are_those_of_the_same_directory(
            first in "[ab]{0,9}(/[ab]{1,9}){0,3}",
            second in "[ab]{0,9}(/[ab]{1,9}){0,3}",
        ) {
            let directory = |path: &str| path.rfind('/').map_or(0, |slash| slash + 1);
            let expected = first[..directory(&first)] == second[..directory(&second)];
            proptest::prop_assert_eq!(is_beside(first.as_bytes(), second.as_bytes(), directory(&first)), expected);
        }
    }

    #[test]
    fn leaves_out_what_neither_directory_nor_name_asks_for() {
        let sieve = Sieve {
            directory: |directory| directory == b"bin",
            name: |name, _| name == b"x",
            first_bytes: b"x",
        };
        let mut sifting = Sifting::new(sieve);
        let cases: [(&[u8], bool); 7] = [
            (b"a", false),
            (b"bin/a", true),
            (b"bin/sub/a", false),
            (b"bin/sub/x", true),
            (b"bin2/a", false),
            (b"x", true),
            (b"y", false),
        ];
        for (path, expected) in cases {
            assert_eq!(sifting.wants_file(path), expected, "{path:?}");
        }
        assert_eq!(sifting.left_out(), 4);
    }
}
