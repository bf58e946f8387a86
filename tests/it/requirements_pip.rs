//! Requirements files are read as pip reads them: the same lines are given to pip's own parser.

use std::fmt::Write;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use git_pyenv::formats::requirements_file::{self, DirectRequirement, RequirementEntry};
use git_pyenv::python::{Requirement, Wanted};
use serde_json::{Value, json};

use crate::support::repository::Sandbox;
use crate::support::sandbox::{skip, tool};

#[path = "../../src/formats/requirements_file/cases.rs"]
pub(crate) mod cases;
use cases::CASES;

/// The variables that both see.
const VARIABLES: [(&str, &str); 3] = [("NAMEV", "requests==2.0"), ("TOKEN", "s3cr3t"), ("EMPTY", "")];

/// What lines are made of.
const PIECES: [&str; 96] = [
    "requests",
    "b",
    "Foo_Bar.x",
    "pkg",
    "./pkg",
    "./nowhere",
    "pkg/",
    "1234",
    "==",
    ">=",
    "~=",
    "===",
    "!=",
    "<",
    "=",
    "1.0",
    "2",
    "1.*",
    "2.0a1",
    "1!2",
    "v1",
    "1.0+x",
    "weird",
    ",",
    ", ",
    " ",
    " ",
    " ",
    "  ",
    "\t",
    "\u{a0}",
    ";",
    "; ",
    " ; ",
    "python_version",
    "os_name",
    "'3'",
    "\"x\"",
    " and ",
    " or ",
    " in ",
    "extra",
    "(",
    ")",
    "[dev]",
    "[a,B_c]",
    "[",
    "]",
    "[]",
    "@",
    " @ ",
    "https://h/b.zip",
    "https://h/foo_bar-1.0-py3-none-any.whl",
    "git+https://h/b.git",
    "@v1",
    "#egg=b",
    "#egg=b[x]",
    "&subdirectory=x",
    "#sha256=ab",
    "file:",
    "file:./pkg",
    "./pkg.zip",
    "foo-1.0.tar.gz",
    ".whl",
    "-e",
    "-e ",
    "-r ",
    "-r",
    "-c ",
    "--requirement=",
    "--req",
    "--hash=",
    " --hash=sha256:aa",
    " --hash=md5:aa",
    "--pre",
    " --pre",
    "--no-binary",
    "-i ",
    "-",
    "--",
    " -",
    "#",
    " # c",
    "# c",
    "\\",
    " \\\n",
    "\\\n",
    "\n",
    "'",
    "\"",
    "${NAMEV}",
    "${TOKEN}",
    "${EMPTY}",
    "${UNSET}",
    "r\u{e9}q",
    "git@h:a/b",
];

/// Lines made of pieces, always the same.
fn made(count: usize) -> Vec<String> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).expect("a number") % below
    };
    let line = |next: &mut dyn FnMut(usize) -> usize| {
        let length = 1 + next(7);
        (0..length).map(|_| PIECES[next(PIECES.len())]).collect::<String>()
    };
    (0..count).map(|_| line(&mut next)).collect()
}

/// What the lines of a text say, in the form of the script. `Err` is a line that is refused, here or for what is on the
/// disk.
fn ours(text: &str, directory: &Path) -> Result<Value, String> {
    let variable =
        |name: &str| VARIABLES.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let file =
        requirements_file::parse(text.as_bytes(), &variable).map_err(|error| error.into_inner().reason)?;
    let mut answers: Vec<Value> = Vec::new();
    for line in file.lines {
        let answer = match line.entry? {
            RequirementEntry::Named { requirement, hashes } => {
                json!([line.line, "package", named(&requirement, hashes)])
            }
            RequirementEntry::Source(source) => json!([line.line, "package", sourced(&source, directory)?]),
            RequirementEntry::Requirements(path) => json!([line.line, "requirements", path]),
            RequirementEntry::Constraints(path) => json!([line.line, "constraints", path]),
            RequirementEntry::Option { .. } => continue,
        };
        answers.push(answer);
    }
    Ok(Value::Array(answers))
}

fn named(requirement: &Requirement, hashes: Vec<String>) -> Value {
    let (specifiers, source) = match &requirement.wanted {
        Wanted::Version(specifiers) => (specifiers.to_string(), None),
        Wanted::Source(source) => (String::new(), Some(source.as_str())),
    };
    let mut specifiers: Vec<&str> = specifiers.split(',').filter(|clause| !clause.is_empty()).collect();
    specifiers.sort_unstable();
    let path = source.and_then(|source| source.strip_prefix("file://")).filter(|path| path.starts_with('/'));
    json!({
        "name": requirement.name,
        "extras": requirement.extras,
        "specifiers": specifiers,
        "url": source.filter(|_| path.is_none()),
        "path": path,
        "editable": false,
        "marker": requirement.marker.is_some(),
        "hashes": sorted(hashes),
    })
}

