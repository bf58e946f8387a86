//! Which release of Python an interpreter is, down to the third number, without running it.

use std::path::Path;

use crate::formats::{build_details, patch_level};
use crate::fs::{open_optional, read_start};
use crate::path::printable;
use crate::ports::ReadAt;

/// The most bytes read of `patchlevel.h` and `build-details.json`, which have a page.
const PAGE_LIMIT: u64 = 16 * 1024;
/// The most bytes read of a program: the largest builds have 40 MB.
const PROGRAM_LIMIT: u64 = 128 * 1024 * 1024;
/// How much of a program is read at a time.
const PART: usize = 1024 * 1024;
/// The end of a part that is looked at again with the next one, so that no text is cut.
const OVERLAP: usize = 32;

/// What the installation in a directory says of its Python with this suffix (`3.12`, `3.13t`): in `build-details.json`,
/// or in its C headers, whose directory has an `m` more in the name up to Python 3.7.
pub(super) fn described(prefix: &Path, suffix: &str) -> Option<String> {
    let feature = suffix.trim_end_matches(['t', 'm']);
    let is_of_it =
        |version: &String| version.strip_prefix(feature).is_some_and(|patch| patch.starts_with('.'));
    let details = prefix.join(format!("lib/python{suffix}")).join(build_details::FILE_NAME);
    let detailed = read_page(&details).and_then(|bytes| build_details::python_version(&bytes));
    detailed.filter(is_of_it).or_else(|| {
        ["", "m"].into_iter().find_map(|more| {
            let header = read_page(&prefix.join(format!("include/python{suffix}{more}/patchlevel.h")))?;
            patch_level::in_header(&header).map(|version| printable(version.as_bytes())).filter(is_of_it)
        })
    })
}

fn read_page(path: &Path) -> Option<Vec<u8>> {
    read_start(path, PAGE_LIMIT).ok().flatten()
}

/// The version of the feature version (`3.11`) that stands in a program; `None` if none or several stand there. A program
/// whose code is in a library has none.
pub(super) fn in_program(program: &Path, feature: &str) -> Option<String> {
    in_content(&open_optional(program).ok()??, feature)
}

/// As [`in_program`], of the content.
fn in_content(file: &impl ReadAt, feature: &str) -> Option<String> {
    let (mut at, mut found): (u64, Option<String>) = (0, None);
    let mut part = vec![0; PART + OVERLAP];
    while at < file.size().min(PROGRAM_LIMIT) {
        let length = read_part(file, at, &mut part)?;
        for version in patch_level::in_program(part.get(..length)?, feature) {
            if found.as_deref().is_some_and(|found| found != version) {
                return None;
            }
            found = Some(version.to_owned());
        }
        at += PART as u64;
    }
    found
}

/// Fills a part from this place on, as far as the file goes; returns how much there is.
fn read_part(file: &impl ReadAt, at: u64, part: &mut [u8]) -> Option<usize> {
    let mut length = 0;
    while let Some(rest) = part.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match file.read_at(at + length as u64, rest) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_its_version_wherever_it_stands() {
        let program = |places: &[(usize, &str)]| {
            let mut bytes = vec![b'x'; PART * 2 + 100];
            for (at, text) in places {
                bytes[*at..*at + text.len()].copy_from_slice(text.as_bytes());
            }
            in_content(&bytes.as_slice(), "3.11")
        };
        let text = "\x003.11.2\0";
        for at in [0, PART - 4, PART, PART + 10, PART * 2 - 1, PART * 2 + 90] {
            assert_eq!(program(&[(at, text)]).as_deref(), Some("3.11.2"), "at {at}");
        }
        assert_eq!(program(&[(7, text), (PART * 2, text)]).as_deref(), Some("3.11.2"));
        assert_eq!(program(&[(7, text), (PART * 2, "\x003.11.4\0")]), None);
        assert_eq!(program(&[]), None);
    }
}
