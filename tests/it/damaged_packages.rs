//! PYE305: what is installed is not what an installer left. Right after a real installation, by whatever tool, nothing is
//! found.
#![cfg(unix)]

use std::path::PathBuf;

use serde_json::Value;

use crate::support::environments as env;
use crate::support::health::{found, health, pythons, run, venv};
use crate::support::pythons::lacking;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Place, tool};
use crate::support::wheels::Wheel;
use git_pyenv::model::HealthStatus;

/// The site directory of the environments below.
fn site(minor: u32) -> String {
    format!("venv/lib/python3.{minor}/site-packages")
}

/// The newest Python of pyenv.
fn newest() -> Option<(u32, PathBuf)> {
    let found = pythons().pop();
    if found.is_none() {
        lacking("pyenv has no Python 3");
    }
    found
}

/// Wheels that have a little of everything that installers treat in their own ways: commands, scripts, data, headers,
/// empty files, strange names, metadata of their own, and files that another wheel has too.
fn write_wheels(sandbox: &Sandbox) {
    Wheel::new("demo", "1.0")
        .file("demo/empty.py", "")
        .file("demo/data/a, \"b\" ü.txt", "text")
        .file("demo-1.0.data/scripts/demo-script", "#!python\nprint('script')\n")
        .file("demo-1.0.data/data/share/demo/data.txt", "data")
        .file("demo-1.0.data/purelib/demo_pure.py", "pure = True\n")
        .file("demo-1.0.data/headers/demo.h", "#define DEMO 1\n")
        .file("tests/__init__.py", "# of demo\n")
        .information("entry_points.txt", "[console_scripts]\ndemo = demo:main\n")
        .information("licenses/LICENSE", "free\n")
        .header("Requires-Dist: other_pkg")
        .write(sandbox);
    Wheel::new("other_pkg", "2.0").file("tests/__init__.py", "# of other_pkg, and longer\n").write(sandbox);
    Wheel::new("third", "3").file("tests/__init__.py", "# of demo\n").write(sandbox);
}

/// A place in which installers find nothing but the wheels of the sandbox.
fn installing(sandbox: &Sandbox) -> Place<'_> {
    let wheels = sandbox.path("wheels");
    let place = sandbox.at("repo").with("PIP_NO_INDEX", "1").with("PIP_FIND_LINKS", &wheels);
    let place = place.with("UV_OFFLINE", "1").with("UV_PYTHON_DOWNLOADS", "never").with("UV_NO_INDEX", "1");
    place
        .with("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .with("VIRTUALENV_NO_PERIODIC_UPDATE", "1")
        .with("UV_FIND_LINKS", &wheels)
}

/// The findings of PYE305, each as its message and what shows it.
fn damage(answer: &Value) -> Vec<String> {
    let findings = answer["findings"].as_array().expect("findings").iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let obstacle = "; before you recreate it";
    let described = findings.filter(|found| found["code"] == "PYE305").map(|found| {
        let evidence = found["evidence"].as_array().into_iter().flatten();
        let shown: Vec<String> =
            evidence.map(|shown| format!("{} {}", text(&shown["path"]), text(&shown["fact"]))).collect();
        let message = text(&found["message"]);
        let message = message.split(obstacle).next().unwrap_or_default();
        format!("{}: {message} ({})", text(&found["severity"]), shown.join("; "))
    });
    described.collect()
}

fn damage_in(sandbox: &Sandbox) -> Vec<String> {
    damage(&sandbox.json(&["check"]))
}

fn deep_damage_in(sandbox: &Sandbox) -> Vec<String> {
    damage(&sandbox.json(&["check", "--deep"]))
}

/// An environment in `venv` into which pip has installed the wheels.
fn with_pip() -> Option<(Sandbox, String)> {
    let (minor, python) = newest()?;
    let sandbox = Sandbox::repository();
    write_wheels(&sandbox);
    let place = installing(&sandbox);
    place.run(&python, &["-m", "venv", "venv"]).ended(0);
    place.run("venv/bin/python", &["-m", "pip", "install", "--quiet", "demo", "third"]).ended(0);
    Some((sandbox, site(minor)))
}

