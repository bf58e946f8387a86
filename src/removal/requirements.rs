//! The packages of a snapshot as a requirements file
//! (<https://pip.pypa.io/en/stable/reference/requirements-file-format/>).

use crate::formats::snapshot::Package;
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
    let plain = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-+!".contains(c))
    };
    let is_url = |url: &&String| url.contains(':') && url.chars().all(|c| c.is_ascii_graphic());
    match (url.as_ref().filter(is_url), version) {
        _ if !plain(name) => format!("# no name of a package: {}", name.escape_debug()),
        (Some(url), _) if package.editable => format!("-e {url}"),
        (Some(url), _) => format!("{name} @ {}", with_commit(url, package.commit.as_deref())),
        (None, Some(version)) if plain(version) => format!("{name}=={version}"),
        (None, _) => name.clone(),
    }
}

/// The URL of a source in version control, with the commit that was installed.
fn with_commit(url: &str, commit: Option<&str>) -> String {
    let Some(commit) = commit else { return url.to_owned() };
    let is_named = ["git+", "hg+", "svn+", "bzr+"].iter().any(|system| url.starts_with(system));
    let system = if is_named { "" } else { "git+" };
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
    fn what_the_next_environment_starts_with_is_not_lost() {
        let packages = [package("Pip", Some("1"), None), package("six", Some("1"), None)];
        let lost: Vec<&str> =
            lost(&packages, &["pip".to_owned()]).into_iter().map(|package| package.name.as_str()).collect();
        assert_eq!(lost, ["six"]);
    }
}
