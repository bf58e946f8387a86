//! The table of `list`.

use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use super::table::{Column, Table};
use crate::model::{Health, ListedEnvironment, ListedRepository, Listing};
use crate::path::{display, printable};
use crate::render::{Detail, Role, Style};
use crate::text::{ago, counted, grouped, size};

/// From left to right. Where the terminal is narrow, columns leave from the highest to the lowest in this order: FILES,
/// CREATED, PACKAGES, TRACKED, IGNORED, KIND, USED, PYTHON, SIZE, HEALTH; at last paths lose their middle.
const COLUMNS: [Column; 12] = [
    Column { shrinks: false, ..left("", None) },
    Column { shrinks: true, ..left("PATH", None) },
    left("KIND", Some(5)),
    left("PYTHON", Some(7)),
    right("SIZE", 8),
    right("FILES", 0),
    right("PACKAGES", 2),
    left("CREATED", Some(1)),
    left("USED", Some(6)),
    left("HEALTH", Some(9)),
    left("IGNORED", Some(4)),
    left("TRACKED", Some(3)),
];

const fn left(title: &'static str, leaves: Option<u8>) -> Column {
    Column { title, at_right: false, leaves, shrinks: false }
}

const fn right(title: &'static str, leaves: u8) -> Column {
    Column { title, at_right: true, leaves: Some(leaves), shrinks: false }
}

/// Writes what was found; with little detail only the paths.
pub(super) fn write(listing: &Listing, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    if style.detail == Detail::Quiet {
        let mut all = listing.environments();
        all.try_for_each(|(repository, listed)| {
            writeln!(out, "{}", path_of(listing, repository, &listed.place()))
        })?;
        return unread(listing, style, out);
    }
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
            heading(directory, repository, style, out)?;
        }
        let mut own = lines.by_ref().take(repository.environments.len());
        own.try_for_each(|line| writeln!(out, "{line}"))?;
    }
    links(listing, out)?;
    unread(listing, style, out)?;
    writeln!(out, "{}", totals(listing))
}

/// The repository below the directory that was searched.
fn heading(
    directory: &Path,
    repository: &ListedRepository,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let top = repository.label.work_tree.as_deref().unwrap_or(&repository.label.root);
    let name = display(top.strip_prefix(directory).unwrap_or(top));
    writeln!(out, "{}", style.paint.paint(Role::Command, &format!("{name}:")))
}

fn row(repository: &ListedRepository, listed: &ListedEnvironment, now: SystemTime) -> Vec<String> {
    let environment = &listed.environment;
    let measure = environment.contents.measure;
    let standing = listed.standing.as_ref();
    let rule = |rule: &crate::model::Protection| format!("{}:{}", rule.source, rule.line);
    let ignored = standing.map(|standing| standing.protection.as_ref().map_or_else(|| "no".to_owned(), rule));
    let tracked = standing.map(|standing| match standing.tracked_files {
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
        ignored,
        tracked,
    ];
    cells.into_iter().map(Option::unwrap_or_default).collect()
}

/// `ok`, `broken: PYE302`, `ok: PYE304` for one that works and is not what was asked for.
fn health(health: &Health) -> String {
    let problems = health.problems.join(", ");
    if problems.is_empty() {
        health.status.name().to_owned()
    } else {
        format!("{}: {problems}", health.status.name())
    }
}

/// A path on a line of its own, from the top of the work tree or from the directory that was searched.
fn path_of(listing: &Listing, repository: &ListedRepository, path: &Path) -> String {
    match &listing.directory {
        None => display(repository.shown(path)),
        Some(directory) => display(path.strip_prefix(directory).unwrap_or(path)),
    }
}

/// `.venv -> ../elsewhere/.venv`.
fn links(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    for repository in &listing.repositories {
        for found in &repository.links {
            let place = found.link.entry.path.to_path(&found.work_tree);
            writeln!(out, "{} -> {}", path_of(listing, repository, &place), found.link.target)?;
        }
    }
    Ok(())
}

fn unread(listing: &Listing, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = style.paint.paint(Role::Warning, "could not tell:");
    listing.unread.iter().try_for_each(|unread| {
        let path = display(listing.shown(&unread.path));
        writeln!(out, "{head} `{path}` was not read: {}", printable(unread.reason.as_bytes()))
    })
}

/// `4 environments, 1.2 GiB`.
fn totals(listing: &Listing) -> String {
    let count = listing.environments().count() as u64;
    let mut parts = vec![counted(count, "environment")];
    let links: usize = listing.repositories.iter().map(|repository| repository.links.len()).sum();
    parts.extend((links > 0).then(|| counted(links as u64, "link")));
    if listing.directory.is_some() {
        // The plural of `repository` does not end as others do.
        let repositories = listing.repositories.len() as u64;
        let noun = if repositories == 1 { "repository" } else { "repositories" };
        parts.push(format!("{} {noun}", grouped(repositories)));
    }
    let measures = listing.environments().filter_map(|(_, listed)| listed.environment.contents.measure);
    let bytes: Vec<u64> = measures.map(|measure| measure.bytes).collect();
    parts.extend((!bytes.is_empty()).then(|| size(bytes.iter().sum())));
    parts.join(", ")
}