#[test]
fn nothing_is_damaged_right_after_pip() {
    let all = pythons();
    let chosen = |minor: u32| minor == 11 || all.first().is_some_and(|(first, _)| *first == minor);
    let last = all.last().map(|(minor, _)| *minor);
    for (minor, python) in all.iter().filter(|(minor, _)| chosen(*minor) || last == Some(*minor)) {
        let sandbox = Sandbox::repository();
        write_wheels(&sandbox);
        sandbox
            .write("project/setup.py", "from setuptools import setup\nsetup(name='project', version='1')\n");
        let place = installing(&sandbox);
        place.run(python, &["-m", "venv", "venv"]).ended(0);
        place.run("venv/bin/python", &["-m", "pip", "install", "--quiet", "demo", "third"]).ended(0);
        // Only older ones bring setuptools, which is needed to install a project.
        if *minor < 12 {
            let python = sandbox.path("repo/venv/bin/python");
            let develop = ["setup.py", "--quiet", "develop", "--no-deps"];
            place.clone().elsewhere("repo/project").run(python, &develop).ended(0);
        }
        assert_eq!((damage_in(&sandbox), deep_damage_in(&sandbox)), (vec![], vec![]), "3.{minor}");
        assert_eq!(found(&sandbox), [""; 0], "3.{minor}");
        place.run("venv/bin/python", &["-m", "pip", "uninstall", "--quiet", "--yes", "third"]).ended(0);
        assert_eq!(damage_in(&sandbox).len(), 2, "what both had is gone");
    }
}

#[test]
fn nothing_is_damaged_right_after_uv() {
    let (Some(uv), Some((minor, python))) = (tool("uv"), newest()) else { return };
    let python = python.to_str().expect("a plain path");
    for mode in ["clone", "copy", "hardlink", "symlink"] {
        let sandbox = Sandbox::repository();
        write_wheels(&sandbox);
        let place = installing(&sandbox).with("UV_LINK_MODE", mode);
        place.run(&uv, &["venv", "--quiet", "--python", python, "venv"]).ended(0);
        let install =
            ["pip", "install", "--quiet", "--python", "venv", "--compile-bytecode", "demo", "third"];
        place.run(&uv, &install).ended(0);
        assert_eq!((damage_in(&sandbox), deep_damage_in(&sandbox)), (vec![], vec![]), "{mode}");
        sandbox.remove(&format!("{}/demo/empty.py", site(minor)));
        assert_eq!(damage_in(&sandbox).len(), 1, "{mode}");
    }
}

#[test]
fn nothing_is_damaged_right_after_other_tools() {
    let sandbox = Sandbox::repository();
    let place = sandbox.at("repo");
    if let Some(virtualenv) = tool("virtualenv") {
        run(&place, &virtualenv, &["seeded"]);
        run(&place, &virtualenv, &["--symlink-app-data", "linked"]);
    }
    if let (Some(uv), Some((_, python))) = (tool("uv"), newest()) {
        run(&place, &uv, &["venv", "--quiet", "--seed", "--python", python.to_str().expect("plain"), "uv"]);
    }
    if let Some(python) = tool("python3") {
        run(&place, &python, &["-m", "venv", "system"]);
        run(&place, &python, &["-m", "venv", "--system-site-packages", "all"]);
    }
    env::conda().under("conda").write(&sandbox);
    assert_eq!((damage_in(&sandbox), deep_damage_in(&sandbox)), (vec![], vec![]));
}

#[test]
fn packages_of_conda_are_its_own_matter() {
    let sandbox = Sandbox::repository();
    env::conda().under("conda").write(&sandbox);
    let site = "conda/lib/python3.12/site-packages";
    for (name, installer) in [("split", "conda"), ("older", "pip"), ("own", "pip")] {
        sandbox.write(format!("{site}/{name}-1.dist-info/METADATA"), format!("Name: {name}\nVersion: 1\n"));
        sandbox.write(format!("{site}/{name}-1.dist-info/INSTALLER"), installer);
        sandbox.write(format!("{site}/{name}-1.dist-info/RECORD"), format!("{name}/tests.py,,\n"));
    }
    sandbox.write("conda/conda-meta/older-1-py_0.json", "{}");
    let found = damage_in(&sandbox);
    assert!(found.len() == 1 && found[0].contains("lacks 1 file of own"), "{found:?}");
}

