//! The commits that another repository is known to have, from the references that track it.

use super::reader::Reader;
use super::repository::Repository;
use crate::error::Result;
use crate::order::Arrange as _;
use crate::tree::ObjectId;

/// The references that record what other repositories have; all others belong to this repository.
const TRACKING: &str = "refs/remotes/";

impl Repository<'_> {
    /// The commits that a remote had when git last contacted it. The remote is given as git passes it to the `pre-push`
    /// hook: by its name, or by its URL if the push does not use a name.
    ///
    /// # Errors
    /// Undecided if references or configuration cannot be read.
    pub fn remote_commits(&self, remote: &str) -> Result<Vec<ObjectId>> {
        let direct = self.tips(&format!("{TRACKING}{remote}/"))?;
        if !direct.is_empty() {
            return Ok(direct);
        }
        let mut commits = Vec::new();
        for prefix in self.tracking_prefixes(remote)? {
            commits.extend(self.tips(&prefix)?);
        }
        commits.arrange();
        commits.dedup();
        Ok(commits)
    }

    /// The destinations of the fetch refspecs of the remotes with this name or URL:
    /// <https://git-scm.com/docs/git-fetch#_configured_remote_tracking_branches>.
    fn tracking_prefixes(&self, remote: &str) -> Result<Vec<String>> {
        let arguments = ["config", "-z", "--get-regexp", r"^remote\..*\.(url|pushurl|fetch)$"];
        let output = self.git().run(&arguments, Vec::new())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let settings: Vec<(&str, &str, &str)> = text.split('\0').filter_map(setting).collect();
        let is_remote = |name: &str| {
            let has_url = |(other, variable, value): &(&str, &str, &str)| {
                *other == name && *variable != "fetch" && same_url(value, remote)
            };
            name == remote || settings.iter().any(has_url)
        };
        let refspecs = settings.iter().filter(|(name, variable, _)| *variable == "fetch" && is_remote(name));
        let prefixes = refspecs.filter_map(|(_, _, refspec)| tracking_prefix(refspec));
        Ok(prefixes.map(str::to_owned).collect())
    }
}

/// Splits `remote.NAME.VARIABLE<newline>VALUE`.
fn setting(entry: &str) -> Option<(&str, &str, &str)> {
    let (key, value) = entry.split_once('\n')?;
    let (name, variable) = key.strip_prefix("remote.")?.rsplit_once('.')?;
    Some((name, variable, value))
}

fn same_url(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// The part before the `*` of a refspec's destination; `None` if the destination is not only for tracking.
fn tracking_prefix(refspec: &str) -> Option<&str> {
    let (_, destination) = refspec.split_once(':')?;
    let prefix = destination.strip_suffix('*')?;
    (prefix.ends_with('/') && prefix.len() > TRACKING.len() && prefix.starts_with(TRACKING)).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tracking_references_tell_what_a_remote_has() {
        let cases = [
            ("+refs/heads/*:refs/remotes/up/*", Some("refs/remotes/up/")),
            ("refs/heads/*:refs/remotes/*", None),
            ("+refs/*:refs/*", None),
            ("refs/heads/main:refs/remotes/up/main", None),
            ("refs/heads/*:refs/heads/*", None),
            ("^refs/heads/x", None),
        ];
        for (refspec, expected) in cases {
            assert_eq!(tracking_prefix(refspec), expected, "{refspec}");
        }
    }

    #[test]
    fn names_of_remotes_may_contain_dots() {
        assert_eq!(setting("remote.a.b.url\nx"), Some(("a.b", "url", "x")));
        assert_eq!(setting("core.bare\ntrue"), None);
    }
}
