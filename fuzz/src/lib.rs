//! Every parser of bytes with what has to hold for any input. The fuzz targets run these, and so does the test
//! `parsers` of the package itself, which compiles this file too: over `seeds/NAME/` and what comes of changing it.

use std::fmt::Debug;
use std::io::{self, Read, Write};
use std::path::Path;

use git_pyenv::backends::BACKENDS;
use git_pyenv::formats::{self, direct_url, utf8};
use git_pyenv::git::GitVersion;
use git_pyenv::ports::ReadAt;
use git_pyenv::python::Version;

/// A parser.
pub struct Parser {
    /// The file of `src/formats/`, or what is read; a fuzz target and a folder of `seeds/` have this name.
    pub name: &'static str,
    /// Parses a document and returns everything that is found, as [`Debug`] writes it.
    pub read: fn(&[u8]) -> String,
    /// What may stand before any document and changes nothing but the numbers of lines, if there is such a thing.
    pub blank_line: Option<&'static str>,
}

/// A parser of text where a blank line means nothing.
const fn lines(name: &'static str, read: fn(&[u8]) -> String) -> Parser {
    Parser { name, read, blank_line: Some("\n") }
}

/// Any other parser.
const fn other(name: &'static str, read: fn(&[u8]) -> String) -> Parser {
    Parser { name, read, blank_line: None }
}

