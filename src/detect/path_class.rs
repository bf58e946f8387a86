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
    /// `lib/pythonX.Y/__pycache__/` or `lib/pythonX.Y/lib-dynload/`.
    CompiledLibrary { root: usize },
    /// `local/`.
    Local { root: usize },
    /// `share/man/man1/`.
    ManualPages { root: usize },
    /// A directory of `share/jupyter/` or `etc/jupyter/` that Jupyter's packages write into, or anything below it;
    /// `folder` is the end of its path.
    PackageData { root: usize, folder: usize },
    /// `X.dist-info/` or `X.egg-info/` outside of `site-packages/`, or anything below it: the root is where
    /// `pip install --target` installed a package.
    Metadata { root: usize },
    /// A directory in a bucket of uv's cache, such as `archive-v0/ID/`: the root is the cache.
    UvCache { root: usize },
    /// `conda-meta/`.
    CondaMeta { root: usize },
    /// `__pypackages__/X.Y/` or anything below it; the root ends with `__pypackages__`.
    Pypackages { root: usize },
}

/// Classifies a directory by its path.
pub(super) fn of(directory: &[u8]) -> PathClass {
    by_outer_component(directory).unwrap_or_else(|| match by_last_component(directory) {
        PathClass::Plain => {
            uv_cache_root(directory).map_or(PathClass::Plain, |root| PathClass::UvCache { root })
        }
        class => class,
    })
}

/// The buckets of uv's cache (<https://docs.astral.sh/uv/concepts/cache/#cache-versioning>). Those with environments are
/// not among them.
const UV_BUCKETS: [&[u8]; 8] =
    [b"archive", b"builds", b"built-wheels", b"flat-index", b"interpreter", b"sdists", b"simple", b"wheels"];

