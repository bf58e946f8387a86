//! A set of places in a tree, and a tree of which only these places are looked at.

use std::collections::HashSet;

use super::entry::{Entry, OwnedEntry};
use super::interface::{Content, Tree};
use super::visitor::Visitor;
use crate::error::Result;
use crate::path::split_name;

/// Directories or files of a tree, each with everything below it. It stays fast for many thousands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceSet {
    places: HashSet<Box<[u8]>>,
    /// The directories above the places.
    above: HashSet<Box<[u8]>>,
}

impl PlaceSet {
    /// Adds a place; the empty path is the root.
    pub fn insert(&mut self, place: &[u8]) {
        if !self.places.insert(place.into()) {
            return;
        }
        let mut inner = place;
        while !inner.is_empty() {
            inner = split_name(inner).0;
            if !self.above.insert(inner.into()) {
                break;
            }
        }
    }

    /// Returns whether there is no place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The number of places.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns whether this is one of the places.
    #[must_use]
    pub fn has(&self, place: &[u8]) -> bool {
        self.places.contains(place)
    }

    /// Returns whether this is a directory above one of the places.
    #[must_use]
    pub fn is_above(&self, directory: &[u8]) -> bool {
        self.above.contains(directory)
    }

    /// The places, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().map(AsRef::as_ref)
    }

    /// Returns whether a path is a place or below one.
    #[must_use]
    pub fn contains(&self, path: &[u8]) -> bool {
        self.places_above(path).next().is_some()
    }

    /// Returns whether a directory contains a place, is one or is below one.
    #[must_use]
    pub fn concerns(&self, directory: &[u8]) -> bool {
        self.is_above(directory) || self.contains(directory)
    }

    /// The lengths of the places that a path is, or is below, innermost first.
    pub fn places_above<'p>(&'p self, path: &'p [u8]) -> impl Iterator<Item = usize> + 'p {
        let outer = |inner: &&'p [u8]| (!inner.is_empty()).then(|| split_name(inner).0);
        std::iter::successors(Some(path), outer).filter(|place| self.has(place)).map(<[u8]>::len)
    }
}

impl<P: AsRef<[u8]>> Extend<P> for PlaceSet {
    fn extend<I: IntoIterator<Item = P>>(&mut self, places: I) {
        places.into_iter().for_each(|place| self.insert(place.as_ref()));
    }
}

impl<P: AsRef<[u8]>> FromIterator<P> for PlaceSet {
    fn from_iter<I: IntoIterator<Item = P>>(places: I) -> Self {
        let mut set = Self::default();
        set.extend(places);
        set
    }
}

/// A tree of which only some places are shown, and the files in the directories above them.
pub struct Narrowed<'t> {
    base: Box<dyn Tree + 't>,
    places: &'t PlaceSet,
}

impl<'t> Narrowed<'t> {
    /// Narrows a tree.
    #[must_use]
    pub fn new(base: Box<dyn Tree + 't>, places: &'t PlaceSet) -> Self {
        Self { base, places }
    }
}

impl Tree for Narrowed<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        self.base.visit(&mut OnlyPlaces { visitor, places: self.places })
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        self.base.read(entry, limit)
    }

    fn prefetch(&self, entries: &[&OwnedEntry], limit: u64) {
        self.base.prefetch(entries, limit);
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        self.base.sizes(entries)
    }
}

/// Passes on what concerns the places. A flat list shows all of its entries.
struct OnlyPlaces<'v> {
    visitor: &'v mut dyn Visitor,
    places: &'v PlaceSet,
}

impl Visitor for OnlyPlaces<'_> {
    fn enter(&mut self, directory: &[u8]) -> bool {
        self.places.concerns(directory) && self.visitor.enter(directory)
    }

    fn restart(&mut self) {
        self.visitor.restart();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        if self.places.concerns(split_name(entry.path).0) {
            self.visitor.entry(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_from_above_and_from_below() {
        let mut places = PlaceSet::default();
        assert!(places.is_empty() && !places.concerns(b""));
        places.insert(b"a/b");
        for (path, contains, concerns) in [
            ("", false, true),
            ("a", false, true),
            ("a/b", true, true),
            ("a/b/c/d", true, true),
            ("a/bc", false, false),
            ("b", false, false),
        ] {
            assert_eq!(places.contains(path.as_bytes()), contains, "{path}");
            assert_eq!(places.concerns(path.as_bytes()), concerns, "{path}");
        }
        places.insert(b"a/b/c");
        assert_eq!(places.places_above(b"a/b/c/d").collect::<Vec<_>>(), [5, 3]);
        places.insert(b"");
        assert!(places.contains(b"b"));
    }
}