/// Every parser, by name.
pub static PARSERS: &[Parser] = &[
    other("activation_script", |bytes| {
        let read = formats::activation_script::read(bytes);
        shown(&(read, formats::activation_script::literals(bytes)))
    }),
    other("archive", archive),
    other("audit_log", audit_log),
    other("backend_output", backend_output),
    other("build_details", |bytes| shown(&formats::build_details::python_version(bytes))),
    other("cachedir_tag", |bytes| shown(&formats::cachedir_tag::writer(bytes))),
    other("cleanup_plan", cleanup_plan),
    other("compiled", |bytes| shown(&utf8(bytes).map(formats::compiled::header))),
    other("conda_record", |bytes| {
        use formats::conda_record::{FileName, files, parse, python_version};
        shown(&(files(bytes), parse(bytes), python_version(bytes), FileName::parse(bytes)))
    }),
    other("content_hash", content_hash),
    other("direct_url", |bytes| {
        let read = direct_url::DirectUrl::parse(bytes);
        let local = read.as_ref().ok().and_then(direct_url::DirectUrl::local);
        shown(&(&read, local, utf8(bytes).ok().and_then(direct_url::local_path)))
    }),
    other("egg_link", |bytes| shown(&formats::egg_link::read(bytes))),
    lines("egg_requires", |bytes| shown(&formats::egg_requires::read(bytes))),
    other("entry_point_script", entry_point_script),
    lines("entry_points", |bytes| shown(&utf8(bytes).and_then(formats::entry_points::commands))),
    lines("environment_yml", environment_yml),
    other("executable_header", |bytes| shown(&formats::executable_header::read(bytes))),
    other("git_version", |bytes| {
        let read = utf8(bytes).ok().and_then(GitVersion::parse);
        shown(&(read.map(|version| version.to_string()), utf8(bytes).ok().and_then(Version::parse)))
    }),
    lines("installed_files", |bytes| shown(&formats::installed_files::read(bytes))),
    other("interpreter_facts", |bytes| {
        use formats::interpreter_facts::{InterpreterFacts, from_cache};
        let read = InterpreterFacts::parse(bytes);
        let version = read.as_ref().ok().and_then(InterpreterFacts::version);
        shown(&(&read, version, from_cache(bytes, Path::new("/python"), [1, 2, 3])))
    }),
    lines("json", |bytes| shown(&utf8(bytes).and_then(|text| formats::json::parse(text, &["unread"])))),
    other("lfs_pointer", |bytes| shown(&formats::lfs_pointer::is_pointer(bytes))),
    other("manager_directory_name", |bytes| {
        use formats::manager_directory_name as names;
        let hashes = (names::hash(bytes), names::hash_of_pdm(bytes));
        let tools = (names::is_of_pipenv(bytes, &hashes.0), names::is_of_poetry(bytes, &hashes.0));
        shown(&(&hashes, tools, names::is_of_pdm(bytes, bytes, &hashes.1)))
    }),
    lines("manager_settings", |bytes| {
        use formats::manager_settings::{hatch, pdm, poetry, poetry_in_use};
        shown(&(poetry(bytes), poetry_in_use(bytes, "A1XurARH"), pdm(bytes), hatch(bytes)))
    }),
    other("metadata", |bytes| {
        use formats::metadata::{Metadata, is_complete};
        shown(&(Metadata::parse(bytes), is_complete(bytes)))
    }),
    other("own_ignore", |bytes| {
        use formats::own_ignore::{is_own_ignore, is_own_ignore_blob};
        shown(&(is_own_ignore(bytes), is_own_ignore_blob(bytes)))
    }),
    lines("passwd", |bytes| shown(&formats::passwd::user_name(bytes, 1000))),
    other("patch_level", |bytes| {
        use formats::patch_level::{in_header, in_program};
        shown(&(in_header(bytes), in_program(bytes, "3.12")))
    }),
    lines("path_configuration", |bytes| shown(&formats::path_configuration::read(bytes))),
    lines("pdm_lock", |bytes| shown(&formats::pdm_lock::parse(bytes))),
    lines("pipfile", |bytes| shown(&formats::pipfile::parse(bytes))),
    lines("pipfile_lock", |bytes| shown(&formats::pipfile_lock::parse(bytes))),
    lines("plug_in", |bytes| {
        use formats::plug_in::{activation, creation, declaration};
        shown(&(declaration(bytes), creation(bytes), activation(bytes)))
    }),
    lines("poetry_lock", poetry_lock),
    lines("project_tables", |bytes| shown(&formats::project_tables::ProjectTables::of_pyproject(bytes))),
    lines("pylock", |bytes| shown(&formats::pylock::parse(bytes))),
    lines("pyproject", pyproject),
    lines("python_envs", |bytes| shown(&formats::python_envs::parse(bytes))),
    lines("python_json", python_json),
    lines("python_version_file", |bytes| shown(&formats::python_version_file::parse(bytes))),
    lines("pyvenv_cfg", |bytes| {
        let read = formats::pyvenv_cfg::PyvenvCfg::parse(bytes);
        let values = (read.home(), read.recorded_path(), read.python_version(), read.python_feature());
        shown(&(&read, values, read.is_relocatable(), read.includes_system_packages()))
    }),
    other("record", record),
    lines("requirements_file", |bytes| {
        let variable = |name: &str| (name == "A").then(|| "a".to_owned());
        shown(&formats::requirements_file::parse(bytes, &variable))
    }),
    lines("requires_python", |bytes| shown(&formats::requires_python::parse(bytes))),
    other("script_interpreter", |bytes| shown(&formats::script_interpreter::read(bytes))),
    lines("script_metadata", |bytes| shown(&formats::script_metadata::parse(bytes))),
    lines("setup_cfg", |bytes| shown(&formats::setup_cfg::SetupCfg::parse(bytes))),
    lines("setup_py", |bytes| shown(&formats::setup_py::name(bytes))),
    other("site_entry", |bytes| shown(&formats::site_entry::read(bytes))),
    other("snapshot", snapshot),
    other("source_reference", |bytes| {
        use formats::source_reference::{SourceReference, fragment_hashes};
        shown(&utf8(bytes).map(|text| (SourceReference::parse(text), fragment_hashes(text))))
    }),
    lines("toml", |bytes| {
        let below = utf8(bytes).and_then(|text| formats::toml::parse(text, &["tool", "uv"]));
        shown(&(below, utf8(bytes).and_then(|text| formats::toml::parse(text, &[]))))
    }),
    other("tool_answers", |bytes| {
        use formats::tool_answers::{outdated, pip_audit, uv_audit};
        shown(&(outdated(bytes), pip_audit(bytes), uv_audit(bytes)))
    }),
    lines("tool_description", |bytes| {
        shown(&formats::tool_description::parse(bytes, |key| key == "venvDirectory"))
    }),
    lines("tool_registry", tool_registry),
    other("trust_record", trust_record),
    lines("uv_lock", uv_lock),
    other("wheel", wheel),
];

