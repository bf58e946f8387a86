//! The Pythons that a lock and its groups are for.

use super::compare::LockDifference;
use super::freshness::{LockComparison, WITH_DEFAULT_GROUPS, certain};
use super::groups::ComparedGroup;
use crate::formats::python_version_file;
use crate::python::{Answer, Specifiers, Version};

const PYTHON_VERSION: &str = ".python-version";

impl LockComparison<'_> {
    pub(super) fn pythons(&self, recorded: &Specifiers) -> Result<(), LockDifference> {
        let mut texts: Vec<String> = self
            .members
            .iter()
            .filter_map(|member| member.manifest.text_at(&["project", "requires-python"]))
            .collect();
        if self.members.is_empty() {
            texts.extend(self.root.text_at(&["project", "requires-python"]));
        }
        if texts.is_empty() {
            return self.found_python(recorded);
        }
        let parsed = texts.iter().map(|text| Specifiers::parse(text)).collect::<Result<Vec<_>, _>>();
        let parsed = parsed
            .map_err(|reason| LockDifference::Unknown(format!("`requires-python`: {reason}").into()))?;
        let all: Vec<&Specifiers> = parsed.iter().collect();
        // What is left out between the bounds does not count for uv.
        if Specifiers::have_same_bounds(&all, &[recorded]) {
            return Ok(());
        }
        certain(format!(
            "`requires-python` is `{}`, and was `{recorded}` when it was locked",
            texts.join("`, `")
        ))
    }

    /// Without a `requires-python` the lock is for the minor version of the Python that uv finds, and later ones. That
    /// is the one of `.python-version` beside the lock, if this names it.
    fn found_python(&self, recorded: &Specifiers) -> Result<(), LockDifference> {
        let text = recorded.to_string();
        let is_minor = |version: &Version| version.release().len() == 2;
        let oldest = text.strip_prefix(">=").and_then(Version::parse).filter(is_minor);
        let Some(oldest) = oldest else {
            return certain(format!(
                "no project says `requires-python`, and it was `{text}` when it was locked"
            ));
        };
        let bytes = self
            .input
            .files
            .read(PYTHON_VERSION)
            .map_err(|reason| LockDifference::Unknown(reason.into()))?
            .unwrap_or_default();
        let entries = python_version_file::parse(&bytes).unwrap_or_default();
        let named = entries.first().map(|entry| entry.text.trim_start_matches("cpython@").to_owned());
        match named.as_deref().and_then(Version::parse).map(|version| version.release().to_vec()).as_deref() {
            Some([major, minor, ..]) if oldest.release() == [*major, *minor] => Ok(()),
            Some([major, minor, ..]) => certain(format!(
                "no project says `requires-python`, `{PYTHON_VERSION}` is for {major}.{minor}, and it was `{text}` when it was locked"
            )),
            _ => {
                let reason =
                    "no project says `requires-python`, so that the lock depends on the Python that uv finds";
                Err(LockDifference::Unknown(reason.into()))
            }
        }
    }

    /// Compares for which Pythons groups are.
    pub(super) fn group_pythons(
        &self,
        groups: &[ComparedGroup],
        recorded: &[(String, String)],
    ) -> Result<(), LockDifference> {
        // Before, only the markers of their requirements say so.
        if self.lock.revision < WITH_DEFAULT_GROUPS {
            return Ok(());
        }
        let parse = |text: &String| {
            Specifiers::parse(text).map_err(|reason| {
                LockDifference::Unknown(format!("`requires-python` of a group: {reason}").into())
            })
        };
        let unknown = recorded.iter().find(|(name, _)| !groups.iter().any(|group| group.name == *name));
        if let Some((name, _)) = unknown {
            return certain(format!("the group `{name}` is no longer there"));
        }
        for group in groups {
            let recorded = recorded.iter().find(|(name, _)| *name == group.name).map(|(_, text)| parse(text));
            let recorded = recorded.transpose()?;
            let declared = group.pythons.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
            let declared: Vec<&Specifiers> = declared.iter().collect();
            let is_same = match &recorded {
                Some(recorded) if !declared.is_empty() => Specifiers::accept_same(&declared, &[recorded]),
                recorded => Answer::from(recorded.is_none() && declared.is_empty()),
            };
            match is_same {
                Answer::Yes => {}
                Answer::No => {
                    return certain(format!("`requires-python` of the group `{}` has changed", group.name));
                }
                Answer::Unknown(reason) => {
                    return Err(LockDifference::Unknown(
                        format!("`requires-python` of a group: {reason}").into(),
                    ));
                }
            }
        }
        Ok(())
    }
}
