//! A command line, written again for people from what was parsed of it.

use std::ffi::OsStr;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches};

use crate::path::path_to_bytes;
use crate::text::shell_word;

/// A command that was called.
pub(super) struct CommandLine<'c> {
    /// Describes the whole command line, and is built.
    pub(super) program: &'c clap::Command,
    /// The names of the command and its subcommand.
    pub(super) names: &'c [&'c str],
    /// The arguments of the innermost of them.
    pub(super) matches: &'c ArgMatches,
}

impl CommandLine<'_> {
    /// The command with another option, without those of these names and without global ones.
    pub(super) fn with(&self, option: &str, leave_out: &[&str]) -> String {
        let described = self.names.iter().try_fold(self.program, |inner, name| inner.find_subcommand(name));
        let is_given = |arg: &&Arg| {
            let id = arg.get_id().as_str();
            self.matches.value_source(id) == Some(ValueSource::CommandLine)
                && !arg.is_global_set()
                && !leave_out.contains(&id)
        };
        let (bare, named): (Vec<&Arg>, Vec<&Arg>) = described
            .into_iter()
            .flat_map(clap::Command::get_arguments)
            .filter(is_given)
            .partition(|arg| arg.is_positional());
        let mut words = vec!["git pyenv".to_owned()];
        words.extend(self.names.iter().map(|name| (*name).to_owned()));
        words.extend(named.into_iter().flat_map(|arg| self.option(arg)));
        words.push(option.to_owned());
        let bare: Vec<String> = bare.into_iter().flat_map(|arg| self.values(arg)).collect();
        // A lone `-` is not an option.
        if bare.iter().any(|word| word.len() > 1 && word.starts_with('-')) {
            words.push("--".to_owned());
        }
        words.extend(bare);
        words.join(" ")
    }

    /// An option, once for each of its values.
    fn option(&self, arg: &Arg) -> Vec<String> {
        let long = arg.get_long().unwrap_or_default();
        match arg.get_action().takes_values() {
            true => self.values(arg).into_iter().map(|value| format!("--{long}={value}")).collect(),
            false => vec![format!("--{long}")],
        }
    }

    /// The values of an argument, quoted for a shell.
    fn values(&self, arg: &Arg) -> Vec<String> {
        let raw = self.matches.get_raw(arg.get_id().as_str()).into_iter().flatten();
        raw.map(|value: &OsStr| shell_word(&path_to_bytes(value.as_ref()))).collect()
    }
}
