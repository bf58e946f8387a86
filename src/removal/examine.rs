//! What is known of each file of an environment: whether a tool writes exactly this, or whether somebody may have changed
//! it.
//!
//! A time of modification proves nothing, because programs can set it back: every file that a record names is read and
//! hashed. The system's own time of change cannot be set back, and where a policy trusts it, a file of the recorded size
//! that was not changed after its record was written is not read. That holds only if the record itself is as it was
//! written, and not a copy, and if the environment is where it was made: what was copied with all its files may have been
//! changed before.

use std::path::{Path, PathBuf};

use super::generated_files::{self, CreatorTraits};
use super::inspected_directory::InspectedDirectory;
use super::known_texts::{self, FilledIn};
use super::listed_files::ListedFile;
use super::owned_files::OwnedFiles;
use super::plan::Provenance;
use crate::formats::entry_point_script;
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::{self, FileKind, FilesIn, ListedEntry};
use crate::model::Platform;
use crate::order::Arrange as _;
use crate::path::{RepoPath, bytes_to_path, path_to_bytes, split_name};
use crate::shells::{self, ScriptParameters};
use crate::tree::{EntryKind, OwnedEntry};

/// A larger file is no script of a creator.
const SCRIPT_LIMIT: u64 = 256 * 1024;
/// What installers write into `INSTALLER`
/// (<https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-installer-file>). Its row in
/// `RECORD` often has no hash.
const INSTALLERS: [&[u8]; 10] =
    [b"pip", b"uv", b"virtualenv", b"conda", b"poetry", b"pdm", b"hatch", b"flit", b"installer", b"distlib"];
/// So much is read of a compiled file.
const BYTECODE_START: usize = 4;

/// An entry that is looked at.
#[derive(Debug, Clone)]
pub(super) struct ExaminedEntry {
    pub(super) entry: OwnedEntry,
    /// Its number in the listing; `None` if it was not listed.
    pub(super) number: Option<usize>,
}

/// What the files of an environment are compared with.
pub(super) struct Examination<'i> {
    inspected: &'i InspectedDirectory,
    owned: OwnedFiles,
    traits: CreatorTraits,
    filled_in: FilledIn,
    /// The interpreters of the environment, as the first lines of scripts have them.
    interpreters: Vec<Vec<u8>>,
    /// The base interpreter under the names that are recorded.
    bases: Vec<PathBuf>,
    /// The activation scripts that this program writes.
    scripts: Vec<shells::Script>,
}

impl<'i> Examination<'i> {
    /// Reads the records of an environment.
    pub(super) fn of(inspected: &'i InspectedDirectory, trusts_times: bool) -> Self {
        let settings = PyvenvCfg::parse(&inspected.configuration().unwrap_or_default());
        let filled_in = filled_in(inspected, &settings);
        let is_here = |path: &str| fs::is_same_file(Path::new(path), &inspected.directory);
        let programs = |path: &Vec<u8>| {
            let names = inspected.listing.directory(b"bin").into_iter().flat_map(|bin| bin.entries());
            let names = names.map(|entry| entry.name).filter(|name| name.starts_with(b"py"));
            names.map(|name| [path, b"/bin/".as_slice(), name].concat()).collect::<Vec<_>>()
        };
        let trusts_times = trusts_times && settings.recorded_path().is_none_or(is_here);
        Self {
            inspected,
            owned: OwnedFiles::read(inspected, trusts_times),
            traits: traits(inspected),
            interpreters: filled_in.paths.iter().flat_map(programs).collect(),
            bases: bases(&settings),
            scripts: own_scripts(&filled_in),
            filled_in,
        }
    }

