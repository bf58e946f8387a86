//! What cannot be read is not clean: files that decide whether there is an environment, made unreadable in every way.

use crate::support::repository::Sandbox;
use crate::support::sandbox::Finished;

const CONFIG: &str = "home = /usr/bin\nversion = 3.11.2\n";
const SCRIPT: &str = "VIRTUAL_ENV=/home/u/project/venv\nexport VIRTUAL_ENV\n";
/// What git has of a file that Git LFS keeps.
const POINTER: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:e7fa\nsize 71\n";
const KIB: usize = 1024;

/// What the gate says of these files.
fn gate(files: &[(&str, Vec<u8>)]) -> Finished {
    let sandbox = Sandbox::repository();
    sandbox.commit("main.py", "print(1)\n");
    for (path, content) in files {
        sandbox.write(path, content);
    }
    sandbox.git(&["add", "--force", "."]);
    sandbox.pyenv(&["hook", "run", "pre-commit"])
}

fn padded(text: &str, bytes: usize) -> Vec<u8> {
    [vec![b'#'; bytes], format!("\n{text}").into_bytes()].concat()
}

#[test]
fn padding_hides_nothing() {
    for (path, text) in [("v/pyvenv.cfg", CONFIG), ("v/bin/activate", SCRIPT)] {
        gate(&[(path, padded(text, 70 * KIB))]).ended(1);
        let unread = gate(&[(path, padded(text, 1025 * KIB))]).ended(3);
        assert!(unread.err().contains(&format!("`{path}`")), "{}", unread.said());
        assert!(unread.err().contains("more than the 1.0 MiB that are read"), "{}", unread.said());
    }
}

#[test]
fn bytes_that_are_no_text_hide_nothing() {
    for config in ["prompt = \0\nhome = /usr/bin\n", "h\0o\0m\0e\0=\0/\0x\0\n\0"] {
        gate(&[("v/pyvenv.cfg", config.into())]).ended(1);
    }
    gate(&[("v/bin/activate", b"\xff\0\nVIRTUAL_ENV=/home/u/venv\n".to_vec())]).ended(1);
}

#[test]
fn another_spelling_hides_nothing() {
    let decoys =
        ["PYVENV.CFG", "Pyvenv.cfg", "pYvenv.cfg", "pyVenv.cfg", "pyvEnv.cfg", "pyveNv.cfg", "pyvenV.cfg"];
    let more =
        ["pyvenv.Cfg", "pyvenv.cFg", "pyvenv.cfG", "PYvenv.cfg", "PyVenv.cfg", "PyvEnv.cfg", "PyveNv.cfg"];
    let empty = decoys.into_iter().chain(more);
    let mut files: Vec<(String, Vec<u8>)> = empty.map(|name| (format!("v/{name}"), Vec::new())).collect();
    files.push(("v/pyvenv.cfg".to_owned(), CONFIG.into()));
    let files: Vec<(&str, Vec<u8>)> =
        files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    gate(&files).ended(1);
    let templates = ["ACTIVATE", "Activate", "aCTIVATE"].map(|name| format!("v/bin/{name}"));
    let mut scripts: Vec<(&str, Vec<u8>)> =
        templates.iter().map(|path| (path.as_str(), b"VIRTUAL_ENV=__VENV_DIR__\n".to_vec())).collect();
    scripts.push(("v/bin/activate", SCRIPT.into()));
    gate(&scripts).ended(1);
}

#[test]
fn many_links_hide_none() {
    let sandbox = Sandbox::repository();
    for version in 0..20 {
        sandbox.link(format!("v/bin/python{version}"), "python3");
    }
    sandbox.link("v/bin/python99", "/usr/bin/python3");
    sandbox.git(&["add", "--force", "."]);
    sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(1);
}

