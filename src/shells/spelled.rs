//! Text with characters that a terminal must not get, as a shell can read it: quoted parts, and between them the
//! characters, spelled out. People read what `activate` prints; scripts have the characters themselves.

use crate::path::is_deceptive;

/// Joins the quoted parts and the spelled characters; `None` if a part cannot be quoted.
pub(super) fn joined(
    text: &str,
    quote: fn(&str) -> Option<String>,
    spell: impl Fn(char) -> String,
    joint: &str,
) -> Option<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (plain, from) = rest.split_at(rest.find(is_deceptive).unwrap_or(rest.len()));
        if !plain.is_empty() {
            pieces.push(quote(plain)?);
        }
        let mut characters = from.chars();
        pieces.extend(characters.next().map(&spell));
        rest = characters.as_str();
    }
    Some(pieces.join(joint))
}
