//! Whatever is wrong with a repository or with the command line is said; "could not tell" never
//! looks like clean; nothing panics.

use crate::support::answer::{both, error};
use crate::support::environments as env;
use crate::support::fixture::Fixture;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{FORMATS, Finished};
use crate::support::schema;

/// A repository with a committed project and a staged environment.
fn staged(tree: &Fixture) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.commit("README.md", "# Project\n");
    tree.write(&sandbox);
    sandbox.git(&["add", "--force", "--all"]);
    sandbox
}

#[test]
fn no_repository() {
    let sandbox = Sandbox::new();
    for arguments in [&["check"] as &[&str], &["check", "--staged"], &["list"], &["config"]] {
        let text = error(&sandbox.at("home"), arguments, "usage");
        assert!(text.contains("not a git repository") && text.contains("hint: "), "{text}");
    }
    let place = sandbox.at("home").with("GIT_DIR", "/nowhere/at/all");
    error(&place, &["check"], "usage");
}

#[test]
fn a_damaged_index_is_no_answer() {
    let sandbox = staged(&env::venv(12).under("venv"));
    let index = sandbox.path("repo/.git/index");
    let whole = sandbox.read("repo/.git/index");
    let mut damaged: Vec<(String, Vec<u8>)> = vec![
        ("empty".to_owned(), Vec::new()),
        ("bad magic".to_owned(), [b"CRID", &whole[4..]].concat()),
        ("unknown version".to_owned(), [b"DIRC\0\0\0\x09", &whole[8..]].concat()),
        ("too many entries".to_owned(), [&whole[..8], b"\xff\xff\xff\xff", &whole[12..]].concat()),
        (
            "random bytes".to_owned(),
            (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect(),
        ),
        ("zeros".to_owned(), vec![0; 4096]),
        ("garbage after the header".to_owned(), [&whole[..12], vec![0xff; 500].as_slice()].concat()),
    ];
    let step = whole.len() / 25;
    damaged.extend(
        (1..whole.len() - 200).step_by(step).map(|end| (format!("cut at {end}"), whole[..end].to_vec())),
    );
    for (name, bytes) in damaged {
        sandbox.overwrite(&index, &bytes);
        let (answer, text) = both(&sandbox.at("repo"), &["check", "--staged"], 3);
        assert_eq!(answer["error"]["kind"], "undecided", "{name}: {answer:#}");
        assert!(text.contains("index"), "{name}: {text}");
        assert_eq!(sandbox.read("repo/.git/index"), bytes, "{name}: the index was written");
    }
}

/// Removes a loose object.
fn lose(sandbox: &Sandbox, revision: &str) {
    let id = sandbox.git(&["rev-parse", revision]);
    sandbox.remove(&format!(".git/objects/{}/{}", &id[..2], &id[2..]));
}

#[test]
fn an_object_that_is_gone_is_named() {
    let sandbox = staged(&env::venv(12).under("venv").only(&["venv/pyvenv.cfg"]));
    lose(&sandbox, ":venv/pyvenv.cfg");
    let (answer, _) = both(&sandbox.at("repo"), &["check", "--staged"], 3);
    assert_eq!(answer["status"], "undecided");
    assert_eq!(answer["skipped"][0]["path"], "venv/pyvenv.cfg");
    let text = sandbox.pyenv(&["check", "--staged", "--output", "text"]).out();
    assert!(text.contains("venv/pyvenv.cfg") && !text.contains("clean"), "{text}");
    // What is found all the same is found.
    let sandbox = staged(&env::venv(12).under("venv").and(env::uv().under("b")));
    lose(&sandbox, ":venv/pyvenv.cfg");
    let (answer, _) = both(&sandbox.at("repo"), &["check", "--staged"], 1);
    assert_eq!(answer["findings"].as_array().map(Vec::len), Some(2), "{answer:#}");
    assert_eq!(answer["skipped"][0]["path"], "venv/pyvenv.cfg");
}

#[test]
fn a_commit_with_holes_is_no_answer() {
    for lost in ["HEAD", "HEAD^{tree}", "HEAD:venv", "HEAD:venv/bin"] {
        let sandbox = staged(&env::venv(12).under("venv"));
        sandbox.git(&["commit", "--quiet", "--message", "environment"]);
        lose(&sandbox, lost);
        let arguments = ["check", "--commit", "HEAD"];
        let finished = sandbox.pyenv(&arguments);
        assert!(matches!(finished.status, Some(2 | 3)), "{lost}: {}", finished.said());
        // The gate has to ask HEAD whether the environment is new.
        let finished = sandbox.pyenv(&["check", "--staged"]);
        assert_eq!(finished.status, Some(3), "{lost}: {}", finished.said());
    }
    let sandbox = staged(&env::venv(12).under("venv"));
    sandbox.git(&["commit", "--quiet", "--message", "environment"]);
    lose(&sandbox, "HEAD:venv/pyvenv.cfg");
    let finished = sandbox.pyenv(&["check", "--commit", "HEAD", "--output", "json"]);
    assert_eq!(finished.json()["skipped"][0]["path"], "venv/pyvenv.cfg", "{}", finished.said());
}

#[test]
fn what_a_partial_clone_lacks_and_the_commit_does_not_touch_is_no_obstacle() {
    let sandbox = Sandbox::repository();
    sandbox.write("far/pyvenv.cfg", "home = /usr/bin\n");
    sandbox.write("near/app.py", "print(1)\n");
    sandbox.link("far/thing", "../elsewhere");
    sandbox.git(&["add", "--force", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "far"]);
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", sandbox.path("repo").display());
    sandbox.git(&["clone", "--quiet", "--filter=blob:none", "--sparse", &url, "../clone"]);
    let clone = sandbox.at("clone");
    clone.git_ok(&["sparse-checkout", "set", "near"]);
    clone.run("sh", &["-c", "echo 'print(2)' >near/app.py"]).ended(0);
    clone.git_ok(&["commit", "--quiet", "--all", "--message", "near"]);
    clone.run("sh", &["-c", "echo 'print(3)' >near/app.py"]).ended(0);
    clone.git_ok(&["add", "near"]);
    clone.pyenv(&["check", "--staged"]).ended(0);
    clone.pyenv(&["check", "--range", "HEAD~1..HEAD"]).ended(0);
    let (answer, _) = both(&clone, &["check", "--commit", "HEAD"], 3);
    assert_eq!(answer["skipped"].as_array().map(Vec::len), Some(2), "{answer:#}");
    assert!(!answer["skipped"].to_string().contains("needed for"), "{answer:#}");
}

#[test]
fn revisions_that_name_nothing() {
    let sandbox = staged(&Fixture::default());
    let place = sandbox.at("repo");
    for revision in
        ["nowhere", "HEAD~99", "", "a b", "HEAD:README.md", "0123456789abcdef0123456789abcdef01234567"]
    {
        let commit = format!("--commit={revision}");
        let text = error(&place, &["check", &commit], "usage");
        assert!(revision.is_empty() || text.contains(revision), "{revision}: {text}");
    }
    for range in ["nowhere..HEAD", "HEAD..nowhere", "a..b..c"] {
        error(&place, &["check", "--range", range], "usage");
    }
    for option in ["--commit=--output=x", "--commit=-h", "--range=--all..HEAD"] {
        error(&place, &["check", option], "usage");
    }
    assert!(!sandbox.path("repo/x").exists(), "a revision is never an option of git");
    let text = error(&place, &["check", "--commit", "a\u{1b}[31mb"], "usage");
    assert!(!text.contains('\u{1b}'), "{text:?}");
}

#[test]
fn a_wrong_command_line() {
    let sandbox = staged(&Fixture::default());
    let place = sandbox.at("repo");
    let cases: [(&[&str], &str); 8] = [
        (&["check", "--select", "PYE999"], "PYE999"),
        (&["check", "--ignore", "no-such-rule"], "no-such-rule"),
        (&["explain", "PYE999"], "PYE999"),
        (&["config", "noSuchKey"], "noSuchKey"),
        (&["check", "--staged", "--commit", "HEAD"], "--staged"),
        (&["check", "--no-such-flag"], "--no-such-flag"),
        (&["check", "--fail-on", "sometimes"], "sometimes"),
        (&["nosuchcommand"], "nosuchcommand"),
    ];
    for (arguments, named) in cases {
        let json = place.pyenv(&[arguments, &["--output", "json"]].concat()).ended(2);
        let answer = json.json();
        schema::assert_fits(&answer);
        assert_eq!(
            answer["error"]["message"].as_str().map(|text| text.contains(named)),
            Some(true),
            "{answer:#}"
        );
        assert!(json.err().contains(named), "{}", json.said());
    }
    assert_eq!(place.pyenv(&["check", "--output", "nosuch"]).status, Some(2));
    assert_eq!(place.pyenv(&[]).status, Some(2));
}

#[test]
fn paths_outside_and_nowhere() {
    let sandbox = staged(&env::venv(12).under("venv"));
    let place = sandbox.at("repo");
    for path in ["..", "../home", "/", "/etc/passwd", "venv/../../home"] {
        let text = error(&place, &["check", path], "usage");
        assert!(text.contains("outside"), "{path}: {text}");
    }
    let text = error(&place, &["check", "nowhere"], "usage");
    assert!(text.contains("nowhere"), "{text}");
    for (directory, path) in
        [("repo", "venv"), ("repo", "./venv/../venv"), ("repo/venv", "."), ("repo/venv/bin", "..")]
    {
        let (answer, _) = both(&sandbox.at(directory), &["check", "--staged", path], 1);
        assert_eq!(answer["findings"][0]["path"], "venv", "{directory} {path}");
    }
    let absolute = sandbox.path("repo/venv");
    both(&place, &["check", "--staged", absolute.to_str().expect("text")], 1);
    both(&place, &["check", "--staged", "README.md"], 0);
}

#[test]
fn a_settings_file_of_pyenv_cfg_in_any_state() {
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("home = /usr/bin\r\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let huge = [b"home = /usr/bin\n".as_slice(), &vec![b'#'; 2 << 20]].concat();
    let conflict = "<<<<<<< ours\nhome = /usr/bin\n=======\nhome = /opt/bin\n>>>>>>> theirs\n";
    // The exit status if there is nothing else. What is not read is not clean, unless an environment is found anyway.
    let contents: [(&str, Vec<u8>, i32); 7] = [
        ("plain", b"home = /usr/bin\n".to_vec(), 1),
        ("UTF-16", utf16, 1),
        ("conflict", conflict.as_bytes().to_vec(), 1),
        ("no home", b"version = 3.12\n".to_vec(), 0),
        ("binary", (0..=255_u8).cycle().take(5000).collect(), 0),
        ("huge", huge, 3),
        ("empty", Vec::new(), 0),
    ];
    for (name, content, alone) in contents {
        for (beside, expected) in [(false, alone), (true, 1)] {
            let tree = if beside { env::venv(12).without(&["pyvenv.cfg"]) } else { Fixture::default() };
            let sandbox = staged(&tree.file("pyvenv.cfg", &content).under("v"));
            for scope in ["--staged", "--commit=HEAD"] {
                if scope != "--staged" {
                    sandbox.git(&["commit", "--quiet", "--message", "x"]);
                }
                let (answer, _) = both(&sandbox.at("repo"), &["check", scope], expected);
                let skipped: Vec<&str> = answer["skipped"]
                    .as_array()
                    .expect("a list")
                    .iter()
                    .filter_map(|skip| skip["path"].as_str())
                    .collect();
                let unread: &[&str] = if expected == 3 { &["v/pyvenv.cfg"] } else { &[] };
                assert_eq!(skipped, unread, "{name}");
            }
        }
    }
}

#[test]
fn loops_of_links_end() {
    let sandbox = Sandbox::repository();
    sandbox.link("loop", ".");
    sandbox.link("a", "b");
    sandbox.link("b", "a");
    sandbox.link("up/up", "..");
    sandbox.link("up/.venv", "../up/.venv");
    env::venv(12).under("up/env").write(&sandbox);
    let (answer, _) = both(&sandbox.at("repo"), &["check"], 1);
    let places: Vec<&str> = answer["environments"]
        .as_array()
        .expect("environments")
        .iter()
        .filter_map(|e| e["path"].as_str())
        .collect();
    assert_eq!(places, ["up/env"], "{answer:#}");
}

#[test]
fn hostile_names_stay_on_their_line() {
    let names: [&[u8]; 7] = [
        b"a\nb",
        b"\x1b[31mred\x1b[0m",
        b"not\xff\xfeutf8",
        "虚拟".as_bytes(),
        b"-rf",
        b"'\"`$(x)",
        "a\u{202e}b".as_bytes(),
    ];
    let tree = names.iter().fold(Fixture::default(), |tree, name| {
        tree.and(env::venv(12).only(&["pyvenv.cfg", "bin/activate"]).under(name))
    });
    let sandbox = staged(&tree);
    let text = sandbox.pyenv(&["check", "--staged", "--output", "text"]).ended(1).out();
    assert_eq!(text.lines().filter(|line| line.starts_with("error[PYE101]")).count(), names.len(), "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}') && !text.contains('\u{fffd}'), "{text:?}");
    let (answer, _) = both(&sandbox.at("repo"), &["check", "--staged"], 1);
    let hex: Vec<&str> = answer["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|f| f["path_hex"].as_str())
        .collect();
    assert_eq!(hex, ["6e6f74fffe75746638"], "{answer:#}");
}

/// An index of version 2 with these paths, each with the same blob; git itself would refuse such paths.
fn crafted_index(paths: &[&[u8]], id: &[u8]) -> Vec<u8> {
    let count = u32::try_from(paths.len()).expect("few");
    let mut bytes = [b"DIRC\0\0\0\x02".as_slice(), &count.to_be_bytes()].concat();
    for path in paths {
        let start = bytes.len();
        bytes.extend([0; 24]);
        bytes.extend(0o100_644_u32.to_be_bytes());
        bytes.extend([0; 12]);
        bytes.extend(id);
        bytes.extend(u16::try_from(path.len()).expect("short").to_be_bytes());
        bytes.extend(*path);
        let length = bytes.len() - start;
        bytes.resize(start + (length / 8 + 1) * 8, 0);
    }
    bytes.extend([0; 20]);
    bytes
}

#[test]
fn paths_that_leave_the_repository_lead_nowhere() {
    let sandbox = Sandbox::repository();
    sandbox.write("cfg", "home = /usr/bin\n");
    let hex = sandbox.git(&["hash-object", "-w", "cfg"]);
    let id: Vec<u8> =
        (0..20).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hexadecimal")).collect();
    let evil: [&[u8]; 6] = [
        b"../evil/pyvenv.cfg",
        b"/etc/x/pyvenv.cfg",
        b"a/../../b/pyvenv.cfg",
        b"a//b/pyvenv.cfg",
        b"./c/pyvenv.cfg",
        b"x/../pyvenv.cfg",
    ];
    for path in evil {
        sandbox.overwrite(&sandbox.path("repo/.git/index"), &crafted_index(&[path], &id));
        let finished = sandbox.pyenv(&["check", "--staged", "--output", "json"]);
        assert_eq!(finished.status, Some(3), "{}: {}", path.escape_ascii(), finished.said());
        assert!(!finished.out().contains("\"PYE1"), "{}", finished.said());
    }
    // The same in a tree object.
    let entry = [b"100644 pyvenv.cfg\0".as_slice(), &id].concat();
    let object = |bytes: &[u8]| {
        let place = sandbox.at("repo").reading(bytes);
        let finished = place.git(&["hash-object", "-t", "tree", "-w", "--literally", "--stdin"]).ended(0);
        finished.out().trim().to_owned()
    };
    let inner = object(&entry);
    let raw: Vec<u8> =
        (0..20).map(|i| u8::from_str_radix(&inner[2 * i..2 * i + 2], 16).expect("hexadecimal")).collect();
    let outer = object(&[b"40000 ..\0".as_slice(), &raw].concat());
    let commit = sandbox.git(&["commit-tree", "-m", "x", &outer]);
    let finished = sandbox.pyenv(&["check", "--commit", &commit, "--output", "json"]);
    assert_eq!(finished.status, Some(3), "{}", finished.said());
}

#[test]
fn a_hundred_thousand_environments() {
    let sandbox = Sandbox::repository();
    sandbox.write("cfg", "home = /usr/bin\n");
    let id = sandbox.git(&["hash-object", "-w", "cfg"]);
    let lines: String = (0..100_000).map(|i| format!("100644 {id} 0\te{i:06}/pyvenv.cfg\n")).collect();
    sandbox.at("repo").reading(lines).git_ok(&["update-index", "--index-info"]);
    let answer = sandbox.json(&["check", "--staged"]);
    assert_eq!(answer["findings"].as_array().map(Vec::len), Some(100_000));
    assert_eq!(answer["findings"][99_999]["path"], "e099999");
    // And all at one place, each in the one before.
    let nested = (0..2_000).map(|i| format!("100644 {id} 0\t{}pyvenv.cfg\n", "d/".repeat(i % 500 + 1)));
    sandbox.git(&["read-tree", "--empty"]);
    sandbox.at("repo").reading(nested.collect::<String>()).git_ok(&["update-index", "--index-info"]);
    assert_eq!(sandbox.pyenv(&["check", "--staged"]).status, Some(1));
}

#[test]
fn a_reader_that_goes_away_does_not_make_it_clean() {
    let tree = (0..2_000)
        .fold(Fixture::default(), |tree, i| tree.file(format!("e{i}/pyvenv.cfg"), "home = /usr/bin\n"));
    let sandbox = staged(&tree);
    for format in ["text", "json"] {
        let script = format!(
            "\"$PYENV\" check --staged --output {format} | head -c 10 >/dev/null; exit ${{PIPESTATUS[0]}}"
        );
        let place = sandbox.at("repo").with("PYENV", env!("CARGO_BIN_EXE_git-pyenv"));
        let finished: Finished = place.run("bash", &["-c", &script]);
        assert_eq!(finished.status, Some(1), "{format}: {}", finished.said());
        assert_eq!(finished.err(), "", "{format}");
    }
}

#[test]
fn every_format_of_repository_says_what_is_missing() {
    for format in FORMATS {
        let Some(sandbox) = Sandbox::with_repository(format) else { continue };
        env::venv(12).under("venv").only(&["venv/pyvenv.cfg"]).write(&sandbox);
        sandbox.git(&["add", "--all"]);
        lose(&sandbox, ":venv/pyvenv.cfg");
        let (answer, _) = both(&sandbox.at("repo"), &["check", "--staged"], 3);
        assert_eq!(answer["skipped"][0]["path"], "venv/pyvenv.cfg", "{format:?}");
        let text = error(&sandbox.at("repo"), &["check", "--commit", "HEAD"], "usage");
        assert!(text.contains("HEAD"), "{format:?}: {text}");
    }
}
