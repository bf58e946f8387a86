//! The plan of a dry run has an id: with it exactly that plan is carried out, and no other.
#![cfg(unix)]

use serde_json::{Value, json};

use crate::support::installs::Installs;
use crate::support::pythons::two_pythons;
use crate::support::sandbox::Finished;
use crate::support::schema;

/// A command that has a dry run, in a repository that has something to do for it.
struct Case {
    /// Makes the repository, beside a `.gitignore`, a `requirements.txt` and wheels: a script for `sh -eu`.
    script: &'static str,
    /// The command line.
    call: &'static str,
    /// Options that it can have too: each makes another plan.
    options: &'static [&'static str],
    /// Makes another plan of it, as a script.
    spoil: &'static str,
}

/// The description of a tool, and a plug-in.
const TOOL: &str = "mkdir tools; echo 1 >tools/t.py; echo '{\"script\": \"t.py\"}' >tools/t.json";
const REGISTERED: &str = "mkdir tools; echo 1 >tools/t.py; echo '{\"script\": \"t.py\"}' >tools/t.json
    git pyenv tool register -q tools/t.json";
const TRUSTED: &str = r#"mkdir tools; echo 1 >tools/t.py; echo '{"script": "t.py"}' >tools/t.json
    git pyenv tool register -q tools/t.json
    git pyenv tool trust -q t --digest $(git pyenv tool trust t --dry-run --output json |
        sed -n 's/.*"plan_id": "\(.*\)"/\1/p')"#;
/// The tool is another one, and trusted too.
const TRUSTED_AGAIN: &str = r#"echo 2 >tools/t.py
    git pyenv tool trust -q t --digest $(git pyenv tool trust t --dry-run --output json |
        sed -n 's/.*"plan_id": "\(.*\)"/\1/p')"#;
const PLUG_IN: &str = r#"cat >../programs/git-pyenv-type-demo <<'END'
#!/bin/sh
echo '{"protocol": 1, "markers": ["demo.json"]}'
END
chmod +x ../programs/git-pyenv-type-demo
"#;
/// Two environments of which git has one, and a cache.
const TRACKED: &str = "git pyenv create -q --without-pip .venv; rm .venv/.gitignore; git add -f .venv
    mkdir -p src/__pycache__; touch src/a.py src/__pycache__/a.cpython-311.pyc";

/// The same, of which git has nothing.
const UNTRACKED: &str = "git pyenv create -q --without-pip .venv
    mkdir -p src/__pycache__; touch src/a.py src/__pycache__/a.cpython-311.pyc";

const CASES: &[Case] = &[
    Case {
        script: TRACKED,
        call: "git pyenv fix",
        options: &["--staged"],
        spoil: "echo '*.log' >>.gitignore",
    },
    Case {
        script: "",
        call: "git pyenv create --without-pip",
        options: &["--prompt a", "--prompt b", "--system-site-packages", "other"],
        spoil: "git config pyenv.venvDirectory .venv",
    },
    Case {
        script: "git pyenv create -q; git pyenv install -q",
        call: "git pyenv create --force",
        options: &["--without-pip"],
        spoil: "git pyenv create -q --force",
    },
    Case {
        script: "git pyenv create -q; git pyenv run -m pip install -q gamma",
        call: "git pyenv install",
        options: &["--sync"],
        spoil: "echo beta==1.0 >requirements.txt",
    },
    Case {
        script: "git pyenv create -q --without-pip; git pyenv create -q --without-pip other",
        call: "git pyenv use other",
        options: &[],
        spoil: "rm -r other; git pyenv create -q --without-pip envs/other
            git config pyenv.environments.other.directory envs/other",
    },
    Case {
        script: TRACKED,
        call: "git pyenv tidy --force",
        options: &["--target caches", "--target venv"],
        spoil: "touch src/__pycache__/b.pyc src/b.py",
    },
    Case {
        script: UNTRACKED,
        call: "git pyenv cleanup --force --target all",
        options: &["--keep src", "--backup"],
        spoil: "echo x >.venv/notes",
    },
    Case {
        script: "git pyenv create -q",
        call: "git pyenv cleanup --create-venv --force",
        options: &[],
        spoil: "echo x >venv/notes",
    },
    Case {
        script: UNTRACKED,
        call: "git pyenv cleanup --force --directory .",
        options: &["--target all"],
        spoil: "git pyenv create -q --without-pip other",
    },
    Case {
        script: "git pyenv create -q; git pyenv cleanup -q --force",
        call: "git pyenv restore 2",
        options: &["--to other"],
        spoil: "",
    },
    Case {
        script: "",
        call: "git pyenv hook install",
        options: &["--notices", "pre-commit"],
        spoil: "printf '#!/bin/sh\\n' >.git/hooks/pre-push; chmod +x .git/hooks/pre-push",
    },
    Case {
        script: "git pyenv hook install -q",
        call: "git pyenv hook uninstall",
        options: &["pre-commit"],
        spoil: "git pyenv hook uninstall -q pre-push",
    },
    Case {
        script: TOOL,
        call: "git pyenv tool register tools/t.json",
        options: &[],
        spoil: "echo 2 >tools/t.py",
    },
    Case { script: REGISTERED, call: "git pyenv tool trust t", options: &[], spoil: "echo 2 >tools/t.py" },
    Case { script: TRUSTED, call: "git pyenv tool untrust t", options: &[], spoil: TRUSTED_AGAIN },
    Case { script: TRUSTED, call: "git pyenv tool unregister t", options: &[], spoil: TRUSTED_AGAIN },
    Case {
        script: PLUG_IN,
        call: "git pyenv plugin trust demo",
        options: &[],
        spoil: "echo '#' >>../programs/git-pyenv-type-demo",
    },
];

