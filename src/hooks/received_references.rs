//! The references that a push changes in this repository, as git tells the hooks of the repository that receives it.

use super::pushed_references::{PushedReference, ReferenceChange, full_id, resolve, split, unreadable};
use crate::error::{Error, Result};
use crate::git::Repository;

/// Reads the lines that git writes to `pre-receive`: <https://git-scm.com/docs/githooks#pre-receive>. References that are
/// deleted are left out.
///
/// # Errors
/// Undecided for lines that git would not write, and for a commit that is missing.
pub(super) fn from_input(repository: &Repository<'_>, input: &[u8]) -> Result<Vec<PushedReference>> {
    let length = repository.layout().object_id_length;
    let changes = split(input).map(|text| line(text, length).ok_or_else(|| unreadable(text)));
    resolve(repository, changes.collect::<Result<Vec<_>>>()?)
}

/// Reads the arguments that git passes to `update`: <https://git-scm.com/docs/githooks#update>.
///
/// # Errors
/// Usage for other arguments; as [`from_input`].
pub(super) fn from_arguments(
    repository: &Repository<'_>,
    arguments: &[String],
) -> Result<Vec<PushedReference>> {
    let length = repository.layout().object_id_length;
    let change = match arguments {
        [name, old, new] => change(name.as_bytes(), old.as_bytes(), new.as_bytes(), length),
        _ => None,
    };
    let wrong =
        || Error::usage("the `update` hook takes a reference, the object before and the object after");
    resolve(repository, vec![change.ok_or_else(wrong)?])
}

fn line(text: &[u8], length: usize) -> Option<ReferenceChange> {
    let mut parts = text.splitn(3, |&byte| byte == b' ');
    let (old, new, name) = (parts.next()?, parts.next()?, parts.next()?);
    change(name, old, new, length)
}

fn change(name: &[u8], old: &[u8], new: &[u8], length: usize) -> Option<ReferenceChange> {
    let (old, new) = (full_id(old, length)?, full_id(new, length)?);
    (!name.is_empty()).then(|| ReferenceChange { name: String::from_utf8_lossy(name).into_owned(), old, new })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_git_writes() {
        let (a, zero) = ("a".repeat(40), "0".repeat(40));
        let read = line(format!("{zero} {a} refs/heads/m").as_bytes(), 20).expect("a line");
        assert_eq!(read.name, "refs/heads/m");
        assert!(read.old.is_zero() && !read.new.is_zero());
        let long = "b".repeat(64);
        assert!(line(format!("{long} {long} refs/tags/t").as_bytes(), 32).is_some());
        for text in [
            String::new(),
            format!("{a} {a}"),
            format!("{a} {a} "),
            format!("{a}  {a} refs/heads/m"),
            format!("refs/heads/m {a} refs/heads/m {a}"),
            format!("{a} {long} refs/heads/m"),
        ] {
            assert_eq!(line(text.as_bytes(), 20), None, "{text}");
        }
    }
}
