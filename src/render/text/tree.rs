//! The text of `tree`: lines, or a graph in the language of another program.

use std::io::{self, Write};

use super::notes::write_notes;
use super::tree_graph::{write_dot, write_mermaid};
use crate::message::{Message, message};
use crate::model::{
    DependencyTree, EdgeState, GraphEdge, GraphPackage, Outcome, PackageState, RequestedLine, RowMark,
    TreeForm, TreeRow,
};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::counted;

impl WriteText for DependencyTree {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self.form {
            TreeForm::Dot => write_dot(self, style, out),
            TreeForm::Mermaid => write_mermaid(self, style, out),
            TreeForm::Text => write_lines(self, style, out),
        }
    }

    fn is_verbatim(&self) -> bool {
        self.form != TreeForm::Text
    }
}

fn write_lines(tree: &DependencyTree, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let [requested, others] = tree.rows();
    requested.iter().try_for_each(|row| write_row(tree, row, style, out))?;
    if !others.is_empty() {
        if !requested.is_empty() {
            writeln!(out, "\n{}", style.paint.paint(Role::Heading, "not required by the project:"))?;
        }
        others.iter().try_for_each(|row| write_row(tree, row, style, out))?;
    }
    if style.detail == Detail::Quiet {
        return Ok(());
    }
    writeln!(out, "{}{}", if requested.len() + others.len() > 0 { "\n" } else { "" }, summary(tree, style))?;
    for undecided in &tree.undecided {
        let head = style.paint.paint(Role::Warning, "could not determine:");
        writeln!(out, "{head} {}", style.said(&undecided.escaped()))?;
    }
    write_notes(&tree.notes, style, out)
}

/// `` `venv` has 12 packages; 1 requirement is not met ``.
fn summary(tree: &DependencyTree, style: &Style<'_>) -> String {
    let packages = tree.packages_in_scope();
    let installed = packages.iter().filter(|package| package.version.is_some()).count();
    let label = style.said(&tree.selection.label());
    let edges = tree.graph.edges.iter();
    let faults = edges.filter(|edge| edge.state.is_unmet()).count() as u64;
    let faults = match (tree.outcome(), faults) {
        (Outcome::Clean, _) => String::new(),
        (Outcome::Undecided, _) => "; whether every requirement is met could not be determined".to_owned(),
        (Outcome::Findings, 0) => "; not every requirement is met".to_owned(),
        (Outcome::Findings, 1) => "; 1 requirement is not met".to_owned(),
        (Outcome::Findings, count) => format!("; {} are not met", counted(count, "requirement")),
    };
    match tree.inverted {
        None => format!("{label}: {} installed{faults}", counted(installed as u64, "package")),
        Some(_) => format!("{label}: {} shown", counted(packages.len() as u64, "package")),
    }
}

fn write_row(
    tree: &DependencyTree,
    row: &TreeRow<'_>,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let branches = branches(&row.levels, style.screen.has_blocks);
    let name = match row.package {
        Some(package) => package.label(),
        None => "the project".to_owned(),
    };
    write!(out, "{branches}{name}")?;
    let edge = row.edge;
    if let Some(edge) = edge {
        write_requirement(tree, edge, style, out)?;
    }
    if let Some(fault) = fault(row, tree.inverted.is_some()) {
        write!(out, " {}", style.paint.paint(Role::Error, &style.said(&fault)))?;
    }
    let mark = match row.mark {
        RowMark::None => "",
        RowMark::Repeated => " (*)",
        RowMark::Cycle => " (cycle)",
        RowMark::Cut => " (...)",
    };
    writeln!(out, "{}", if mark.is_empty() { String::new() } else { style.paint.paint(Role::Detail, mark) })
}

/// The lines before the name of a package.
fn branches(levels: &[bool], has_blocks: bool) -> String {
    let [more, last, line, gap] = if has_blocks {
        ["├── ", "└── ", "│   ", "    "]
    } else {
        ["|-- ", "`-- ", "|   ", "    "]
    };
    let Some((own, above)) = levels.split_last() else { return String::new() };
    let above: String = above.iter().map(|goes_on| if *goes_on { line } else { gap }).collect();
    above + if *own { more } else { last }
}

/// ` [required: >=2] (requirements.txt:3, extra: async)`.
fn write_requirement(
    tree: &DependencyTree,
    edge: &GraphEdge,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if !edge.wanted.is_empty() {
        let verb = if tree.inverted.is_some() { "requires" } else { "required" };
        let text = format!(" [{verb}: {}]", edge.wanted);
        write!(out, "{}", style.paint.paint(Role::Detail, &text))?;
    }
    let place = lines(&edge.lines).map(|place| style.said(&place));
    let plural = if edge.extras.len() == 1 { "" } else { "s" };
    let extras = (!edge.extras.is_empty()).then(|| format!("extra{plural}: {}", edge.extras.join(", ")));
    let why: Vec<String> = place.into_iter().chain(extras).collect();
    if why.is_empty() {
        return Ok(());
    }
    write!(out, "{}", style.paint.paint(Role::Detail, &format!(" ({})", why.join(", "))))
}

/// `requirements.txt:3 and 2 more`.
fn lines(lines: &[RequestedLine]) -> Option<Message> {
    let (first, rest) = lines.split_first()?;
    let more = (!rest.is_empty()).then(|| format!(" and {} more", rest.len()));
    Some(message!("{}{}", first.place, more))
}

/// What is wrong with a package or with the requirement that led to it.
fn fault(row: &TreeRow<'_>, is_inverted: bool) -> Option<Message> {
    let of_edge = |edge: &GraphEdge| match &edge.state {
        EdgeState::Met => None,
        state if is_inverted && state.is_unmet() => Some("not met".into()),
        EdgeState::Missing => Some("not installed".into()),
        EdgeState::WrongVersion => Some("wrong version".into()),
        EdgeState::WrongSource => Some("installed from elsewhere".into()),
        EdgeState::Unknown(reason) => Some(message!("could not determine: {}", reason)),
    };
    let package = row.package.filter(|_| !is_inverted || row.edge.is_none());
    let of_package = |package: &GraphPackage| match &package.state {
        PackageState::Installed => {
            let refused = lines(&package.refused_by)?;
            Some(message!("refused by {}", refused))
        }
        PackageState::Missing => Some("not installed".into()),
        PackageState::Unusable(reason) => Some(message!("unusable: {}", reason)),
        PackageState::Unknown(reason) => Some(message!("could not determine: {}", reason)),
    };
    // Whether what is missing is required may not be known.
    let is_unknown = |edge: &&GraphEdge| matches!(edge.state, EdgeState::Unknown(_));
    let unknown = row.edge.filter(is_unknown).and_then(of_edge);
    let fault = unknown.or_else(|| package.and_then(of_package)).or_else(|| row.edge.and_then(of_edge));
    fault.map(|fault| fault.escaped())
}
