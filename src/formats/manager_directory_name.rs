//! The directory names of environments that pipenv, poetry, hatch and pdm keep outside of a project. Each contains eight
//! characters of a hash of the project's path.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use md5::Md5;
use sha2::{Digest, Sha256};

/// The first eight characters of the hash of an absolute path: that of the `Pipfile` for pipenv, that of the project
/// with symlinks resolved for poetry and hatch.
#[must_use]
pub fn hash(path: &[u8]) -> String {
    // Six bytes are eight characters.
    URL_SAFE_NO_PAD.encode(&Sha256::digest(path)[..6])
}

/// The first eight characters of pdm's hash of the absolute path of a project.
#[must_use]
pub fn hash_of_pdm(path: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&Md5::digest(path)[..6])
}

/// Returns whether this is pdm's name for a project in a directory of a name: `DIRECTORY-HASH-PYTHON`, where `PYTHON` may be any
/// other name.
#[must_use]
pub fn is_of_pdm(name: &[u8], directory: &[u8], hash: &str) -> bool {
    let rest = name.strip_prefix(directory).and_then(|rest| rest.strip_prefix(b"-"));
    rest.and_then(|rest| rest.strip_prefix(hash.as_bytes())).is_some_and(|rest| rest.starts_with(b"-"))
}

/// Returns whether this is pipenv's name for a project: `NAME-HASH`, followed by `-PYTHON` if `PIPENV_PYTHON` was set.
#[must_use]
pub fn is_of_pipenv(name: &[u8], hash: &str) -> bool {
    after_hash(name, hash).any(|rest| rest.is_empty() || rest.starts_with(b"-"))
}

/// Returns whether this is poetry's name for a project: `NAME-HASH-pyX.Y`.
#[must_use]
pub fn is_of_poetry(name: &[u8], hash: &str) -> bool {
    after_hash(name, hash).any(|rest| rest.starts_with(b"-py"))
}

/// The text after each occurrence of `-HASH` in a name.
fn after_hash<'n>(name: &'n [u8], hash: &str) -> impl Iterator<Item = &'n [u8]> {
    let part = format!("-{hash}").into_bytes();
    memchr::memmem::find_iter(name, &part).map(|at| &name[at + part.len()..]).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_tools() {
        // As Python computes them: base64.urlsafe_b64encode(hashlib.sha256(path).digest())[:8].
        let cases = [("/home/u/project/Pipfile", "9Ib_Ao64"), ("/home/u/demo", "mz1Zia10"), ("", "47DEQpj8")];
        for (path, expected) in cases {
            assert_eq!(hash(path.as_bytes()), expected, "{path}");
        }
    }

    #[test]
    fn the_hash_of_pdm_is_another_one() {
        // As Python computes it: base64.urlsafe_b64encode(hashlib.md5(path).digest())[:8].
        for (path, expected) in [("/home/u/demo", "2Y0Qypoq"), ("", "1B2M2Y8A")] {
            assert_eq!(hash_of_pdm(path.as_bytes()), expected, "{path}");
        }
        let is_ours = |name: &str| is_of_pdm(name.as_bytes(), b"demo", "1B2M2Y8A");
        assert!(is_ours("demo-1B2M2Y8A-3.12") && is_ours("demo-1B2M2Y8A-test"));
        assert!(
            !is_ours("demo-1B2M2Y8A") && !is_ours("demo2-1B2M2Y8A-3.12") && !is_ours("demo-AAAAAAAA-3.12")
        );
    }

    #[test]
    fn names_belong_to_one_tool_and_project() {
        let pipenv = |name: &str| is_of_pipenv(name.as_bytes(), "M18C0Oly");
        assert!(
            pipenv("pipenv-M18C0Oly") && pipenv("pipenv-M18C0Oly-3.9") && pipenv("a-M18C0Oly-b-M18C0Oly")
        );
        assert!(!pipenv("M18C0Oly") && !pipenv("pipenv-M18C0Olyx") && !pipenv("pipenv-m18c0oly"));
        let poetry = |name: &str| is_of_poetry(name.as_bytes(), "A1XurARH");
        assert!(
            poetry("demo-A1XurARH-py3.12") && !poetry("demo-A1XurARH") && !poetry("demo-A1XurARX-py3.12")
        );
    }
}
