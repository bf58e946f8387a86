//! Text → marker.

use super::expression::{Expression, Operand, Term};
use super::variable::SPELLINGS;
use crate::python::clause::{OPERATORS, quoted};
use crate::python::lexer::Lexer;

/// As many parentheses may be open. Python's own parser fails at a few hundred.
const DEEPEST: usize = 100;

/// Parses a marker, up to the end of the text.
///
/// # Errors
/// What is wrong, as a lower-case fragment.
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    let mut lexer = Lexer::new(text);
    let expression = parse_expression(&mut lexer, 0)?;
    if !lexer.is_at_end() {
        return Err(format!("the marker should end before {}", quoted(lexer.rest())));
    }
    Ok(expression)
}

fn parse_expression(lexer: &mut Lexer<'_>, depth: usize) -> Result<Expression, String> {
    let mut alternatives = Vec::new();
    let mut terms = vec![parse_term(lexer, depth)?];
    loop {
        if lexer.accept_word("and") {
            terms.push(parse_term(lexer, depth)?);
        } else if lexer.accept_word("or") {
            alternatives.push(std::mem::replace(&mut terms, vec![parse_term(lexer, depth)?]));
        } else {
            alternatives.push(terms);
            return Ok(Expression { alternatives });
        }
    }
}

fn parse_term(lexer: &mut Lexer<'_>, depth: usize) -> Result<Term, String> {
    lexer.skip_blanks();
    let term = if lexer.accept("(") {
        if depth >= DEEPEST {
            return Err(format!("the marker has more than {DEEPEST} parentheses in each other"));
        }
        let expression = parse_expression(lexer, depth.saturating_add(1))?;
        if !lexer.accept(")") {
            return Err("`)` is missing in the marker".to_owned());
        }
        Term::Nested(expression)
    } else {
        let left = parse_operand(lexer)?;
        lexer.skip_blanks();
        let operator = parse_operator(lexer)?;
        lexer.skip_blanks();
        Term::of(left, operator, parse_operand(lexer)?)
    };
    lexer.skip_blanks();
    Ok(term)
}

fn parse_operand(lexer: &mut Lexer<'_>) -> Result<Operand, String> {
    if let Some((_, variable)) = SPELLINGS.iter().find(|(spelling, _)| lexer.accept_word(spelling)) {
        return Ok(Operand::MarkerVariable(*variable));
    }
    let rest = lexer.rest();
    for quote in ["\"", "'"] {
        if !lexer.accept(quote) {
            continue;
        }
        let text = lexer.take_until(|c| quote.contains(c));
        if !lexer.accept(quote) {
            return Err(format!("{} does not end in the marker", quoted(rest)));
        }
        return unescaped(text).map(Operand::Text).ok_or_else(|| format!("{} is not a text", quoted(rest)));
    }
    Err(if rest.is_empty() {
        "the marker ends where a name or a text in quotes should be".to_owned()
    } else {
        format!("{} in the marker is no known name and no text in quotes", quoted(rest))
    })
}

fn parse_operator(lexer: &mut Lexer<'_>) -> Result<&'static str, String> {
    if lexer.accept_word("in") {
        return Ok("in");
    }
    let start = lexer.rest();
    if lexer.accept_word("not") && lexer.skip_blanks() && lexer.accept_word("in") {
        return Ok("not in");
    }
    OPERATORS.into_iter().find(|operator| lexer.accept(operator)).ok_or_else(|| {
        format!("a comparison such as `==` or `in` should be before {} in the marker", quoted(start))
    })
}

/// Python reads texts as its own: `\\` is one backslash. A text cannot have a line break.
fn unescaped(text: &str) -> Option<String> {
    if text.contains(['\n', '\r', '\0']) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next()? {
            escaped @ ('\\' | '\'' | '"') => out.push(escaped),
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'x' | 'u' | 'U' | 'N' | 'a' | 'b' | 'f' | 'v' | '0'..='7' => return None,
            other => out.extend(['\\', other]),
        }
    }
    Some(out)
}
