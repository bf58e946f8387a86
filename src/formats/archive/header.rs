//! What an archive says of a member, and how its headers say it.

use std::fmt::Write as _;
use std::io;

use tar::{EntryType, Header};

use crate::path::{RepoPath, display_bytes};

/// Headers and contents begin at a multiple of this.
pub(super) const BLOCK: usize = 512;
/// The most bytes of an extended header: longer names do not exist on any system.
const EXTENDED_LIMIT: u64 = 64 * 1024;
/// The name of the first member.
const ROOT: &[u8] = b"./";
/// The name that extended headers themselves have.
const EXTENDED_NAME: &[u8] = b"PaxHeaders/member";
/// The largest number of eleven octal digits, which is what the field of a time has room for.
const OCTAL_LIMIT: i64 = 0o77_777_777_777;
const NANOSECONDS: u32 = 1_000_000_000;

/// How much an archive holds. Readers are told before they begin, so that no archive is unpacked to more than it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ArchiveSize {
    /// How many members.
    pub members: u64,
    /// The size of their content in bytes.
    pub bytes: u64,
}

/// A time: seconds since 1970-01-01 UTC, and nanoseconds after these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct MemberTime {
    /// Seconds since 1970-01-01 UTC, negative before that.
    pub seconds: i64,
    /// From 0 to 999,999,999.
    pub nanoseconds: u32,
}

/// What a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberKind {
    /// A directory.
    Directory,
    /// A regular file.
    File {
        /// Its size in bytes.
        size: u64,
    },
    /// A symbolic link.
    Link {
        /// What it says.
        target: Vec<u8>,
    },
    /// One more name of a file.
    HardLink {
        /// The path of the earlier member that is that file.
        target: RepoPath,
    },
}

/// A member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveMember {
    /// Its path, relative to the environment; the root for the environment itself.
    pub path: RepoPath,
    /// What it is.
    pub kind: MemberKind,
    /// Its permissions, including the bits for set-user-ID, set-group-ID and sticky: at most `0o7777`.
    pub mode: u32,
    /// When its content was changed last.
    pub modified: MemberTime,
}

impl ArchiveMember {
    /// The size of its content in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        if let MemberKind::File { size } = self.kind { size } else { 0 }
    }

    /// Its headers, each padded to blocks.
    ///
    /// # Errors
    /// Invalid input if a name is longer than any system has them.
    pub(super) fn headers(&self) -> io::Result<Vec<u8>> {
        let (kind, target): (EntryType, &[u8]) = match &self.kind {
            MemberKind::Directory => (EntryType::Directory, b""),
            MemberKind::File { .. } => (EntryType::Regular, b""),
            MemberKind::Link { target } => (EntryType::Symlink, target),
            MemberKind::HardLink { target } => (EntryType::Link, target.as_bytes()),
        };
        let name = match (self.path.is_root(), kind) {
            (true, _) => ROOT.to_vec(),
            (false, EntryType::Directory) => [self.path.as_bytes(), b"/"].concat(),
            (false, _) => self.path.as_bytes().to_vec(),
        };
        let mut header = Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(self.mode);
        header.set_size(self.size());
        let MemberTime { seconds, nanoseconds } = self.modified;
        header.set_mtime(u64::try_from(seconds.clamp(0, OCTAL_LIMIT)).unwrap_or(0));
        let mut records = Vec::new();
        let fields = header.as_old_mut();
        if !put(&mut fields.name, &name) {
            records.extend(record("path", &name));
        }
        if !put(&mut fields.linkname, target) {
            records.extend(record("linkpath", target));
        }
        if nanoseconds > 0 || !(0..=OCTAL_LIMIT).contains(&seconds) {
            records.extend(record("mtime", self.modified.decimal().as_bytes()));
        }
        let mut bytes = if records.is_empty() { Vec::new() } else { extended(records)? };
        bytes.extend(signed(header));
        Ok(bytes)
    }
}

/// Puts bytes into a field; `false` if it has no room for them, with what fits.
fn put(field: &mut [u8], bytes: &[u8]) -> bool {
    let length = bytes.len().min(field.len());
    if let (Some(field), Some(bytes)) = (field.get_mut(..length), bytes.get(..length)) {
        field.copy_from_slice(bytes);
    }
    length == bytes.len()
}

/// A header with its own fields and checksum.
fn signed(mut header: Header) -> [u8; BLOCK] {
    header.set_uid(0);
    header.set_gid(0);
    header.set_cksum();
    *header.as_bytes()
}