/// Parses a document and asserts what has to hold of any: nothing panics, lines exist, and a blank line before it moves
/// them by one and changes nothing else.
///
/// # Panics
/// If that is not so, or there is no parser of this name.
pub fn check(name: &str, bytes: &[u8]) {
    let parser = PARSERS.iter().find(|parser| parser.name == name).expect("a parser of this name");
    let found = (parser.read)(bytes);
    let (shape, numbers) = without_lines(&found);
    let last = line_breaks(bytes) + 1;
    assert!(numbers.iter().all(|line| (1..=last).contains(line)), "{name}: beyond line {last}: {found}");
    // A byte order mark, the first line of a script and what names the encoding have to be at the start.
    let is_bound = bytes.starts_with(b"#") || !bytes.is_ascii();
    if let Some(blank) = parser.blank_line.filter(|_| !is_bound) {
        let (moved_shape, moved) = without_lines(&(parser.read)(&[blank.as_bytes(), bytes].concat()));
        assert_eq!(moved_shape, shape, "{name}: a blank line counts");
        // What is said of the whole file is said of its first line.
        let is_moved = |(line, moved): (&usize, &usize)| *moved == line + 1 || (*line, *moved) == (1, 1);
        assert!(
            moved.len() == numbers.len() && numbers.iter().zip(&moved).all(is_moved),
            "{name}: {moved:?}"
        );
    }
}

fn shown(found: &impl Debug) -> String {
    format!("{found:?}")
}

/// The most line breaks that any parser sees: Python has more of them than other languages.
fn line_breaks(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let breaks = "\n\r\u{b}\u{c}\u{1c}\u{1d}\u{1e}\u{85}\u{2028}\u{2029}";
    // UTF-16, and encodings in which a byte is one of these characters.
    let single = bytes.iter().filter(|byte| matches!(byte, 0x0a..=0x0d | 0x1c..=0x1e | 0x85)).count();
    text.chars().filter(|c| breaks.contains(*c)).count().max(single)
}