fn sourced(source: &DirectRequirement, directory: &Path) -> Result<Value, String> {
    let text = source.source.as_str();
    let is_url = is_fetched(text);
    let path = match text.strip_prefix("file:///") {
        Some(path) => Some(Path::new("/").join(path.split('#').next().unwrap_or_default())),
        None => (!is_url).then(|| normalised(&directory.join(text))),
    };
    if let Some(path) = path.as_ref().filter(|_| !is_url) {
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_archive = [".zip", ".whl", ".tar.gz"]
            .iter()
            .any(|end| file_name.strip_suffix(end).is_some_and(|stem| !stem.trim_matches('.').is_empty()));
        let is_project = path.join("pyproject.toml").exists() || source.is_editable && path.is_dir();
        if !(is_project || is_archive && !source.is_editable) {
            return Err(format!("{} is no project", path.display()));
        }
    }
    let version = source.version.as_ref().map(|version| format!("=={version}"));
    Ok(json!({
        "name": source.name,
        "extras": source.extras,
        "specifiers": version.into_iter().collect::<Vec<_>>(),
        "url": Some(text).filter(|_| path.is_none()),
        "path": path,
        "editable": source.is_editable,
        "marker": source.marker.is_some(),
        "hashes": sorted(source.hashes.clone()),
    }))
}

/// Says whether pip can fetch something from there.
fn is_fetched(source: &str) -> bool {
    ["http:", "https:", "file:", "git+"].iter().any(|scheme| source.starts_with(scheme))
}

/// Says whether pip takes a line and then refuses what it says, whatever is on the disk: a URL of no kind that it knows,
/// names that only markers of lock files may have, and no name of a file.
fn is_refused_later(theirs: &Value, text: &str) -> bool {
    let is_unknown =
        |answer: &Value| answer[2]["url"].as_str().is_some_and(|url| url.contains(':') && !is_fetched(url));
    let is_missing = |answer: &Value| answer[2]["path"].as_str().is_some_and(|path| path.contains(":/"));
    let answers = theirs.as_array().map(Vec::as_slice).unwrap_or_default();
    answers.iter().any(|answer| is_unknown(answer) || is_missing(answer) || answer[2] == "")
        || text.contains("in extras")
}

fn sorted(mut hashes: Vec<String>) -> Vec<String> {
    hashes.sort();
    hashes
}

/// A path without `.` and the slash at its end.
fn normalised(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

/// What pip says; `None`, said aloud, without a pip that is new enough.
fn answers_of_pip(sandbox: &Sandbox, texts: &[String]) -> Option<Vec<Value>> {
    let python = tool("virtualenv")?.with_file_name("python");
    sandbox.write("lines.json", serde_json::to_string(texts).expect("JSON"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/pip_lines.py");
    let (directory, lines) = (sandbox.path("repo"), sandbox.path("repo/lines.json"));
    let mut command = Command::new(&python);
    command.arg("-I").arg(script).arg(directory).arg(lines).envs(VARIABLES);
    let output = match command.output() {
        Ok(output) if output.status.success() => output,
        other => {
            skip(&format!("{} has no pip of virtualenv: {other:?}", python.display()));
            return None;
        }
    };
    let mut answer: Value = serde_json::from_slice(&output.stdout).expect("the answer of the script");
    let release: Option<u32> =
        answer["pip"].as_str().and_then(|version| version.split('.').next()?.parse().ok());
    if release.is_none_or(|release| release < 26) {
        skip(&format!("pip {} reads some lines differently", answer["pip"]));
        return None;
    }
    match answer["answers"].take() {
        Value::Array(answers) => Some(answers),
        other => panic!("{other}"),
    }
}

#[test]
fn lines_are_what_they_are_for_pip() {
    let sandbox = Sandbox::repository();
    sandbox.write("pkg/pyproject.toml", "[project]\nname = \"pkg\"\nversion = \"1\"\n");
    let directory = std::fs::canonicalize(sandbox.path("repo")).expect("a directory");
    let texts: Vec<String> = CASES.iter().map(|(text, _)| (*text).to_owned()).chain(made(1500)).collect();
    let Some(answers) = answers_of_pip(&sandbox, &texts) else { return };
    assert_eq!(answers.len(), texts.len());
    let mut different = String::new();
    let mut accepted = 0;
    for (text, theirs) in texts.iter().zip(answers) {
        let read = ours(text, &directory);
        let is_same = match &read {
            Ok(answer) => *answer == theirs,
            Err(_) => theirs.is_string() || is_refused_later(&theirs, text),
        };
        accepted += usize::from(read.is_ok());
        if !is_same {
            let _ = writeln!(different, "{text:?}\n  pip:  {theirs}\n  ours: {read:?}");
        }
    }
    assert!(different.is_empty(), "{different}");
    assert!(accepted > 200, "only {accepted} lines are accepted");
}