#[test]
fn damaged_files_are_found() {
    let Some((sandbox, site)) = with_pip() else { return };
    sandbox.remove(&format!("{site}/demo_pure.py"));
    sandbox.remove("venv/share/demo/data.txt");
    sandbox.write(format!("{site}/demo/empty.py"), "not empty");
    sandbox.remove(&format!("{site}/demo/data"));
    sandbox.make_directory(&format!("repo/{site}/demo/data/a, \"b\" ü.txt"));
    assert_eq!(
        damage_in(&sandbox),
        [format!(
            "warning: `venv` lacks 2 files and has 2 changed files of demo ({site}/demo/data/a, \"b\" ü.txt is not a file; \
             {site}/demo/empty.py has 9 bytes instead of 0; {site}/demo_pure.py does not exist)"
        )]
    );
    assert_eq!(health(&sandbox).status, HealthStatus::Broken, "`list` says so too");
    let answer = sandbox.json(&["check"]);
    let finding =
        answer["findings"].as_array().expect("findings").iter().find(|found| found["code"] == "PYE305");
    assert_eq!(
        finding.expect("a finding")["fix"]["command"],
        "venv/bin/python -m pip install --force-reinstall --no-deps 'demo==1.0'"
    );
    installing(&sandbox)
        .run(
            "venv/bin/python",
            &["-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps", "demo==1.0"],
        )
        .ended(0);
    assert_eq!(damage_in(&sandbox), [""; 0], "the command repairs it");
}

#[test]
fn only_deep_compares_content() {
    let Some((sandbox, site)) = with_pip() else { return };
    sandbox.write(format!("{site}/demo_pure.py"), "pure = None\n");
    assert_eq!(damage_in(&sandbox), [""; 0]);
    let expected = format!(
        "warning: `venv` has 1 changed file of demo ({site}/demo_pure.py has another content than was installed)"
    );
    assert_eq!(deep_damage_in(&sandbox), [expected]);
    sandbox.pyenv(&["check", "--deep"]).ended(1);
    sandbox.pyenv(&["check", "--deep", "--staged"]).ended(2);
}

#[test]
fn what_comes_and_goes_is_no_damage() {
    let Some((sandbox, site)) = with_pip() else { return };
    sandbox.remove(&format!("{site}/demo/__pycache__"));
    for file in ["INSTALLER", "REQUESTED", "direct_url.json"] {
        sandbox.remove(&format!("{site}/demo-1.0.dist-info/{file}"));
    }
    // As it is after the first lines were corrected in an environment that was moved.
    for script in ["demo", "demo-script"] {
        sandbox.write(format!("venv/bin/{script}"), "#!/elsewhere/bin/python\nprint('longer than before')\n");
    }
    assert_eq!((damage_in(&sandbox), deep_damage_in(&sandbox)), (vec![], vec![]));
    sandbox.write("venv/bin/demo", "");
    assert_eq!(damage_in(&sandbox).len(), 1, "an empty script is none");
}

#[test]
fn metadata_that_is_missing_or_twice_is_found() {
    let Some((sandbox, site)) = with_pip() else { return };
    sandbox.remove(&format!("{site}/demo-1.0.dist-info/METADATA"));
    sandbox.remove(&format!("{site}/third-3.dist-info/RECORD"));
    sandbox.make_directory(&format!("repo/{site}/ghost-1.0.dist-info"));
    sandbox.write(format!("{site}/Other.Pkg-1.0.dist-info/METADATA"), "Name: other-pkg\nVersion: 1.0\n");
    sandbox.write(format!("{site}/distribution-1.dist-info/METADATA"), "Name: distribution\nVersion: 1\n");
    sandbox.write(format!("{site}/distribution-1.dist-info/INSTALLER"), "debian\n");
    sandbox.write(format!("{site}/~ip-24.2.dist-info/METADATA"), "Name: pip\n");
    sandbox.make_directory(&format!("repo/{site}/~-p"));
    let found = damage_in(&sandbox);
    assert_eq!(
        found,
        [
            format!(
                "warning: `venv` has the metadata of Other.Pkg 2 times ({site}/Other.Pkg-1.0.dist-info is metadata of it; \
                 {site}/other_pkg-2.0.dist-info is metadata of it)"
            ),
            format!("warning: `venv` has no metadata of demo ({site}/demo-1.0.dist-info has no METADATA)"),
            format!("warning: `venv` has no metadata of ghost ({site}/ghost-1.0.dist-info has no METADATA)"),
            format!(
                "warning: `venv` has no list of the files of third: its installation was interrupted \
                 ({site}/third-3.dist-info has no RECORD)"
            ),
            format!(
                "info: `venv` has 2 remnants of interrupted removals ({site}/~-p is passed over by installers; \
                 {site}/~ip-24.2.dist-info is passed over by installers)"
            ),
        ]
    );
}

