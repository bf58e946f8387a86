//! Which part of an environment's layout a directory would be, by its path.
//!
//! Layouts: <https://docs.python.org/3/library/venv.html#how-venvs-work>, and for `__pypackages__`
//! <https://peps.python.org/pep-0582/>. Names of the Windows layout are compared without case.

use crate::model::Platform;

/// The part that a directory would be of an environment. The environment's root is the first `root` bytes of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathClass {
    /// No part; the directory itself may be a root.
    Plain,
    /// `bin/` or `Scripts/`.
    Scripts { root: usize, platform: Platform },
    /// `lib/pythonX.Y/` or, on Windows, `Lib/`: the directory of the standard library.
    Library { root: usize },
    /// `site-packages/` or anything below it; `package` is the range of the next component.
    SitePackages { root: usize, platform: Platform, package: Option<(usize, usize)> },
    /// `include/`.
    Include { root: usize },
    /// Anything below `include/site/pythonX.Y/`, where pip puts headers in environments.
    SiteHeaders { root: usize },
    /// `share/man/man1/`.
    ManualPages { root: usize },
    /// A directory of `share/jupyter/` or `etc/jupyter/` that Jupyter's packages write into.
    JupyterData { root: usize },
    /// `conda-meta/`.
    CondaMeta { root: usize },
    /// `__pypackages__/X.Y/` or anything below it; the root ends with `__pypackages__`.
    Pypackages { root: usize },
}

/// Classifies a directory by its path.
pub(super) fn of(directory: &[u8]) -> PathClass {
    by_outer_component(directory).unwrap_or_else(|| by_last_component(directory))
}

/// Recognises classes that include everything below a directory; the outermost decides.
fn by_outer_component(directory: &[u8]) -> Option<PathClass> {
    let mut start = 0;
    for part in directory.split(|&b| b == b'/') {
        let end = start + part.len();
        match part {
            b"__pypackages__" => {
                let version = directory.get(end + 1..).and_then(|rest| rest.split(|&b| b == b'/').next());
                if version.is_some_and(is_version) {
                    return Some(PathClass::Pypackages { root: end });
                }
            }
            b"site" => {
                if let Some(root) = site_headers_root(&directory[..start], directory.get(end + 1..)) {
                    return Some(PathClass::SiteHeaders { root });
                }
            }
            b"site-packages" => {
                if let Some((root, platform)) = site_packages_root(&directory[..start]) {
                    return Some(PathClass::SitePackages {
                        root,
                        platform,
                        package: next_component(directory, end),
                    });
                }
            }
            _ => {}
        }
        start = end + 1;
    }
    None
}

/// The root of the environment whose `site-packages` is in `parent`, a path that ends with `/`.
fn site_packages_root(parent: &[u8]) -> Option<(usize, Platform)> {
    let parent = parent.strip_suffix(b"/")?;
    let (above, last) = crate::path::split_name(parent);
    if last.eq_ignore_ascii_case(b"lib") {
        return Some((above.len(), Platform::Windows));
    }
    let (root, library) = crate::path::split_name(above);
    (is_versioned_library(last) && matches!(library, b"lib" | b"lib64"))
        .then_some((root.len(), Platform::Posix))
}

/// The range of the component after the one that ends at `end`.
fn next_component(directory: &[u8], end: usize) -> Option<(usize, usize)> {
    let rest = directory.get(end + 1..)?;
    let length = memchr::memchr(b'/', rest).unwrap_or(rest.len());
    Some((end + 1, end + 1 + length))
}

/// Recognises classes by the last components.
fn by_last_component(directory: &[u8]) -> PathClass {
    let (above, last) = crate::path::split_name(directory);
    let root = above.len();
    match last {
        b"bin" => PathClass::Scripts { root, platform: Platform::Posix },
        b"conda-meta" => PathClass::CondaMeta { root },
        _ if last.eq_ignore_ascii_case(b"scripts") => {
            PathClass::Scripts { root, platform: Platform::Windows }
        }
        _ if last.eq_ignore_ascii_case(b"lib") => PathClass::Library { root },
        _ if last.eq_ignore_ascii_case(b"include") => PathClass::Include { root },
        _ if is_versioned_library(last) => {
            let (root, library) = crate::path::split_name(above);
            match library {
                b"lib" | b"lib64" => PathClass::Library { root: root.len() },
                _ if last == b"python3" => jupyter(above, b"share/jupyter/kernels"),
                _ => PathClass::Plain,
            }
        }
        b"man1" => {
            ending(above, b"share/man").map_or(PathClass::Plain, |root| PathClass::ManualPages { root })
        }
        b"notebook.d" => jupyter(above, b"etc/jupyter/nbconfig"),
        _ => PathClass::Plain,
    }
}