/// The root of the cache of uv that a directory would be in a bucket of.
fn uv_cache_root(directory: &[u8]) -> Option<usize> {
    let dash = memchr::memmem::rfind(directory, b"-v")?;
    let (version, _) =
        directory[dash + 2..].split_at_checked(memchr::memchr(b'/', &directory[dash + 2..])?)?;
    let (root, bucket) = crate::path::split_name(&directory[..dash]);
    let is_number = !version.is_empty() && version.iter().all(u8::is_ascii_digit);
    (is_number && UV_BUCKETS.contains(&bucket)).then_some(root.len())
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
            b"jupyter" => {
                if let Some(class) = package_data(directory, start) {
                    return Some(class);
                }
            }
            _ if part.ends_with(b"-info") && is_metadata(part) => {
                return Some(PathClass::Metadata { root: start.saturating_sub(1) });
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
    if is_versioned_library(last) && matches!(library, b"lib" | b"lib64") {
        return Some((root.len(), Platform::Posix));
    }
    // The Python of Apple's Xcode: <https://github.com/pypa/virtualenv/issues/1663>.
    let root = ending(above, b"Library/Python").filter(|_| is_version(last))?;
    Some((root, Platform::Posix))
}

/// Recognises the directory with the metadata of an installed package.
pub(super) fn is_metadata(name: &[u8]) -> bool {
    [b".dist-info".as_slice(), b".egg-info"]
        .iter()
        .any(|end| name.strip_suffix(*end).is_some_and(|name| !name.is_empty()))
}

/// The directories below `share/jupyter/` and `etc/jupyter/` that packages of Jupyter install whole
/// (<https://docs.jupyter.org/en/latest/use/jupyter-directories.html>). A project has kernels of its own beside
/// `python3`, but no extensions: those are installed.
const PACKAGE_DATA: [(&[u8], &[&[u8]]); 2] = [
    (
        b"share",
        &[
            b"kernels/python2",
            b"kernels/python3",
            b"lab",
            b"labextensions",
            b"nbconvert",
            b"nbextensions",
            b"voila",
        ],
    ),
    (b"etc", &[b"nbconfig", b"jupyter_notebook_config.d", b"jupyter_server_config.d"]),
];

/// Returns whether a directory is one that packages of Jupyter install whole, or below one.
pub(super) fn is_package_data(directory: &[u8]) -> bool {
    matches!(of(directory), PathClass::PackageData { .. })
}

/// The directory of a package's data around a path; the path itself if it is in none.
pub(super) fn package_folder(path: &[u8]) -> &[u8] {
    match of(path) {
        PathClass::PackageData { folder, .. } => &path[..folder],
        _ => path,
    }
}

/// The class of a directory whose path has `jupyter` at `start`.
fn package_data(directory: &[u8], start: usize) -> Option<PathClass> {
    let (root, parent) = crate::path::split_name(directory[..start].strip_suffix(b"/")?);
    let (_, folders) = PACKAGE_DATA.iter().find(|(name, _)| *name == parent)?;
    let inside = start + b"jupyter/".len();
    let rest = directory.get(inside..)?;
    let folder = folders.iter().find(|folder| crate::path::below(rest, folder).is_some())?;
    Some(PathClass::PackageData { root: root.len(), folder: inside + folder.len() })
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
        b"local" => PathClass::Local { root },
        b"__pycache__" | b"lib-dynload" => match by_last_component(above) {
            PathClass::Library { root } => PathClass::CompiledLibrary { root },
            _ => PathClass::Plain,
        },
        _ if last.eq_ignore_ascii_case(b"scripts") => {
            PathClass::Scripts { root, platform: Platform::Windows }
        }
        _ if last.eq_ignore_ascii_case(b"lib") => PathClass::Library { root },
        _ if last.eq_ignore_ascii_case(b"include") => PathClass::Include { root },
        _ if is_versioned_library(last) => {
            let (root, library) = crate::path::split_name(above);
            match library {
                b"lib" | b"lib64" => PathClass::Library { root: root.len() },
                _ => PathClass::Plain,
            }
        }
        b"man1" => {
            ending(above, b"share/man").map_or(PathClass::Plain, |root| PathClass::ManualPages { root })
        }
        _ => PathClass::Plain,
    }
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
        let cases: [(&str, PathClass); 37] = [
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
            ("v/share/jupyter/kernels/python3", PathClass::PackageData { root: 1, folder: 31 }),
            ("share/jupyter/kernels/julia", PathClass::Plain),
            ("share/jupyter/nbextensions/a/b", PathClass::PackageData { root: 0, folder: 26 }),
            ("etc/jupyter/nbconfig/notebook.d", PathClass::PackageData { root: 0, folder: 20 }),
            ("docs/jupyter/lab", PathClass::Plain),
            ("v/lib/python3.8/lib-dynload", PathClass::CompiledLibrary { root: 1 }),
            ("v/lib/python3.8/__pycache__", PathClass::CompiledLibrary { root: 1 }),
            ("src/__pycache__", PathClass::Plain),
            ("v/local", PathClass::Local { root: 1 }),
            ("cache/simple-v16/index", PathClass::UvCache { root: 5 }),
            ("archive-v0/a1-v2", PathClass::Plain),
            ("cache/simple-v16", PathClass::Plain),
            ("cache/environments-v2/a", PathClass::Plain),
            ("layer/six-1.0.dist-info/licenses", PathClass::Metadata { root: 5 }),
            ("six.egg-info", PathClass::Metadata { root: 0 }),
            ("build-info", PathClass::Plain),
            ("v/Library/Python/3.8/site-packages", site(1, Platform::Posix, None)),
            ("v/include/site/python3.8/greenlet", PathClass::SiteHeaders { root: 1 }),
            ("Include/site/python3.11/greenlet", PathClass::SiteHeaders { root: 0 }),
            ("docs/site/python3.8/x", PathClass::Plain),
        ];
        for (directory, expected) in cases {
            assert_eq!(of(directory.as_bytes()), expected, "{directory}");
        }
    }
}
