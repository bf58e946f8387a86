//! What an interpreter says of itself, and the file in which the answer is kept.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::text::ParseError;
use crate::path::path_to_bytes;
use crate::python::Version;

/// The program that an interpreter runs to describe itself.
pub const SCRIPT: &str = include_str!("interpreter_facts.py");

/// The version of [`CacheEntry`]; another number is another version, which is not read.
const CACHE_VERSION: u32 = 1;

/// What [`SCRIPT`] prints. The names are those of Python's own `sys` and `sysconfig`, in whole words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterpreterFacts {
    /// `sys.implementation.name`.
    pub implementation: String,
    /// The first three of `sys.version_info`.
    pub release: [u64; 3],
    /// `alpha`, `beta`, `candidate` or `final`.
    pub level: String,
    /// The number of the pre-release.
    pub serial: u64,
    /// `sys.executable` without its links.
    pub real_executable: Option<String>,
    /// `sys._base_executable`, `sys.executable` before Python 3.8.
    pub base_executable: Option<String>,
    /// `sys.prefix`.
    pub prefix: String,
    /// `sys.base_prefix`, which differs from the prefix in an environment.
    pub base_prefix: String,
    /// `sysconfig.get_path("stdlib")`.
    pub standard_library: String,
    /// `sys.platlibdir`, `lib` before Python 3.9.
    pub platform_library: String,
    /// `Py_GIL_DISABLED`.
    pub free_threaded: bool,
    /// 64 or 32.
    pub pointer_bits: u8,
    /// `sys.platform`.
    pub system: String,
    /// `WHEEL_PKG_DIR`.
    pub wheel_directory: Option<String>,
    /// It belongs to an environment of virtualenv before 20, which `base_prefix` does not show.
    pub old_virtualenv: bool,
}

impl InterpreterFacts {
    /// Reads what the script printed.
    ///
    /// # Errors
    /// [`ParseError`] for anything else.
    pub fn parse(printed: &[u8]) -> Result<Self, ParseError> {
        serde_json::from_slice(printed).map_err(|error| ParseError { line: None, reason: error.to_string() })
    }

    /// The version as PEP 440 writes it; `None` for a level that Python does not have.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        let [major, minor, patch] = self.release;
        let level = match self.level.as_str() {
            "final" => return Version::of_release(&self.release),
            "alpha" => "a",
            "beta" => "b",
            "candidate" => "rc",
            _ => return None,
        };
        Version::parse(&format!("{major}.{minor}.{patch}{level}{}", self.serial))
    }
}

/// By what a file is known to be the one that was asked: numbers of the file system that change with it.
pub type Stamp = [u64; 3];

/// Facts and the file they are of.
#[derive(Debug, Serialize, Deserialize)]
struct CacheEntry {
    version: u32,
    path: String,
    stamp: Stamp,
    facts: InterpreterFacts,
}

/// The name of the file that keeps the facts of the interpreter at a path.
#[must_use]
pub fn file_name(interpreter: &Path) -> String {
    format!("{}.json", super::digest::hexadecimal(&path_to_bytes(interpreter)))
}

/// The content of that file; `None` for a path that is not text.
#[must_use]
pub fn cache_entry(interpreter: &Path, stamp: Stamp, facts: &InterpreterFacts) -> Option<Vec<u8>> {
    let path = interpreter.to_str()?.to_owned();
    serde_json::to_vec(&CacheEntry { version: CACHE_VERSION, path, stamp, facts: facts.clone() }).ok()
}

/// Reads it back; `None` if it is damaged, of another version, or of another file.
#[must_use]
pub fn from_cache(kept: &[u8], interpreter: &Path, stamp: Stamp) -> Option<InterpreterFacts> {
    let kept: CacheEntry = serde_json::from_slice(kept).ok()?;
    let same = kept.version == CACHE_VERSION && Path::new(&kept.path) == interpreter && kept.stamp == stamp;
    same.then_some(kept.facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"{"implementation": "cpython", "release": [3, 14, 0], "level": "candidate", "serial": 1,
        "real_executable": "/usr/bin/python3.14", "base_executable": "/usr/bin/python3", "prefix": "/usr",
        "base_prefix": "/usr", "standard_library": "/usr/lib/python3.14", "platform_library": "lib",
        "free_threaded": false, "pointer_bits": 64, "system": "linux", "wheel_directory": null,
        "old_virtualenv": false}"#;

    #[test]
    fn reads_what_the_script_prints() {
        let facts = InterpreterFacts::parse(PRINTED.as_bytes()).expect("facts");
        assert_eq!(facts.version(), Version::parse("3.14.0rc1"));
        let finished = InterpreterFacts { level: "final".to_owned(), ..facts.clone() };
        assert_eq!(finished.version(), Version::parse("3.14.0"));
        assert_eq!(InterpreterFacts { level: "golden".to_owned(), ..facts }.version(), None);
        for garbage in ["", "hello\n", "{}", "[]", &PRINTED.replace("64", "\"many\"")] {
            assert!(InterpreterFacts::parse(garbage.as_bytes()).is_err(), "{garbage}");
        }
    }

    #[test]
    fn what_is_kept_is_only_good_for_the_same_file() {
        let facts = InterpreterFacts::parse(PRINTED.as_bytes()).expect("facts");
        let path = Path::new("/usr/bin/python3");
        let stamp = [1, 2, 3];
        let kept = cache_entry(path, stamp, &facts).expect("bytes");
        assert_eq!(from_cache(&kept, path, stamp), Some(facts));
        assert_eq!(from_cache(&kept, Path::new("/usr/bin/python"), stamp), None);
        assert_eq!(from_cache(&kept, path, [1, 4, 3]), None);
        assert_eq!(from_cache(&kept[..kept.len() - 1], path, stamp), None);
        let newer = String::from_utf8_lossy(&kept).replace("\"version\":1", "\"version\":2");
        assert_eq!(from_cache(newer.as_bytes(), path, stamp), None);
    }

    #[test]
    fn each_path_has_a_name_of_its_own() {
        let names = ["/usr/bin/python3", "/usr/bin/python"].map(|path| file_name(Path::new(path)));
        assert!(names[0] != names[1] && names[0].len() == 69 && names[0].ends_with(".json"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_have_an_answer(bytes: Vec<u8>) {
            proptest::prop_assert!(InterpreterFacts::parse(&bytes).is_err());
            proptest::prop_assert!(from_cache(&bytes, Path::new("/x"), [0; 3]).is_none());
        }
    }
}
