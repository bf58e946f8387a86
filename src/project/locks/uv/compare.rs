//! Whether two sets of requirements say the same.
//!
//! uv compares what each environment is asked for: in how many lines that is said, and which of them say it again, does
//! not count.

use std::collections::{BTreeMap, BTreeSet};

use super::declaration::{Declaration, RequiredOrigin, without_credentials};
use crate::message::Message;
use crate::order::Arrange as _;
use crate::order::set_of;
use crate::python::{ActiveNames, Answer, DecisiveEnvironment, Marker, MarkerEnvironment, Specifiers};

/// How requirements of a manifest differ from those that were recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LockDifference {
    /// Certainly, and how: a lower-case fragment.
    Certain(Message),
    /// It cannot be known whether they do, and why.
    Unknown(Message),
}

/// Compares what a manifest declares with what was recorded, for the Pythons that the lock is for; `Ok` if it is the same.
///
/// # Errors
/// The difference; a certain one is found before others.
pub(super) fn compare(
    declared: &[Declaration],
    recorded: &[Declaration],
    pythons: &Specifiers,
) -> Result<(), LockDifference> {
    let mut by_name: BTreeMap<&str, NamedRequirements<'_>> = BTreeMap::new();
    // uv leaves out a source that applies to no Python at all.
    for one in declared.iter().filter(|one| !one.is_conditional || !one.applies_nowhere(&[])) {
        by_name.entry(&one.name).or_default().declared.push(one);
    }
    for one in recorded {
        by_name.entry(&one.name).or_default().recorded.push(one);
    }
    let differences = by_name.values().filter_map(|named| named.compare(pythons).err());
    let mut unknown = None;
    for difference in differences {
        match difference {
            LockDifference::Certain(_) => return Err(difference),
            LockDifference::Unknown(_) => unknown = unknown.or(Some(difference)),
        }
    }
    unknown.map_or(Ok(()), Err)
}

/// Which of the requirements of one name apply: by their positions.
type Applying = (BTreeSet<usize>, BTreeSet<usize>);

/// The requirements of one name on both sides.
#[derive(Default)]
struct NamedRequirements<'d> {
    declared: Vec<&'d Declaration>,
    recorded: Vec<&'d Declaration>,
}