#[test]
fn what_is_wrong_with_one_package_is_one_finding() {
    let Some((sandbox, site)) = with_pip() else { return };
    sandbox.write("requirements.txt", "demo\nthird\n");
    sandbox.write(format!("{site}/demo-1.0.dist-info/METADATA"), "Version: 1.0\n");
    sandbox.write(format!("{site}/third-3.dist-info/METADATA"), "Name: third\nVersion: three\n");
    sandbox.remove(&format!("{site}/third-3.dist-info/RECORD"));
    let found = damage_in(&sandbox);
    assert_eq!(found.len(), 2, "{found:#?}");
    let [demo, third] = [0, 1].map(|number| found[number].as_str());
    let metadata = format!("{site}/demo-1.0.dist-info");
    assert!(demo.starts_with("warning: `venv` has 1 changed file of demo ("), "{demo}");
    assert!(demo.contains(&format!("{metadata}/METADATA has 13 bytes")), "{demo}");
    assert!(demo.contains(&format!("{metadata} cannot be used: ")), "{demo}");
    assert!(third.contains("no list of the files of third") && third.contains("cannot be used: "), "{third}");
    let status = &sandbox.json(&["check"])["environments"][0]["sync"]["status"];
    assert_eq!(status, "out-of-step");
}

#[test]
fn an_environment_that_was_hollowed_out_is_one_finding() {
    let Some((minor, python)) = newest() else { return };
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "venv");
    let site = site(minor);
    for number in 0..9 {
        let row = format!("p{number}/a.py,,\np{number}/b.py,,\n");
        sandbox.write(
            format!("{site}/p{number}-1.dist-info/METADATA"),
            format!("Name: p{number}\nVersion: 1\n"),
        );
        sandbox.write(format!("{site}/p{number}-1.dist-info/RECORD"), row);
    }
    let found = damage_in(&sandbox);
    assert!(
        found.len() == 1 && found[0].starts_with("warning: `venv` lacks 18 files of 9 packages ("),
        "{found:?}"
    );
}

#[test]
fn a_record_leads_nowhere_outside() {
    let Some((minor, python)) = newest() else { return };
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "venv");
    let site = site(minor);
    let inside = sandbox.path("repo/venv/gone").display().to_string();
    let rows = [
        "../../../../secret,,",
        "/etc/nothing-here,,7",
        "C:/Windows/x.py,,1",
        "..\\..\\..\\Scripts\\x.exe,,1",
        "../../../Scripts/x.exe,,1",
        "../../../../repo/venv/../../x,,",
        "demo/../../../../../../../../../../etc/x,,",
        &format!("{inside},,"),
        "demo/a.py,,",
        "demo/\0.py,,",
        "\"unfinished",
    ];
    sandbox.write(format!("{site}/demo-1.dist-info/METADATA"), "Name: demo\nVersion: 1\n");
    sandbox.write(format!("{site}/demo-1.dist-info/RECORD"), rows.join("\n"));
    let expected = format!(
        "warning: `venv` lacks 3 files of demo (venv/gone does not exist; {site}/demo/a.py does not exist; \
         {site}/unfinished does not exist)"
    );
    assert_eq!(damage_in(&sandbox), [expected]);
}

/// Installs the package `demo` by its metadata, with these rows in its record.
fn write_record(sandbox: &Sandbox, site: &str, rows: &[u8]) {
    sandbox.write(format!("{site}/demo-1.dist-info/METADATA"), "Name: demo\nVersion: 1\n");
    sandbox.write(format!("{site}/demo-1.dist-info/RECORD"), rows);
}

