//! The packages of a snapshot as a requirements file
//! (<https://pip.pypa.io/en/stable/reference/requirements-file-format/>), and as arguments of installers.

use crate::formats::direct_url::file_url;
use crate::formats::snapshot::Package;
use crate::formats::stored_path::StoredPath;
use crate::path::display;
use crate::python::normalised;

/// The packages that a next environment, which starts with the `brought` ones, does not have.
pub(super) fn lost<'p>(packages: &'p [Package], brought: &[String]) -> Vec<&'p Package> {
    let is_brought =
        |package: &Package| brought.iter().any(|brought| normalised(brought) == normalised(&package.name));
    packages.iter().filter(|package| !is_brought(package)).collect()
}

/// The lines that install packages again.
pub(super) fn text(packages: &[&Package]) -> String {
    packages.iter().map(|package| format!("{}\n", line(package))).collect()
}

/// A package as a requirement; a comment where its metadata is not what installers accept.
fn line(package: &Package) -> String {
    let Package { name, version, url, .. } = package;
    match (url.as_ref().filter(is_url), version) {
        _ if !is_plain(name) => format!("# no name of a package: {}", name.escape_debug()),
        (Some(url), _) if package.editable => format!("-e {url}"),
        (Some(url), _) => format!("{name} @ {}", with_commit(url, package)),
        (None, Some(version)) if is_plain(version) => format!("{name}=={version}"),
        (None, _) => name.clone(),
    }
}

/// A name or a version, and nothing that installers could take for more than that.
fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    starts && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-+!".contains(c))
}

/// A URL of printable characters, which does not look like an option.
fn is_url(url: &&String) -> bool {
    let starts = url.starts_with(|c: char| c.is_ascii_alphabetic());
    starts && url.contains(':') && url.chars().all(|c| c.is_ascii_graphic())
}

/// The arguments with which pip and uv install exactly this package. A local file or directory is named by its path, an
/// archive with the hash that it had, a source in version control with its commit.
///
/// # Errors
/// Why there are none, as a sentence without a full stop.
pub fn exact_words(package: &Package) -> Result<Vec<String>, String> {
    let Package { name, version, url, local, .. } = package;
    if !is_plain(name) {
        return Err("its name is none that installers take".to_owned());
    }
    let local = local.as_ref().map(StoredPath::to_path);
    match (url, version) {
        (Some(_), _) if package.editable => match local {
            Some(directory) => match directory.to_str() {
                Some(directory) => Ok(vec!["--editable".to_owned(), directory.to_owned()]),
                None => Err(format!("`{}` is not UTF-8", display(&directory))),
            },
            None => Err("it is editable, and its directory is not known".to_owned()),
        },
        (Some(url), _) if is_url(&url) => {
            let url = match (&package.commit, local) {
                (Some(_), _) => with_commit(url, package),
                (None, Some(local)) => file_url(&local),
                (None, None) => url.clone(),
            };
            Ok(vec![format!("{name} @ {}", with_fragment(url, package))])
        }
        (Some(_), _) => Err("the URL that it came from is not valid".to_owned()),
        (None, Some(version)) if is_plain(version) => Ok(vec![format!("{name}=={version}")]),
        (None, _) => Err("its version is not known".to_owned()),
    }
}

/// A URL with the directory of the project and the hash of the archive, unless it states them itself. Of several hashes,
/// installers would compare one.
fn with_fragment(url: String, package: &Package) -> String {
    let is_plain = |text: &&String| text.chars().all(|c| c.is_ascii_graphic() && !"&#".contains(c));
    let directory = package.subdirectory.iter().filter(is_plain).map(|path| format!("subdirectory={path}"));
    let hash = package.hashes.iter().find(|hash| hash.starts_with("sha256=")).cloned();
    let parts: Vec<String> = directory.chain(hash).collect();
    if parts.is_empty() || url.contains('#') { url } else { format!("{url}#{}", parts.join("&")) }
}