impl NamedRequirements<'_> {
    fn compare(&self, pythons: &Specifiers) -> Result<(), LockDifference> {
        match (self.declared.first(), self.recorded.first()) {
            (Some(one), None) => {
                return Err(LockDifference::Certain(
                    format!("`{}` was not there when it was locked", one.text).into(),
                ));
            }
            (None, Some(one)) => {
                return Err(LockDifference::Certain(format!("`{}` is no longer required", one.text).into()));
            }
            _ => {}
        }
        let markers: Vec<&Marker> = self.all().flat_map(|one| one.marker.iter().chain(&one.unless)).collect();
        let environments = match Marker::decisive_environments(&markers, &[pythons]) {
            Ok(environments) => environments,
            Err(_) if self.is_literally_the_same() => return Ok(()),
            Err(reason) => return Err(self.unknown(&reason)),
        };
        let seen: BTreeSet<Applying> =
            set_of(environments.iter().map(|environment| self.applying(environment)));
        self.compare_dead(&seen)?;
        let mut differences: Vec<LockDifference> =
            seen.iter().filter_map(|applying| self.compare_applying(applying).err()).collect();
        differences.arrange_by_key(|difference| matches!(difference, LockDifference::Unknown(_)));
        differences.into_iter().next().map_or(Ok(()), Err)
    }

    fn all(&self) -> impl Iterator<Item = &Declaration> {
        self.declared.iter().chain(&self.recorded).copied()
    }

    /// Whether a source with a marker has a part in them.
    fn is_conditional(&self) -> bool {
        self.declared.iter().any(|one| one.is_conditional)
    }

    /// What is said where it cannot be known.
    fn unknown(&self, reason: &str) -> LockDifference {
        let text = self.declared.first().map_or("", |one| one.text.as_str());
        LockDifference::Unknown(format!("whether `{text}` has changed: {reason}").into())
    }

    fn is_literally_the_same(&self) -> bool {
        let key = |one: &&Declaration| {
            let marker = one.marker.as_ref().map(|marker| marker.text().to_owned());
            (one.extras.clone(), one.specifiers.to_string(), marker, format!("{:?}", one.origin))
        };
        let set = |all: &[&Declaration]| all.iter().map(key).collect::<BTreeSet<_>>();
        !self.is_conditional() && set(&self.declared) == set(&self.recorded)
    }

    /// What applies in an environment; with an extra, only what would not without it.
    fn applying(&self, decisive: &DecisiveEnvironment) -> Applying {
        let environment = &decisive.environment;
        let without = ActiveNames::default();
        let applies = |one: &Declaration| {
            let only_then = decisive.active.extras.is_empty() || !one.holds(environment, &without);
            only_then && one.holds(environment, &decisive.active)
        };
        let positions = |all: &[&Declaration]| {
            all.iter().enumerate().filter(|(_, one)| applies(one)).map(|(position, _)| position).collect()
        };
        (positions(&self.declared), positions(&self.recorded))
    }

    /// Compares what applies nowhere, which uv records all the same.
    fn compare_dead(&self, seen: &BTreeSet<Applying>) -> Result<(), LockDifference> {
        let dead = |all: &[&Declaration], side: fn(&Applying) -> &BTreeSet<usize>| {
            let alive: BTreeSet<usize> = set_of(seen.iter().flat_map(side).copied());
            let dead = all.iter().enumerate().filter(|(position, _)| !alive.contains(position));
            dead.map(|(_, one)| one.text.clone()).collect::<Vec<_>>()
        };
        let (declared, recorded) =
            (dead(&self.declared, |applying| &applying.0), dead(&self.recorded, |applying| &applying.1));
        match (declared.first(), recorded.first()) {
            (Some(text), None) => {
                Err(LockDifference::Certain(format!("`{text}` was not there when it was locked").into()))
            }
            (None, Some(text)) => {
                Err(LockDifference::Certain(format!("`{text}` is no longer required").into()))
            }
            _ => Ok(()),
        }
    }

    /// Compares what applies in some environments.
    fn compare_applying(&self, (declared, recorded): &Applying) -> Result<(), LockDifference> {
        let pick = |all: &[&'_ Declaration], positions: &BTreeSet<usize>| -> Vec<Declaration> {
            positions.iter().filter_map(|position| all.get(*position)).map(|one| (*one).clone()).collect()
        };
        let (declared, recorded) = (pick(&self.declared, declared), pick(&self.recorded, recorded));
        match (declared.first(), recorded.first()) {
            (None, None) => Ok(()),
            (Some(one), None) | (None, Some(one)) => Err(self.changed(one)),
            (Some(one), Some(_)) => {
                let extras = |all: &[Declaration]| {
                    all.iter().flat_map(|one| one.extras.clone()).collect::<BTreeSet<_>>()
                };
                if extras(&declared) != extras(&recorded) {
                    return Err(self.changed(one));
                }
                self.compare_origins(&declared, &recorded)?;
                let versions =
                    |all: &'_ [Declaration]| all.iter().map(|one| one.specifiers.clone()).collect::<Vec<_>>();
                let (ours, theirs) = (versions(&declared), versions(&recorded));
                let (ours, theirs): (Vec<&Specifiers>, Vec<&Specifiers>) =
                    (ours.iter().collect(), theirs.iter().collect());
                match Specifiers::accept_same(&ours, &theirs) {
                    Answer::Yes => Ok(()),
                    Answer::No => Err(self.changed(one)),
                    Answer::Unknown(reason) => Err(self.unknown(&reason)),
                }
            }
        }
    }

    fn compare_origins(
        &self,
        declared: &[Declaration],
        recorded: &[Declaration],
    ) -> Result<(), LockDifference> {
        let pairs = || declared.iter().flat_map(|one| recorded.iter().map(move |other| (one, other)));
        for (one, other) in pairs() {
            match one.origin.is_same(&other.origin) {
                Answer::Yes => {}
                Answer::No => return Err(self.changed(one)),
                Answer::Unknown(reason) => return Err(self.unknown(&reason)),
            }
        }
        Ok(())
    }

    /// What is said of a certain change.
    fn changed(&self, one: &Declaration) -> LockDifference {
        let texts = |all: &[&Declaration]| {
            let mut texts: Vec<String> = all.iter().map(|one| format!("`{}`", one.text)).collect();
            texts.dedup();
            texts.join(" and ")
        };
        let (now, then) = (texts(&self.declared), texts(&self.recorded));
        LockDifference::Certain(match now == then {
            true => format!("`{}` was locked with another marker or source", one.text).into(),
            false => format!("{now} was locked as {then}").into(),
        })
    }
}

