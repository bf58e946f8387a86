//! Errors of `tool` with a command that helps.

use super::{Situation, error, follow_all};

/// Makes the tool `t`, which takes no arguments.
macro_rules! tool {
    ($more:literal) => {
        concat!(
            "mkdir tools; touch tools/t.py; echo '{\"script\": \"t.py\", \"arguments\": []}' >tools/t.json
             git pyenv tool register -q tools/t.json\n",
            $more
        )
    };
}

const TOOLS: &[Situation] = &[
    error("one that is not trusted", tool!(""), "git pyenv tool trust t", "git pyenv tool trust t --digest ")
        .works(),
    error("one that nobody has looked at", tool!(""), "git pyenv tool run t", "git pyenv tool show t")
        .works(),
    error("an argument too many", tool!(""), "git pyenv tool run t x", "git pyenv tool show t").works(),
    error("an unknown name", tool!(""), "git pyenv tool show something", "git pyenv tool list").works(),
    error(
        "one with another name by now",
        tool!("echo '{\"name\": \"other\", \"script\": \"t.py\"}' >tools/t.json"),
        "git pyenv tool show t",
        "git pyenv tool unregister t && git pyenv tool register -- tools/t.json",
    )
    .works(),
    error(
        "a name that another one has",
        tool!("echo '{\"name\": \"t\", \"script\": \"t.py\"}' >tools/u.json"),
        "git pyenv tool register tools/u.json",
        "git pyenv tool unregister t",
    ),
    error(
        "an environment that git tracks",
        tool!(
            "git pyenv create -q --without-pip; git add -f venv
             digest=$(git pyenv tool show t --output json | sed -n 's/.*\"digest\": \"\\([^\"]*\\)\".*/\\1/p')
             git pyenv tool trust -q t --digest $digest"
        ),
        "git pyenv tool run t",
        "git pyenv fix venv && git pyenv create --force --env venv",
    ),
];

#[test]
fn of_tools() {
    follow_all(TOOLS);
}

pub(crate) fn all() -> Vec<&'static Situation> {
    TOOLS.iter().collect()
}
