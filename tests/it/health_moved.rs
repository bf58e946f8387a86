//! Environments that were moved are told from those that may be.
#![cfg(unix)]

use crate::support::health::{about, found, python, pythons, run, venv};
use crate::support::pythons::lacking;
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;

#[test]
fn a_moved_environment_is_one_that_is_somewhere_else() {
    let Some((_, python)) = pythons().into_iter().next_back() else {
        return lacking("pyenv has no Python 3");
    };
    let Some((_, old)) = pythons().into_iter().next() else { return };
    let sandbox = Sandbox::repository();
    let mv = |from: &str, to: &str| sandbox.at("").run("mv", &[from, to]).ended(0);
    venv(&sandbox, &python, "new");
    venv(&sandbox, &old, "old");
    assert_eq!(found(&sandbox), [""; 0]);
    mv("repo/new", "repo/renamed");
    mv("repo/old", "repo/\u{1b}[31mred");
    assert_eq!(found(&sandbox), ["warning PYE303 \u{1b}[31mred", "warning PYE303 renamed"]);
    let text = sandbox.pyenv(&["check", "--output", "text"]).ended(1).out();
    assert!(text.contains("git pyenv create --force --env renamed"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text:?}");
    mv("repo/renamed", "repo/new");
    mv("repo/\u{1b}[31mred", "repo/old");
    assert_eq!(found(&sandbox), [""; 0]);
    mv("repo", "elsewhere");
    let moved = about(&sandbox.at("elsewhere").json(&["check"]));
    assert_eq!(moved, ["warning PYE303 new", "warning PYE303 old"]);
    std::os::unix::fs::symlink("elsewhere", sandbox.path("repo")).expect("a link");
    let reached = |place: &str| about(&sandbox.at(place).json(&["check"]));
    assert_eq!((reached("elsewhere"), reached("repo")), (Vec::new(), Vec::new()), "reached through a link");
}

#[test]
fn what_was_made_to_be_moved_may_be_moved() {
    let (Some(uv), Some(python)) = (tool("uv"), tool("python3")) else { return };
    let python = python.to_str().expect("a plain path").to_owned();
    let sandbox = Sandbox::repository();
    for (name, option) in [("stays", "--quiet"), ("travels", "--relocatable")] {
        if !run(&sandbox.at("repo"), &uv, &["venv", "--quiet", option, "--python", &python, name]) {
            return;
        }
        sandbox.at("repo").run("mv", &[name, &format!("{name}-moved")]).ended(0);
    }
    assert_eq!(found(&sandbox), ["warning PYE303 stays-moved"]);
}

#[test]
fn scripts_alone_tell_that_it_was_moved() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "env");
    let here = sandbox.path("repo/env/bin/python").to_str().expect("a plain path").to_owned();
    let script = |name: &str, program: &str| {
        sandbox.write_program(format!("env/bin/{name}"), format!("#!{program}\n"))
    };
    for program in ["/usr/bin/env python", "/bin/sh", "/usr/bin/python2.7", here.as_str()] {
        script("a-script", program);
        assert_eq!(found(&sandbox), [""; 0], "{program}");
    }
    let other = b"not UTF-8 \xff/bin/python";
    sandbox.write_program(other, "");
    let top = sandbox.path("repo/");
    let head = [b"#!/bin/sh\n'''exec' '", top.as_os_str().as_encoded_bytes(), other, b"'\n"];
    sandbox.write_program("env/bin/a-script", head.concat());
    assert_eq!(found(&sandbox), [""; 0], "another installation");
    script("a-script", "/gone/env/bin/python");
    assert_eq!(found(&sandbox), ["warning PYE303 env"]);
    script("b-script", &here);
    assert_eq!(found(&sandbox), [""; 0], "one is right");
}
