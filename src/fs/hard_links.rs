//! The sizes of files that have several names.

/// A name of a file that has several: device and inode of the file, how many names it has, and its size in bytes.
pub(super) type SharedFile = ((u64, u64), u64, u64);

/// The bytes of these files, each counted once, and of those among them of which every name is here: so much is free once
/// all the names are deleted.
pub(super) fn sizes(mut names: Vec<SharedFile>) -> (u64, u64) {
    names.sort_unstable();
    let (mut bytes, mut freed_bytes) = (0, 0);
    for of_one in names.chunk_by(|(one, ..), (other, ..)| one == other) {
        let Some((_, links, size)) = of_one.first() else { continue };
        bytes += size;
        freed_bytes += if of_one.len() as u64 >= *links { *size } else { 0 };
    }
    (bytes, freed_bytes)
}