/// The class of a directory in `folder`, which belongs to Jupyter.
fn jupyter(above: &[u8], folder: &[u8]) -> PathClass {
    ending(above, folder).map_or(PathClass::Plain, |root| PathClass::JupyterData { root })
}

/// The length of a path without its last components and the slash before them.
fn ending(path: &[u8], last: &[u8]) -> Option<usize> {
    let root = path.strip_suffix(last)?;
    if root.is_empty() { Some(0) } else { root.strip_suffix(b"/").map(<[u8]>::len) }
}

/// The root of the environment with this `include/` (a path that ends with `/`), if `site/pythonX.Y` follows.
fn site_headers_root(include: &[u8], below_site: Option<&[u8]>) -> Option<usize> {
    let (root, name) = crate::path::split_name(include.strip_suffix(b"/")?);
    let version = below_site?.split(|&b| b == b'/').next()?;
    (name.eq_ignore_ascii_case(b"include") && is_versioned_library(version)).then_some(root.len())
}

/// Recognises the name of a directory below `lib/` on POSIX systems, which programs share: `python3.12`, `python3.13t`,
/// `pypy3.10`.
pub(super) fn is_versioned_library(name: &[u8]) -> bool {
    let version = name.strip_prefix(b"python").or_else(|| name.strip_prefix(b"pypy"));
    version.is_some_and(|version| is_version(version.strip_suffix(b"t").unwrap_or(version)))
}

/// Recognises a version of one or two numbers: `3.12`, `3`.
pub(super) fn is_version(text: &[u8]) -> bool {
    let mut parts = text.split(|&b| b == b'.');
    parts.clone().count() <= 2 && parts.all(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_classified() {
        let site = |root, platform, package| PathClass::SitePackages { root, platform, package };
        let cases: [(&str, PathClass); 22] = [
            ("", PathClass::Plain),
            ("src", PathClass::Plain),
            ("bin", PathClass::Scripts { root: 0, platform: Platform::Posix }),
            ("venv/bin", PathClass::Scripts { root: 4, platform: Platform::Posix }),
            ("venv/Scripts", PathClass::Scripts { root: 4, platform: Platform::Windows }),
            ("venv/lib/python3.12", PathClass::Library { root: 4 }),
            ("venv/python3.12", PathClass::Plain),
            ("venv/Lib", PathClass::Library { root: 4 }),
            ("venv/lib/python3.12/site-packages", site(4, Platform::Posix, None)),
            ("venv/lib/python3.13t/site-packages/pip/x", site(4, Platform::Posix, Some((35, 38)))),
            ("venv/Lib/site-packages/six", site(4, Platform::Windows, Some((23, 26)))),
            ("docs/site-packages", PathClass::Plain),
            ("a/__pypackages__/3.8/lib", PathClass::Pypackages { root: 16 }),
            ("__pypackages__/notes", PathClass::Plain),
            ("v/share/man/man1", PathClass::ManualPages { root: 1 }),
            ("share/man/man1", PathClass::ManualPages { root: 0 }),
            ("xshare/man/man1", PathClass::Plain),
            ("v/share/jupyter/kernels/python3", PathClass::JupyterData { root: 1 }),
            ("etc/jupyter/nbconfig/notebook.d", PathClass::JupyterData { root: 0 }),
            ("v/include/site/python3.8/greenlet", PathClass::SiteHeaders { root: 1 }),
            ("Include/site/python3.11/greenlet", PathClass::SiteHeaders { root: 0 }),
            ("docs/site/python3.8/x", PathClass::Plain),
        ];
        for (directory, expected) in cases {
            assert_eq!(of(directory.as_bytes()), expected, "{directory}");
        }
    }
}
