//! Tells which paths a visitor can do without, fast enough for a million of them.

use super::EntryKind;

/// What a visitor wants to see.
///
/// A path is of no interest if its directory and its name are of none; a tree may leave such paths out, and
/// says how many ([`super::Visitor::left_out`]).
#[derive(Debug, Clone, Copy)]
pub struct Sieve {
    /// Everything in this directory is of interest. Asked once per directory.
    pub directory: fn(&[u8]) -> bool,
    /// An entry of this name is of interest wherever it is. Asked for every path.
    pub name: fn(&[u8], EntryKind) -> bool,
}

/// A sieve at work on a sorted list of paths, where most lie in the directory of the one before.
pub struct Sifting<'p> {
    sieve: Sieve,
    /// The directory of the path before, with its final `/`; `None` before the first path.
    directory: Option<&'p [u8]>,
    wanted: bool,
    left_out: u64,
}

impl<'p> Sifting<'p> {
    /// Starts on a list.
    #[must_use]
    pub fn new(sieve: Sieve) -> Self {
        Self { sieve, directory: None, wanted: true, left_out: 0 }
    }

    /// Says whether the visitor has to see this path.
    #[inline(always)]
    pub fn wants(&mut self, path: &'p [u8], kind: EntryKind) -> bool {
        let same = self.directory.and_then(|directory| path.strip_prefix(directory));
        let name = match same.filter(|name| !has_slash(name)) {
            Some(name) => name,
            None => self.enter(path),
        };
        let wanted = self.wanted || (self.sieve.name)(name, kind);
        self.left_out += u64::from(!wanted);
        wanted
    }

    /// How many paths the visitor did not have to see.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Looks at the directory of a path and returns the path's last component.
    #[inline(never)]
    fn enter(&mut self, path: &'p [u8]) -> &'p [u8] {
        let length = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
        self.directory = Some(&path[..length]);
        self.wanted = (self.sieve.directory)(&path[..length.saturating_sub(1)]);
        &path[length..]
    }
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
    let test = |chunk: &[u8; 8]| zero_byte(u64::from_ne_bytes(*chunk) ^ SLASHES);
    match name.last_chunk::<8>() {
        Some(last) => {
            name.as_chunks::<8>().0.iter().fold(test(last), |found, chunk| found | test(chunk)) != 0
        }
        None => name.contains(&b'/'),
    }
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

    #[test]
    fn leaves_out_what_neither_directory_nor_name_asks_for() {
        let sieve = Sieve { directory: |directory| directory == b"bin", name: |name, _| name == b"x" };
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
            assert_eq!(sifting.wants(path, EntryKind::File), expected, "{path:?}");
        }
        assert_eq!(sifting.left_out(), 4);
    }
}
