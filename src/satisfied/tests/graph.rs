//! The graph of what is installed.

use super::*;
use crate::model::{DependencyGraph, EdgeState};
use crate::satisfied::graph;

/// `FROM>TO WANTED STATE` of each edge; nothing stands for the project.
fn shown(graph: &DependencyGraph) -> Vec<String> {
    let key = |position: usize| graph.packages[position].key.as_str();
    let edge = |edge: &crate::model::GraphEdge| {
        let state = match edge.state {
            EdgeState::Met => "met",
            EdgeState::Missing => "missing",
            EdgeState::WrongVersion => "wrong",
            EdgeState::WrongSource => "source",
            EdgeState::Unknown(_) => "unknown",
        };
        let extras: String = edge.extras.iter().map(|extra| format!(" extra {extra}")).collect();
        format!("{}>{} {}{extras} {state}", edge.from.map_or("", key), key(edge.to), edge.wanted)
    };
    graph.edges.iter().map(edge).collect()
}

fn roots(graph: &DependencyGraph) -> (Vec<&str>, Vec<&str>) {
    let keys = |all: &[usize]| all.iter().map(|root| graph.packages[*root].key.as_str()).collect();
    (keys(&graph.roots), keys(&graph.other_roots))
}

#[test]
fn an_extra_is_named_only_where_it_is_the_reason() {
    let installed = Memory::default()
        .with(
            "a 1",
            &[
                "extra: x",
                "b>1",
                "b>1; extra == 'x'",
                "c; extra == 'x'",
                "a[y]; extra == 'x'",
                "extra: y",
                "d; extra == 'y'",
            ],
        )
        .with("b 1", &[])
        .with("c 1", &[]);
    let (found, undecided) = graph(&asked(&["a[x]"]), &installed, &python312());
    let expected = [">a [x] met", "a>b >1 wrong", "a>c  extra x met", "a>d  extra y missing"];
    assert_eq!((shown(&found), undecided), (expected.map(str::to_owned).to_vec(), Vec::new()));
    assert_eq!(roots(&found), (vec!["a"], vec![]));
}

#[test]
fn circles_have_a_root() {
    let installed =
        Memory::default().with("a 1", &["b"]).with("b 1", &["a"]).with("c 1", &["d"]).with("d 1", &["c"]);
    let (found, _) = graph(&asked(&["a==1", "b==1"]), &installed, &python312());
    assert_eq!(roots(&found), (vec!["a"], vec!["c"]));
    let (found, _) = graph(&asked(&["a", "b"]), &installed, &python312());
    assert_eq!(roots(&found).0, ["a", "b"]);
    assert!(
        found
            .packages
            .iter()
            .all(|package| package.is_requested == ["a", "b"].contains(&package.key.as_str()))
    );
}
