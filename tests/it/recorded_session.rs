//! `docs/session.svg`: well-formed, and what a terminal would show now.
#![cfg(unix)]

use std::path::{Path, PathBuf};

use crate::support::pythons::python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;
use crate::support::source;

/// The largest picture that a reader does not wait for.
const LARGEST: u64 = 40 * 1024;

/// Prints the text of an SVG, a line for each line of it; fails if it is not well-formed XML.
const READ: &str = "
import sys, xml.etree.ElementTree as tree
name = '{http://www.w3.org/2000/svg}'
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == name + 'svg', root.tag
for element in root.iter(name + 'text'):
    print(''.join(element.itertext()))
";

fn published() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/session.svg")
}

/// The lines that a picture shows; `None`, said aloud, without Python.
fn lines(sandbox: &Sandbox, picture: &Path) -> Option<Vec<String>> {
    let picture = picture.to_str().expect("a plain path");
    let read = sandbox.at("").run(tool("python3")?, &["-I", "-c", READ, picture]).ended(0);
    Some(read.out().lines().map(str::to_owned).collect())
}

/// Text without what depends on the machine: numbers and ages, and so where lines are broken and how wide columns are.
fn steady(lines: &[String]) -> String {
    let word = |word: &str| {
        let number = word.trim_matches(['(', ')', ',']).trim_end_matches(|c: char| c.is_ascii_lowercase());
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
        let is_other = word == "now" || (!number.is_empty() && number.chars().all(is_number));
        if is_other { "#".to_owned() } else { word.to_owned() }
    };
    let words = lines.iter().flat_map(|line| line.split_whitespace());
    words.map(word).collect::<Vec<_>>().join(" ").replace("KiB", "MiB")
}

#[test]
fn the_picture_is_small_and_shows_the_session() {
    let sandbox = Sandbox::new();
    let size = std::fs::metadata(published()).expect("a picture").len();
    assert!(size < LARGEST, "{size} bytes");
    let Some(lines) = lines(&sandbox, &published()) else { return };
    let script = source::read("tools/record-session");
    let typed: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("$ ")).collect();
    assert!(typed.len() > 5, "{typed:?}");
    for command in &typed {
        assert!(
            script.contains(&format!("    \"{command}\",\n")),
            "tools/record-session does not run `{command}`"
        );
    }
    for shown in ["error[PYE101]", "git pyenv fix", "created `.venv`", "HEALTH"] {
        assert!(lines.iter().any(|line| line.contains(shown)), "{shown} is not shown");
    }
    let code = source::read("docs/session.svg");
    for outside in ["<script", "http://www.w3.org/1999/xlink", "href", "@import", "url("] {
        assert!(!code.contains(outside), "{outside}");
    }
}

/// Python 3.12, because that of 3.13 ignores itself.
#[test]
fn the_session_is_what_happens_now() {
    let (Some(python), Some(python3)) = (python("3.12"), tool("python3")) else { return };
    let sandbox = Sandbox::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/record-session");
    let now = sandbox.path("now.svg");
    let arguments = [
        script.as_os_str(),
        "--binary".as_ref(),
        env!("CARGO_BIN_EXE_git-pyenv").as_ref(),
        "--python".as_ref(),
        python.as_os_str(),
        "--to".as_ref(),
        now.as_os_str(),
    ];
    sandbox.at("").run(python3, &arguments).ended(0);
    let shown = |picture: &Path| lines(&sandbox, picture).map(|lines| steady(&lines));
    let (before, after) = (shown(&published()), shown(&now));
    assert_eq!(before, after, "`tools/record-session` records it anew");
}
