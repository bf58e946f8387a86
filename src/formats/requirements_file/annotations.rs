//! The `# via` comments of compiled requirements files, which name what a package is there for. Both styles of pip-tools
//! are read: on the line itself, and on the lines below.

/// Where the reader is in the comments that belong to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Annotations {
    /// Comments are not about a line.
    #[default]
    Nothing,
    /// A comment that starts with `via` is about the last line.
    Expected,
    /// `# via` stood alone, so each comment is a name.
    List,
}

impl Annotations {
    /// A line that is no comment begins.
    pub(super) fn start(&mut self) {
        *self = Self::Expected;
    }

    /// A blank line.
    pub(super) fn end(&mut self) {
        *self = Self::Nothing;
    }

    /// Reads a comment, without `#`, and adds the names to those of the last line.
    pub(super) fn read(&mut self, comment: &str, via: &mut Vec<String>) {
        if *self == Self::List {
            via.push(comment.to_owned());
        }
        if *self != Self::Expected {
            return;
        }
        let names = match comment.strip_prefix("via") {
            Some("") => {
                *self = Self::List;
                return;
            }
            Some(names) if names.starts_with([' ', '\t', ':']) => names.trim_start_matches([' ', '\t', ':']),
            _ => return,
        };
        self.end();
        via.extend(names.split(", ").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned));
    }
}