/// An extended header with these records.
fn extended(records: Vec<u8>) -> io::Result<Vec<u8>> {
    let size = records.len() as u64;
    if size > EXTENDED_LIMIT {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "its name is too long for an archive"));
    }
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::XHeader);
    header.set_mode(0o644);
    header.set_size(size);
    header.set_mtime(0);
    put(&mut header.as_old_mut().name, EXTENDED_NAME);
    let mut bytes = signed(header).to_vec();
    bytes.extend(records);
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    Ok(bytes)
}

/// A record of an extended header: its own length in bytes, a keyword and a value.
fn record(keyword: &str, value: &[u8]) -> Vec<u8> {
    let rest = keyword.len() + value.len() + " =\n".len();
    let digits = |number: usize| number.to_string().len();
    let mut length = rest + digits(rest);
    // The length counts its own digits.
    length = rest + digits(length);
    [format!("{length} {keyword}=").as_bytes(), value, b"\n"].concat()
}

impl MemberTime {
    /// As an extended header has it: decimal seconds with a fraction.
    fn decimal(self) -> String {
        let mut text = String::new();
        // `-1` seconds and 250 milliseconds are `-0.75` seconds.
        let (sign, seconds, fraction) = match (self.seconds < 0, self.nanoseconds) {
            (false, fraction) => ("", self.seconds.unsigned_abs(), fraction),
            (true, 0) => ("-", self.seconds.unsigned_abs(), 0),
            (true, fraction) => {
                ("-", self.seconds.unsigned_abs().saturating_sub(1), NANOSECONDS.saturating_sub(fraction))
            }
        };
        let _ = write!(text, "{sign}{seconds}");
        if fraction > 0 {
            let _ = write!(text, ".{fraction:09}");
        }
        text
    }

    fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(seconds) || !is_number(fraction) || fraction.len() > 9 {
            return None;
        }
        let seconds: i64 = seconds.parse().ok()?;
        let fraction: u32 = format!("{fraction:0<9}").parse().ok()?;
        Some(match (is_negative, fraction) {
            (false, nanoseconds) => Self { seconds, nanoseconds },
            (true, 0) => Self { seconds: -seconds, nanoseconds: 0 },
            (true, _) => Self { seconds: -seconds - 1, nanoseconds: NANOSECONDS - fraction },
        })
    }
}

/// What a header begins.
pub(super) enum ReadHeader {
    /// An extended header of so many bytes.
    Extended(u64),
    /// A member.
    Member(ArchiveMember),
    /// The end of the archive: a block of zeros.
    End,
}

/// What an extended header says of the member that follows.
#[derive(Debug, Default)]
pub(super) struct ExtendedFields {
    path: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    modified: Option<MemberTime>,
}

/// Reads a header, whose fields an extended header before it may have replaced.
pub(super) fn read(block: &[u8; BLOCK], extended: Option<ExtendedFields>) -> io::Result<ReadHeader> {
    if block.iter().all(|byte| *byte == 0) {
        return match extended {
            None => Ok(ReadHeader::End),
            Some(_) => Err(invalid("an extended header has no member")),
        };
    }
    let header = Header::from_byte_slice(block);
    if header.cksum()? != checksum(block) {
        return Err(invalid("the checksum of a header is wrong"));
    }
    if header.as_ustar().is_none() {
        return Err(invalid("a header is of an unknown format"));
    }
    let (kind, size) = (header.entry_type(), header.entry_size()?);
    if kind == EntryType::XHeader && extended.is_none() {
        return match size {
            0..=EXTENDED_LIMIT => Ok(ReadHeader::Extended(size)),
            _ => Err(invalid("an extended header is too long")),
        };
    }
    let fields = extended.unwrap_or_default();
    let name = fields.path.unwrap_or_else(|| header.path_bytes().into_owned());
    let target = fields.target.or_else(|| header.link_name_bytes().map(|name| name.into_owned()));
    let path = path_of(&name, kind)?;
    let kind = match (kind, target) {
        (EntryType::Directory, None) => MemberKind::Directory,
        (EntryType::Regular, None) => MemberKind::File { size },
        (EntryType::Symlink, Some(target)) if !target.contains(&0) => MemberKind::Link { target },
        (EntryType::Link, Some(target)) => MemberKind::HardLink { target: path_of(&target, kind)? },
        _ => return Err(invalid(format!("`{}` is of an unknown kind", path.seen_from_root()))),
    };
    let of_header =
        || MemberTime { seconds: i64::try_from(header.mtime().unwrap_or(0)).unwrap_or(0), nanoseconds: 0 };
    let modified = fields.modified.unwrap_or_else(of_header);
    let member = ArchiveMember { path, kind, mode: header.mode()?, modified };
    if member.mode > 0o7777 || member.size() != size {
        return Err(invalid(format!(
            "what is said of `{}` does not fit its kind",
            member.path.seen_from_root()
        )));
    }
    Ok(ReadHeader::Member(member))
}