#[test]
fn content_that_git_does_not_have_is_not_clean() {
    for path in ["v/pyvenv.cfg", "v/bin/activate"] {
        let unread = gate(&[(path, POINTER.into())]).ended(3);
        assert!(unread.err().contains("its content is in Git LFS"), "{}", unread.said());
    }
    // In test data the content does not matter.
    gate(&[("tests/data/pyvenv.cfg", POINTER.into())]).ended(0);
}

#[test]
fn what_is_allowed_need_not_be_read() {
    let sandbox = Sandbox::repository();
    sandbox.write("data/v/pyvenv.cfg", POINTER);
    sandbox.write(
        "pyproject.toml",
        "[tool.git-pyenv]\nallow = [{ path = \"data/v\", reason = \"an example\" }]\n",
    );
    sandbox.git(&["add", "--force", "."]);
    sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(0);
    sandbox.pyenv(&["check", "--staged"]).ended(0);
}

#[test]
fn a_program_of_that_name_is_no_script() {
    let program = [b"\x7fELF\0".to_vec(), vec![1; 1100 * KIB]].concat();
    gate(&[("bin/activate", program)]).ended(0);
}

#[test]
fn what_git_and_the_disk_have_is_unread_once() {
    let sandbox = Sandbox::repository();
    sandbox.write("v/pyvenv.cfg", POINTER);
    sandbox.git(&["add", "--force", "."]);
    let answer = sandbox.at("repo").pyenv(&["check", "--output", "json"]).ended(3).json();
    let skipped = answer["skipped"].as_array().expect("skipped");
    assert_eq!(skipped.len(), 1, "{answer:#}");
    assert_eq!(skipped[0]["path"], "v/pyvenv.cfg");
    let text = sandbox.pyenv(&["check", "--output", "text"]).ended(3).said();
    assert_eq!(text.matches("could not check `v/pyvenv.cfg`").count(), 1, "{text}");
    assert_eq!(text.matches("v/pyvenv.cfg").count(), 1, "{text}");
}

/// Gives `venv/pyvenv.cfg` these stages in the index: 0, or those of a conflict.
fn stage(sandbox: &Sandbox, stages: &[u32]) {
    let place = sandbox.at("repo");
    let blob = place.clone().reading(CONFIG).git_ok(&["hash-object", "-w", "--stdin"]).trim().to_owned();
    let line = |mode: &str, blob: &str, stage: u32| format!("{mode} {blob} {stage}\tvenv/pyvenv.cfg\n");
    let removed = line("0", &"0".repeat(blob.len()), 0);
    let added: String = stages.iter().map(|stage| line("100644", &blob, *stage)).collect();
    place.reading(removed + &added).git_ok(&["update-index", "--index-info"]);
}

#[test]
fn what_only_a_merge_has_was_not_committed_earlier() {
    let sandbox = Sandbox::repository();
    let findings = || {
        let answer = sandbox.at("repo").pyenv(&["check", "--staged", "--output", "json"]).ended(3).json();
        let skipped = &answer["skipped"];
        assert_eq!(
            (skipped.as_array().map(Vec::len), &skipped[0]["path"]),
            (Some(1), &"venv/pyvenv.cfg".into())
        );
        assert!(skipped[0]["reason"].as_str().expect("text").starts_with("unmerged"), "{answer:#}");
        let findings = answer["findings"].as_array().expect("findings").iter();
        findings.map(|finding| finding["message"].as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    stage(&sandbox, &[1, 2, 3]);
    assert_eq!(findings(), [""; 0], "without any commit");
    stage(&sandbox, &[]);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "first"]);
    stage(&sandbox, &[1, 3]);
    assert_eq!(findings(), [""; 0], "HEAD does not have it");
    stage(&sandbox, &[0]);
    sandbox.git(&["commit", "--quiet", "-m", "second"]);
    stage(&sandbox, &[1, 2, 3]);
    let [earlier] = findings().try_into().expect("one finding");
    assert!(earlier.ends_with(" was committed earlier"), "{earlier}");
}
