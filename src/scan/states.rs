//! The states that the commits of a range go through: a push publishes them all.
//!
//! What all commits add, taken together, shows most of it, also what is deleted again. But one commit may add what
//! speaks against an environment that another had. So each commit that changes what decides about a place is looked at by
//! itself there, until an environment is found.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::brought::{Brought, Shown};
use super::limits;
use crate::detect::{ChangedPlaces, Detection, PlaceState, Places, environments_at};
use crate::error::Result;
use crate::git::{Commit, Introduced, Reader};
use crate::path::RepoPath;
use crate::tree::{Excerpt, ObjectId, PlaceSet, Tree};

/// What decides about the open places in one commit.
#[derive(Default, Clone)]
struct State {
    /// Places without a marker are left out.
    places: BTreeMap<RepoPath, Rc<PlaceState>>,
    /// The places that are environments of which the commits have brought in nothing so far.
    quiet: BTreeSet<RepoPath>,
}

impl State {
    fn set(&mut self, place: RepoPath, state: Option<Rc<PlaceState>>) {
        self.quiet.remove(&place);
        match state {
            Some(state) => {
                if state.is_environment {
                    self.quiet.insert(place.clone());
                }
                self.places.insert(place, state);
            }
            None => {
                self.places.remove(&place);
            }
        }
    }
}

/// Looks at the states of commits.
pub(super) struct States<'s, 'b> {
    reader: &'s dyn Reader,
    /// Reads what is listed.
    source: &'s dyn Tree,
    shown: &'s mut Shown<'b>,
    /// The roots at which a state may still show an environment.
    open: BTreeSet<RepoPath>,
    /// The links that may still show as one to an environment, with their targets.
    links: BTreeMap<RepoPath, BTreeSet<RepoPath>>,
    /// The links by each place that decides about them.
    links_of: HashMap<RepoPath, Vec<RepoPath>>,
    known: HashMap<ObjectId, Rc<State>>,
    /// How many commits still follow on one.
    awaited: HashMap<ObjectId, usize>,
    /// How many more entries are looked at.
    left: u64,
}

impl<'s, 'b> States<'s, 'b> {
    pub(super) fn new(
        reader: &'s dyn Reader,
        source: &'s dyn Tree,
        shown: &'s mut Shown<'b>,
        places: Places,
    ) -> Self {
        let mut links_of: HashMap<RepoPath, Vec<RepoPath>> = HashMap::new();
        for (link, targets) in &places.links {
            for place in targets.iter().chain([link]) {
                links_of.entry(place.clone()).or_default().push(link.clone());
            }
        }
        let (known, awaited, left) = (HashMap::new(), HashMap::new(), limits::MOST_LISTED);
        let Places { roots: open, links, .. } = places;
        let mut states = Self { reader, source, shown, open, links, links_of, known, awaited, left };
        states.close();
        states
    }

    /// Looks at commits, parents before children.
    ///
    /// # Errors
    /// Undecided if a commit cannot be read, or if there are too many states.
    pub(super) fn look_at(mut self, commits: &[Commit], brought: &Brought) -> Result<()> {
        for parent in commits.iter().flat_map(|commit| &commit.parents) {
            *self.awaited.entry(*parent).or_default() += 1;
        }
        let mut changes = brought.changes.as_slice();
        for commit in commits {
            if self.open.is_empty() && self.links.is_empty() {
                break;
            }
            let own = changes.iter().take_while(|change| change.commit == commit.id).count();
            self.commit(commit, &changes[..own])?;
            changes = &changes[own..];
        }
        Ok(())
    }

    fn commit(&mut self, commit: &Commit, changes: &[Introduced]) -> Result<()> {
        let parents = commit.parents.iter().map(|parent| self.before(*parent));
        let parents = parents.collect::<Result<Vec<_>>>()?;
        let (mut state, mut touched) = self.joined(&parents)?;
        self.add_changed(changes, &state, &mut touched);
        touched.retain(|place| self.open.contains(place));
        let mut links = self.changed_links(changes);
        // Each side may have a part of what a link leads to.
        if commit.parents.len() > 1 {
            links.extend(self.links.keys().cloned());
        }
        if !touched.is_empty() || !links.is_empty() {
            self.look(commit.id, touched, links, &mut state)?;
        }
        for parent in &commit.parents {
            if let Some(count) = self.awaited.get_mut(parent) {
                *count -= 1;
                if *count == 0 {
                    self.known.remove(parent);
                }
            }
        }
        if self.awaited.contains_key(&commit.id) {
            self.known.insert(commit.id, state);
        }
        Ok(())
    }

