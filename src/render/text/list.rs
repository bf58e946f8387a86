//! The text of `list`: a table of environments.

use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use super::looked_at::{self, write_looked_at};
use super::table::Narrowing::{self, Cut, Drop, Shorten};
use super::table::{Cell, Column, Table};
use crate::message::message;
use crate::model::{GitStatus, Health, ListedEnvironment, ListedRepository, Listing, Sync, SyncStatus};
use crate::path::{display, path_to_bytes, printable};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{ago, counted, grouped, shell_quote, short_age, size};

/// The columns, from left to right.
const COLUMNS: [Column; 14] = [
    Column::left(""),
    Column::left("NAME"),
    Column::left("PATH"),
    Column::left("KIND"),
    Column::left("PYTHON"),
    Column::right("SIZE"),
    Column::right("FILES"),
    Column::right("PACKAGES"),
    Column::left("CREATED"),
    Column::left("USED"),
    Column::left("HEALTH"),
    Column::left("SYNC"),
    Column::left("IGNORED"),
    Column::left("TRACKED"),
];

/// What matters least is given up first on a narrow terminal: ages, then counts and sizes. KIND, HEALTH, IGNORED and
/// TRACKED stay as long as paths can be told from one another.
const NARROWINGS: [Narrowing; 19] = [
    Shorten("CREATED"),
    Shorten("USED"),
    Shorten("HEALTH"),
    Shorten("IGNORED"),
    Shorten("KIND"),
    Drop("CREATED"),
    Drop("USED"),
    Drop("FILES"),
    Drop("PACKAGES"),
    Drop("SIZE"),
    Cut("PATH", 24),
    Drop("SYNC"),
    Drop("PYTHON"),
    Cut("PATH", 12),
    Drop("HEALTH"),
    Drop("NAME"),
    Drop("KIND"),
    Drop("TRACKED"),
    Drop("IGNORED"),
];

impl WriteText for Listing {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if style.detail == Detail::Quiet {
            write_paths(self, style, out)?;
            return write_unread(self, style, out);
        }
        write_table(self, style, out)?;
        write_links(self, style, out)?;
        write_missing(self, style, out)?;
        write_active(self, style, out)?;
        if let Some(looked_at) = &self.looked_at {
            write_looked_at(looked_at, &|path| self.named(path), style, out)?;
        }
        write_unread(self, style, out)?;
        writeln!(out, "{}", totals(self))
    }
}

/// Writes only the path of each environment.
fn write_paths(listing: &Listing, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    listing
        .environments()
        .try_for_each(|(_, listed)| writeln!(out, "{}", style.said(&listing.named(&listed.place()))))
}

fn write_table(listing: &Listing, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rows = listing.environments().map(|(repository, listed)| row(listing, repository, listed, style));
    let mut table = Table::new(COLUMNS, rows.collect());
    table.fit(&NARROWINGS, style);
    let (head, lines) = table.lines(style);
    if !lines.is_empty() {
        writeln!(out, "{head}")?;
    }
    let mut lines = lines.into_iter();
    for repository in listing.repositories.iter().filter(|found| !found.environments.is_empty()) {
        if let Some(directory) = &listing.directory {
            write_heading(directory, repository, style, out)?;
        }
        let mut own = lines.by_ref().take(repository.environments.len());
        own.try_for_each(|line| writeln!(out, "{line}"))?;
    }
    Ok(())
}

/// Names a repository below the searched directory.
fn write_heading(
    directory: &Path,
    repository: &ListedRepository,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let top = repository.label.top();
    let name = display(top.strip_prefix(directory).unwrap_or(top));
    writeln!(out, "{}", style.paint.paint(Role::Command, &format!("{name}:")))
}

fn row(
    listing: &Listing,
    repository: &ListedRepository,
    listed: &ListedEnvironment,
    style: &Style<'_>,
) -> [Cell; COLUMNS.len()] {
    let now = listing.now;
    let environment = &listed.environment;
    let measure = environment.contents.measure;
    let git_status = listed.git_status.as_ref();
    let tracked = git_status.map(|git_status| match git_status.tracked_files {
        0 => "no".to_owned(),
        files => grouped(files as u64),
    });
    let since = |time: Option<SystemTime>| {
        let age = time.map(|time| now.duration_since(time).unwrap_or_default());
        age.map(|age| Cell::or_short(ago(age), short_age(age))).unwrap_or_default()
    };
    let cell = |text: Option<String>| Cell::from(text.unwrap_or_default());
    [
        cell(listed.is_chosen.then(|| "*".to_owned())),
        cell(Some(printable(listed.names.join(", ").as_bytes()))),
        cell(Some(style.said(&listing.named_in(repository, &listed.place())))),
        Cell::or_short(environment.kind.label.to_owned(), environment.kind.name.to_owned()),
        cell(Some(environment.python.clone().unwrap_or_else(|| "?".to_owned()))),
        cell(measure.map(|measure| size(measure.bytes))),
        cell(measure.map(|measure| grouped(measure.files))),
        cell(listed.packages.map(grouped)),
        since(listed.created),
        since(listed.used),
        health(&listed.health),
        cell(sync(&listed.sync)),
        git_status.map(|git_status| ignored(git_status, style)).unwrap_or_default(),
        cell(tracked),
    ]
}