/// A repository for a case.
struct Stage {
    installs: Installs,
    call: String,
}

impl Stage {
    /// `None`, said aloud, without a Python.
    fn of(case: &Case, python: &std::path::Path) -> Self {
        let installs = Installs::without_environment(python.to_path_buf());
        let name = "../programs/python3";
        installs.sandbox.link(name, python.to_string_lossy().as_bytes());
        let stage = Self { installs, call: case.call.to_owned() };
        stage.sh("git add --all . && git commit --quiet --message start");
        stage.sh(case.script);
        stage
    }

    /// Runs a command line in a shell, as somebody does who copies it.
    fn line(&self, line: &str) -> Finished {
        // What it starts and stops in a hook is not the subject.
        self.installs
            .place()
            .with("XDG_STATE_HOME", self.installs.sandbox.path("state"))
            .run("sh", &["-euc", line])
    }

    #[track_caller]
    fn sh(&self, script: &str) {
        self.line(script).ended(0);
    }

    /// The result of the call with these options.
    #[track_caller]
    fn answer(&self, options: &str) -> Value {
        let answer = self.line(&format!("{} {options} --output json", self.call)).json();
        schema::assert_fits(&answer);
        answer
    }

    /// The id of the plan that a dry run shows.
    #[track_caller]
    fn id(&self, options: &str) -> String {
        let answer = self.answer(&format!("{options} --dry-run"));
        answer["plan_id"].as_str().unwrap_or_else(|| panic!("no plan: {} {answer:#}", self.call)).to_owned()
    }

    /// The option by which the command takes an id.
    fn option(&self) -> &'static str {
        if self.call.contains(" trust ") { "--digest" } else { "--apply" }
    }

    /// Asserts that nothing is done for the plan of this id.
    #[track_caller]
    fn assert_refused(&self, id: &str) {
        let before = self.line(&format!("{} --dry-run --output json", self.call)).out();
        let answer = self.answer(&format!("{} {id}", self.option()));
        assert_eq!(answer["error"]["kind"], json!("action"), "{}: {answer:#}", self.call);
        let after = self.line(&format!("{} --dry-run --output json", self.call)).out();
        assert_eq!(before, after, "{}: something was changed", self.call);
    }
}

/// The command that the text of a dry run ends with.
fn printed(text: &str) -> Option<&str> {
    text.trim_end().rsplit_once("do exactly this with `")?.1.strip_suffix('`')
}

#[test]
fn a_plan_is_carried_out_as_the_dry_run_says() {
    let Some(python) = two_pythons().into_iter().next() else { return };
    for case in CASES {
        let stage = Stage::of(case, &python);
        let id = stage.id("");
        assert_eq!(id, stage.id(""), "{}: the same plan", case.call);
        stage.assert_refused("00000000000000000000000000000000");
        assert_eq!(id, stage.id(""), "{}: still the same plan", case.call);
        let text = stage.line(&format!("{} --dry-run --output text", case.call)).ended(0).out();
        let line = match stage.option() {
            "--apply" => printed(&text).unwrap_or_else(|| panic!("{}: {text}", case.call)).to_owned(),
            option => format!("{} {option} {id}", case.call),
        };
        let done = stage.line(&line);
        assert!(matches!(done.status, Some(0 | 1)), "{line}: {}", done.said());
        assert_ne!(stage.answer("--dry-run")["plan_id"], json!(id), "{line}: it is done");
    }
}

#[test]
fn another_plan_is_not_carried_out() {
    let Some(python) = two_pythons().into_iter().next() else { return };
    for case in CASES.iter().filter(|case| !case.spoil.is_empty()) {
        let stage = Stage::of(case, &python);
        let id = stage.id("");
        stage.sh(case.spoil);
        stage.assert_refused(&id);
    }
}

/// What is not shown could not be approved, so that every option has to be seen in a plan.
#[test]
fn other_options_make_another_plan() {
    let Some(python) = two_pythons().into_iter().next() else { return };
    for case in CASES.iter().filter(|case| !case.options.is_empty()) {
        let stage = Stage::of(case, &python);
        let plans: Vec<Value> = case
            .options
            .iter()
            .map(|options| stage.answer(&format!("{options} --dry-run"))["plan_id"].clone())
            .collect();
        let own = json!(stage.id(""));
        for (number, plan) in plans.iter().enumerate() {
            let others = plans.iter().skip(number + 1).chain([&own]);
            let is_other = |other: &Value| other != plan || plan.is_null();
            assert!(others.into_iter().all(is_other), "{} {}", case.call, case.options[number]);
        }
    }
}