/// Takes the numbers of lines out of what [`Debug`] wrote; what stands in texts stays.
fn without_lines(found: &str) -> (String, Vec<usize>) {
    let (mut shape, mut numbers) = (String::with_capacity(found.len()), Vec::new());
    let mut rest = found;
    let mut is_text = false;
    while let Some(c) = rest.chars().next() {
        let start = ["line: Some(", "malformed: Some(", "line: "]
            .into_iter()
            .find(|start| !is_text && rest.starts_with(start));
        let digits = start.map(|start| rest[start.len()..].bytes().take_while(u8::is_ascii_digit).count());
        if let (Some(start), Some(digits @ 1..)) = (start, digits) {
            let after = &rest[start.len()..];
            shape.push_str(start);
            numbers.push(after[..digits].parse().expect("a number"));
            rest = &after[digits..];
            continue;
        }
        let length = if is_text && c == '\\' { 2 } else { c.len_utf8() };
        is_text ^= c == '"';
        shape.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    (shape, numbers)
}

/// Neither what a document unpacks to nor what it says itself is more than what is announced.
fn archive(bytes: &[u8]) -> String {
    use formats::archive::{ArchiveSize, TarReader, open};
    let announced = ArchiveSize { members: 100, bytes: 1 << 16 };
    let compressed = open(std::io::Cursor::new(bytes.to_vec()), announced).map_err(|error| error.to_string());
    let compressed = compressed.map(|reader| members(reader, announced.bytes));
    shown(&(compressed, members(TarReader::new(bytes, announced), announced.bytes)))
}

/// The members of an archive, up to the first error.
fn members<R: Read>(mut reader: formats::archive::TarReader<R>, most: u64) -> (String, Vec<String>) {
    let mut found = Vec::new();
    let mut size = 0;
    loop {
        match reader.next_member() {
            Ok(None) => return ("whole".to_owned(), found),
            Err(error) => return (error.to_string(), found),
            Ok(Some(member)) => {
                let mut content = Vec::new();
                let read = reader.read_to_end(&mut content);
                size += content.len() as u64;
                assert!(size <= most, "it holds more than is announced");
                found.push(format!("{member:?}, {read:?}"));
            }
        }
    }
}

fn audit_log(bytes: &[u8]) -> String {
    // The first line may be the file of the head.
    let first = bytes.split(|byte| *byte == b'\n').next();
    let _ = formats::audit_log::read(bytes, first);
    // What is missing is missed behind the last line.
    let read = formats::audit_log::read(bytes, None);
    assert!(read.entry_count() <= line_breaks(bytes) + 1);
    shown(&read.head())
}

fn backend_output(bytes: &[u8]) -> String {
    let lines: Vec<String> = String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect();
    let mut found = Vec::new();
    for backend in BACKENDS {
        let reading = &backend.reading;
        found.push(git_pyenv::backends::failed_requirement(reading, &lines));
        for line in &lines {
            let _ = (reading.event)(line);
        }
    }
    shown(&found)
}

fn cleanup_plan(bytes: &[u8]) -> String {
    use formats::cleanup_plan::{is_plan, parse, write};
    let read = parse(bytes);
    if let Ok(plan) = &read {
        assert!(is_plan(bytes), "what is read is a plan");
        assert_eq!(
            parse(&write(plan).expect("a document")).as_ref(),
            Ok(plan),
            "it is written as it was read"
        );
    }
    shown(&read)
}

fn content_hash(bytes: &[u8]) -> String {
    use formats::content_hash::ContentHash;
    let text = String::from_utf8_lossy(bytes);
    let read = [
        ContentHash::parse_recorded(&text),
        ContentHash::parse_hexadecimal(&text),
        ContentHash::parse_named_hexadecimal(&text),
    ];
    for hash in read.iter().flatten() {
        assert!(!hash.is_of(bytes).expect("bytes"), "a text has its own hash");
    }
    shown(&read)
}

fn entry_point_script(bytes: &[u8]) -> String {
    let command = formats::entry_points::commands("[console_scripts]\nx = a.b:Main.run\n").expect("commands");
    let first = command.first().expect("a command");
    shown(&formats::entry_point_script::is_script_of(bytes, first, &[b"/venv/bin/python".to_vec()]))
}

fn environment_yml(bytes: &[u8]) -> String {
    let mut read = formats::environment_yml::EnvironmentYml::parse(bytes);
    let unread = read.as_mut().map(|read| std::mem::take(&mut read.unread));
    let unread: Vec<_> = unread.into_iter().flatten().map(|(line, text)| Unread { line, text }).collect();
    shown(&(read, unread))
}

/// What was not read of a file, with the name of its number.
#[derive(Debug)]
#[expect(dead_code, reason = "`Debug` shows them")]
struct Unread {
    line: usize,
    text: String,
}

fn poetry_lock(bytes: &[u8]) -> String {
    let document = utf8(bytes).and_then(|text| formats::toml::parse(text, &["package"]));
    let dependencies = document.map(|document| document.map(|it| formats::poetry_lock::dependencies(&it)));
    shown(&(formats::poetry_lock::parse(bytes), dependencies))
}

fn pyproject(bytes: &[u8]) -> String {
    let Ok(read) = formats::pyproject::Pyproject::parse(bytes) else {
        return shown(&formats::pyproject::Pyproject::parse(bytes));
    };
    let own = read.own_requirements(&[]);
    let names = (read.group_names(), read.extra_names(), read.declares());
    let groups: Vec<_> = names.0.iter().map(|name| read.group(name, &[])).collect();
    let defaults = read.group_tool().map(|tool| read.default_groups(tool));
    shown(&(&read, own, &names, groups, defaults))
}

fn python_json(bytes: &[u8]) -> String {
    use formats::python_json::{Separators, dumps};
    let Ok(value) = utf8(bytes).and_then(|text| formats::json::parse(text, &[])) else {
        return String::new();
    };
    let written = [Separators::Spaced, Separators::Compact].map(|separators| dumps(&value.value, separators));
    for text in written.iter().flatten() {
        // Python writes numbers that JSON does not have.
        let is_json = !text.contains("Infinity") && !text.contains("NaN");
        let again = formats::json::parse(text, &[]).map(|again| dumps(&again.value, Separators::Spaced));
        assert!(!is_json || again.as_ref() == Ok(&written[0]), "read again as {again:?}: {text}");
    }
    shown(&written)
}

fn record(bytes: &[u8]) -> String {
    use formats::record::{RecordText, read, write};
    let rows = read(bytes);
    // They are written in their order; a byte order mark before the first is none of its path.
    let written = write(&rows);
    let again = if written.starts_with(b"\xef\xbb\xbf") { written.clone() } else { write(&read(&written)) };
    assert!(again == written, "what is written is read again");
    let mut parts = 0;
    for part in RecordText::new(bytes).parts(64) {
        part.for_each(|_| parts += 1);
    }
    let mut whole = 0;
    let is_sound = RecordText::new(bytes).check_each(|_| whole += 1);
    assert_eq!(parts, whole, "parts have what the whole has");
    shown(&(rows, is_sound, whole))
}

fn snapshot(bytes: &[u8]) -> String {
    let read = formats::snapshot::parse(bytes);
    if let Ok(snapshot) = &read {
        let written = formats::snapshot::write(snapshot).expect("a snapshot can be written");
        assert_eq!(formats::snapshot::parse(&written).as_ref(), Ok(snapshot));
    }
    shown(&read)
}

fn tool_registry(bytes: &[u8]) -> String {
    use formats::tool_registry::{parse, write};
    let read = parse(bytes);
    if let Ok(tools) = &read {
        assert_eq!(parse(&write(tools)).as_ref(), Ok(tools), "it is written as it was read");
    }
    shown(&read)
}

fn trust_record(bytes: &[u8]) -> String {
    use formats::trust_record::{parse, write};
    let read = parse(bytes);
    if let Ok(record) = &read {
        assert_eq!(parse(&write(record).expect("a document")).as_ref(), Ok(record));
        assert!(record.subject.digest().is_ok(), "what is read has a digest");
    }
    shown(&read)
}

fn uv_lock(bytes: &[u8]) -> String {
    let document = utf8(bytes).and_then(|text| formats::toml::parse(text, &["manifest", "requirements"]));
    let written = document.map(|it| it.map(|it| formats::uv_lock::requirements(&it.value)));
    shown(&(formats::uv_lock::parse(bytes), written))
}

/// Bytes as a file.
struct Memory<'b>(&'b [u8]);

impl ReadAt for Memory<'_> {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, at: u64, mut into: &mut [u8]) -> io::Result<usize> {
        into.write(usize::try_from(at).ok().and_then(|at| self.0.get(at..)).unwrap_or_default())
    }
}

fn wheel(bytes: &[u8]) -> String {
    let file = Memory(bytes);
    let wheel = match formats::wheel::Wheel::open(&file) {
        Ok(wheel) => wheel,
        Err(error) => return shown(&error),
    };
    for member in &wheel.members {
        if let Ok(content) = wheel.read(member) {
            assert_eq!(content.len() as u64, member.size);
        }
    }
    shown(&(&wheel.members, &wheel.commands, &wheel.distribution))
}
