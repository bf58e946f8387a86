//! Requirements, also called dependency specifiers
//! (<https://packaging.python.org/en/latest/specifications/dependency-specifiers/>). What tools read differently is
//! read as in `packaging`, which pip uses.

use std::collections::BTreeSet;

use super::clause::quoted;
use super::lexer::{Lexer, is_space, stripped};
use super::marker::Marker;
use super::name::normalised;
use super::specifiers::Specifiers;

/// A package that is asked for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// As written, for messages.
    pub text: String,
    /// As written; compare with [`normalised`].
    pub name: String,
    /// Normalised and sorted, each once.
    pub extras: Vec<String>,
    /// Which version, or from where.
    pub wanted: Wanted,
    /// Where it applies; everywhere if there is none.
    pub marker: Option<Marker>,
}

/// What a requirement says about the package beside its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A version from an index.
    Version(Specifiers),
    /// What is behind `@`, as written: a URL or a path.
    Source(String),
}

impl Requirement {
    /// Parses what a line of a requirements file asks for by name, without options and comments, as pip does: the first
    /// `;` begins the marker, which may be empty.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = stripped(text);
        let (named, marker) = text.split_once(';').unwrap_or((text, ""));
        let marker = Some(stripped(marker)).filter(|marker| !marker.is_empty()).map(requirement_marker);
        Self::parse_parts(text, stripped(named), marker.transpose()?)
    }

    /// Parses a requirement in the strict form of the standard, which the metadata of distributions, `pyproject.toml`
    /// and lock files have: a space has to be between a URL and `;`, and a marker has to be after `;`.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment.
    pub fn parse_standard(text: &str) -> Result<Self, String> {
        Self::parse_after(text, None)
    }

    /// As [`Requirement::parse_standard`], after another one of the same package. Many of these have the same marker, which
    /// is shared.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment.
    pub fn parse_after(text: &str, before: Option<&Self>) -> Result<Self, String> {
        let mut lexer = Lexer::new(text);
        let (name, extras, wanted) = parse_named(&mut lexer)?;
        let marker = if lexer.accept(";") { Some(marker_after(lexer.rest(), before)?) } else { None };
        if marker.is_none() {
            expect_end(&lexer)?;
        }
        Ok(Self { text: stripped(text).to_owned(), name, extras, wanted, marker })
    }

    fn parse_parts(text: &str, named: &str, marker: Option<Marker>) -> Result<Self, String> {
        let mut lexer = Lexer::new(named);
        let (name, extras, wanted) = parse_named(&mut lexer)?;
        expect_end(&lexer)?;
        Ok(Self { text: text.to_owned(), name, extras, wanted, marker })
    }
}

/// Parses the marker of a requirement, where the names that only lock files may use mean nothing.
fn requirement_marker(text: &str) -> Result<Marker, String> {
    let marker = Marker::parse(text)?;
    match marker.lock_file_variable() {
        Some(name) => Err(format!("`{name}` can be used in lock files only")),
        None => Ok(marker),
    }
}

/// As [`requirement_marker`], or that of the requirement before if it is the same.
fn marker_after(text: &str, before: Option<&Requirement>) -> Result<Marker, String> {
    let is_same = |marker: &&Marker| marker.text() == text.trim_matches([' ', '\t']);
    match before.and_then(|before| before.marker.as_ref()).filter(is_same) {
        Some(marker) => Ok(marker.clone()),
        None => requirement_marker(text),
    }
}

/// Parses everything before the marker.
fn parse_named(lexer: &mut Lexer<'_>) -> Result<(String, Vec<String>, Wanted), String> {
    lexer.skip_blanks();
    let start = lexer.rest();
    let Some(name) = lexer.accept_name() else {
        return Err(if start.is_empty() {
            "there is no name".to_owned()
        } else {
            format!("{} does not start with the name of a package", quoted(start))
        });
    };
    lexer.skip_blanks();
    let extras = parse_extras(lexer)?;
    lexer.skip_blanks();
    let wanted = if lexer.accept("@") { parse_source(lexer)? } else { parse_version(lexer)? };
    Ok((name.to_owned(), extras, wanted))
}

fn parse_extras(lexer: &mut Lexer<'_>) -> Result<Vec<String>, String> {
    let mut extras = BTreeSet::new();
    if !lexer.accept("[") {
        return Ok(Vec::new());
    }
    lexer.skip_blanks();
    if let Some(extra) = lexer.accept_name() {
        extras.insert(normalised(extra));
        lexer.skip_blanks();
        while lexer.accept(",") {
            lexer.skip_blanks();
            let extra = lexer.accept_name().ok_or("the name of an extra has to follow the comma")?;
            extras.insert(normalised(extra));
            lexer.skip_blanks();
        }
    }
    if !lexer.accept("]") {
        return Err("`]` is missing after the extras".to_owned());
    }
    Ok(extras.into_iter().collect())
}

/// Parses what is behind `@`; after it there has to be a space or the end.
fn parse_source(lexer: &mut Lexer<'_>) -> Result<Wanted, String> {
    lexer.skip_blanks();
    let source = lexer.take_until(|c| matches!(c, ' ' | '\t'));
    if source.is_empty() {
        return Err("no URL follows `@`".to_owned());
    }
    lexer.skip_blanks();
    Ok(Wanted::Source(source.to_owned()))
}

/// Parses specifiers, which may have parentheses around them.
fn parse_version(lexer: &mut Lexer<'_>) -> Result<Wanted, String> {
    let is_enclosed = lexer.accept("(");
    lexer.skip_blanks();
    let specifiers = Specifiers::parse(&take_specifiers(lexer))?;
    lexer.skip_blanks();
    if is_enclosed && !lexer.accept(")") {
        return Err(expected_in(lexer, "`)` is missing"));
    }
    lexer.skip_blanks();
    Ok(Wanted::Version(specifiers))
}

/// Takes as much as can be specifiers: they end at a space, `;` or `)`.
fn take_specifiers(lexer: &mut Lexer<'_>) -> String {
    let is_operator = |c: char| matches!(c, '<' | '>' | '=' | '!' | '~' | '^');
    let mut specifiers = String::new();
    while lexer.rest().starts_with(is_operator) {
        // A comma is a part of what follows `===`, until it is compared.
        let has_commas = lexer.rest().starts_with("===");
        specifiers.push_str(lexer.take_until(|c| !is_operator(c)));
        if !lexer.take_until(|c| !is_space(c)).is_empty() {
            specifiers.push(' ');
        }
        let is_end = |c: char| is_space(c) || matches!(c, ';' | ')') || (c == ',' && !has_commas);
        specifiers.push_str(lexer.take_until(is_end));
        lexer.skip_blanks();
        if !lexer.accept(",") {
            break;
        }
        specifiers.push(',');
        lexer.skip_blanks();
    }
    specifiers
}

fn expect_end(lexer: &Lexer<'_>) -> Result<(), String> {
    match lexer.rest().chars().next() {
        None => Ok(()),
        Some('0'..='9') => Err(expected_in(lexer, "there is no operator such as `==` before")),
        Some(_) => Err(expected_in(lexer, "it should end before")),
    }
}

fn expected_in(lexer: &Lexer<'_>, what: &str) -> String {
    if lexer.is_at_end() { what.to_owned() } else { format!("{what} {}", quoted(lexer.rest())) }
}

#[cfg(test)]
mod tests;