    /// What is known of each of these entries, in their order.
    pub(super) fn provenances(&self, entries: &[ExaminedEntry]) -> Vec<Provenance> {
        fn directory(examined: &ExaminedEntry) -> &[u8] {
            split_name(examined.entry.path.as_bytes()).0
        }
        // Those of one directory stand together.
        let groups: Vec<_> = entries.chunk_by(|one, other| directory(one) == directory(other)).collect();
        let of_group = |group: &&[ExaminedEntry]| -> Vec<Provenance> {
            let above = group.first().and_then(|examined| examined.entry.path.parent());
            let files = self.inspected.opened.files_in(above.unwrap_or_else(RepoPath::root));
            group.iter().map(|examined| self.provenance(examined, &files)).collect()
        };
        fs::in_parallel(&groups, of_group).into_iter().flatten().collect()
    }

    /// What is known of every entry of the environment, by its number. A list proves itself by what it names: if a file is
    /// not what the list says, either may have been changed.
    pub(super) fn of_all(&self) -> Vec<Provenance> {
        let listing = &self.inspected.listing;
        let mut provenances = vec![Provenance::Recreated; listing.len()];
        let pending = listing.entries().filter(|entry| !self.owned.is_untouched(entry.number));
        let examined =
            |entry: ListedEntry<'_>| ExaminedEntry { entry: entry.to_owned(), number: Some(entry.number) };
        let pending: Vec<ExaminedEntry> = pending.map(examined).collect();
        let mut set = |number: Option<usize>, provenance: Provenance| {
            number
                .and_then(|number| provenances.get_mut(number))
                .into_iter()
                .for_each(|known| *known = provenance);
        };
        for (examined, provenance) in pending.iter().zip(self.provenances(&pending)) {
            set(examined.number, provenance);
        }
        let is_recreated = |number: &usize| provenances.get(*number) == Some(&Provenance::Recreated);
        let lists = self.owned.sound_lists().iter();
        let refuted = lists.filter(|list| list.names_absent || !list.expected.iter().all(is_recreated));
        let refuted: Vec<usize> =
            refuted.map(|list| list.number).filter(|number| is_recreated(number)).collect();
        for number in refuted {
            provenances.get_mut(number).into_iter().for_each(|known| *known = Provenance::Changed);
        }
        provenances
    }

    fn provenance(&self, examined: &ExaminedEntry, files: &FilesIn<'_>) -> Provenance {
        let ExaminedEntry { entry, number } = examined;
        let path = entry.path.as_bytes();
        let proven = match entry.kind {
            EntryKind::Link => self.is_own_link(entry),
            _ => self.is_listed(examined, files) || self.is_generated(entry),
        };
        if proven {
            return Provenance::Recreated;
        }
        if self.is_compiled(entry, files) {
            return Provenance::Bytecode;
        }
        match self.inspected.opened.kind_of(&entry.path) {
            Some(FileKind::Other) => return Provenance::Special,
            _ if self.is_unreadable(entry) => return Provenance::Unknown,
            _ => {}
        }
        if self.owned.contain(*number, path)
            || generated_files::makes(entry, self.traits)
            || self.is_command(entry)
        {
            let has_hash = self.owned.listed(*number, path).any(|listed| listed.hash.is_some());
            return match (entry.size, has_hash) {
                // Nothing but its name could be lost of an empty file.
                (Some(0), _) => Provenance::Recreated,
                (_, true) => Provenance::Edited,
                (_, false) => Provenance::Changed,
            };
        }
        if generated_files::is_cache(path) { Provenance::Incidental } else { Provenance::Unknown }
    }

    /// Says whether a record names the file, and it is what the record says; or it is such a record itself.
    fn is_listed(&self, examined: &ExaminedEntry, files: &FilesIn<'_>) -> bool {
        let ExaminedEntry { entry, number } = examined;
        let unchanged = |listed: &ListedFile| {
            let Some(hash) = &listed.hash else { return false };
            if listed.size.is_some() && listed.size != entry.size {
                return false;
            }
            files.open(entry.path.name()).is_ok_and(|file| hash.is_of(file).unwrap_or(false))
        };
        number.is_some_and(|number| self.owned.is_sound_list(number))
            || self.owned.listed(*number, entry.path.as_bytes()).any(unchanged)
    }

