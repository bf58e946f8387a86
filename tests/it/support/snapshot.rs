//! Whole outputs on terminals of two widths, with and without colour, compared with the snapshots in `tests/it/snapshots/`.
//! CONTRIBUTING.md says how to accept changes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use git_pyenv::term;

use super::sandbox::Place;
use super::screen::Screen;
use super::terminal::{Attached, Terminal};

/// The folder of the snapshots.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots");
/// The widths of the terminals.
const WIDTHS: [u16; 2] = [80, 120];

/// A command line whose output is compared.
pub(crate) struct Shot<'s> {
    /// The name of the snapshot.
    pub(crate) name: &'s str,
    /// Where it is run.
    pub(crate) place: &'s Place<'s>,
    /// The words after `git pyenv`.
    pub(crate) arguments: &'s [&'s str],
    /// Comes before each run: whatever the run before has changed is put back.
    pub(crate) reset: &'s dyn Fn(),
    /// It names records that the test has made, or versions.
    pub(crate) is_of_today: bool,
    /// What other machines have in another way, and what stands for it.
    pub(crate) replaced: &'s [(String, &'s str)],
}

/// What a terminal showed, line by line.
#[derive(Clone)]
struct Shown {
    plain: Vec<String>,
    /// The lines that have a colour.
    coloured: Vec<String>,
    status: i32,
}

impl Shot<'_> {
    /// Asserts that what terminals show of the command is what the snapshot says: everything once for each width, and
    /// once more the lines that have a colour. The words are the same with and without colour.
    #[track_caller]
    pub(crate) fn assert(&self) {
        let plain = WIDTHS.map(|columns| self.run(columns, false));
        let narrow = self.with_colour(&plain[0], WIDTHS[0]);
        // Colours know nothing of the width: where the text does not either, they are the same.
        let is_same = plain[0].plain == plain[1].plain;
        let wide = if is_same { narrow.clone() } else { self.with_colour(&plain[1], WIDTHS[1]) };
        assert_eq!(plain[0].status, plain[1].status, "{}", self.name);
        let text = format!(
            "$ git pyenv {}\n{}{}[exit status {}]\n",
            self.arguments.join(" "),
            sections("", &narrow.plain, &wide.plain),
            sections(", the lines with colour", &narrow.coloured, &wide.coloured),
            narrow.status
        );
        assert_text(self.name, &self.steady(&text));
    }

    /// Runs it with colour: the words are those that are shown without.
    #[track_caller]
    fn with_colour(&self, plain: &Shown, columns: u16) -> Shown {
        let coloured = self.run(columns, true);
        let about = format!("{} at {columns} columns, with and without colour", self.name);
        assert_eq!((&coloured.plain, coloured.status), (&plain.plain, plain.status), "{about}");
        coloured
    }

    /// Runs the binary under test on a terminal.
    fn run(&self, columns: u16, has_colour: bool) -> Shown {
        (self.reset)();
        let mut command = self.place.command(env!("CARGO_BIN_EXE_git-pyenv"));
        command.args(self.arguments).env("TERM", "xterm-256color");
        if !has_colour {
            command.env("NO_COLOR", "1");
        }
        let (status, _, written) = Terminal::start(command, columns, Attached::Both).finish();
        let screen = Screen::of(None, &written);
        let plain = screen.plain();
        assert!(has_colour || !screen.has_looks, "{}: a look without colour: {written:?}", self.name);
        self.assert_fits(&plain, columns);
        let coloured = screen.marked().into_iter().filter(|line| line.contains('‹'));
        Shown {
            coloured: coloured.map(|line| self.steady(&line)).collect(),
            plain: joined(&plain).iter().map(|line| self.steady(line.trim_end())).collect(),
            status: status.code().unwrap_or(-1),
        }
    }

    /// Asserts that no line ends with blanks or is wider than the terminal. One with a path or a command, which are not
    /// broken, may be, but not because of the words around them.
    fn assert_fits(&self, lines: &[String], columns: u16) {
        // Between the paragraphs about an option, clap itself writes blanks.
        let is_manual = self.arguments.contains(&"--help");
        // Its reader is a formatter of manual pages.
        for line in lines.iter().filter(|_| self.arguments != ["man"]) {
            let ends_well = !line.ends_with(' ') || (is_manual && line.trim().is_empty());
            assert!(ends_well, "{}: blanks at the end of {line:?}", self.name);
            let width = width_of_words(line);
            assert!(width <= usize::from(columns), "{}: {width} > {columns} columns: {line}", self.name);
        }
    }

    /// Replaces what differs from run to run and from machine to machine: the paths of the sandbox and of the program,
    /// times, the names of records, the ids of plans, which name the sandbox.
    fn steady(&self, text: &str) -> String {
        let sandbox = self.place.clone().elsewhere("").path();
        let own = [
            (sandbox.to_string_lossy().into_owned(), "[SANDBOX]"),
            (env!("CARGO_BIN_EXE_git-pyenv").to_owned(), "[PROGRAM]"),
        ];
        let all = self.replaced.iter().chain(&own);
        let text = all.fold(text.to_owned(), |text, (found, stands)| text.replace(found, stands));
        let text = if self.is_of_today { without_changing(&text) } else { text };
        text.split('\n').map(without_plan_id).map(|line| without_time(&line)).collect::<Vec<_>>().join("\n")
    }
}

