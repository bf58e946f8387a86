//! What `--verbose` adds to a result: what was looked at.

use std::io::{self, Write};
use std::path::Path;

use crate::message::Message;
use crate::model::{ActiveEnvironment, ExaminedProject, LookedAt};
use crate::path::display;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::counted;

/// So many names of tools fit on a line.
const TOOLS_IN_A_LINE: usize = 5;

/// Writes what was looked at, a line for each thing; `shown` says how a path is named.
pub(super) fn write_looked_at(
    looked_at: &LookedAt,
    shown: &dyn Fn(&Path) -> Message,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut write = |label: &str, text: String| {
        writeln!(out, "{} {text}", style.paint.paint(Role::Detail, &format!("{label}:")))
    };
    let name = |path: &Path| style.said(&shown(path));
    for (directory, paths) in &looked_at.searched {
        write("searched", format!("{} ({})", display(directory), counted(*paths, "path")))?;
    }
    for (directory, reason) in &looked_at.passed_over {
        write("not searched", format!("{}, which {reason}", name(directory)))?;
    }
    for project in &looked_at.projects {
        write("project", described(project, &name, style))?;
    }
    for file in &looked_at.files {
        write("read", name(file))?;
    }
    let (with_places, without): (Vec<_>, Vec<_>) =
        looked_at.tools.iter().partition(|(_, places)| !places.is_empty());
    for (tool, places) in with_places {
        for place in places {
            write(&format!("kept by {tool}"), name(place))?;
        }
    }
    for tools in without.chunks(TOOLS_IN_A_LINE) {
        let tools: Vec<&str> = tools.iter().map(|(tool, _)| *tool).collect();
        write("nothing kept elsewhere by", tools.join(", "))?;
    }
    Ok(())
}

/// Formats `services/api (pyproject.toml, uv.lock) uses services/api/.venv, because it exists`.
fn described(project: &ExaminedProject, name: &dyn Fn(&Path) -> String, style: &Style<'_>) -> String {
    let manifests = match project.manifests.as_slice() {
        [] => "no manifest".to_owned(),
        names => names.join(", "),
    };
    let missing = if project.exists { "" } else { ", which does not exist" };
    let because = style.said(&project.reason.escaped());
    let environment = name(&project.environment);
    format!("{} ({manifests}) uses {environment}{missing}, because {because}", name(&project.directory))
}

/// Formats `active in this shell: .venv`, with what is to be known about it.
pub(super) fn active(active: &ActiveEnvironment, place: &str, remark: &str) -> String {
    let remark = if active.exists { remark } else { "which does not exist" };
    let comma = if remark.is_empty() { "" } else { ", " };
    format!("active in this shell: {place}{comma}{remark}")
}
