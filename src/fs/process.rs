//! This process and its parents, as the system and its files describe them; no program is run.

/// A running process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its name; for a script, the name of the script file.
    pub name: String,
    /// The file name of its program; for a script, that of the interpreter. Empty if it is unknown.
    pub program: String,
}

/// The effective user id of this process; `None` on systems where users have no numbers.
#[must_use]
pub fn user_id() -> Option<u32> {
    #[cfg(unix)]
    {
        Some(rustix::process::geteuid().as_raw())
    }
    #[cfg(not(unix))]
    {
        None
    }
}

/// The parent process, its parent and so on, as far as they are known; empty on systems other than Linux.
#[must_use]
pub fn parent_processes() -> Vec<Process> {
    #[cfg(target_os = "linux")]
    {
        /// More than a terminal, shells, git and hooks need.
        const DEPTH: usize = 16;
        linux::parents().take(DEPTH).map_while(|process| linux::read(&process)).collect()
    }
    #[cfg(not(target_os = "linux"))]
    {
        Vec::new()
    }
}

/// Whether git has started this process, as it does for `git pyenv`; known on Linux only.
#[must_use]
pub fn is_below_git() -> bool {
    parent_processes().first().is_some_and(|parent| parent.name == "git")
}

/// <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "it reads the system's files about processes")]
pub(super) mod linux {
    use std::fs;

    use super::Process;

    /// The numbers of the parent process, its parent and so on.
    pub(in crate::fs) fn parents() -> impl Iterator<Item = String> {
        std::iter::successors(parent_of("self"), |parent| parent_of(parent))
    }

    fn parent_of(process: &str) -> Option<String> {
        let stat = fs::read(format!("/proc/{process}/stat")).ok()?;
        // The second field is the name in parentheses, and may contain ` `, `(` and `)` itself.
        let text = String::from_utf8_lossy(&stat);
        let parent = text.rsplit_once(')')?.1.split_whitespace().nth(1)?;
        (parent != "0").then(|| parent.to_owned())
    }

    pub(super) fn read(process: &str) -> Option<Process> {
        let name = fs::read(format!("/proc/{process}/comm")).ok()?;
        let program = fs::read_link(format!("/proc/{process}/exe")).ok();
        let file = program.as_ref().and_then(|program| program.file_name());
        Some(Process {
            name: String::from_utf8_lossy(&name).trim_end().to_owned(),
            program: file.map(|file| file.to_string_lossy().into_owned()).unwrap_or_default(),
        })
    }
}