/// Asserts that a text is the one in a snapshot.
#[track_caller]
pub(crate) fn assert_text(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(FOLDER);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Replaces what follows `--apply`, if it is an id.
fn without_plan_id(line: &str) -> String {
    let Some((_, after)) = line.split_once("--apply ") else { return line.to_owned() };
    let id: String = after.chars().take_while(char::is_ascii_hexdigit).collect();
    if id.len() == 32 { line.replacen(&id, "[PLAN]", 1) } else { line.to_owned() }
}

/// The lines, of which the one with the time that the check took is one, though it may be broken if that was long.
fn joined(lines: &[String]) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for line in lines {
        match joined.last_mut() {
            Some(last) if last.starts_with("checked ") && line.starts_with(' ') => {
                last.push(' ');
                last.push_str(line.trim_start());
            }
            _ => joined.push(line.clone()),
        }
    }
    joined
}

/// The output at both widths: once, if it is the same.
fn sections(what: &str, narrow: &[String], wide: &[String]) -> String {
    let section = |head: String, lines: &[String]| {
        let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
        if lines.is_empty() { lines } else { format!("[{head}{what}]\n{lines}") }
    };
    let [first, second] = WIDTHS;
    if narrow == wide {
        return section(format!("{first} and {second} columns"), narrow);
    }
    section(format!("{first} columns"), narrow) + &section(format!("{second} columns"), wide)
}

/// The width of a line; if it has paths or text between backticks, that of the words beside them.
fn width_of_words(line: &str) -> usize {
    let width = |text: &str| (term::screen(true, true).width_of)(text);
    if !line.contains(['`', '/']) {
        return width(line);
    }
    let beside = line.split('`').step_by(2).flat_map(|part| part.split(' '));
    beside.filter(|word| !word.contains('/')).map(|word| width(word) + 1).sum()
}

/// Asserts that every snapshot is that of one of these cases. A case without a snapshot fails by itself.
#[track_caller]
pub(crate) fn assert_all_used(cases: &[String]) {
    let files = fs::read_dir(Path::new(FOLDER))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name"));
    let kept: BTreeSet<String> =
        files.filter_map(|file| file.strip_suffix(".snap").map(str::to_owned)).collect();
    let names: BTreeSet<String> = cases.iter().cloned().collect();
    assert_eq!(names.len(), cases.len(), "two cases have one name: {cases:?}");
    let unused: Vec<&String> = kept.difference(&names).collect();
    assert!(unused.is_empty(), "no case uses these snapshots: {unused:?}");
}

/// ` in 1.9 ms` becomes ` in [TIME]`.
pub(crate) fn without_time(line: &str) -> String {
    let end = [" ms", " s"].iter().find_map(|unit| {
        let unit_at = line.rfind(unit)?;
        let start = line[..unit_at].rfind(" in ")? + " in ".len();
        let number = &line[start..unit_at];
        let is_number =
            !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
        is_number.then(|| (start, unit_at + unit.len()))
    });
    end.map_or_else(|| line.to_owned(), |(start, end)| format!("{}[TIME]{}", &line[..start], &line[end..]))
}

/// What is of today or of this machine, as [`length_of`] has it, and what stands for it: names and times of records, sizes of
/// files that have paths in them, versions of Python and git.
const CHANGING: [Replaced; 6] = [
    (&["00000000T000000", ".*", "Z-xxxxxxxx"], "[RECORD]"),
    (&["0000-00-00 00:00:00 UTC"], "[TIME]"),
    (&["+", ".*", " KiB"], "[SIZE]"),
    (&["Python ", "+", ".*", ".*"], "Python [VERSION]"),
    (&["pip ", "+", ".*", ".*"], "pip [VERSION]"),
    (&["git ", "+", ".*", ".*"], "git [VERSION]"),
];

/// What is replaced: a pattern, as [`length_of`] has it, and what stands for it.
type Replaced = (&'static [&'static str], &'static str);

/// Replaces what changes.
pub(crate) fn without_changing(text: &str) -> String {
    without(&CHANGING, text)
}

/// Replaces what is like a pattern. It is not always as wide, so that there are two blanks between all columns.
pub(crate) fn without(patterns: &[Replaced], text: &str) -> String {
    let mut steady = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let like = |(pattern, stands): &Replaced| Some((*stands, length_of(rest, pattern)?));
        let (stands, length) = match patterns.iter().find_map(like) {
            Some(found) => found,
            _ if first == ' ' && steady.ends_with("  ") && !is_indentation(&steady) => ("", 1),
            _ => (&rest[..first.len_utf8()], first.len_utf8()),
        };
        steady.push_str(stands);
        rest = &rest[length..];
    }
    steady
}

/// Whether a text ends with blanks at the beginning of a line.
fn is_indentation(text: &str) -> bool {
    text.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
}

/// How long the beginning of a text is that is like a pattern: `0` is a digit, `x` a hexadecimal one, the part `+` digits, and the
/// part `.*` digits after a point or nothing.
fn length_of(text: &str, pattern: &[&str]) -> Option<usize> {
    let mut rest = text.as_bytes();
    for part in pattern {
        if *part == ".*" {
            let Some(fraction) = rest.strip_prefix(b".") else { continue };
            let digits = fraction.iter().take_while(|one| one.is_ascii_digit()).count();
            rest = &fraction[digits..];
            continue;
        }
        if *part == "+" {
            let digits = rest.iter().take_while(|one| one.is_ascii_digit()).count();
            rest = (digits > 0).then(|| &rest[digits..])?;
            continue;
        }
        let fits = |(one, like): (&u8, u8)| match like {
            b'0' => one.is_ascii_digit(),
            b'x' => one.is_ascii_hexdigit(),
            _ => *one == like,
        };
        let is_like = rest.len() >= part.len() && rest.iter().zip(part.bytes()).all(fits);
        rest = is_like.then(|| &rest[part.len()..])?;
    }
    Some(text.len() - rest.len())
}
