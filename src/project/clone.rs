//! What git has checked out in a directory, read from the files of that repository: nothing is run, and of its
//! configuration only the URL of the remote is used.

use std::collections::BTreeMap;
use std::path::Path;

use crate::formats::direct_url::file_url;
use crate::fs::{is_link, list_paths, read_optional};
use crate::satisfied::Checkout;

/// The most bytes read of a file.
const LIMIT: u64 = 16 * 1024 * 1024;
/// The most directories that references are looked for in, one in another.
const DEPTH: usize = 8;
/// Where branches and tags are.
const PLACES: [&str; 3] = ["refs/heads/", "refs/tags/", "refs/remotes/origin/"];

/// What is checked out in a directory with a repository of its own; `None` if that cannot be read: a work tree that is
/// linked, references in a `reftable`, or files that are not as
/// <https://git-scm.com/docs/gitrepository-layout> says.
pub(super) fn checkout(directory: &Path) -> Option<Checkout> {
    let git = directory.join(".git");
    let text = |name: &str| {
        let bytes = read_optional(&git.join(name), LIMIT).ok()?;
        bytes.map(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| Some(String::new()))
    };
    let mut references = packed(&text("packed-refs")?);
    for place in PLACES {
        add_loose(&git, place, DEPTH, &mut references);
    }
    let head = text("HEAD")?;
    let commit = match head.trim().strip_prefix("ref:") {
        Some(name) => references.get(name.trim())?.commit.clone(),
        None => object_name(&head)?,
    };
    let config = text("config").filter(|config| !config.is_empty())?;
    let origin = match origin(&config) {
        Some(url) if url.contains(['"', '\\']) => return None,
        url => url.map(as_url),
    };
    let short = |name: &String| PLACES.iter().find_map(|place| name.strip_prefix(place)).map(str::to_owned);
    let named = |is_it: &dyn Fn(&Reference) -> bool| {
        references.iter().filter(|(_, found)| is_it(found)).filter_map(|(name, _)| short(name)).collect()
    };
    Some(Checkout {
        origin,
        references: named(&|found| found.commit == commit),
        unresolved: named(&|found| found.commit != commit && found.may_be_tag_object),
        commit: Some(commit),
    })
}

/// What a reference names.
struct Reference {
    commit: String,
    /// It may name a tag object, which names the commit.
    may_be_tag_object: bool,
}

/// The object name that a text is.
fn object_name(text: &str) -> Option<String> {
    let text = text.trim();
    let is_name = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_name.then(|| text.to_ascii_lowercase())
}

/// The references of `packed-refs`, with the commits that tag objects name.
fn packed(text: &str) -> BTreeMap<String, Reference> {
    let mut found: BTreeMap<String, Reference> = BTreeMap::new();
    let mut last: Option<String> = None;
    let is_peeled = text.lines().next().is_some_and(|line| line.starts_with('#') && line.contains("peeled"));
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(commit) = line.strip_prefix('^').and_then(object_name) {
            if let Some(reference) = last.take().and_then(|name| found.get_mut(&name)) {
                *reference = Reference { commit, may_be_tag_object: false };
            }
        } else if let Some((id, name)) = line.split_once(' ') {
            let Some(commit) = object_name(id) else { continue };
            let may_be_tag_object = name.starts_with("refs/tags/") && !is_peeled;
            found.insert(name.trim().to_owned(), Reference { commit, may_be_tag_object });
            last = Some(name.trim().to_owned());
        }
    }
    found
}

/// Adds the references that are files below a place, which count before packed ones.
fn add_loose(git: &Path, place: &str, depth: usize, references: &mut BTreeMap<String, Reference>) {
    for path in list_paths(&git.join(place)) {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if is_link(&path) {
            continue;
        }
        let name = format!("{place}{name}");
        match read_optional(&path, LIMIT) {
            Ok(Some(bytes)) => {
                if let Some(commit) = object_name(&String::from_utf8_lossy(&bytes)) {
                    let may_be_tag_object = name.starts_with("refs/tags/");
                    references.insert(name, Reference { commit, may_be_tag_object });
                }
            }
            _ if depth > 0 => add_loose(git, &format!("{name}/"), depth - 1, references),
            _ => {}
        }
    }
}

/// The first URL of the remote `origin`, else of any remote, as pip takes it
/// (<https://git-scm.com/docs/git-config#_configuration_file>).
fn origin(config: &str) -> Option<&str> {
    let (mut section, mut of_any, mut of_origin) = ("", None, None);
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        if !section.starts_with("[remote ") || !key.trim().eq_ignore_ascii_case("url") {
            continue;
        }
        of_any = of_any.or(Some(value.trim()));
        if section == "[remote \"origin\"]" {
            of_origin = of_origin.or(Some(value.trim()));
        }
    }
    of_origin.or(of_any)
}

/// The URL of a remote as requirements write it: a path as `file:`, and `git@host:path` as `ssh:`.
fn as_url(remote: &str) -> String {
    if remote.contains("://") {
        return remote.to_owned();
    }
    match remote.split_once(':') {
        _ if remote.starts_with('/') => file_url(Path::new(remote)),
        Some((host, path)) if !host.contains('/') => format!("ssh://{host}/{}", path.trim_start_matches('/')),
        _ => remote.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_references_name_the_commits_of_tags() {
        let [one, two] = ["1".repeat(40), "2".repeat(40)];
        let text = format!(
            "# pack-refs with: peeled fully-peeled sorted \n{one} refs/heads/a/b\n{one} refs/tags/v1\n^{two}\nx\n"
        );
        let found = packed(&text);
        let commits: Vec<_> = found.iter().map(|(name, found)| (name.as_str(), &found.commit)).collect();
        assert_eq!(commits, [("refs/heads/a/b", &one), ("refs/tags/v1", &two)]);
        assert!(packed(&format!("{one} refs/tags/v1\n"))["refs/tags/v1"].may_be_tag_object);
    }

    #[test]
    fn the_remote_is_taken_as_pip_does() {
        let other = "[remote \"up\"]\n\turl = https://example.org/up\n";
        assert_eq!(origin(other), Some("https://example.org/up"));
        let both =
            format!("{other}[remote \"origin\"]\n\tURL=git@example.org:a/b.git\n\turl = x\n[x]\nurl = y\n");
        assert_eq!(origin(&both), Some("git@example.org:a/b.git"));
        assert_eq!(as_url("git@example.org:a/b.git"), "ssh://git@example.org/a/b.git");
        assert_eq!(as_url("/a b"), "file:///a%20b");
        assert_eq!(as_url("https://example.org/x"), "https://example.org/x");
        assert_eq!(origin("[core]\n\turl = x\n"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_them_panic(text: String) {
            let _ = (packed(&text).len(), origin(&text).map(as_url), object_name(&text));
        }
    }
}
