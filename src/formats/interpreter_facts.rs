//! Facts that an interpreter reports about itself, and the cache file for them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::text::ParseError;
use crate::path::{bytes_to_path, path_to_bytes};
use crate::python::Version;

/// The script that an interpreter runs to report its facts.
pub const SCRIPT: &str = include_str!("interpreter_facts.py");

/// The version of [`CacheEntry`]; an entry of another version is not used.
const CACHE_VERSION: u32 = 2;

/// A path as [`SCRIPT`] prints it: each byte as the character with that number, so that neither the locale of the
/// interpreter nor a name that is not UTF-8 changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PrintedPath(Vec<u8>);

impl PrintedPath {
    /// The path of a file on this system.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        Self(path_to_bytes(path))
    }

    /// The path on this system.
    #[must_use]
    pub fn to_path(&self) -> PathBuf {
        bytes_to_path(&self.0)
    }
}

impl TryFrom<String> for PrintedPath {
    type Error = std::char::TryFromCharError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.chars().map(u8::try_from).collect::<Result<_, _>>().map(Self)
    }
}

impl From<PrintedPath> for String {
    fn from(path: PrintedPath) -> Self {
        path.0.into_iter().map(char::from).collect()
    }
}

/// The output of [`SCRIPT`]. The names are those of Python's `sys` and `sysconfig`, in whole words.
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
    /// `sys.executable` with symlinks resolved.
    pub real_executable: Option<PrintedPath>,
    /// `sys._base_executable`, `sys.executable` before Python 3.8.
    pub base_executable: Option<PrintedPath>,
    /// `sys.prefix`.
    pub prefix: PrintedPath,
    /// `sys.base_prefix`, which is different from the prefix in an environment.
    pub base_prefix: PrintedPath,
    /// `sysconfig.get_path("stdlib")`.
    pub standard_library: PrintedPath,
    /// `sys.platlibdir`, `lib` before Python 3.9.
    pub platform_library: String,
    /// `Py_GIL_DISABLED`.
    pub free_threaded: bool,
    /// 64 or 32.
    pub pointer_bits: u8,
    /// `sys.platform`.
    pub system: String,
    /// `WHEEL_PKG_DIR`.
    pub wheel_directory: Option<PrintedPath>,
    /// Whether it is in an environment of virtualenv before 20, which `base_prefix` does not show.
    pub old_virtualenv: bool,
}

impl InterpreterFacts {
    /// Parses the output of the script.
    ///
    /// # Errors
    /// [`ParseError`] for anything else.
    pub fn parse(printed: &[u8]) -> Result<Self, ParseError> {
        serde_json::from_slice(printed).map_err(|error| ParseError { line: None, reason: error.to_string() })
    }

    /// The version in the form of PEP 440; `None` for an unknown level.
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

/// Numbers of the file system that change with the file of an interpreter.
pub type Stamp = [u64; 3];

/// What is known of an interpreter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownInterpreter {
    /// What it reported.
    pub facts: InterpreterFacts,
    /// The number of the file system that changes when a file of its standard library is added or removed.
    pub library: Option<u64>,
    /// The program with which an environment of it was seen to start; `None` if none was started yet.
    pub starts: Option<PrintedPath>,
}

/// What is known, and the file of the interpreter.
#[derive(Debug, Serialize, Deserialize)]
struct CacheEntry {
    version: u32,
    path: PrintedPath,
    stamp: Stamp,
    known: KnownInterpreter,
}

/// The name of the cache file for the interpreter at a path.
#[must_use]
pub fn file_name(interpreter: &Path) -> String {
    format!("{}.json", super::digest::hexadecimal(&path_to_bytes(interpreter)))
}

/// The content of the cache file; `None` if it cannot be written as JSON.
#[must_use]
pub fn cache_entry(interpreter: &Path, stamp: Stamp, known: &KnownInterpreter) -> Option<Vec<u8>> {
    let path = PrintedPath::of(interpreter);
    serde_json::to_vec(&CacheEntry { version: CACHE_VERSION, path, stamp, known: known.clone() }).ok()
}

/// Parses a cache file; `None` if it is damaged, of another version, or of another interpreter file.
#[must_use]
pub fn from_cache(cached: &[u8], interpreter: &Path, stamp: Stamp) -> Option<KnownInterpreter> {
    let entry: CacheEntry = serde_json::from_slice(cached).ok()?;
    let same =
        entry.version == CACHE_VERSION && entry.path == PrintedPath::of(interpreter) && entry.stamp == stamp;
    same.then_some(entry.known)
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
    fn the_output_of_the_script_is_parsed() {
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
    fn a_cache_entry_is_valid_for_one_file() {
        let facts = InterpreterFacts::parse(PRINTED.as_bytes()).expect("facts");
        let path = Path::new("/usr/bin/python3");
        let stamp = [1, 2, 3];
        let known = KnownInterpreter { facts, library: Some(4), starts: Some(PrintedPath::of(path)) };
        let kept = cache_entry(path, stamp, &known).expect("bytes");
        assert_eq!(from_cache(&kept, path, stamp), Some(known));
        assert_eq!(from_cache(&kept, Path::new("/usr/bin/python"), stamp), None);
        assert_eq!(from_cache(&kept, path, [1, 4, 3]), None);
        assert_eq!(from_cache(&kept[..kept.len() - 1], path, stamp), None);
        let newer = String::from_utf8_lossy(&kept).replace("\"version\":2", "\"version\":1");
        assert_eq!(from_cache(newer.as_bytes(), path, stamp), None);
    }

    #[test]
    fn paths_are_printed_byte_by_byte() {
        let printed =
            PRINTED.replace("\"base_prefix\": \"/usr\"", "\"base_prefix\": \"/\\u00c3\\u00a9\\u00ff\"");
        let facts = InterpreterFacts::parse(printed.as_bytes()).expect("facts");
        assert_eq!(path_to_bytes(&facts.base_prefix.to_path()), b"/\xc3\xa9\xff");
        let again = serde_json::to_vec(&facts).expect("JSON");
        assert_eq!(InterpreterFacts::parse(&again).expect("facts"), facts);
        let wide = PRINTED.replace("\"base_prefix\": \"/usr\"", "\"base_prefix\": \"/\\u20ac\"");
        assert!(InterpreterFacts::parse(wide.as_bytes()).is_err(), "no byte has this number");
    }

    #[test]
    fn each_path_has_a_different_name() {
        let names = ["/usr/bin/python3", "/usr/bin/python"].map(|path| file_name(Path::new(path)));
        assert!(names[0] != names[1] && names[0].len() == 69 && names[0].ends_with(".json"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            proptest::prop_assert!(InterpreterFacts::parse(&bytes).is_err());
            proptest::prop_assert!(from_cache(&bytes, Path::new("/x"), [0; 3]).is_none());
        }
    }
}
