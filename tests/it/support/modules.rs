//! Which file of `src/` uses which: paths are followed through imports and re-exports to the file that defines the item.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

use super::source::SourceFile;

/// The segments of a path.
type Segments = Vec<String>;

/// A file as a module.
#[derive(Default)]
struct Module {
    /// The file, below `src/`.
    file: String,
    /// The modules that it declares and that have files of their own.
    children: BTreeSet<String>,
    /// What `use` brings in, by the name it has here.
    imports: BTreeMap<String, Segments>,
    /// Every path in the code, tests left out.
    paths: Vec<Segments>,
    /// How many modules of this file the visited item is in.
    depth: usize,
}

/// The modules of a crate, by path; the crate itself has the empty path.
pub(crate) struct Modules {
    modules: BTreeMap<Segments, Module>,
}

impl Modules {
    /// Reads the files of a crate. Unit tests are left out: they look at their neighbours as they like.
    pub(crate) fn read(files: &[SourceFile]) -> Self {
        let ours = files.iter().filter(|file| file.stem() != "tests" && file.path != "main.rs");
        let modules = ours.map(|file| (module_path(&file.path), module(file)));
        Self { modules: modules.collect() }
    }

    /// For each file the other files that define what it uses.
    pub(crate) fn uses(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (path, module) in &self.modules {
            let imported = module.imports.values();
            let found = imported.chain(&module.paths).filter_map(|used| self.definition(path, used));
            let others = found.filter(|file| *file != module.file);
            uses.entry(&module.file).or_default().extend(others);
        }
        uses
    }

    /// The file that defines the item at a path, as seen from a module; `None` for a module and for what is not of this
    /// crate.
    fn definition(&self, from: &Segments, used: &[String]) -> Option<&str> {
        self.walk(from, used, 0)
    }

    fn walk(&self, from: &Segments, used: &[String], depth: usize) -> Option<&str> {
        // An import may have the name of its own first segment (`use glob::glob`).
        if depth > 16 {
            return None;
        }
        let (mut at, mut rest) = self.start(from, used)?;
        while let Some((next, after)) = rest.split_first() {
            let module = self.modules.get(&at)?;
            if next == "super" {
                at.pop();
            } else if module.children.contains(next)
                && !(after.is_empty() && module.imports.contains_key(next))
            {
                at.push(next.clone());
            } else if let Some(import) = module.imports.get(next) {
                let further = [import.as_slice(), after].concat();
                return self.walk(&at, &further, depth + 1);
            } else {
                return Some(&module.file);
            }
            rest = after;
        }
        None
    }

    /// The module that a path starts from, and the segments after it.
    fn start<'u>(&self, from: &Segments, used: &'u [String]) -> Option<(Segments, &'u [String])> {
        let (first, rest) = used.split_first()?;
        let module = self.modules.get(from)?;
        match first.as_str() {
            "crate" => Some((Vec::new(), rest)),
            "self" => Some((from.clone(), rest)),
            "super" => Some((from[..from.len().checked_sub(1)?].to_vec(), rest)),
            name if module.children.contains(name) => Some((from.clone(), used)),
            // `use glob::glob`: the crate has the name, and it is not ours.
            name => {
                let import = module.imports.get(name)?;
                (import[0] != name).then(|| (from.clone(), used))
            }
        }
    }
}

/// The circles in a graph, each as all files that reach one another, by path.
pub(crate) fn circles(uses: &BTreeMap<&str, BTreeSet<&str>>) -> BTreeSet<Vec<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        uses.keys().map(|file| (*file, reachable(file, uses))).collect();
    let on_circles = reached.iter().filter(|(file, reached)| reached.contains(*file));
    let circle = |(file, others): (&&str, &BTreeSet<&str>)| {
        let back = others.iter().filter(|other| reached.get(*other).is_some_and(|it| it.contains(file)));
        back.map(|file| (*file).to_owned()).collect()
    };
    on_circles.map(circle).collect()
}