    /// Says whether the file is exactly what a creator or an installer writes.
    fn is_generated(&self, entry: &OwnedEntry) -> bool {
        let (directory, name) = split_name(entry.path.as_bytes());
        let in_programs = matches!(directory, b"bin" | b"Scripts");
        if in_programs && generated_files::is_interpreter(name) && self.is_copied_interpreter(entry) {
            return true;
        }
        let metadata = split_name(directory).1.ends_with(b".dist-info");
        let named = directory.is_empty() || in_programs || metadata || generated_files::is_text(name);
        let text = named.then(|| self.inspected.read(&entry.path, SCRIPT_LIMIT)).flatten();
        let Some(text) = text else { return false };
        if directory.is_empty() && name == b"pyvenv.cfg" {
            // The snapshot has the whole of it.
            return std::str::from_utf8(&text).is_ok();
        }
        if directory.is_empty() && fs::is_environment_lock(name, &text) {
            return true;
        }
        if metadata && name == b"INSTALLER" {
            return INSTALLERS.contains(&text.trim_ascii_end());
        }
        let commands = if in_programs { self.owned.commands(name) } else { &[] };
        let is_own =
            |script: &shells::Script| script.name.as_bytes() == name && script.text.as_bytes() == text;
        (in_programs && self.scripts.iter().any(is_own))
            || commands.iter().any(|one| entry_point_script::is_script_of(&text, one, &self.interpreters))
            || known_texts::is_known(name, &text, &self.filled_in)
    }

    /// Says whether the file is a copy of the base interpreter.
    fn is_copied_interpreter(&self, entry: &OwnedEntry) -> bool {
        let is_copy = |base: &PathBuf| self.inspected.opened.is_copy_of(&entry.path, base).unwrap_or(false);
        self.bases.iter().any(is_copy)
    }

    /// Says whether the link is one that creators make: another name of an interpreter, or of `lib`.
    fn is_own_link(&self, entry: &OwnedEntry) -> bool {
        let Ok(target) = self.inspected.opened.read_link(&entry.path) else { return false };
        let (directory, name) = split_name(entry.path.as_bytes());
        match directory {
            b"" if fs::is_condemned_mark(name) => true,
            b"" if name == b"lib64" => {
                let absolute = |path: &Vec<u8>| [path, b"/lib".as_slice()].concat() == target;
                target == b"lib" || self.filled_in.paths.iter().any(absolute)
            }
            b"bin" | b"Scripts" if generated_files::is_interpreter(name) => {
                let beside = !target.contains(&b'/') && generated_files::is_interpreter(&target);
                beside || self.bases.iter().any(|base| path_to_bytes(base) == target)
            }
            _ => false,
        }
    }

    /// Says whether the file is compiled from a source that is there.
    fn is_compiled(&self, entry: &OwnedEntry, files: &FilesIn<'_>) -> bool {
        let Some(source) = generated_files::source_of(entry.path.as_bytes()) else { return false };
        if !entry.kind.is_file() || self.inspected.entry(&source).is_none_or(|source| !source.kind.is_file())
        {
            return false;
        }
        let start = || {
            use std::io::Read;
            let file = files.open(entry.path.name()).ok()?;
            let mut start = Vec::new();
            file.take(BYTECODE_START as u64).read_to_end(&mut start).ok()?;
            Some(start)
        };
        start().is_some_and(|start| generated_files::is_bytecode(&start))
    }

    /// Says whether the entry is neither a link nor a file: a FIFO or a socket, which cannot be copied.
    fn is_unreadable(&self, entry: &OwnedEntry) -> bool {
        entry.kind.is_file() && self.inspected.opened.open_file(&entry.path).is_err()
    }