/// The URL of a source in version control, with the commit that was installed.
fn with_commit(url: &str, package: &Package) -> String {
    let Some(commit) = &package.commit else { return url.to_owned() };
    let is_named = ["git+", "hg+", "svn+", "bzr+"].iter().any(|system| url.starts_with(system));
    let recorded = package.vcs.as_deref().filter(|vcs| vcs.chars().all(|c| c.is_ascii_lowercase()));
    let system = if is_named { String::new() } else { format!("{}+", recorded.unwrap_or("git")) };
    format!("{system}{url}@{commit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: Option<&str>, url: Option<&str>) -> Package {
        Package {
            name: name.to_owned(),
            version: version.map(str::to_owned),
            installer: None,
            requested: false,
            url: url.map(str::to_owned),
            local: None,
            editable: false,
            commit: None,
            vcs: None,
            subdirectory: None,
            extras: Vec::new(),
            hashes: Vec::new(),
            record_sha256: None,
        }
    }

    #[test]
    fn each_package_is_one_line_that_installs_it() {
        let editable = Package { editable: true, ..package("e", Some("1"), Some("file:///home/u/e")) };
        let commit = Some("abc".to_owned());
        let cloned = Package { commit, ..package("c", None, Some("https://x.org/c.git")) };
        let cases = [
            (package("Flask", Some("2.2.2"), None), "Flask==2.2.2"),
            (package("torch", Some("2.0+cu118"), None), "torch==2.0+cu118"),
            (package("a", None, None), "a"),
            (package("w", Some("1"), Some("file:///tmp/w.whl")), "w @ file:///tmp/w.whl"),
            (editable, "-e file:///home/u/e"),
            (cloned, "c @ git+https://x.org/c.git@abc"),
            (package("a\n-e /x", None, None), "# no name of a package: a\\n-e /x"),
            (package("a", Some("1\n-e /x"), None), "a"),
            (package("a", Some("1"), Some("file:///x\n-e /y")), "a==1"),
        ];
        for (package, expected) in cases {
            assert_eq!(text(&[&package]), format!("{expected}\n"));
        }
    }

    #[test]
    fn each_package_has_arguments_that_install_exactly_it() {
        let commit = Some("abc".to_owned());
        let local = |path: &str| Some(path.as_bytes().into());
        let hashes = || vec!["sha256=00".to_owned()];
        let wheel = package("w", Some("1"), Some("file:///tmp/w%201.whl"));
        let cases = [
            (package("Flask", Some("2.2.2"), None), Ok(vec!["Flask==2.2.2"])),
            (package("a", None, None), Err("its version is not known")),
            (package("--index-url=x", Some("1"), None), Err("its name is none that installers take")),
            (package("a", Some("1 -e /x"), None), Err("its version is not known")),
            (
                Package {
                    editable: true,
                    local: local("/home/u/e"),
                    ..package("e", None, Some("file:///home/u/e"))
                },
                Ok(vec!["--editable", "/home/u/e"]),
            ),
            (
                Package { hashes: hashes(), local: local("/tmp/w 1.whl"), ..wheel },
                Ok(vec!["w @ file:///tmp/w%201.whl#sha256=00"]),
            ),
            (
                Package { hashes: hashes(), ..package("w", None, Some("https://x.org/w.whl#sha256=11")) },
                Ok(vec!["w @ https://x.org/w.whl#sha256=11"]),
            ),
            (
                Package { commit: commit.clone(), ..package("c", None, Some("https://x.org/c.git")) },
                Ok(vec!["c @ git+https://x.org/c.git@abc"]),
            ),
            (
                Package {
                    commit,
                    vcs: Some("hg".to_owned()),
                    subdirectory: Some("python/c".to_owned()),
                    ..package("c", None, Some("https://x.org/c"))
                },
                Ok(vec!["c @ hg+https://x.org/c@abc#subdirectory=python/c"]),
            ),
            (
                package("a", Some("1"), Some("file:///x\n-e /y")),
                Err("the URL that it came from is not valid"),
            ),
        ];
        for (package, expected) in cases {
            let words = exact_words(&package);
            let words = words.as_ref().map(|words| words.iter().map(String::as_str).collect());
            assert_eq!(words.map_err(String::as_str), expected, "{package:?}");
        }
    }

    #[test]
    fn what_the_next_environment_starts_with_is_not_lost() {
        let packages = [package("Pip", Some("1"), None), package("six", Some("1"), None)];
        let lost: Vec<&str> =
            lost(&packages, &["pip".to_owned()]).into_iter().map(|package| package.name.as_str()).collect();
        assert_eq!(lost, ["six"]);
    }
}
