//! Whether two sets of requirements say the same.

use super::declaration::{Declaration, Origin};
use crate::python::{Answer, Marker, Specifiers};

/// How requirements of a manifest differ from those that were recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Difference {
    /// Certainly, and how: a lower-case fragment.
    Certain(String),
    /// It cannot be known whether they do, and why.
    Unknown(String),
}

/// Compares what a manifest declares with what was recorded, for the Pythons that the lock is for; `Ok` if it is the same.
///
/// # Errors
/// The difference.
pub(super) fn compare(
    declared: &[Declaration],
    recorded: &[Declaration],
    pythons: &Specifiers,
) -> Result<(), Difference> {
    let comparison = RequirementComparison { pythons };
    let declared = comparison.merged(declared);
    let mut recorded = comparison.merged(recorded);
    let mut unmatched = Vec::new();
    for one in declared {
        match recorded.iter().position(|other| comparison.is_same(&one, other) == Answer::Yes) {
            Some(position) => drop(recorded.swap_remove(position)),
            None => unmatched.push(one),
        }
    }
    recorded.sort_by(|one, other| one.name.cmp(&other.name));
    comparison.judge(&unmatched, &recorded)
}

struct RequirementComparison<'p> {
    pythons: &'p Specifiers,
}

impl RequirementComparison<'_> {
    /// Requirements that differ in their versions only are one, as uv records them.
    fn merged(&self, all: &[Declaration]) -> Vec<Declaration> {
        let mut merged: Vec<Declaration> = Vec::new();
        for one in all {
            let same = |other: &&mut Declaration| {
                other.is_of_same_kind(one) == Some(true) && self.alike(other, one) == Answer::Yes
            };
            match merged.iter_mut().find(same) {
                Some(other) => other.specifiers.extend(one.specifiers.iter().cloned()),
                None => merged.push(one.clone()),
            }
        }
        merged
    }

    fn alike(&self, one: &Declaration, other: &Declaration) -> Answer {
        Marker::apply_alike(one.marker.as_ref(), other.marker.as_ref(), &[self.pythons])
    }

    fn is_same(&self, one: &Declaration, other: &Declaration) -> Answer {
        match one.is_of_same_kind(other) {
            Some(false) => Answer::No,
            _ if one.specifiers != other.specifiers => Answer::No,
            Some(true) => self.alike(one, other),
            None => match self.alike(one, other) {
                Answer::No => Answer::No,
                _ => Answer::Unknown(unknown_origin(one, other)),
            },
        }
    }

    /// What is said of requirements that have no counterpart.
    fn judge(&self, declared: &[Declaration], recorded: &[Declaration]) -> Result<(), Difference> {
        // One without any possible counterpart is certain.
        for one in declared {
            if recorded.iter().all(|other| self.is_same(one, other) == Answer::No) {
                if let Origin::Unknown(reason) = &one.origin {
                    return Err(Difference::Unknown(reason.clone()));
                }
                let was = recorded.iter().find(|other| other.name == one.name);
                return Err(Difference::Certain(match was {
                    Some(was) if was.text != one.text => {
                        format!("`{}` was locked as `{}`", one.text, was.text)
                    }
                    Some(_) => format!("`{}` was locked with another marker or source", one.text),
                    None => format!("`{}` was not there when it was locked", one.text),
                }));
            }
        }
        for other in recorded {
            if declared.iter().all(|one| self.is_same(one, other) == Answer::No) {
                return Err(match &other.origin {
                    Origin::Unknown(reason) => Difference::Unknown(reason.clone()),
                    _ => Difference::Certain(format!("`{}` is no longer required", other.text)),
                });
            }
        }
        let reasons = declared.iter().flat_map(|one| {
            recorded.iter().filter_map(move |other| match self.is_same(one, other) {
                Answer::Unknown(reason) => Some(format!("whether `{}` has changed: {reason}", one.text)),
                _ => None,
            })
        });
        reasons.into_iter().next().map_or(Ok(()), |reason| Err(Difference::Unknown(reason)))
    }
}

fn unknown_origin(one: &Declaration, other: &Declaration) -> String {
    match (&one.origin, &other.origin) {
        (Origin::Unknown(reason), _) | (_, Origin::Unknown(reason)) => reason.clone(),
        _ => format!("the source of `{}` may be written in another way", one.name),
    }
}