/// Formats `.gitignore:3`, in short `yes`, or `no`.
fn ignored(git_status: &GitStatus, style: &Style<'_>) -> Cell {
    match &git_status.protection {
        Some(rule) => {
            let place = style.said(&message!("{}:{}", rule.source, rule.line));
            Cell::or_short(place, "yes".to_owned())
        }
        None => Cell::from("no".to_owned()),
    }
}

/// Formats `ok`, `broken: PYE302, PYE303`, in short `broken (2)`, or `ok: PYE304` for one that works but does not
/// match the project.
fn health(health: &Health) -> Cell {
    let status = health.status.name();
    match health.problems.as_slice() {
        [] => Cell::from(status.to_owned()),
        [only] => Cell::from(format!("{status}: {only}")),
        several => {
            let all = health.problems.join(", ");
            Cell::or_short(format!("{status}: {all}"), format!("{status} ({})", several.len()))
        }
    }
}

/// Formats `in step`, `out of step` or `unknown`; nothing for an environment that no project uses.
fn sync(sync: &Sync) -> Option<String> {
    let text = match sync.status {
        SyncStatus::InStep => "in step",
        SyncStatus::OutOfStep => "out of step",
        SyncStatus::Unknown if sync.undecided.is_empty() => return None,
        SyncStatus::Unknown => "unknown",
    };
    Some(text.to_owned())
}

/// Writes lines such as `.venv -> ../elsewhere/.venv`.
fn write_links(listing: &Listing, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    for repository in &listing.repositories {
        for found in &repository.links {
            writeln!(out, "{} -> {}", style.said(&listing.named(&found.place())), found.link.target)?;
        }
    }
    Ok(())
}

/// Writes what the settings name and what does not exist.
fn write_missing(listing: &Listing, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    for repository in &listing.repositories {
        for missing in &repository.missing {
            let name = printable(missing.name.as_bytes());
            let place = style.said(&listing.named_in(repository, &missing.directory));
            let at = match listing.directory {
                Some(_) => format!(" -C {}", shell_quote(&path_to_bytes(repository.label.top()))),
                None => String::new(),
            };
            let command = format!("git{at} pyenv create --env {}", shell_quote(missing.name.as_bytes()));
            let command = style.paint.paint(Role::Command, &command);
            writeln!(out, "`{name}` at `{place}` does not exist; create it with: {command}")?;
        }
    }
    Ok(())
}

/// Writes which environment is active in the shell.
fn write_active(listing: &Listing, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(active) = &listing.active else { return Ok(()) };
    let listed = listing.environments().find(|(_, listed)| listed.is_active).map(|(_, listed)| listed);
    let place = listed.map_or_else(|| active.directory.clone(), ListedEnvironment::place);
    let place = style.said(&listing.named(&place));
    let remark = match listed {
        Some(listed) if listed.is_chosen => "",
        Some(_) => "which is not the one that commands use here",
        None => "which is not one of these",
    };
    writeln!(out, "{}", looked_at::active(active, &place, remark))
}

fn write_unread(listing: &Listing, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    listing.unread.iter().try_for_each(|unread| {
        let head = style.paint.paint(Role::Warning, "could not read");
        let path = style.said(&listing.named(&unread.path));
        writeln!(out, "{head} `{path}`: {}", style.said(&unread.reason.escaped()))
    })
}

/// Formats `4 environments, 1.2 GiB`.
fn totals(listing: &Listing) -> String {
    let count = listing.environments().count() as u64;
    let mut parts = vec![counted(count, "environment")];
    let links: usize = listing.repositories.iter().map(|repository| repository.links.len()).sum();
    parts.extend((links > 0).then(|| counted(links as u64, "link")));
    if listing.directory.is_some() {
        parts.push(counted(listing.repositories.len() as u64, "repository"));
    }
    let measures = listing.environments().filter_map(|(_, listed)| listed.environment.contents.measure);
    let bytes: Vec<u64> = measures.map(|measure| measure.bytes).collect();
    parts.extend((!bytes.is_empty()).then(|| size(bytes.iter().sum())));
    parts.join(", ")
}
