//! Sorting with one copy of the algorithm for all types.
//!
//! The standard library's sort is compiled once more for each type that is sorted, some 8 KB each time. Most lists here are
//! short, and there are eighty types of them. So their places are sorted, which are numbers, by what the elements say.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Sorting of short lists; equal elements keep their order.
pub trait Arrange<T> {
    /// Sorts in ascending order.
    fn arrange(&mut self)
    where
        T: Ord;

    /// Sorts as a comparison says.
    fn arrange_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts in ascending order of a key.
    fn arrange_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

impl<T> Arrange<T> for [T] {
    fn arrange(&mut self)
    where
        T: Ord,
    {
        self.arrange_by(T::cmp);
    }

    fn arrange_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let places = sorted(self.len(), &mut |one, other| match (self.get(one), self.get(other)) {
            (Some(one), Some(other)) => compare(one, other),
            _ => Ordering::Equal,
        });
        move_to_places(self, places);
    }

    fn arrange_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.arrange_by(|one, other| key(one).cmp(&key(other)));
    }
}

/// The set of all items, put in one by one: `collect` sorts them first.
pub fn set_of<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    for item in items {
        let _ = set.insert(item);
    }
    set
}

/// As [`set_of`], a map; of several values for one key the last counts.
pub fn map_of<K: Ord, V>(items: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in items {
        let _ = map.insert(key, value);
    }
    map
}

/// For each place of a sorted list, where its element was.
fn sorted(length: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

/// Moves each element to its place, round after round: what is in its place is marked by pointing to itself.
fn move_to_places<T>(list: &mut [T], mut places: Vec<usize>) {
    for start in 0..list.len() {
        let mut at = start;
        while let Some(from) = places.get_mut(at).map(|place| std::mem::replace(place, at)) {
            if from == start || from == at {
                break;
            }
            list.swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(list: Vec<(u8, u16)>) {
            let (mut ours, mut theirs) = (list.clone(), list.clone());
            ours.arrange();
            theirs.sort();
            prop_assert_eq!(&ours, &theirs);
            let (mut ours, mut theirs) = (list.clone(), list);
            ours.arrange_by_key(|(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(&ours, &theirs);
            let last = |one: &(u8, u16), other: &(u8, u16)| (other.0, one.1).cmp(&(one.0, other.1));
            ours.arrange_by(last);
            theirs.sort_by(last);
            prop_assert_eq!(ours, theirs);
        }
    }
}
