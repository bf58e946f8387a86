//! Which other documents say more about a command.

/// A document, from `docs/`, with its title and the commands that it is about.
const DOCUMENTS: &[(&str, &str, &[&str])] = &[
    ("terminal.md", "at the terminal", &["create", "install", "activate", "run", "use", "list"]),
    ("hooks.md", "hooks", &["hook"]),
    ("server.md", "a server that receives pushes", &["hook"]),
    ("ci.md", "continuous integration", &["check", "ci", "create"]),
    ("settings.md", "settings", &["config", "use", "check"]),
    ("install.md", "installation", &["completions", "man"]),
    ("agents.md", "programs and coding agents", &["tool"]),
    ("ci-cache.md", "the environment in a cache of CI", &["ci"]),
    ("tools.md", "tools of a repository", &["tool"]),
    ("extending.md", "commands of your own", &["commands"]),
    ("detection.md", "how environments are detected", &["check", "fix", "list"]),
    ("health.md", "whether an environment works", &["check", "list"]),
    ("in-step.md", "when an environment is in step", &["check", "install", "tree", "lock"]),
    ("cleanup.md", "what is deleted and what stays", &["cleanup", "create", "tidy"]),
    ("restore.md", "how it comes back", &["restore", "cleanup"]),
    ("tidy.md", "what tidy does", &["tidy"]),
    ("audit-log.md", "the audit log", &["log", "stats", "cleanup"]),
];

/// Returns the documents about a command, each with its title.
pub(super) fn documents(command: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let about = move |row: &&(&str, &str, &[&str])| row.2.contains(&command);
    DOCUMENTS.iter().filter(about).map(|(file, title, _)| (*file, *title))
}
