//! This program as data: its settings, its commands with their arguments, and what these may do.

/// The program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramDescription {
    /// The name, for example `git-pyenv`.
    pub name: String,
    /// The version.
    pub version: String,
    /// What it is for, in one line.
    pub summary: String,
    /// The settings, in the order of the listing.
    pub settings: Vec<SettingDescription>,
    /// The options that every command has.
    pub arguments: Vec<ArgumentDescription>,
    /// The commands, in the order of the help; subcommands after one another.
    pub commands: Vec<CommandDescription>,
    /// Each exit status and what it means.
    pub exit_statuses: Vec<(u8, &'static str)>,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingDescription {
    /// The name in JSON and in git's configuration, where `pyenv.` stands before it.
    pub name: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// The built-in value as text; `None` without one.
    pub default: Option<&'static str>,
    /// What it accepts.
    pub value: SettingValue,
}

/// What a setting accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingValue {
    /// Text.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// True or false.
    Boolean,
    /// A list of text.
    List,
    /// A list of tables whose members are text.
    Tables,
    /// Tables by name.
    NamedTables,
}

/// A command, or a subcommand of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandDescription {
    /// The words that stand behind `git pyenv`, for example `hook install`.
    pub name: String,
    /// What it does, in one line.
    pub summary: String,
    /// What it does.
    pub description: String,
    /// Its own arguments: options in the order of the help, then those without a name.
    pub arguments: Vec<ArgumentDescription>,
    /// What it may do, at most.
    pub effect: CommandEffect,
    /// It asks at a terminal before it does anything, and does nothing without one, unless `--force` is given.
    pub asks_first: bool,
    /// Its standard output is text; else it is the JSON document of results if that is asked for.
    pub prints_text: bool,
}

/// What a command may do, at most. Each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CommandEffect {
    /// Read.
    Read,
    /// Create and change files, the index or the configuration of git.
    Write,
    /// Delete files, or replace what they hold.
    Destroy,
}

impl CommandEffect {
    /// All effects that this one stands for.
    #[must_use]
    pub fn all(self) -> Vec<Self> {
        [Self::Read, Self::Write, Self::Destroy].into_iter().filter(|effect| *effect <= self).collect()
    }
}

/// An argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentDescription {
    /// Its name, unique in the command, for example `dry_run`.
    pub name: String,
    /// The option, for example `--dry-run`; `None` if it stands without one.
    pub option: Option<String>,
    /// The short option, for example `-n`.
    pub short_option: Option<String>,
    /// What it is, in one line.
    pub summary: String,
    /// What stands behind the option, or for it, in the words of the help, for example `PATH`; none of a flag.
    pub value_names: Vec<String>,
    /// What it accepts.
    pub value: ArgumentValue,
    /// It may be given more than once, or takes several values.
    pub is_repeated: bool,
    /// The command needs it.
    pub is_required: bool,
    /// The value without it.
    pub default: Option<String>,
}

/// What an argument accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgumentValue {
    /// Nothing.
    Flag,
    /// A whole number that is not negative.
    Number,
    /// A whole number.
    Integer,
    /// One of these words.
    Choice(Vec<String>),
    /// Text.
    Text,
}
