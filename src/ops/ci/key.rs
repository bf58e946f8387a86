//! `ci key`: from what decides on the content of an environment to one word.

use crate::config::Settings;
use crate::env::{SYSTEM, machine};
use crate::error::Result;
use crate::formats::digest;
use crate::interpreters::{Query, likely_python};
use crate::layout::LAYOUT_VERSION;
use crate::message::message;
use crate::model::{CacheInput, CacheKey, PythonRequests, Selection};
use crate::path::display;
use crate::project::{cache_inputs, input_digests, python_requests, select};
use crate::session::{Ports, Session};
use crate::text::add_named;

/// The version of how keys are made. Other keys for the same input are another version.
const KEY_VERSION: &str = "git-pyenv cache key 1";
/// How many hexadecimal digits of the digest are in a key.
const DIGITS: usize = 32;

/// What the key is for.
#[derive(Debug, Clone)]
pub struct KeyRequest {
    /// The environment, by its name in the settings or by its directory; `None` for the selected one.
    pub environment: Option<String>,
    /// The Python that is requested on the command line.
    pub python: Option<String>,
    /// What the key begins with.
    pub prefix: String,
}

/// Computes the key. Nothing is run, and whether the environment exists does not matter.
///
/// # Errors
/// Usage, settings, or undecided if a file cannot be read.
pub fn key(ports: Ports<'_>, request: &KeyRequest) -> Result<CacheKey> {
    let session = Session::open(ports, Vec::new())?;
    let settings = session.work_tree_settings()?;
    let top = session.top()?;
    let selection = select(&session, &settings, request.environment.as_deref())?;
    let requests = python_requests(session.repository.layout(), &selection, request.python.as_deref())?;
    let query = Query { requests: &requests, work_tree: Some(&top) };
    let python = likely_python(session.env, query).map(|found| found.replace('+', "-"));
    let found = cache_inputs(&session, &settings, &selection, &requests);
    let inputs = input_digests(&top, &found)?;
    let platform = format!("{SYSTEM}-{}", machine().unwrap_or_else(|| "unknown".to_owned()));
    let requested: Vec<String> = requests.requests.iter().map(|asked| asked.text.clone()).collect();
    let text = KeyFacts { settings: &settings, selection: &selection, requests: &requests, inputs: &inputs };
    let digest = digest::hexadecimal(&text.bytes(&platform, python.as_deref()));
    let shown = python.clone().or_else(|| Some(format!("python-{}", word(requested.first()?))));
    let restore_prefix =
        format!("{}-{platform}-{}-", request.prefix, shown.unwrap_or_else(|| "python".to_owned()));
    let unknown = python.is_none().then(|| {
        message!(
            "which Python `git pyenv create` would use is not known without running it: request one with {}",
            "`--python`"
        )
    });
    let outside = found.outside.iter().map(|place| {
        message!("`{}` is outside of the repository, so what it contains is not in the key", display(place))
    });
    Ok(CacheKey {
        repository: session.label(),
        key: format!("{restore_prefix}{}", digest.get(..DIGITS).unwrap_or(&digest)),
        restore_prefix,
        platform,
        python,
        requested_python: requested,
        inputs,
        notes: unknown.into_iter().chain(outside).collect(),
        selection,
    })
}

/// Text as a part of a key, which has only characters that every cache accepts.
fn word(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    text.chars().map(plain).collect()
}

/// What is known.
struct KeyFacts<'f> {
    settings: &'f Settings,
    selection: &'f Selection,
    requests: &'f PythonRequests,
    inputs: &'f [CacheInput],
}

impl KeyFacts<'_> {
    /// All of it in one form, which no two different facts share.
    fn bytes(&self, platform: &str, python: Option<&str>) -> Vec<u8> {
        let mut bytes = KEY_VERSION.as_bytes().to_vec();
        let mut add = |name: &str, value: &[u8]| add_named(&mut bytes, name, value);
        add("layout", &LAYOUT_VERSION.to_le_bytes());
        add("platform", platform.as_bytes());
        add("python", python.unwrap_or_default().as_bytes());
        self.requests.requests.iter().for_each(|asked| add("requested", asked.text.as_bytes()));
        add("requirements file", self.settings.requirements_file.value.as_bytes());
        if let (Some(path), true) = (&self.selection.path, self.selection.is_explicit()) {
            add("directory", path.as_bytes());
        }
        let named = self.selection.name.as_ref().and_then(|name| self.settings.environments.get(name));
        if let Some(named) = named {
            named.requirements.value.iter().for_each(|file| add("requirements", file.as_bytes()));
            named.groups.value.iter().for_each(|group| add("group", group.as_bytes()));
        }
        for input in self.inputs {
            add("file", input.path.as_bytes());
            add("digest", input.digest.as_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_no_separator_of_a_cache() {
        assert_eq!(word(">=3.11,<4 /x"), "__3.11__4__x");
    }
}
