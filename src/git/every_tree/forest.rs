//! Goes through the trees of a pack along their deltas, so that each is made once.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;

use super::inflate::Inflate;
use super::pack::{DeltaBase, PackedTrees};
use super::parsed_tree::{MOST_BYTES, ParsedTree};
use crate::git::raw_entry::{SeeEntry, TreeEntry};

/// No tree.
const NONE: u32 = u32::MAX;
/// The most bytes of trees that a thread holds: the bases that other trees need.
const MOST_HELD: usize = 128 << 20;
/// The most bytes of all trees together: this many for each object of the pack, and a share for small packs.
const BYTES_PER_OBJECT: u64 = 4 << 10;
const BYTES_PER_PACK: u64 = 256 << 20;
/// For fewer trees another thread is not worth its start.
const TREES_PER_THREAD: usize = 2_000;
/// More threads gain little.
const MOST_THREADS: usize = 8;
/// The number of whole trees that a thread takes at once, with what is made of them.
const TAKEN: usize = 64;

/// The deltas of a pack, from bases to what is made of them.
struct Forest<'p> {
    packed: &'p PackedTrees,
    id_length: usize,
    /// The first tree that is made of each, and the next one that is made of the same.
    first: Vec<u32>,
    next: Vec<u32>,
    /// The trees that are whole.
    whole: Vec<u32>,
    taken: AtomicUsize,
    stopped: AtomicBool,
    /// The trees that were seen, their entries that were shown, and their bytes.
    trees: AtomicUsize,
    entries: AtomicU64,
    bytes: AtomicU64,
}

/// Shows every entry of every tree, those that a tree shares with its base once. Returns how many were shown; `None` if
/// an object is malformed or too large, or `see` stops.
pub(super) fn see_all(packed: &PackedTrees, id_length: usize, see: SeeEntry<'_>) -> Option<u64> {
    let forest = Forest::new(packed, id_length)?;
    let wanted = packed.trees.len() / TREES_PER_THREAD;
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS).min(wanted);
    thread::scope(|scope| {
        // Where no thread can be started, this one does the work.
        for _ in 1..threads {
            drop(thread::Builder::new().spawn_scoped(scope, || forest.work(see)));
        }
        forest.work(see);
    });
    let is_whole = !forest.stopped.load(Ordering::Relaxed)
        && forest.trees.load(Ordering::Relaxed) + forest.without_tree()? == packed.trees.len();
    is_whole.then(|| forest.entries.load(Ordering::Relaxed))
}

impl<'p> Forest<'p> {
    fn new(packed: &'p PackedTrees, id_length: usize) -> Option<Self> {
        let count = packed.trees.len();
        let (mut first, mut next, mut whole) = (vec![NONE; count], vec![NONE; count], Vec::new());
        for (number, tree) in packed.trees.iter().enumerate() {
            let own = u32::try_from(number).ok().filter(|own| *own != NONE)?;
            match tree.base {
                DeltaBase::Whole => whole.push(own),
                DeltaBase::Tree(base) => {
                    let of_base = first.get_mut(usize::try_from(base).ok()?)?;
                    *next.get_mut(number)? = std::mem::replace(of_base, own);
                }
                DeltaBase::NoTree | DeltaBase::Object(_) => {}
            }
        }
        Some(Self {
            packed,
            id_length,
            first,
            next,
            whole,
            taken: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            trees: AtomicUsize::new(0),
            entries: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        })
    }

    /// The number of deltas that end at something else than a tree. What is neither among them nor was seen are deltas of
    /// one another, which nobody can read.
    fn without_tree(&self) -> Option<usize> {
        let numbered = self.packed.trees.iter().zip(0..);
        let mut pending: Vec<u32> =
            numbered.filter(|(tree, _)| tree.base == DeltaBase::NoTree).map(|(_, number)| number).collect();
        let mut count = 0;
        while let Some(number) = pending.pop() {
            count += 1;
            let mut made = *self.first.get(number as usize)?;
            while made != NONE {
                pending.push(made);
                made = *self.next.get(made as usize)?;
            }
        }
        Some(count)
    }

