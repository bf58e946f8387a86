//! The text of `list`: a table of environments.

use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use super::table::{Column, Table};
use crate::model::{Health, ListedEnvironment, ListedRepository, Listing, Sync, SyncStatus};
use crate::path::{display, printable};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{ago, counted, grouped, size};

/// The columns, from left to right. On a narrow terminal they are dropped in this order: FILES, CREATED, PACKAGES,
/// TRACKED, IGNORED, KIND, USED, PYTHON, SIZE, SYNC, HEALTH; then the middle of paths is cut out.
const COLUMNS: [Column; 13] = [
    Column { shrinks: false, ..left("", None) },
    Column { shrinks: true, ..left("PATH", None) },
    left("KIND", Some(5)),
    left("PYTHON", Some(7)),
    right("SIZE", 8),
    right("FILES", 0),
    right("PACKAGES", 2),
    left("CREATED", Some(1)),
    left("USED", Some(6)),
    left("HEALTH", Some(10)),
    left("SYNC", Some(9)),
    left("IGNORED", Some(4)),
    left("TRACKED", Some(3)),
];

const fn left(title: &'static str, dropped: Option<u8>) -> Column {
    Column { title, at_right: false, dropped, shrinks: false }
}

const fn right(title: &'static str, dropped: u8) -> Column {
    Column { title, at_right: true, dropped: Some(dropped), shrinks: false }
}

impl WriteText for Listing {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if style.detail == Detail::Quiet {
            write_paths(self, out)?;
            return write_unread(self, style, out);
        }
        write_table(self, style, out)?;
        write_links(self, out)?;
        write_unread(self, style, out)?;
        writeln!(out, "{}", totals(self))
    }
}

/// Writes only the path of each environment.
fn write_paths(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    listing
        .environments()
        .try_for_each(|(_, listed)| writeln!(out, "{}", display(listing.shown(&listed.place()))))
}

fn write_table(listing: &Listing, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rows = listing.environments().map(|(repository, listed)| row(repository, listed, listing.now));
    let mut table = Table::new(&COLUMNS, rows.collect());
    table.fit(style);
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

fn row(repository: &ListedRepository, listed: &ListedEnvironment, now: SystemTime) -> Vec<String> {
    let environment = &listed.environment;
    let measure = environment.contents.measure;
    let git_status = listed.git_status.as_ref();
    let rule = |rule: &crate::model::Protection| format!("{}:{}", rule.source, rule.line);
    let ignored =
        git_status.map(|git_status| git_status.protection.as_ref().map_or_else(|| "no".to_owned(), rule));
    let tracked = git_status.map(|git_status| match git_status.tracked_files {
        0 => "no".to_owned(),
        files => grouped(files as u64),
    });
    let since = |time: Option<SystemTime>| time.map(|time| ago(now.duration_since(time).unwrap_or_default()));
    let cells = [
        listed.is_chosen.then(|| "*".to_owned()),
        Some(display(repository.shown(&listed.place()))),
        Some(environment.kind.label.to_owned()),
        Some(environment.python.clone().unwrap_or_else(|| "?".to_owned())),
        measure.map(|measure| size(measure.bytes)),
        measure.map(|measure| grouped(measure.files)),
        listed.packages.map(grouped),
        since(listed.created),
        since(listed.used),
        Some(health(&listed.health)),
        sync(&listed.sync),
        ignored,
        tracked,
    ];
    cells.into_iter().map(Option::unwrap_or_default).collect()
}

/// Formats `ok`, `broken: PYE302`, or `ok: PYE304` for one that works but does not match the project.
fn health(health: &Health) -> String {
    let problems = health.problems.join(", ");
    if problems.is_empty() {
        health.status.name().to_owned()
    } else {
        format!("{}: {problems}", health.status.name())
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
fn write_links(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    for repository in &listing.repositories {
        for found in &repository.links {
            writeln!(out, "{} -> {}", display(listing.shown(&found.place())), found.link.target)?;
        }
    }
    Ok(())
}

fn write_unread(listing: &Listing, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    listing.unread.iter().try_for_each(|unread| {
        let head = style.paint.paint(Role::Warning, "could not read");
        let path = display(listing.shown(&unread.path));
        writeln!(out, "{head} `{path}`: {}", printable(unread.reason.as_bytes()))
    })
}

/// Formats `4 environments, 1.2 GiB`.
fn totals(listing: &Listing) -> String {
    let count = listing.environments().count() as u64;
    let mut parts = vec![counted(count, "environment")];
    let links: usize = listing.repositories.iter().map(|repository| repository.links.len()).sum();
    parts.extend((links > 0).then(|| counted(links as u64, "link")));
    if listing.directory.is_some() {
        // `counted` does not know the plural of `repository`.
        let repositories = listing.repositories.len() as u64;
        let noun = if repositories == 1 { "repository" } else { "repositories" };
        parts.push(format!("{} {noun}", grouped(repositories)));
    }
    let measures = listing.environments().filter_map(|(_, listed)| listed.environment.contents.measure);
    let bytes: Vec<u64> = measures.map(|measure| measure.bytes).collect();
    parts.extend((!bytes.is_empty()).then(|| size(bytes.iter().sum())));
    parts.join(", ")
}
