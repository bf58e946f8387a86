//! What `create` made is activated in the real shells wherever it lies: at a mount point, behind a link, at a long path, at
//! one that is not ASCII where the locale is.
#![cfg(unix)]

use std::path::{Path, PathBuf};

use git_pyenv::shells;

use crate::support::mounts;
use crate::support::pythons::a_python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, tool};

/// A place, and how a shell comes to be in the project there.
struct Row {
    name: &'static str,
    /// The directory of the repository, in the sandbox.
    repository: &'static str,
    /// Commands of `sh`, run in the sandbox; they end in the project.
    enter: &'static str,
    /// They mount something.
    mounts: bool,
}

/// A name that makes the path of the environment longer than 200 characters.
const LONG: &str = "a-directory-whose-name-is-so-long-that-the-first-lines-of-scripts-have-no-room-for-its-path-on-many-\
     systems-which-cut-them-off-after-127-bytes-and-that-therefore-need-another-way-to-be-run-at-all";

const ROWS: [Row; 5] = [
    Row {
        name: "a mount point",
        repository: "repo",
        enter: "cd repo && mkdir venv && { mount -t tmpfs none venv || exit 77; }",
        mounts: true,
    },
    Row { name: "behind a link", repository: "repo", enter: "ln -s repo link && cd link", mounts: false },
    Row {
        name: "a bind mount",
        repository: "repo",
        enter: "mkdir other && { mount --bind repo other || exit 77; } && cd other",
        mounts: true,
    },
    Row { name: "a long path", repository: LONG, enter: "", mounts: false },
    Row {
        name: "accents in the locale C",
        repository: "Żółć à la crème",
        enter: "unset LANG LC_CTYPE; export LC_ALL=C; cd 'Żółć à la crème'",
        mounts: false,
    },
];

/// The shells, and their options before the file with commands.
const SHELLS: [(&str, &[&str]); 6] = [
    ("bash", &["--norc", "-eu"]),
    ("zsh", &["-f", "-eu"]),
    ("fish", &["--no-config"]),
    ("tcsh", &["-f"]),
    ("bsd-csh", &["-f"]),
    ("dash", &["-eu"]),
];

/// Says what a program that a shell starts sees; in bytes, because the locale may have no characters for them.
const REPORT: &str = r#"#!/bin/sh
test -z "${VIRTUAL_ENV-}" || prefix=$(python -c 'import os, sys; os.write(1, os.fsencode(sys.prefix))' 2>/dev/null)
printf '%s\n' "PATH=$PATH" "ENV=${VIRTUAL_ENV-unset}" "prefix=${prefix-}" "python=$(command -v python)" ---
"#;

/// The value of a line of a report.
#[track_caller]
fn value<'r>(report: &'r str, name: &str) -> &'r str {
    let value = report.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("no {name} in {report}"))
}

/// Makes the environment and activates it in each of the shells; what they say is divided by lines `=== SHELL`.
fn run(row: &Row, sandbox: &Sandbox, python: &Path, shells: &[(&str, &[&str], PathBuf)]) -> Option<Finished> {
    sandbox.make_directory("bin");
    sandbox.write_program("../bin/report", REPORT);
    let enter = if row.enter.is_empty() { format!("cd '{}'", row.repository) } else { row.enter.to_owned() };
    let mut script = format!(
        "PATH=$PWD/bin:$(dirname \"$0\"):$PATH; top=$PWD; export top\n{enter} || exit\n\
         git pyenv create --python '{}' >\"$top/said\" 2>&1 || {{ cat \"$top/said\" >&2; exit 1; }}\n\
         venv/bin/pip --version >\"$top/said\" 2>&1 || {{ cat \"$top/said\" >&2; exit 1; }}\n",
        python.display()
    );
    for (name, options, program) in shells {
        let (shell, _) = shells::find(name).expect("a known shell");
        let commands = format!("report\n{}\nreport\ndeactivate\nreport\n", shell.evaluate);
        sandbox.overwrite(&sandbox.path(&format!("commands.{name}")), commands.as_bytes());
        script += &format!(
            "printf '=== {name}\\n'; '{}' {} \"$top/commands.{name}\" || exit 1\n",
            program.display(),
            options.join(" ")
        );
    }
    script += "printf '=== \\n'; cd -P . && test \"$PWD/venv\" -ef venv && printf '%s\\n' \"$PWD/venv\"\n";
    if row.mounts {
        return mounts::run(sandbox, "", &script);
    }
    Some(sandbox.at("").run("sh", &["-c", &script, env!("CARGO_BIN_EXE_git-pyenv")]))
}

#[test]
fn every_shell_activates_what_create_made_wherever_it_is() {
    let Some(python) = a_python() else { return };
    let present = |(name, options)| Some((name, options, tool(name)?));
    let shells: Vec<(&str, &[&str], PathBuf)> = SHELLS.into_iter().filter_map(present).collect();
    for row in &ROWS {
        let sandbox = Sandbox::repository();
        if row.repository != "repo" {
            let place = sandbox.path(row.repository);
            std::fs::rename(sandbox.path("repo"), place).expect("renamed");
        }
        let Some(finished) = run(row, &sandbox, &python, &shells) else { continue };
        let said = finished.ended(0);
        assert_eq!(said.err(), "", "{}", row.name);
        let out = said.out();
        let (out, root) = out.rsplit_once("=== \n").expect("the place");
        let root = root.trim_end();
        let mut seen = 0;
        for part in out.split("=== ").skip(1) {
            let (shell, reports) = part.split_once('\n').expect("a line");
            let about = format!("{} in {shell}: {reports}", row.name);
            let [before, active, after, ""] = reports.split("---\n").collect::<Vec<_>>()[..] else {
                panic!("{about}")
            };
            let active_root = value(active, "ENV");
            let real = std::fs::canonicalize(active_root).unwrap_or_else(|_| PathBuf::from(active_root));
            assert_eq!(real.to_string_lossy(), root, "{about}");
            assert_eq!(value(active, "prefix"), active_root, "{about}");
            assert_eq!(value(active, "python"), format!("{active_root}/bin/python"), "{about}");
            assert_eq!(
                value(active, "PATH"),
                format!("{active_root}/bin:{}", value(before, "PATH")),
                "{about}"
            );
            assert_eq!(value(before, "ENV"), "unset", "{about}");
            assert_eq!(before, after, "{about}");
            seen += 1;
        }
        assert_eq!(seen, shells.len(), "{}", row.name);
        assert!(row.repository != LONG || root.len() > 200, "{root}");
    }
}
