//! The program as data, from the definition of the command line and the table of settings.

use std::any::TypeId;

use clap::{Arg, ArgAction};

use super::command::Command;
use crate::config::{KEYS, Kind};
use crate::model::{
    ArgumentDescription, ArgumentValue, CommandDescription, ProgramDescription, SettingDescription,
    SettingValue,
};

/// What each exit status means, as in the help.
pub(super) const EXIT_STATUSES: [(u8, &str); 4] = [
    (0, "clean or done"),
    (1, "findings, or something is left to do"),
    (2, "wrong usage or settings, or the action failed"),
    (3, "could not determine"),
];

/// Describes the program, which has these commands and this command line.
pub(super) fn describe(table: &[&Command], mut program: clap::Command) -> ProgramDescription {
    program.build();
    let commands = program.get_subcommands().filter_map(|described| {
        let command = table.iter().find(|command| command.name == described.get_name())?;
        Some(commands(command, described))
    });
    ProgramDescription {
        name: program.get_name().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        summary: text(program.get_about()),
        settings: KEYS.iter().map(setting).collect(),
        arguments: arguments(&program, true),
        commands: commands.flatten().collect(),
        exit_statuses: EXIT_STATUSES.to_vec(),
    }
}

fn setting(key: &'static crate::config::Key) -> SettingDescription {
    let value = match key.kind() {
        Kind::Text | Kind::Quantity(_) => SettingValue::Text,
        Kind::Choice(words) => SettingValue::Choice(words),
        Kind::Boolean => SettingValue::Boolean,
        Kind::List => SettingValue::List,
        Kind::Allow => SettingValue::Tables,
        Kind::Environments => SettingValue::NamedTables,
    };
    let default = Some(key.default).filter(|default| !default.is_empty());
    SettingDescription { name: key.name, summary: key.about, default, value }
}

/// The command itself, or its subcommands if it cannot do without one.
fn commands(command: &Command, described: &clap::Command) -> Vec<CommandDescription> {
    let inner: Vec<&clap::Command> =
        described.get_subcommands().filter(|inner| inner.get_name() != "help").collect();
    if inner.is_empty() {
        return vec![one(command, described, None)];
    }
    inner.into_iter().map(|inner| one(command, inner, Some(inner.get_name()))).collect()
}

fn one(command: &Command, described: &clap::Command, subcommand: Option<&str>) -> CommandDescription {
    let summary = text(described.get_about());
    let long = text(described.get_long_about());
    CommandDescription {
        name: subcommand.map_or_else(|| command.name.to_owned(), |name| format!("{} {name}", command.name)),
        description: if long.is_empty() { summary.clone() } else { long },
        summary,
        arguments: arguments(described, false),
        effect: command.effect(subcommand),
        asks_first: command.asks_first,
        prints_text: command.prints_text(subcommand),
    }
}

/// The arguments that all commands have, or only this one.
fn arguments(command: &clap::Command, is_global: bool) -> Vec<ArgumentDescription> {
    let shown = |arg: &&Arg| {
        let is_for_people = matches!(arg.get_id().as_str(), "help" | "version");
        !is_for_people && !arg.is_hide_set() && arg.is_global_set() == is_global
    };
    let (named, bare): (Vec<&Arg>, Vec<&Arg>) =
        command.get_arguments().filter(shown).partition(|arg| !arg.is_positional());
    named.into_iter().chain(bare).map(argument).collect()
}

fn argument(arg: &Arg) -> ArgumentDescription {
    let takes_several = arg.get_num_args().is_some_and(|count| count.max_values() > 1);
    let words = arg.get_value_names().unwrap_or_default().iter();
    let takes_value = arg.get_action().takes_values();
    ArgumentDescription {
        name: arg.get_id().as_str().to_owned(),
        option: arg.get_long().map(|long| format!("--{long}")),
        short_option: arg.get_short().map(|short| format!("-{short}")),
        summary: text(arg.get_help()),
        value_names: words.filter(|_| takes_value).map(ToString::to_string).collect(),
        value: value(arg),
        is_repeated: takes_several || matches!(arg.get_action(), ArgAction::Append | ArgAction::Count),
        is_required: arg.is_required_set(),
        default: arg.get_default_values().first().map(|value| value.to_string_lossy().into_owned()),
    }
}

fn value(arg: &Arg) -> ArgumentValue {
    if !arg.get_action().takes_values() {
        return ArgumentValue::Flag;
    }
    let numbers = [TypeId::of::<u32>(), TypeId::of::<u64>(), TypeId::of::<usize>()];
    let of_value = arg.get_value_parser().type_id();
    if numbers.iter().any(|number| of_value == *number) {
        return ArgumentValue::Number;
    }
    let words: Vec<String> =
        arg.get_possible_values().iter().map(|word| word.get_name().to_owned()).collect();
    if words.is_empty() { ArgumentValue::Text } else { ArgumentValue::Choice(words) }
}

/// A text of the help in one line.
fn text(text: Option<&clap::builder::StyledStr>) -> String {
    let text = text.map(ToString::to_string).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
