//! Dependencies as a graph, for programs that draw one.

use std::io::{self, Write};

use crate::model::{DependencyTree, EdgeState, GraphEdge, GraphPackage};
use crate::render::style::Style;

/// Writes the language of Graphviz (<https://graphviz.org/doc/info/lang.html>). What is wrong is dashed.
pub(super) fn write_dot(tree: &DependencyTree, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (packages, edges) = shown(tree);
    writeln!(out, "digraph dependencies {{\n  rankdir=LR;\n  node [shape=box];")?;
    if edges.iter().any(|edge| edge.from.is_none()) {
        writeln!(out, "  project [label={}, shape=oval];", quoted(&project(tree, style)))?;
    }
    for (position, package) in &packages {
        let dashed = if package.version.is_some() { "" } else { ", style=dashed" };
        writeln!(out, "  p{position} [label={}{dashed}];", quoted(&package.label()))?;
    }
    for edge in edges {
        let label = quoted(&edge.wanted);
        let dashed = if edge.state == EdgeState::Met { "" } else { ", style=dashed" };
        writeln!(out, "  {} -> p{} [label={label}{dashed}];", start(edge, "project"), edge.to)?;
    }
    writeln!(out, "}}")
}

/// Writes a flowchart of Mermaid (<https://mermaid.js.org/syntax/flowchart.html>). What is wrong is dotted.
pub(super) fn write_mermaid(tree: &DependencyTree, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (packages, edges) = shown(tree);
    writeln!(out, "flowchart LR")?;
    if edges.iter().any(|edge| edge.from.is_none()) {
        writeln!(out, "  project([\"{}\"])", entities(&project(tree, style)))?;
    }
    for (position, package) in &packages {
        writeln!(out, "  p{position}[\"{}\"]", entities(&package.label()))?;
    }
    for edge in edges {
        let arrow = if edge.state == EdgeState::Met { "-->" } else { "-.->" };
        let label = entities(&edge.wanted);
        let label = if label.is_empty() { label } else { format!("|\"{label}\"|") };
        writeln!(out, "  {} {arrow}{label} p{}", start(edge, "project"), edge.to)?;
    }
    Ok(())
}

type ShownGraph<'t> = (Vec<(usize, &'t GraphPackage)>, Vec<&'t GraphEdge>);

fn shown(tree: &DependencyTree) -> ShownGraph<'_> {
    let (packages, edges) = tree.shown();
    let package = |position: usize| Some((position, tree.graph.packages.get(position)?));
    let packages = packages.into_iter().filter_map(package).collect();
    (packages, edges.into_iter().filter_map(|edge| tree.graph.edges.get(edge)).collect())
}

fn start(edge: &GraphEdge, project: &str) -> String {
    edge.from.map_or_else(|| project.to_owned(), |from| format!("p{from}"))
}

/// What stands for the project: its files.
fn project(tree: &DependencyTree, style: &Style<'_>) -> String {
    tree.files.iter().map(|file| style.shown(file)).collect::<Vec<_>>().join(", ")
}

/// A quoted string of Graphviz, in which a backslash begins an escape.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Text in which no character means anything to Mermaid or to HTML: all but letters, digits and a few others are entities.
fn entities(text: &str) -> String {
    let escaped = |c: char| match c {
        c if c.is_alphanumeric() || " ._-+,/:=".contains(c) => c.to_string(),
        c => format!("#{};", u32::from(c)),
    };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_string_of_graphviz() {
        let cases = [("a", "\"a\""), ("a\"b", "\"a\\\"b\""), ("a\\", "\"a\\\\\""), ("\\\"", "\"\\\\\\\"\"")];
        for (text, expected) in cases {
            assert_eq!(quoted(text), expected);
        }
    }

    #[test]
    fn nothing_means_anything_to_mermaid() {
        let cases =
            [("a-b 1.0", "a-b 1.0"), ("[x]>=1", "#91;x#93;#62;=1"), ("\"<b>#1;", "#34;#60;b#62;#35;1#59;")];
        for (text, expected) in cases {
            assert_eq!(entities(text), expected);
        }
    }
}