    /// The state of a parent. What a commit before the range shows is not brought in.
    fn before(&mut self, commit: ObjectId) -> Result<Rc<State>> {
        if let Some(known) = self.known.get(&commit) {
            return Ok(Rc::clone(known));
        }
        let mut state = State::default();
        let open: Vec<RepoPath> = self.open.iter().cloned().collect();
        for (place, found) in self.list(commit, &open)?.1 {
            state.set(place, Some(Rc::new(found)));
        }
        let state = Rc::new(state);
        self.known.insert(commit, Rc::clone(&state));
        Ok(state)
    }

    /// What is the same in all parents, and the places where they differ: a merge may have a state there that none has.
    fn joined(&mut self, parents: &[Rc<State>]) -> Result<(Rc<State>, BTreeSet<RepoPath>)> {
        let Some((first, others)) = parents.split_first() else { return Ok(Default::default()) };
        if others.iter().all(|other| Rc::ptr_eq(first, other)) {
            return Ok((Rc::clone(first), BTreeSet::new()));
        }
        let places: BTreeSet<&RepoPath> = parents.iter().flat_map(|parent| parent.places.keys()).collect();
        self.spend(places.len())?;
        let differs = |place: &&&RepoPath| {
            others.iter().any(|other| other.places.get(**place) != first.places.get(**place))
        };
        let touched: BTreeSet<RepoPath> =
            places.iter().filter(differs).map(|place| (*place).clone()).collect();
        let mut state = State::clone(first);
        touched.iter().for_each(|place| state.set(place.clone(), None));
        Ok((Rc::new(state), touched))
    }

    /// Adds the places about which a change may decide: one of a marker, or any in an environment.
    fn add_changed(&self, changes: &[Introduced], state: &State, touched: &mut BTreeSet<RepoPath>) {
        let changed = ChangedPlaces::of(changes.iter().map(|change| change.entry.borrowed()));
        touched.extend(changed.marked().filter_map(|root| RepoPath::new(root).ok()));
        if state.quiet.is_empty() {
            return;
        }
        for change in changes.iter().filter(|change| !change.is_deleted) {
            touched.extend(change.entry.path.ancestors().filter(|above| state.quiet.contains(above)));
        }
    }

    /// The links that are changed, or of which something at or below the target is.
    fn changed_links(&self, changes: &[Introduced]) -> HashSet<RepoPath> {
        if self.links.is_empty() {
            return HashSet::new();
        }
        let places = changes.iter().flat_map(|change| change.entry.path.ancestors());
        let links = places.filter_map(|place| self.links_of.get(&place)).flatten();
        links.filter(|link| self.links.contains_key(link)).cloned().collect()
    }

    /// Looks at places and links in a commit.
    fn look(
        &mut self,
        commit: ObjectId,
        mut touched: BTreeSet<RepoPath>,
        links: HashSet<RepoPath>,
        state: &mut Rc<State>,
    ) -> Result<()> {
        // What is in an environment is a part of it.
        let around = |place: &RepoPath| place.ancestors().find(|above| state.quiet.contains(above));
        let outer: Vec<RepoPath> = touched.iter().filter_map(around).collect();
        touched.extend(outer);
        let targets = links.iter().filter_map(|link| self.links.get(link)).flatten();
        let places: BTreeSet<&RepoPath> = touched.iter().chain(&links).chain(targets).collect();
        let places: Vec<RepoPath> = places.into_iter().cloned().collect();
        let (detection, mut found) = self.list(commit, &places)?;
        self.spend(state.places.len() / 8)?;
        let changed = Rc::make_mut(state);
        for place in touched {
            let now = found.remove(&place).map(Rc::new);
            changed.set(place, now);
        }
        let before = self.shown.count();
        self.shown.add(detection);
        if self.shown.count() != before {
            self.close();
        }
        Ok(())
    }

    /// Finds environments at places of a commit.
    fn list(
        &mut self,
        commit: ObjectId,
        places: &[RepoPath],
    ) -> Result<(Detection, BTreeMap<RepoPath, PlaceState>)> {
        if places.is_empty() {
            return Ok(Default::default());
        }
        let entries = self.reader.entries_below(commit, places)?;
        self.spend(entries.len() + places.len())?;
        let set: PlaceSet = places.iter().collect();
        environments_at(&Excerpt::new(entries, self.source), &set)
    }

    /// Forgets the places of which no state can show more.
    fn close(&mut self) {
        let shown = &*self.shown;
        self.open.retain(|place| !shown.is_settled(place));
        self.links.retain(|link, _| !shown.is_settled(link));
    }

    fn spend(&mut self, entries: usize) -> Result<()> {
        let left = self.left.checked_sub(entries as u64);
        self.left = left.ok_or_else(limits::too_much)?;
        Ok(())
    }
}
