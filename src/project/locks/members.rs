//! The members of a workspace, found by patterns for their directories.

use std::collections::BTreeSet;

use super::lock_input::ProjectFiles;

/// The most directories that patterns may go through.
const MOST_DIRECTORIES: usize = 10_000;

/// The directories that match one of the patterns, relative to the lock, in order; they need not have a manifest.
///
/// # Errors
/// A pattern that is not understood, or why a directory could not be listed, as a lower-case fragment.
pub(in crate::project) fn matching(
    files: &dyn ProjectFiles,
    patterns: &[String],
) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    for pattern in patterns {
        let parts: Vec<&str> = pattern
            .trim_start_matches("./")
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .collect();
        if pattern.starts_with('/') || parts.contains(&"**") || pattern.contains(['[', '{', '\\']) {
            return Err(format!("the pattern `{pattern}` for members of the workspace is not understood"));
        }
        found.extend(expand(files, &parts)?);
    }
    Ok(found)
}

fn expand(files: &dyn ProjectFiles, parts: &[&str]) -> Result<Vec<String>, String> {
    let mut reached = vec![String::new()];
    for part in parts {
        let mut next = Vec::new();
        for directory in reached {
            let joined = |name: &str| match directory.as_str() {
                "" => name.to_owned(),
                directory => format!("{directory}/{name}"),
            };
            if !part.contains(['*', '?']) {
                next.push(joined(part));
                continue;
            }
            let names = files.directories(&directory)?;
            next.extend(names.iter().filter(|name| matches(part, name)).map(|name| joined(name)));
        }
        if next.len() > MOST_DIRECTORIES {
            return Err("the workspace has too many directories".to_owned());
        }
        reached = next;
    }
    Ok(reached)
}

/// Whether a name matches a pattern of `*` and `?`. For uv and pdm a leading dot is a character as every other.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // The last `*`, and how much of the name it has taken.
    let (mut at, mut position, mut star) = (0, 0, None);
    while position < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(c) if *c == '?' || name.get(position) == Some(c) => {
                at += 1;
                position += 1;
            }
            _ => match star {
                Some((star_at, taken)) => {
                    star = Some((star_at, taken + 1));
                    at = star_at + 1;
                    position = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::super::tests::MemoryFiles;
    use super::*;

    #[test]
    fn patterns_match_directories() {
        let files = MemoryFiles::of(&[
            ("packages/a/pyproject.toml", ""),
            ("packages/b/pyproject.toml", ""),
            ("packages/.hidden/x", ""),
            ("libs/x/inner/pyproject.toml", ""),
        ]);
        let of = |patterns: &[&str]| {
            let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
            matching(&files, &patterns).map(|found| found.into_iter().collect::<Vec<_>>().join(" "))
        };
        assert_eq!(of(&["packages/*"]).as_deref(), Ok("packages/.hidden packages/a packages/b"));
        assert_eq!(of(&["./packages/a/", "libs/*/inn?r"]).as_deref(), Ok("libs/x/inner packages/a"));
        assert_eq!(of(&["missing/*"]).as_deref(), Ok(""));
        assert!(of(&["**/x"]).is_err() && of(&["a[b]"]).is_err());
    }

    proptest::proptest! {
        #[test]
        fn a_pattern_matches_what_it_was_made_from(name in "[a-c]{0,6}", at in 0_usize..7, star: bool) {
            let (head, tail) = name.split_at(at.min(name.len()));
            let pattern = match star {
                true => format!("{head}*{tail}"),
                false => "?".repeat(name.len()),
            };
            proptest::prop_assert!(matches(&pattern, &name), "{pattern} {name}");
            let longer = format!("d{name}");
            let is_open = head.is_empty() && star;
            proptest::prop_assert_eq!(matches(&pattern, &longer), is_open, "{} {}", pattern, longer);
        }
    }
}
