//! Which Python an environment is made from again.

use std::path::Path;

use crate::formats::snapshot::Snapshot;
use crate::fs;
use crate::python::Version;

/// The requests for a Python, the best one first: the interpreter itself if it is still there, then its version, then the
/// same minor version. None if nothing was recorded.
pub(super) fn requests(snapshot: &Snapshot) -> Vec<String> {
    let version = snapshot.python.as_deref().and_then(Version::parse);
    let exact =
        snapshot.python.iter().filter(|_| version.as_ref().is_some_and(|own| own.release().len() > 2));
    let minor = version.as_ref().map(|version| {
        let (major, minor) = version.feature();
        format!("{major}.{minor}")
    });
    let own = snapshot.interpreter.as_deref().and_then(|place| interpreter(place, minor.as_deref()));
    own.into_iter().chain(exact.cloned()).chain(minor).collect()
}

/// The recorded interpreter, if it is still there; uv and older tools record only the directory that it is in.
pub(super) fn interpreter(place: &str, minor: Option<&str>) -> Option<String> {
    let path = Path::new(place);
    if !path.is_absolute() {
        return None;
    }
    let versioned = minor.map(|minor| format!("python{minor}"));
    let names = versioned.iter().map(String::as_str).chain(["python3", "python"]);
    let inside = names.map(|name| path.join(name));
    let mut candidates = std::iter::once(path.to_path_buf()).chain(inside);
    candidates.find(|path| fs::is_executable(path))?.to_str().map(str::to_owned)
}

/// Says whether packages that were installed for a Python can be used with another one: the minor versions are the same.
pub(super) fn fits(recorded: Option<&str>, found: &str) -> bool {
    let feature = |text: &str| Version::parse(text).map(|version| version.feature());
    recorded.and_then(feature).is_none_or(|recorded| feature(found) == Some(recorded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_patch_release_fits_and_another_minor_version_does_not() {
        let cases = [
            (Some("3.12.1"), "3.12.7", true),
            (Some("3.12"), "3.12.7", true),
            (Some("3.12.1"), "3.13.0", false),
            (Some("3.1"), "3.12.0", false),
            (None, "3.13.0", true),
            (Some("nothing"), "3.13.0", true),
        ];
        for (recorded, found, expected) in cases {
            assert_eq!(fits(recorded, found), expected, "{recorded:?} {found}");
        }
    }
}
