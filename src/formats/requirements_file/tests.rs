//! Tests of requirements files as a whole.

use proptest::prelude::*;

use super::cases::CASES;
use super::*;
use crate::python::Wanted;

fn environment(name: &str) -> Option<String> {
    match name {
        "NAMEV" => Some("requests==2.0".to_owned()),
        "TOKEN" => Some("s3cr3t".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    }
}

fn read(text: &str) -> RequirementsFile {
    parse(text.as_bytes(), &environment).expect("a file that can be decoded")
}

/// What a line says, in one line.
fn shown(entry: &Result<RequirementEntry, String>) -> String {
    let list = |mark: &str, words: &[String]| match words {
        [] => String::new(),
        words => format!(" {mark}{}", words.join(",")),
    };
    match entry {
        Err(_) => "error".to_owned(),
        Ok(RequirementEntry::Named { requirement, hashes }) => {
            let marker = requirement.marker.as_ref().map(|marker| format!(" ; {}", marker.text()));
            let wanted = match &requirement.wanted {
                Wanted::Version(specifiers) if specifiers.is_any() => String::new(),
                Wanted::Version(specifiers) => format!(" {specifiers}"),
                Wanted::Source(source) => format!(" @ {source}"),
            };
            let extras = list("+", &requirement.extras);
            let (marker, hashes) = (marker.unwrap_or_default(), list("#", hashes));
            format!("{}{extras}{wanted}{marker}{hashes}", requirement.name)
        }
        Ok(RequirementEntry::Source(source)) => {
            let editable = if source.is_editable { "editable" } else { "from" };
            let name = source.name.as_ref().map(|name| format!(" = {name}")).unwrap_or_default();
            let version = source.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
            let marker =
                source.marker.as_ref().map(|marker| format!(" ; {}", marker.text())).unwrap_or_default();
            let (extras, hashes) = (list("+", &source.extras), list("#", &source.hashes));
            format!("{editable} {}{name}{version}{extras}{marker}{hashes}", source.source)
        }
        Ok(RequirementEntry::Requirements(path)) => format!("-r {path}"),
        Ok(RequirementEntry::Constraints(path)) => format!("-c {path}"),
        Ok(RequirementEntry::Option { name, value: Some(value) }) => format!("{name} {value}"),
        Ok(RequirementEntry::Option { name, value: None }) => name.clone(),
    }
}

fn all_shown(text: &str) -> Vec<String> {
    read(text).lines.iter().map(|line| shown(&line.entry)).collect()
}

#[test]
fn lines_are_read_like_pip_reads_them() {
    for (text, expected) in CASES {
        assert_eq!(all_shown(text), *expected, "{text}");
    }
}

#[test]
fn variables_are_replaced_everywhere() {
    // uv replaces them in URLs, paths and options only.
    let cases: [(&str, &str); 7] = [
        ("${NAMEV}", "requests ==2.0"),
        ("${NAMEV} # ${NAMEV}", "requests ==2.0"),
        ("-r ${TOKEN}.txt", "-r s3cr3t.txt"),
        ("b @ https://${TOKEN}@x/b.zip", "b @ https://s3cr3t@x/b.zip"),
        ("req-${UNSET}", "error"),
        ("req${EMPTY}", "error"),
        ("$NAMEV", "error"),
    ];
    for (text, expected) in cases {
        assert_eq!(all_shown(text), [expected], "{text}");
    }
}

#[test]
fn values_of_variables_are_not_shown() {
    let lines = read("b @ https://${TOKEN}@x/b.zip\n${TOKEN} x\n-r ${TOKEN} --${TOKEN}\n").lines;
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["b @ https://${TOKEN}@x/b.zip", "${TOKEN} x", "-r ${TOKEN} --${TOKEN}"]);
    match &lines[0].entry {
        Ok(RequirementEntry::Named { requirement, .. }) => {
            assert_eq!(requirement.text, "b @ https://${TOKEN}@x/b.zip")
        }
        other => panic!("{other:?}"),
    }
    for line in &lines[1..] {
        let reason = line.entry.as_ref().expect_err("a line that pip refuses");
        assert!(!reason.contains("s3cr3t"), "{reason}");
    }
}