    /// Takes whole trees until there are no more.
    fn work(&self, see: SeeEntry<'_>) {
        let mut worker =
            Worker { forest: self, see, inflate: Inflate::new(), delta: Vec::new(), spare: Vec::new() };
        let mut counts = Counts::default();
        while !self.stopped.load(Ordering::Relaxed) {
            let from = self.taken.fetch_add(TAKEN, Ordering::Relaxed).min(self.whole.len());
            let share = &self.whole[from..(from + TAKEN).min(self.whole.len())];
            if share.is_empty() {
                break;
            }
            if share.iter().try_for_each(|root| worker.tree(*root, &mut counts)).is_none() {
                self.stopped.store(true, Ordering::Relaxed);
            }
        }
        self.trees.fetch_add(counts.trees, Ordering::Relaxed);
        self.entries.fetch_add(counts.entries, Ordering::Relaxed);
    }

    /// Adds bytes of a tree to those of all; `None` if they are too many.
    fn count_bytes(&self, size: usize) -> Option<()> {
        let size = size as u64;
        let known = self.bytes.fetch_add(size, Ordering::Relaxed);
        (known + size <= BYTES_PER_PACK + BYTES_PER_OBJECT * self.packed.objects as u64).then_some(())
    }
}

/// What a thread has seen.
#[derive(Default)]
struct Counts {
    trees: usize,
    entries: u64,
}

/// What one thread reuses.
struct Worker<'f, 's> {
    forest: &'f Forest<'f>,
    see: SeeEntry<'s>,
    inflate: Inflate,
    delta: Vec<u8>,
    spare: Vec<ParsedTree>,
}

/// A tree of which others are made.
struct Held {
    tree: ParsedTree,
    /// The one to make next.
    made: u32,
}

impl Worker<'_, '_> {
    /// Shows a whole tree and all that are made of it, depth first: a tree is held until the last one is made of it.
    fn tree(&mut self, root: u32, counts: &mut Counts) -> Option<()> {
        let mut tree = self.spare.pop().unwrap_or_default();
        self.whole(root, &mut tree, counts)?;
        let mut held = Vec::new();
        let mut bytes = self.hold(&mut held, root, tree, 0)?;
        while let Some(base) = held.last_mut() {
            let made = base.made;
            let following = *self.forest.next.get(made as usize)?;
            base.made = following;
            let mut tree = self.spare.pop().unwrap_or_default();
            self.made(made, &held.last()?.tree, &mut tree, counts)?;
            if following == NONE
                && let Some(last) = held.pop()
            {
                bytes -= last.tree.capacity();
                self.spare(last.tree);
            }
            bytes = self.hold(&mut held, made, tree, bytes)?;
        }
        Some(())
    }

    /// Holds a tree if others are made of it. Returns the bytes that are held.
    fn hold(&mut self, held: &mut Vec<Held>, number: u32, tree: ParsedTree, bytes: usize) -> Option<usize> {
        let made = *self.forest.first.get(number as usize)?;
        if made == NONE {
            self.spare(tree);
            return Some(bytes);
        }
        let bytes = bytes + tree.capacity();
        held.push(Held { tree, made });
        (bytes <= MOST_HELD).then_some(bytes)
    }

    /// Keeps the memory of a small tree for the next.
    fn spare(&mut self, tree: ParsedTree) {
        if self.spare.len() < TAKEN && tree.capacity() < MOST_HELD / TAKEN / 16 {
            self.spare.push(tree);
        }
    }

    fn whole(&mut self, number: u32, into: &mut ParsedTree, counts: &mut Counts) -> Option<()> {
        let packed = self.forest.packed;
        let tree = packed.trees.get(number as usize).filter(|tree| tree.size <= MOST_BYTES)?;
        self.forest.count_bytes(tree.size)?;
        self.inflate.whole(packed.compressed(tree), tree.size, &mut into.bytes)?;
        let (see, entries) = (self.see, &mut counts.entries);
        into.parse(self.forest.id_length, &mut |entry: &TreeEntry<'_>| {
            *entries += 1;
            see(entry)
        })?;
        counts.trees += 1;
        Some(())
    }

    fn made(
        &mut self,
        number: u32,
        base: &ParsedTree,
        into: &mut ParsedTree,
        counts: &mut Counts,
    ) -> Option<()> {
        let packed = self.forest.packed;
        let tree = packed.trees.get(number as usize).filter(|tree| tree.size <= MOST_BYTES)?;
        self.forest.count_bytes(tree.size)?;
        self.inflate.whole(packed.compressed(tree), tree.size, &mut self.delta)?;
        let (see, entries) = (self.see, &mut counts.entries);
        into.apply(base, &self.delta, self.forest.id_length, &mut |entry: &TreeEntry<'_>| {
            *entries += 1;
            see(entry)
        })?;
        self.forest.count_bytes(into.bytes.len())?;
        counts.trees += 1;
        Some(())
    }
}
