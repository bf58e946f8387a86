//! Sentences for people that name paths of a repository.
//!
//! Text output names paths as seen from the working directory, as git does; JSON and everything that is stored names them
//! as seen from the top of the work tree. So a sentence keeps its paths until somebody says from where they are seen. A
//! [`RepoPath`] has no other way into a text than [`RepoPath::seen_from`] and [`RepoPath::seen_from_root`].

use std::fmt;

use crate::path::{RepoPath, printable};

/// A sentence, or a part of one, in which paths are not text yet.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Message {
    pieces: Vec<Piece>,
}

/// A part of a message.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Piece {
    /// Words. What comes from outside is escaped where it is added.
    Text(String),
    /// A path of the work tree.
    Path(RepoPath),
}

/// What can be a part of a message.
pub trait Say {
    /// Adds it at the end.
    fn say(&self, message: &mut Message);
}

/// A [`Message`] from a text in which each `{}` stands for an argument: `` message!("`{}` does not exist", path) ``. A path
/// stays a path. Other braces are themselves.
macro_rules! message {
    ($text:literal $(, $part:expr)* $(,)?) => {{
        const {
            let arguments: &[&str] = &[$(stringify!($part)),*];
            assert!($crate::message::places_in($text) == arguments.len(), "one argument for each pair of braces");
        }
        $crate::message::Message::filled($text, &[$(&$part as &dyn $crate::message::Say),*])
    }};
}
pub(crate) use message;

/// The number of `{}` in a text.
pub(crate) const fn places_in(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut count, mut at) = (0, 1);
    while at < bytes.len() {
        if bytes[at - 1] == b'{' && bytes[at] == b'}' {
            count += 1;
        }
        at += 1;
    }
    count
}

impl Message {
    /// The text, with the arguments in place of each `{}`; for `message!`, which counts them.
    pub(crate) fn filled(text: &str, arguments: &[&dyn Say]) -> Self {
        let mut message = Self::default();
        let mut arguments = arguments.iter();
        for (position, words) in text.split("{}").enumerate() {
            if position > 0 {
                arguments.next().into_iter().for_each(|argument| argument.say(&mut message));
            }
            words.say(&mut message);
        }
        message
    }

    /// What a single thing says.
    #[must_use]
    pub fn of(part: &impl Say) -> Self {
        Self::default().then(part)
    }

    /// The messages, with words between them.
    #[must_use]
    pub fn joined(parts: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut all = Self::default();
        for (position, part) in parts.into_iter().enumerate() {
            if position > 0 {
                between.say(&mut all);
            }
            part.say(&mut all);
        }
        all
    }

    /// Adds words, a path or another message at the end.
    #[must_use]
    pub fn then(mut self, more: impl Say) -> Self {
        more.say(&mut self);
        self
    }

    /// The rest after a message that this one begins with; `None` if it does not.
    #[must_use]
    pub fn strip_prefix(&self, beginning: &Self) -> Option<Self> {
        let Some((last, others)) = beginning.pieces.split_last() else { return Some(self.clone()) };
        let (next, rest) = self.pieces.strip_prefix(others)?.split_first()?;
        let mut message = Self::default();
        match (next, last) {
            (Piece::Text(text), Piece::Text(start)) => text.strip_prefix(start.as_str())?.say(&mut message),
            (next, last) if next == last => {}
            _ => return None,
        }
        Some(message.then(Self { pieces: rest.to_vec() }))
    }

    /// The message as a person reads it who is in this directory of the work tree.
    #[must_use]
    pub fn seen_from(&self, directory: &RepoPath) -> String {
        let shown = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Path(path) => path.seen_from(directory),
        };
        self.pieces.iter().map(shown).collect()
    }

    /// The message for programs, and for what is stored: paths are relative to the top of the work tree.
    #[must_use]
    pub fn seen_from_root(&self) -> String {
        self.seen_from(&RepoPath::root())
    }

    /// The message with its words escaped, so that a terminal prints them safely.
    #[must_use]
    pub fn escaped(&self) -> Self {
        let escaped = |piece: &Piece| match piece {
            Piece::Text(text) => Piece::Text(printable(text.as_bytes())),
            path @ Piece::Path(_) => path.clone(),
        };
        Self { pieces: self.pieces.iter().map(escaped).collect() }
    }

    /// Whether the message reads the same wherever it is read.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Text(_)))
    }
}

impl Say for str {
    fn say(&self, message: &mut Message) {
        match message.pieces.last_mut() {
            _ if self.is_empty() => {}
            Some(Piece::Text(text)) => text.push_str(self),
            _ => message.pieces.push(Piece::Text(self.to_owned())),
        }
    }
}