impl Declaration {
    fn holds(&self, environment: &MarkerEnvironment, active: &ActiveNames) -> bool {
        let is_true = |marker: &Marker| marker.evaluate(environment, active) == Answer::Yes;
        self.marker.iter().all(is_true) && !self.unless.iter().any(is_true)
    }

    /// Whether it is certain that none of the Pythons that all of `pythons` accept lets it apply.
    pub(super) fn applies_nowhere(&self, pythons: &[&Specifiers]) -> bool {
        let markers: Vec<&Marker> = self.marker.iter().chain(&self.unless).collect();
        let applies = |decisive: &DecisiveEnvironment| self.holds(&decisive.environment, &decisive.active);
        Marker::decisive_environments(&markers, pythons).is_ok_and(|all| !all.iter().any(applies))
    }
}

impl RequiredOrigin {
    /// Whether both are the same place.
    fn is_same(&self, other: &Self) -> Answer {
        let up = |path: &str| path.split('/').take_while(|part| *part == "..").count();
        match (self, other) {
            (Self::Unknown(reason), _) | (_, Self::Unknown(reason)) => Answer::Unknown(reason.clone()),
            (Self::Somewhere(_), Self::Any | Self::Index(_)) => Answer::No,
            (Self::Somewhere(reason), _) | (_, Self::Somewhere(reason)) => Answer::Unknown(reason.clone()),
            (Self::Outside(kind, path), Self::Local(locked_as, other)) => match () {
                () if locked_as.is_some_and(|locked_as| !may_be(kind, locked_as)) => Answer::No,
                () if path == other => Answer::Yes,
                // From the same directory on, two paths are the same only if they read the same.
                () if !path.starts_with('/') && !other.starts_with('/') && up(path) == up(other) => {
                    Answer::No
                }
                () => Answer::Unknown(format!("`{path}` may be the same place as `{other}`")),
            },
            (Self::Local(_, path), Self::Local(_, other))
                if path.starts_with('/') != other.starts_with('/') =>
            {
                Answer::Unknown(format!("`{path}` may be the same place as `{other}`"))
            }
            (Self::Local(None, path), Self::Local(_, other))
            | (Self::Local(_, other), Self::Local(None, path)) => Answer::from(path == other),
            (Self::Local(Some(kind), path), Self::Local(Some(locked_as), other)) => {
                Answer::from(path == other && may_be(kind, locked_as))
            }
            (Self::Remote(key, value), Self::Remote(other_key, other)) if key == other_key => {
                let known = plain_url(value).zip(plain_url(other));
                match known {
                    _ if value == other => Answer::Yes,
                    Some((value, other)) => Answer::from(value == other),
                    None => Answer::Unknown(format!("`{value}` may be another way to write `{other}`")),
                }
            }
            (one, other) => Answer::from(one == other),
        }
    }
}

/// Whether a source of one kind may have been recorded as another one: what says that it is no package is virtual.
fn may_be(kind: &str, locked_as: &str) -> bool {
    kind == locked_as || (kind, locked_as) == ("directory", "virtual")
}

/// A URL as it is compared, without what has no meaning; `None` if it may be written in more than one way.
fn plain_url(url: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:@?=&+,".contains(c);
    let url = without_credentials(url);
    let (scheme, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let has_dots = path.split(['/', '?']).any(|part| part == "." || part == "..");
    // The port that goes without saying is left out.
    let is_plain = url.chars().all(plain) && !host.contains(':') && !has_dots;
    is_plain.then(|| format!("{}://{}/{path}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase()))
}
