//! Every parser of bytes, over documents that it knows, changed at random: the functions that the fuzz targets run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use self::library::{PARSERS, check};
use crate::support::source;

#[path = "../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "it is a library of its own for the fuzz targets")]
mod library;

/// Files of `src/formats/` that are no parsers, or are read by way of others.
const WITHOUT: [&str; 11] = [
    // What several parsers return or use.
    "declared_requirement",
    "fields",
    "located",
    "object_fields",
    "text",
    // Computes.
    "digest",
    // A part of the records and snapshots, which are read whole.
    "stored_path",
    // By way of `compiled` and `requirements_file`.
    "shell_words",
    // By way of `source_reference`.
    "wheel_file_name",
    // By way of `environment_yml`.
    "yaml",
    "mod",
];

/// What a document is changed by: what opens, closes and separates in one of the formats.
const TOKENS: [&[u8]; 26] = [
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"[",
    b"]",
    b"[[",
    b"{",
    b"}",
    b"\"",
    b"'",
    b"\"\"\"",
    b"=",
    b"==",
    b":",
    b",",
    b"#",
    b"\\",
    b" ",
    b"-",
    b"&a ",
    b"*a",
    b"99999999999999999999",
];

/// A change: what is done, where, and with which token.
type Edit = (u8, prop::sample::Index, prop::sample::Index, prop::sample::Index);

fn folder(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(relative)
}

/// The documents that a parser is known to read.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder("seeds").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).expect("a document")).collect()
}

fn changed(mut document: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for (what, first, second, token) in edits {
        let (first, second) = (first.index(document.len() + 1), second.index(document.len() + 1));
        let part = first.min(second)..first.max(second);
        let short = part.start..part.end.min(part.start + 40);
        match what % 6 {
            0 => document.truncate(part.end),
            1 => drop(document.drain(short)),
            2 => drop(
                document.splice(part.start..part.start, TOKENS[token.index(TOKENS.len())].iter().copied()),
            ),
            3 => drop(document.splice(short, TOKENS[token.index(TOKENS.len())].iter().copied())),
            4 => {
                let copied = document[short].to_vec();
                drop(document.splice(part.end..part.end, copied));
            }
            _ => {
                if let Some(byte) = document.get_mut(first) {
                    *byte ^= 1 << (second % 8);
                }
            }
        }
    }
    document
}

/// Runs a check over the documents of each parser and changes of them.
fn over_changed_documents(parsers: impl Iterator<Item = &'static str>) {
    for name in parsers {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "fuzz/seeds/{name} is empty");
        let config = Config { cases: 96, failure_persistence: None, ..Config::default() };
        let documents = (prop::sample::select(seeds.clone()), prop::collection::vec(any::<Edit>(), 1..6));
        for seed in &seeds {
            check(name, seed);
        }
        let run = TestRunner::new(config).run(&documents, |(seed, edits)| {
            check(name, &changed(seed, &edits));
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

fn half(of: usize) -> impl Iterator<Item = &'static str> {
    PARSERS
        .iter()
        .map(|parser| parser.name)
        .enumerate()
        .filter(move |(at, _)| at % 2 == of)
        .map(|(_, name)| name)
}

#[test]
fn changed_documents_are_read_or_refused() {
    over_changed_documents(half(0));
}

#[test]
fn other_changed_documents_are_read_or_refused() {
    over_changed_documents(half(1));
}

#[test]
fn what_is_deep_or_long_is_read_or_refused() {
    for parser in PARSERS {
        for token in
            TOKENS.iter().copied().chain([b"a.".as_slice(), b"a=[".as_slice(), b"{\"a\":", b"- ", b"("])
        {
            check(parser.name, &token.repeat(3000));
        }
    }
}

#[test]
fn every_file_with_a_parser_has_a_fuzz_target() {
    let without: BTreeSet<&str> = WITHOUT.into();
    let all = source::all();
    let files: BTreeSet<&str> = all
        .iter()
        .filter(|file| file.path.strip_prefix("formats/").is_some_and(|rest| !rest.contains('/')))
        .map(source::SourceFile::stem)
        .chain(["pyproject"])
        .filter(|stem| !without.contains(stem))
        .collect();
    let named: BTreeSet<&str> = PARSERS.iter().map(|parser| parser.name).collect();
    let missing: Vec<&&str> = files.difference(&named).collect();
    assert!(missing.is_empty(), "no parser in fuzz/src/lib.rs: {missing:?}");
    for name in named {
        let target = source::read(&format!("fuzz/fuzz_targets/{name}.rs"));
        assert!(
            target.contains(&format!("check(\"{name}\", bytes)")),
            "fuzz_targets/{name}.rs checks another"
        );
    }
    let unknown: Vec<&&str> =
        without.iter().filter(|stem| !all.iter().any(|file| file.stem() == **stem)).collect();
    assert!(unknown.is_empty(), "no such files: {unknown:?}");
}