/// Reads the records of an extended header.
pub(super) fn read_extended(mut bytes: &[u8]) -> io::Result<ExtendedFields> {
    let mut fields = ExtendedFields::default();
    while !bytes.is_empty() {
        let broken = || invalid("an extended header is damaged");
        let space = memchr::memchr(b' ', bytes).ok_or_else(broken)?;
        let digits = bytes.get(..space).and_then(|digits| std::str::from_utf8(digits).ok());
        let length: usize = digits.and_then(|digits| digits.parse().ok()).ok_or_else(broken)?;
        let (record, rest) = bytes.split_at_checked(length).ok_or_else(broken)?;
        let record =
            record.get(space + 1..).and_then(|record| record.strip_suffix(b"\n")).ok_or_else(broken)?;
        let equals = memchr::memchr(b'=', record).ok_or_else(broken)?;
        let (keyword, value) =
            (record.get(..equals).unwrap_or_default(), record.get(equals + 1..).unwrap_or_default());
        let is_new = match keyword {
            b"path" => fields.path.replace(value.to_vec()).is_none(),
            b"linkpath" => fields.target.replace(value.to_vec()).is_none(),
            b"mtime" => fields.modified.replace(MemberTime::parse(value).ok_or_else(broken)?).is_none(),
            _ => false,
        };
        if !is_new {
            let keyword = display_bytes(keyword);
            return Err(invalid(format!(
                "an extended header says `{keyword}` twice, or is of an unknown format"
            )));
        }
        bytes = rest;
    }
    Ok(fields)
}

/// The path that a name means.
fn path_of(name: &[u8], kind: EntryType) -> io::Result<RepoPath> {
    if name == ROOT && kind == EntryType::Directory {
        return Ok(RepoPath::root());
    }
    let bare = if kind == EntryType::Directory { name.strip_suffix(b"/").unwrap_or(name) } else { name };
    let refused = |reason: &str| invalid(format!("the name `{}` is refused: {reason}", display_bytes(name)));
    match RepoPath::new(bare) {
        Ok(path) if path.is_root() => Err(refused("it is empty")),
        Ok(path) => Ok(path),
        Err(error) => Err(refused(&error.to_string())),
    }
}

/// The sum of the bytes of a header, with spaces in the place of the sum itself.
fn checksum(block: &[u8; BLOCK]) -> u32 {
    let of = |(at, byte): (usize, &u8)| u32::from(if (148..156).contains(&at) { b' ' } else { *byte });
    block.iter().enumerate().map(of).sum()
}

/// The error for an archive that is not as this program writes one.
pub(super) fn invalid(reason: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.into())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Gives a changed header the right checksum.
    pub(in crate::formats::archive) fn sign(block: &mut [u8]) {
        let mut header = Header::from_byte_slice(block).clone();
        header.set_cksum();
        block.copy_from_slice(header.as_bytes());
    }

    #[test]
    fn records_count_their_own_length() {
        for length in 0..200 {
            let record = record("path", &vec![b'x'; length]);
            let digits = record.split(|byte| *byte == b' ').next().expect("digits");
            assert_eq!(std::str::from_utf8(digits).expect("digits"), record.len().to_string());
            assert!(
                read_extended(&record)
                    .is_ok_and(|fields| fields.path.is_some_and(|path| path.len() == length))
            );
        }
    }

    #[test]
    fn damaged_records_are_refused() {
        let good = [record("path", b"a"), record("mtime", b"1.5")].concat();
        assert!(read_extended(&good).is_ok());
        let twice = [record("path", b"a"), record("path", b"a")].concat();
        let unknown = record("GNU.sparse.major", b"1");
        let times = [b"".as_slice(), b".5", b"1.", b"1.1234567890", b"--1", b"99999999999999999999", b"1e5"];
        let times = times.map(|time| record("mtime", time));
        for bytes in
            [twice, unknown, b"9 path=a".to_vec(), b"x".to_vec(), b"0 path=a\n".to_vec()].iter().chain(&times)
        {
            assert!(read_extended(bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
    }
}
