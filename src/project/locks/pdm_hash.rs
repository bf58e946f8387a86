//! What pdm hashes of a manifest, in `pdm.lock` and in the `pylock.toml` that it writes.

use super::lists::texts;
use super::lock_input::LockInput;
use super::members::matching;
use crate::formats::python_json::{Separators, dumps, table};
use crate::formats::{Value, digest};
use crate::message::Message;
use crate::python::normalised;

/// What was hashed depends on the version of pdm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Generation {
    /// Up to 2.15: groups as written, and overrides only.
    Old,
    /// Since: normalised groups of both tables, and all of `resolution`.
    New,
}

/// The hashes with which one or another version of pdm would call a lock fresh, in lower-case hexadecimal.
///
/// # Errors
/// Why they are not known, as a lower-case fragment.
pub(super) fn content_hashes(input: &LockInput<'_>, manifest: &Value) -> Result<Vec<String>, Message> {
    let new = hash_of(manifest, Generation::New)?;
    let members = match manifest.at(&["tool", "pdm", "workspace"]) {
        // An empty table is none for pdm.
        None => None,
        Some(Value::Table(members)) if members.is_empty() => None,
        Some(workspace) => Some(texts(workspace.at(&["members"]), "tool.pdm.workspace.members")),
    };
    match members {
        Some(patterns) => Ok(vec![workspace_hash(input, &new, &patterns?)?]),
        None => Ok(vec![new, hash_of(manifest, Generation::Old)?]),
    }
}

/// The hash of a workspace: over that of the root, and path and hash of each member in the order of their paths.
fn workspace_hash(input: &LockInput<'_>, root: &str, patterns: &[String]) -> Result<String, Message> {
    let mut hashed = root.to_owned();
    for member in matching(input.files, patterns)? {
        let Some(manifest) = input.other_manifest(&format!("{member}/pyproject.toml"))? else { continue };
        let hash = hash_of(&manifest, Generation::New)?;
        hashed.push_str(&format!("\0{member}\0{hash}"));
    }
    Ok(digest::hexadecimal(hashed.as_bytes()))
}

fn hash_of(manifest: &Value, generation: Generation) -> Result<String, Message> {
    if manifest.at(&["project"]).is_none() {
        return Err("pdm converts a manifest without the table `project`, and hashes what it becomes"
            .to_owned()
            .into());
    }
    let text = dumps(&hashed_content(manifest, generation)?, Separators::Spaced);
    let text = text.map_err(|reason| format!("what pdm hashes is not known: {reason}"))?;
    Ok(digest::hexadecimal(text.as_bytes()))
}

fn hashed_content(manifest: &Value, generation: Generation) -> Result<Value, Message> {
    let or = |path: &[&str], default: Value| manifest.at(path).cloned().unwrap_or(default);
    let (list, empty) = (Value::List(Vec::new()), table([]));
    let mut content = vec![
        ("sources", or(&["tool", "pdm", "source"], list.clone())),
        ("dependencies", or(&["project", "dependencies"], list)),
        ("optional-dependencies", or(&["project", "optional-dependencies"], empty.clone())),
        ("requires-python", or(&["project", "requires-python"], Value::Text(String::new()))),
    ];
    match generation {
        Generation::Old => {
            content.push(("dev-dependencies", or(&["tool", "pdm", "dev-dependencies"], empty.clone())));
            content.push(("overrides", or(&["tool", "pdm", "resolution", "overrides"], empty)));
        }
        Generation::New => {
            content.push(("dev-dependencies", groups(manifest)?));
            content.push(("resolution", or(&["tool", "pdm", "resolution"], empty)));
        }
    }
    Ok(table(content))
}

/// The groups of both tables under normalised names.
fn groups(manifest: &Value) -> Result<Value, Message> {
    let mut groups: Vec<(String, Value)> = Vec::new();
    for (path, may_extend) in
        [(["dependency-groups"].as_slice(), false), (&["tool", "pdm", "dev-dependencies"], true)]
    {
        let Some(Value::Table(members)) = manifest.at(path) else { continue };
        for member in members {
            let name = normalised(&member.key);
            match groups.iter_mut().find(|(known, _)| *known == name) {
                None => groups.push((name, member.value.value.clone())),
                Some(_) if !may_extend => {
                    return Err(format!("there is more than one dependency group `{name}`").into());
                }
                Some((_, Value::List(items))) => match &member.value.value {
                    Value::List(more) => items.extend(more.iter().cloned()),
                    _ => return Err(format!("the group `{}` is not a list", member.key).into()),
                },
                Some(_) => return Err(format!("the group `{}` is not a list", member.key).into()),
            }
        }
    }
    Ok(table(groups.iter().map(|(name, value)| (name.as_str(), value.clone()))))
}
