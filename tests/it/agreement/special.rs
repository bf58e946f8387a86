//! Pairs of which each shows one thing, as `pairs.py` makes them.

/// A pair, and the answers that are expected.
pub(super) struct Special {
    /// Its directory.
    pub(super) name: &'static str,
    /// What pip would do, `*` where that depends on its version, and why it is answered otherwise here.
    pub(super) pip: (&'static str, &'static str),
    /// The same of uv.
    pub(super) uv: (&'static str, &'static str),
    /// The status here.
    pub(super) here: &'static str,
}

/// Makes a row.
const fn row(
    name: &'static str,
    pip: (&'static str, &'static str),
    uv: (&'static str, &'static str),
    here: &'static str,
) -> Special {
    Special { name, pip, uv, here }
}

/// All of them.
#[rustfmt::skip]
pub(super) const SPECIAL: &[Special] = &[
    row("archive-from-index", ("nothing", "pip compares the version only; the line is for this file"), ("something", ""), "out-of-step"),
    row("archive-as-recorded", ("nothing", ""), ("something", "uv compares a time that only uv records"), "in-step"),
    row("archive-of-another-url", ("nothing", "pip compares the version only"), ("something", ""), "out-of-step"),
    row("name-from-anywhere", ("nothing", ""), ("nothing", ""), "in-step"),
    row("twice", ("nothing", "which of the two is used depends on the order of a directory"), ("something", ""), "out-of-step"),
    row("no-metadata", ("*", "what the package requires is not known"), ("error", ""), "out-of-step"),
    row("author-in-latin-1", ("*", "only what the answer needs has to be readable"), ("nothing", ""), "in-step"),
    row("requirement-that-is-none", ("error", ""), ("error", ""), "unknown"),
    row("kernel", ("*", "the kernel is not a property of the environment"), ("something", "as for pip"), "unknown"),
    row("kernel-does-not-matter", ("nothing", ""), ("nothing", ""), "in-step"),
    row("directory", ("something", "pip installs a directory again each time, whatever has changed"), ("something", "uv compares times that only uv records"), "in-step"),
    row("editable", ("something", "as above"), ("something", "as above"), "in-step"),
    row("editable-gained-a-dependency", ("something", ""), ("something", ""), "out-of-step"),
    row("editable-where-a-directory-is-asked-for", ("something", ""), ("something", ""), "out-of-step"),
    row("hash-of-another-file", ("nothing", ""), ("nothing", ""), "in-step"),
    row("constraint-with-extras", ("error", ""), ("nothing", "pip refuses it"), "unknown"),
    row("line-that-is-none", ("error", ""), ("error", ""), "unknown"),
    row("missing-include", ("error", ""), ("error", ""), "unknown"),
    row("include-of-itself", ("error", ""), ("nothing", "pip refuses it"), "unknown"),
    row("conflict", ("error", ""), ("error", ""), "out-of-step"),
    row("leftover", ("*", "pip may take what the directory lists first"), ("nothing", ""), "in-step"),
    row("arbitrary-equality", ("error", ""), ("nothing", "`===` compares texts"), "out-of-step"),
    row("part-of-a-text", ("something", ""), ("nothing", "`in` looks for a part of a text"), "out-of-step"),
    row("earlier-text", ("*", "texts have no order"), ("nothing", ""), "in-step"),
    row("greater-than-any", ("*", "`>` does not go with `.*`"), ("something", "as for pip"), "in-step"),
    row("alpha-of-this-python", ("nothing", ""), ("something", "versions are compared as they are written"), "in-step"),
    row("no-marker", ("nothing", ""), ("error", "pip reads the line"), "in-step"),
    row("marker-in-the-url", ("nothing", ""), ("error", "pip reads the line"), "in-step"),
    row("continued", ("nothing", ""), ("error", "pip reads the line"), "in-step"),
    row("setting", ("*", "pip 23.0 does not know the option in a file"), ("error", "pip reads the line"), "in-step"),
    row("short-hash", ("nothing", ""), ("nothing", ""), "in-step"),
    row("old-hash", ("error", ""), ("nothing", "pip refuses it"), "unknown"),
    row("tab", ("error", ""), ("nothing", "pip refuses it"), "unknown"),
    row("include-without-space", ("nothing", ""), ("error", "pip reads the line"), "in-step"),
    row("include-in-constraints", ("something", ""), ("nothing", "for pip these are requirements"), "out-of-step"),
    row("constraint-to-a-url", ("nothing", "pip compares the version only"), ("something", ""), "out-of-step"),
    row("commit-as-recorded", ("error", "pip clones the repository to read what it requires"), ("nothing", ""), "in-step"),
    row("branch-as-recorded", ("error", "as above"), ("error", "uv asks the server where the branch is"), "in-step"),
    row("another-commit", ("error", ""), ("error", ""), "out-of-step"),
    row("requires-of-an-egg", ("something", ""), ("nothing", "only pip reads `requires.txt`"), "out-of-step"),
    row("distutils", ("nothing", ""), ("nothing", ""), "in-step"),
    row("requires-a-url", ("nothing", "pip compares the version only"), ("error", ""), "out-of-step"),
    row("python-of-another-time", ("nothing", ""), ("nothing", ""), "in-step"),
    row("wheel-of-another-platform", ("nothing", ""), ("something", "pip keeps what is there"), "in-step"),
];