#[test]
fn lines_keep_their_numbers_and_do_not_stop_one_another() {
    let text = "\u{feff}# first\n\nrequests=1\nidna \\\n >= 2.0\n\u{c}--upgrade\n# c \\\nsix>=1 \\\n# c\n,<3\nattrs \\ \n";
    let lines: Vec<(usize, String, String)> =
        read(text).lines.iter().map(|line| (line.line, line.text.clone(), shown(&line.entry))).collect();
    let expected = [
        (3, "requests=1", "error"),
        (4, "idna  >= 2.0", "idna >=2.0"),
        (7, "--upgrade", "error"),
        (9, "six>=1", "six >=1"),
        (11, ",<3", "error"),
        (12, "attrs \\", "error"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(line, text, entry)| (*line, (*text).to_owned(), (*entry).to_owned())).collect();
    assert_eq!(lines, expected);
}

#[test]
fn files_are_decoded() {
    let utf16: Vec<u8> =
        "\u{feff}requests\r\nidna==3.4\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let lines = parse(&utf16, &environment).expect("UTF-16").lines;
    assert_eq!(
        lines.iter().map(|line| (line.line, shown(&line.entry))).collect::<Vec<_>>(),
        [(1, "requests".to_owned()), (2, "idna ==3.4".to_owned())]
    );
    let refused = DecodeError::Refused(ParseError::at(2, "invalid UTF-8"));
    assert_eq!(parse(b"idna\nr\xe9q\n", &environment), Err(refused));
    // A character in a comment may end with the byte of `\\`.
    for (name, comment) in
        [("cp1252", b"# r\xe9q".as_slice()), ("shift_jis", b"# \x83\x5c"), ("gbk", b"# \x81\x5c")]
    {
        let start = format!("# -*- coding: {name} -*-\nidna ");
        let known =
            parse(&[start.as_bytes(), comment, b"\nsix\n"].concat(), &environment).expect("a file").lines;
        assert_eq!(known.iter().map(|line| shown(&line.entry)).collect::<Vec<_>>(), ["idna", "six"]);
    }
    let unknown = ParseError::at(3, "it has characters of an encoding that is not read");
    let path = b"# coding: cp1252\nidna\n./r\xe9q # r\xe9q\n";
    assert_eq!(parse(path, &environment), Err(DecodeError::Undecided(unknown)));
}

#[test]
fn a_merge_conflict_is_one_error() {
    let conflict = b"idna\n<<<<<<< HEAD\nsix==1\n=======\nsix==2\n>>>>>>> other\n";
    let expected = DecodeError::Refused(ParseError::at(2, "unresolved merge conflict"));
    assert_eq!(parse(conflict, &environment), Err(expected));
}

#[test]
fn annotations_of_both_styles_are_read() {
    let text = "\
#
# This file is autogenerated by pip-compile with Python 3.12
# by the following command:
#
#    pip-compile --generate-hashes --output-file=requirements.txt requirements.in
#
--index-url https://example.org/simple

chardet==2024.2.2 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via requests
idna==3.6  # via requests, -r requirements.in
requests[socks]==2.31.0
    # via
    #   -r requirements.in
    #   demo (pyproject.toml)
six==1.16 \\
    # via a
# a comment
attrs==1 # pinned by hand
    # via b

# via c
# The following packages are considered to be unsafe in a requirements file:
# setuptools
";
    let file = read(text);
    let via: Vec<(String, Vec<&str>)> = file
        .lines
        .iter()
        .map(|line| (shown(&line.entry), line.via.iter().map(String::as_str).collect()))
        .collect();
    let expected: [(&str, &[&str]); 6] = [
        ("--index-url https://example.org/simple", &[]),
        ("chardet ==2024.2.2 #sha256:aa,sha256:bb", &["requests"]),
        ("idna ==3.6", &["requests", "-r requirements.in"]),
        ("requests +socks ==2.31.0", &["-r requirements.in", "demo (pyproject.toml)"]),
        ("six ==1.16", &["a"]),
        ("attrs ==1", &["b"]),
    ];
    assert_eq!(via.len(), expected.len());
    for ((entry, via), (expected, names)) in via.iter().zip(expected) {
        assert_eq!((entry.as_str(), via.as_slice()), (expected, names));
    }
    let inputs = file.compiled.and_then(|compiled| compiled.inputs);
    assert_eq!(inputs, Some(vec!["requirements.in".to_owned()]));
}

#[test]
fn the_output_of_pip_freeze_is_read() {
    let text = "\
-e git+https://example.org/n.git@0123456789abcdef0123456789abcdef01234567#egg=n
# Editable install with no version control (o==1)
-e /abs/o
p @ file:///abs/p-1.0-py3-none-any.whl
q @ file:///home/conda/feedstock_root/build_artifacts/q_1/work
r==1.0
## FIXME: could not find svn URL in dependency_links for this package:
";
    assert_eq!(
        all_shown(text),
        [
            "editable git+https://example.org/n.git@0123456789abcdef0123456789abcdef01234567#egg=n = n",
            "editable /abs/o",
            "p @ file:///abs/p-1.0-py3-none-any.whl",
            "q @ file:///home/conda/feedstock_root/build_artifacts/q_1/work",
            "r ==1.0",
        ]
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let lines = 1 + String::from_utf8_lossy(&bytes).chars().filter(|letter| !letter.is_ascii_graphic()).count();
        if let Ok(file) = parse(&bytes, &environment) {
            prop_assert!(file.lines.iter().all(|line| line.line <= lines && !line.text.is_empty()));
        }
    }

    #[test]
    fn no_line_changes_another(
        lines in proptest::collection::vec(r#"([a-z]|[ =<>~!@:;,.#'"\[\]()\$\{\}/-]|-e |-r|--hash=|git\+|\.whl|1|é){0,12}"#, 0..6)
    ) {
        let file = read(&lines.join("\n"));
        let alone: Vec<_> = lines
            .iter()
            .enumerate()
            .flat_map(|(index, line)| read(line).lines.into_iter().map(move |line| (index + 1, line.entry)))
            .collect();
        let together: Vec<_> = file.lines.into_iter().map(|line| (line.line, line.entry)).collect();
        prop_assert_eq!(together, alone);
    }
}
