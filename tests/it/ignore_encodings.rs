//! Ignore files in encodings that git does not read are named, and no rule is added to them.

use crate::support::repository::Sandbox;

/// An environment that nothing ignores but the file with this content.
fn sandbox(ignore: &[u8]) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("venv/pyvenv.cfg", "home = /usr/bin\n");
    sandbox.write("venv/bin/activate", "VIRTUAL_ENV=/x/venv\n");
    sandbox.overwrite(&sandbox.path("repo/.gitignore"), ignore);
    sandbox
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let mark: &[u8] = if mark { b"\xff\xfe" } else { b"" };
    [mark, &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat()
}

#[test]
fn what_git_does_not_read_is_named() {
    for content in [utf16("venv\n", true), utf16("venv\n", false)] {
        let sandbox = sandbox(&content);
        let checked = sandbox.json(&["check", "--select", "PYE201"]);
        assert_eq!(checked["findings"][0]["code"], "PYE201", "{checked:#}");
        assert_eq!(checked["skipped"][0]["path"], ".gitignore", "{checked:#}");
        let reason = checked["skipped"][0]["reason"].as_str().unwrap_or_default();
        assert!(reason.contains("UTF-16") && reason.contains("git does not read"), "{reason}");
        for command in [&["fix"][..], &["fix", "--dry-run"], &["tidy", "--dry-run"]] {
            let error = sandbox.pyenv(command).ended(2).err();
            assert!(error.contains("`.gitignore`") && error.contains("UTF-16"), "{command:?}: {error}");
        }
        assert_eq!(sandbox.read("repo/.gitignore"), content);
    }
}

#[test]
fn what_git_reads_is_kept() {
    let sandbox = sandbox(b"\xef\xbb\xbf\xe9\nvenv\n");
    let checked = sandbox.json(&["check", "--select", "PYE201"]);
    assert_eq!((&checked["skipped"], &checked["findings"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert_eq!(sandbox.git(&["status", "--porcelain", "venv"]), "");
}

/// The files of one person, which git reads as it reads `.gitignore`.
#[test]
fn files_outside_of_the_work_tree_are_named() {
    let other = utf16("venv\n", true);
    let sandbox = sandbox(b"");
    let skipped = || {
        let checked = sandbox.json(&["check", "--select", "PYE201"]);
        assert_eq!(checked["findings"][0]["code"], "PYE201", "{checked:#}");
        let skipped = checked["skipped"].as_array().expect("a list").clone();
        let words = |skip: &serde_json::Value| {
            format!("{}: {}", skip["path"].as_str().unwrap_or("-"), skip["reason"].as_str().unwrap_or("-"))
        };
        skipped.iter().map(words).collect::<Vec<_>>()
    };
    assert_eq!(skipped(), Vec::<String>::new());
    sandbox.write(".git/info/exclude", &other);
    let of_repository = ".git/info/exclude: is UTF-16, which git does not read".to_owned();
    assert_eq!(skipped(), [&*of_repository]);
    sandbox.write("../home/.config/git/ignore", &other);
    let named =
        |place: &str| format!(".: `{}` is UTF-16, which git does not read", sandbox.path(place).display());
    assert_eq!(skipped(), [named("home/.config/git/ignore"), of_repository.clone()]);
    sandbox.git(&["config", "core.excludesFile", "~/own"]);
    assert_eq!(skipped(), [&*of_repository]);
    sandbox.write("../home/own", &other);
    assert_eq!(skipped(), [named("home/own"), of_repository.clone()]);
    sandbox.git(&["config", "core.excludesFile", ""]);
    assert_eq!(skipped(), [of_repository]);
    // Where another file ignores the environment, nothing depends on them.
    sandbox.write(".gitignore", "venv\n");
    let checked = sandbox.json(&["check", "--select", "PYE201"]);
    assert_eq!((&checked["skipped"], &checked["findings"]), (&serde_json::json!([]), &serde_json::json!([])));
}