    /// Says whether a program has the name of a package's command, or says that setuptools wrote it.
    fn is_command(&self, entry: &OwnedEntry) -> bool {
        let (directory, name) = split_name(entry.path.as_bytes());
        let in_programs = matches!(directory, b"bin" | b"Scripts");
        let by_setuptools = || {
            let text = self.inspected.read(&entry.path, SCRIPT_LIMIT).unwrap_or_default();
            let line = text.split(|&byte| byte == b'\n').nth(1).unwrap_or_default();
            line.starts_with(b"# EASY-INSTALL-")
        };
        in_programs && (!self.owned.commands(name).is_empty() || by_setuptools())
    }
}

fn traits(inspected: &InspectedDirectory) -> CreatorTraits {
    let has = |name: &[u8]| inspected.listing.entries().any(|entry| entry.name == name);
    let runner = inspected.directory.parent().and_then(Path::file_name);
    CreatorTraits {
        is_legacy_virtualenv: inspected.entry(b"pyvenv.cfg").is_none()
            && (has(b"orig-prefix.txt") || has(b"no-global-site-packages.txt")),
        is_test_runner: runner.is_some_and(|name| name == ".tox" || name == ".nox")
            || inspected.entry(b".tox-info.json").is_some()
            || inspected.entry(b".tox-config1").is_some(),
    }
}

/// What creators filled into the texts of this environment.
fn filled_in(inspected: &InspectedDirectory, settings: &PyvenvCfg) -> FilledIn {
    let directory = &inspected.directory;
    let recorded = settings.recorded_path().map(|path| path.as_bytes().to_vec());
    let real = fs::real_path(directory).map(|real| path_to_bytes(&real));
    let mut paths: Vec<Vec<u8>> =
        [Some(path_to_bytes(directory)), real, recorded].into_iter().flatten().collect();
    // A longer path may begin with a shorter one.
    paths.arrange_by_key(|path| std::cmp::Reverse(path.len()));
    paths.dedup();
    let name = |path: &[u8]| split_name(path).1.to_vec();
    let mut prompts: Vec<Vec<u8>> = paths.iter().map(|path| name(path)).collect();
    let prompt = settings.get("prompt").map(|prompt| prompt.trim_matches(['\'', '"']).as_bytes().to_vec());
    prompts.extend(prompt);
    prompts.retain(|prompt| !prompt.is_empty());
    prompts.dedup();
    FilledIn { paths, prompts }
}

/// The base interpreter: what is recorded, and the usual names in the directory that is recorded.
fn bases(settings: &PyvenvCfg) -> Vec<PathBuf> {
    let named = ["executable", "base-executable"].into_iter().filter_map(|key| settings.get(key));
    let mut bases: Vec<PathBuf> = named.map(|path| bytes_to_path(path.as_bytes())).collect();
    if let Some(home) = settings.home() {
        let feature = settings.python_feature().map(|version| format!("python{version}"));
        let names = ["python", "python3", "python.exe", "pypy", "pypy3"].map(str::to_owned).into_iter();
        bases.extend(names.chain(feature).map(|name| Path::new(home).join(name)));
    }
    bases
}

/// The activation scripts of this program, for each prompt and path that may have been filled in.
fn own_scripts(filled_in: &FilledIn) -> Vec<shells::Script> {
    let texts = |bytes: &'_ Vec<Vec<u8>>| -> Vec<String> {
        bytes.iter().filter_map(|text| String::from_utf8(text.clone()).ok()).collect()
    };
    let (paths, prompts) = (texts(&filled_in.paths), texts(&filled_in.prompts));
    let pairs = paths.iter().flat_map(|path| prompts.iter().map(move |prompt| (path, prompt)));
    let scripts = |(root, prompt): (&String, &String)| {
        shells::scripts(&ScriptParameters { root, prompt, platform: Platform::Posix })
    };
    pairs.flat_map(scripts).collect()
}