/// The files that a file uses, directly or through others; itself only if it is on a circle.
fn reachable<'f>(file: &str, uses: &BTreeMap<&'f str, BTreeSet<&'f str>>) -> BTreeSet<&'f str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = uses.get(file).into_iter().flatten().copied().collect();
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(uses.get(next).into_iter().flatten());
        }
    }
    found
}

/// `render/json/mod.rs` is `render::json`, `lib.rs` the crate itself.
fn module_path(file: &str) -> Segments {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    if path == "lib" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

fn module(file: &SourceFile) -> Module {
    let parsed = syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
    let mut module = Module { file: file.path.clone(), ..Module::default() };
    for item in parsed.items.iter().filter(|item| !is_test(attributes(item))) {
        module.visit_item(item);
    }
    module
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        _ => &[],
    }
}

/// Says whether code is only compiled for tests: `#[cfg(test)]`, `#[cfg(all(test, unix))]`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            let mut words = Vec::new();
            in_tokens(list.tokens.clone(), &mut words);
            words.iter().flatten().any(|word| word == "test")
        }
        _ => false,
    })
}

impl Visit<'_> for Module {
    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        if item.content.is_none() {
            self.children.insert(item.ident.to_string().trim_start_matches("r#").to_owned());
        }
        if !is_test(&item.attrs) {
            self.depth += 1;
            visit::visit_item_mod(self, item);
            self.depth -= 1;
        }
    }

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        let (imports, depth) = (&mut self.imports, self.depth);
        names(&item.tree, &mut Vec::new(), &mut |name, path| {
            imports.insert(name, from_file(path, depth));
        });
    }

    // `pub(super)` is no use of anything.
    fn visit_visibility(&mut self, _: &Visibility) {}

    fn visit_path(&mut self, path: &syn::Path) {
        let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.paths.push(from_file(segments, self.depth));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &syn::Macro) {
        in_tokens(item.tokens.clone(), &mut self.paths);
        visit::visit_macro(self, item);
    }
}

/// A path as seen from the file, in which it is this many modules deep.
fn from_file(path: Segments, depth: usize) -> Segments {
    let above = path.iter().take(depth).take_while(|segment| *segment == "super").count();
    let rest = path[above..].to_vec();
    if above > 0 && above == depth { [vec!["self".to_owned()], rest].concat() } else { rest }
}

/// The names that a `use` brings in, each with its path. What a glob brings in is not followed.
fn names(tree: &UseTree, before: &mut Segments, found: &mut impl FnMut(String, Segments)) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            names(&path.tree, before, found);
            before.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            let last = before.last().cloned().unwrap_or_default();
            found(last, before.clone());
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            found(name.clone(), [before.as_slice(), &[name]].concat());
        }
        UseTree::Rename(rename) => {
            let path = [before.as_slice(), &[rename.ident.to_string()]].concat();
            found(rename.rename.to_string(), path);
        }
        UseTree::Glob(_) => {
            found(format!("*{}", before.join("::")), [before.as_slice(), &["*".to_owned()]].concat())
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, before, found)),
    }
}

/// The paths in the arguments of a macro: words with `::` between them.
fn in_tokens(tokens: TokenStream, found: &mut Vec<Segments>) {
    let mut path: Segments = Vec::new();
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(word) if colons == 2 && !path.is_empty() => path.push(word.to_string()),
            TokenTree::Ident(word) => {
                found.push(std::mem::replace(&mut path, vec![word.to_string()]));
            }
            TokenTree::Punct(point) if point.as_char() == ':' => {
                colons += 1;
                continue;
            }
            TokenTree::Group(group) => {
                found.push(std::mem::take(&mut path));
                in_tokens(group.stream(), found);
            }
            _ => found.push(std::mem::take(&mut path)),
        }
        colons = 0;
    }
    found.push(path);
}