impl Say for String {
    fn say(&self, message: &mut Message) {
        self.as_str().say(message);
    }
}

impl Say for usize {
    fn say(&self, message: &mut Message) {
        self.to_string().say(message);
    }
}

impl Say for RepoPath {
    fn say(&self, message: &mut Message) {
        message.pieces.push(Piece::Path(self.clone()));
    }
}

impl Say for Message {
    fn say(&self, message: &mut Message) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => text.say(message),
                Piece::Path(path) => path.say(message),
            }
        }
    }
}

impl<S: Say> Say for Option<S> {
    fn say(&self, message: &mut Message) {
        self.iter().for_each(|inner| inner.say(message));
    }
}

impl<S: Say + ?Sized> Say for &S {
    fn say(&self, message: &mut Message) {
        (**self).say(message);
    }
}

impl From<&str> for Message {
    fn from(words: &str) -> Self {
        Self::default().then(words)
    }
}

impl From<String> for Message {
    fn from(words: String) -> Self {
        Self::default().then(words)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.seen_from_root(), f)
    }
}

/// The number of paths that [`named_together`] names one by one.
const NAMED: usize = 3;

/// Names paths in a message: by the directory that all of them are in, or else the first of them.
#[must_use]
pub fn named_together(paths: &[RepoPath]) -> Message {
    let parent = |path: &RepoPath| path.parent().unwrap_or_default();
    let common = paths.split_first().map(|(first, rest)| {
        let around = |directory: &RepoPath| rest.iter().all(|path| path.is_within(directory));
        let innermost = if rest.is_empty() { first.clone() } else { parent(first) };
        innermost.ancestors().find(around).unwrap_or_default()
    });
    match common {
        Some(common) if !common.is_root() => message!("`{}`", common),
        _ => {
            let more = paths.len().saturating_sub(NAMED);
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            named_singly(paths.iter().take(NAMED)).then(rest)
        }
    }
}

/// Names paths one by one: `` `a`, `b` ``.
#[must_use]
pub fn named_singly<'p>(paths: impl IntoIterator<Item = &'p RepoPath>) -> Message {
    Message::joined(paths.into_iter().map(|path| message!("`{}`", path)), ", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    #[test]
    fn paths_are_seen_from_where_they_are_read() {
        let place = message!("{}:{}", path("app/r.txt"), 3_usize);
        let more = Some(message!(" in `{}`", path("my\tenv"))).filter(|_| true);
        let said = message!("`six` ({}) is {}{}; {x} {}", place, "missing".to_owned(), more, None::<Message>);
        assert_eq!(said.seen_from_root(), "`six` (app/r.txt:3) is missing in `\"my\\tenv\"`; {x} ");
        assert_eq!(said.seen_from(&path("app")), "`six` (r.txt:3) is missing in `\"../my\\tenv\"`; {x} ");
        assert!(!said.is_text() && Message::from("six").is_text());
    }

    #[test]
    fn messages_are_joined() {
        let names = ["a", "b/c"].map(|name| message!("`{}`", path(name)));
        assert_eq!(Message::joined(names, ", ").seen_from(&path("b")), "`../a`, `c`");
        assert_eq!(Message::joined([], ", "), Message::default());
    }

    #[test]
    fn what_a_message_begins_with_is_taken_away() {
        let said = message!("`{}` is in {} files", path("a"), 3_usize);
        let rest = |beginning: Message| said.strip_prefix(&beginning).map(|rest| rest.seen_from_root());
        assert_eq!(rest(message!("`{}` is ", path("a"))).as_deref(), Some("in 3 files"));
        assert_eq!(rest(message!("`{}", path("a"))).as_deref(), Some("` is in 3 files"));
        assert_eq!(rest(message!("`{}", path("b"))), None);
        assert_eq!(rest(message!("`{}` was ", path("a"))), None);
        assert_eq!(rest(Message::default()).as_deref(), Some("`a` is in 3 files"));
    }

    #[test]
    fn several_paths_have_one_name() {
        let named = |paths: &[&str]| {
            let paths: Vec<_> = paths.iter().map(|text| path(text)).collect();
            named_together(&paths).seen_from_root()
        };
        assert_eq!(named(&["a/b"]), "`a/b`");
        assert_eq!(named(&["bin/activate", "bin/activate.csh"]), "`bin`");
        assert_eq!(named(&["a/b/c", "a/d"]), "`a`");
        assert_eq!(named(&["bin/activate", "pyvenv.cfg"]), "`bin/activate`, `pyvenv.cfg`");
        assert_eq!(named(&["a", "b", "c", "d/e", "f"]), "`a`, `b`, `c` and 2 more");
    }
}
