//! An answer that may be unknown.

/// Whether something holds, as far as it can be known. The operations are those of Kleene's logic: a part that is known
/// and decides the whole does so, whatever the other parts are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It cannot be known, and why: a lower-case fragment.
    Unknown(String),
}

impl Answer {
    /// Whether both hold. Of two reasons the first is kept.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, other) => other,
            (unknown, _) => unknown,
        }
    }

    /// Whether at least one holds. Of two reasons the first is kept.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, other) => other,
            (unknown, _) => unknown,
        }
    }
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl std::ops::Not for Answer {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            unknown @ Self::Unknown(_) => unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_is_enough() {
        let unknown = |reason: &str| Answer::Unknown(reason.to_owned());
        let cases = [
            (Answer::Yes, Answer::Yes, Answer::Yes, Answer::Yes),
            (Answer::Yes, Answer::No, Answer::No, Answer::Yes),
            (Answer::No, Answer::No, Answer::No, Answer::No),
            (Answer::Yes, unknown("a"), unknown("a"), Answer::Yes),
            (Answer::No, unknown("a"), Answer::No, unknown("a")),
        ];
        for (one, other, both, either) in cases {
            assert_eq!(one.clone().and(other.clone()), both, "{one:?} and {other:?}");
            assert_eq!(other.clone().and(one.clone()), both, "{other:?} and {one:?}");
            assert_eq!(one.clone().or(other.clone()), either, "{one:?} or {other:?}");
            assert_eq!(other.clone().or(one.clone()), either, "{other:?} or {one:?}");
        }
        assert_eq!(unknown("a").and(unknown("b")), unknown("a"));
        assert_eq!(unknown("a").or(unknown("b")), unknown("a"));
        assert_eq!((!Answer::Yes, !Answer::No, !unknown("a")), (Answer::No, Answer::Yes, unknown("a")));
        assert_eq!((Answer::from(true), Answer::from(false)), (Answer::Yes, Answer::No));
    }
}