#[test]
fn files_are_found_however_a_record_spells_their_paths() {
    let Some((minor, python)) = newest() else { return };
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "venv");
    let site = site(minor);
    let inside = sandbox.path("repo/venv").display().to_string();
    sandbox.write(format!("{site}/demo/five.py"), "12345");
    sandbox.write([site.as_bytes(), b"/demo/caf\xe9.py"].concat(), "12345");
    sandbox.link(format!("{site}/linked"), "demo");
    sandbox.link(format!("{site}/demo/again.py"), "../linked/five.py");
    sandbox.link(format!("{site}/demo/dangling.py"), "nowhere");
    let spelled: [&[u8]; 9] = [
        b"demo/five.py",
        b"./demo/five.py",
        b"demo//five.py",
        b"demo/../demo/./five.py",
        b"linked/five.py",
        b"linked/../demo/five.py",
        b"demo/again.py",
        b"demo/caf\xe9.py",
        b"../site-packages/demo/five.py",
    ];
    let absolute = [inside.as_bytes(), &site.as_bytes()["venv".len()..], b"/demo/five.py"].concat();
    let rows = |size: &str| {
        let spelled = spelled.iter().copied().chain([absolute.as_slice()]);
        spelled.flat_map(|path| [path, size.as_bytes()].concat()).collect::<Vec<u8>>()
    };
    // virtualenv records directories that it links without a size.
    write_record(&sandbox, &site, &[rows(",,5\n"), b"linked,,\n".to_vec()].concat());
    assert_eq!((damage_in(&sandbox), deep_damage_in(&sandbox)), (vec![], vec![]));
    // As paths, and not as spelled, these are four files.
    write_record(&sandbox, &site, &rows(",,6\n"));
    let found = damage_in(&sandbox);
    let shown = ["demo/again.py", "demo/\\351.py", "demo/five.py"].map(|name| found[0].contains(name));
    assert!(found[0].contains("has 4 changed files of demo"), "{found:?}");
    assert!(shown[0] && shown[2], "{found:?}");
    let gone: [&[u8]; 4] =
        [b"demo/\xff.py,,1\n", b"linked/gone.py,,1\n", b"demo/dangling.py,,\n", b"demo/five.py/x.py,,1\n"];
    write_record(&sandbox, &site, &gone.concat());
    let found = damage_in(&sandbox);
    assert!(found.len() == 1 && found[0].contains("`venv` lacks 4 files of demo"), "{found:?}");
    write_record(&sandbox, &site, b"demo,,7\nlinked,sha256=x,\n");
    let found = damage_in(&sandbox);
    assert!(found.len() == 1 && found[0].contains("has 2 changed files of demo"), "{found:?}");
}

#[test]
fn a_link_that_leads_to_itself_is_not_a_missing_file() {
    let Some((minor, python)) = newest() else { return };
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "venv");
    let site = site(minor);
    sandbox.link(format!("{site}/loop"), "loop");
    write_record(&sandbox, &site, b"demo/gone.py,,\nloop/x.py,,1\n");
    let answer = sandbox.at("repo").pyenv(&["check", "--output", "json"]).ended(3).json();
    assert_eq!(damage(&answer), [""; 0]);
    assert!(answer["skipped"].to_string().contains("loop/x.py"), "{answer:#}");
}

#[test]
fn every_part_of_a_long_record_is_compared() {
    let Some((minor, python)) = newest() else { return };
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "venv");
    let site = site(minor);
    let rows: Vec<String> =
        (0..3000).map(|number| format!("demo/module_with_a_long_name_{number:05}.py")).collect();
    let text: String = rows.iter().map(|path| format!("{path},sha256={},1\r\n", "x".repeat(43))).collect();
    write_record(&sandbox, &site, text.as_bytes());
    rows.iter().for_each(|path| sandbox.write(format!("{site}/{path}"), "1"));
    assert_eq!(damage_in(&sandbox), [""; 0]);
    for number in [0, 1499, 2999] {
        sandbox.write(format!("{site}/{}", rows[number]), "12");
    }
    let found = damage_in(&sandbox);
    let shown = [0, 1499, 2999].map(|number| found[0].contains(&format!("{} has 2 bytes", rows[number])));
    assert_eq!((found.len(), shown), (1, [true; 3]), "{found:?}");
    sandbox.remove(&format!("{site}/demo"));
    assert!(damage_in(&sandbox)[0].contains("lacks 3,000 files of demo"));
}

#[test]
fn what_cannot_be_read_is_said() {
    let Some((minor, python)) = newest() else { return };
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "venv");
    let record = format!("{}/demo-1.dist-info/RECORD", site(minor));
    sandbox.write(format!("{}/demo-1.dist-info/METADATA", site(minor)), "Name: demo\nVersion: 1\n");
    sandbox.make_directory(&format!("repo/{record}"));
    let answer = sandbox.at("repo").pyenv(&["check", "--output", "json"]).ended(3).json();
    assert_eq!(damage(&answer), [""; 0]);
    let skipped = answer["skipped"].to_string();
    assert!(skipped.contains("demo-1.dist-info") && skipped.contains("not a regular file"), "{skipped}");
    assert_eq!(health(&sandbox).status, HealthStatus::Unknown);
}
