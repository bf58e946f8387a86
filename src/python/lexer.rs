//! The tokens of dependency specifiers (<https://packaging.python.org/en/latest/specifications/dependency-specifiers/>).

/// A place in a text, which moves on as tokens are taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexer<'a> {
    rest: &'a str,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes as many bytes, or none if a character does not end there.
    pub(super) fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or(("", self.rest));
        self.rest = rest;
        taken
    }

    /// Takes characters up to the first that ends it.
    pub(super) fn take_until(&mut self, is_end: impl Fn(char) -> bool) -> &'a str {
        self.take(self.rest.find(is_end).unwrap_or(self.rest.len()))
    }

    /// Skips spaces and tabs; no other character separates tokens. Returns whether there were any.
    pub(super) fn skip_blanks(&mut self) -> bool {
        !self.take_until(|c| !matches!(c, ' ' | '\t')).is_empty()
    }

    /// Takes this text if it is here.
    pub(super) fn accept(&mut self, text: &str) -> bool {
        let found = self.rest.starts_with(text);
        if found {
            self.take(text.len());
        }
        found
    }

    /// Takes this text if it is here and no longer word starts with it.
    pub(super) fn accept_word(&mut self, word: &str) -> bool {
        let after = self.rest.strip_prefix(word);
        let found = after.is_some_and(|after| !after.starts_with(is_part_of_word));
        found && self.accept(word)
    }

    /// Takes the name of a package or extra. It is as long as possible and ends where a word does: `a` in `a-`.
    pub(super) fn accept_name(&mut self) -> Option<&'a str> {
        let is_end = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-');
        let length = self.rest.find(is_end).unwrap_or(self.rest.len());
        let run = self.rest.get(..length)?;
        if !run.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let ends_word = |end: &usize| {
            let before = run.get(..*end).is_some_and(|name| name.ends_with(is_part_of_word));
            let after = self.rest.get(*end..).is_some_and(|after| after.starts_with(is_part_of_word));
            before != after
        };
        let end = (1..=length).rev().find(ends_word)?;
        Some(self.take(end))
    }
}

fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns whether Python regards it as white space.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// Removes white space at both ends.
pub(super) fn stripped(text: &str) -> &str {
    text.trim_matches(is_space)
}
