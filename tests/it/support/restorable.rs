//! Environments that are deleted and brought back: what they have in common, and what is compared.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use git_pyenv::formats::archive::{ArchiveMember, ArchiveSize, ArchiveWriter, MemberKind, MemberTime};
use git_pyenv::formats::digest as sha256;
use git_pyenv::path::{RepoPath, path_to_bytes};
use serde_json::Value;

use super::archives::{TreeRow, tree};
use super::installs::Installs;
use super::pythons::a_python;
use super::removable::content;
use super::repository::Sandbox;
use super::sandbox::{Place, tool};
use super::schema;

/// The tools that make environments.
pub(crate) const CREATORS: [&str; 4] = ["venv", "virtualenv", "uv", "git-pyenv"];

/// A repository with the environment `venv` of a tool: `alpha` from an index, with `beta`, which it requires; `gamma` from a
/// wheel, and the project `demo` as an editable install. `None`, said aloud, if something is missing.
pub(crate) fn furnished(creator: &str) -> Option<Installs> {
    let installs = Installs::without_environment(a_python()?);
    installs.write_project("demo");
    installs.sandbox.write("requirements.txt", "alpha==1.0\ngamma\n-e ./demo\n");
    if creator == "uv" && !installs.with_program("uv") {
        return None;
    }
    let place = installs.place();
    let python = installs.python.to_string_lossy().into_owned();
    match creator {
        "venv" => place.run(&python, &["-m", "venv", "venv"]).ended(0),
        "virtualenv" => place.run(tool("virtualenv")?, &["--quiet", "--python", &python, "venv"]).ended(0),
        "uv" => place.run("uv", &["venv", "--quiet", "--python", &python, "venv"]).ended(0),
        _ => place.pyenv(&["create", "--env", "venv", "--python", &python]).ended(0),
    };
    let wheel = installs.sandbox.path("wheels/gamma-1.0-py3-none-any.whl").to_string_lossy().into_owned();
    let packages = ["alpha==1.0", &wheel, "--editable", "./demo"];
    match creator {
        "uv" => {
            let install = ["pip", "install", "--quiet", "--python", "venv"];
            place.run("uv", &[&install[..], &packages].concat()).ended(0)
        }
        _ => {
            let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
            place.run(place.path().join("venv/bin/python"), &[&install[..], &packages].concat()).ended(0)
        }
    };
    Some(installs)
}

/// What `pip freeze` says of an environment in the repository; of one without pip, what uv says.
#[track_caller]
pub(crate) fn freeze(installs: &Installs, environment: &str) -> String {
    let place = installs.place();
    let python = place.path().join(environment).join("bin/python");
    let frozen = place.run(&python, &["-m", "pip", "--disable-pip-version-check", "freeze", "--all"]);
    let frozen = if frozen.status == Some(0) {
        frozen
    } else {
        place.run("uv", &["pip", "freeze", "--python", environment]).ended(0)
    };
    frozen.out()
}

/// The answer of `restore`, which must fit the schema, and what of it concerns the command.
#[track_caller]
pub(crate) fn restore(place: &Place<'_>, arguments: &[&str], status: i32) -> Value {
    let arguments = [&["restore", "--output", "json"], arguments].concat();
    let answer = place.pyenv(&arguments).ended(status).json();
    schema::assert_fits(&answer);
    assert_eq!(answer["exit_code"], status, "{answer:#}");
    if status == 0 { answer["restore"].clone() } else { answer }
}

/// Deletes an environment in the repository, and returns the id of its snapshot.
#[track_caller]
pub(crate) fn deleted(place: &Place<'_>, environment: &str, more: &[&str]) -> String {
    let arguments = [&["cleanup", "--force", "--output", "json", environment], more].concat();
    let answer = place.pyenv(&arguments).ended(0).json();
    answer["cleanup"]["removed"][0]["snapshot"].as_str().expect("a snapshot").to_owned()
}

/// The findings of `check --deep` about environments, and their messages.
#[track_caller]
pub(crate) fn findings(place: &Place<'_>) -> Vec<String> {
    let answer = place.pyenv(&["check", "--deep", "--output", "json"]).json();
    let all = answer["findings"].as_array().expect("findings");
    all.iter().map(|finding| format!("{} {}", finding["code"], finding["message"])).collect()
}

/// Everything that is found in the repository beside the git directory and the given names.
pub(crate) fn beside(installs: &Installs, names: &[&str]) -> Vec<PathBuf> {
    let listed = std::fs::read_dir(installs.sandbox.path("repo")).expect("a directory");
    let paths = listed.map(|entry| entry.expect("an entry").path());
    let is_known = |path: &Path| path.file_name().is_some_and(|own| names.iter().any(|name| own == *name));
    let mut found: Vec<PathBuf> = paths.filter(|path| !path.ends_with(".git") && !is_known(path)).collect();
    found.sort();
    found
}

/// An archive that is made in a test.
pub(crate) struct MadeArchive {
    pub(crate) bytes: Vec<u8>,
    pub(crate) size: ArchiveSize,
}

/// An archive of a tree, or of some paths in it with the directories above them.
pub(crate) fn archive_of(root: &Path, only: &[&str]) -> MadeArchive {
    let wanted = |path: &Path| {
        let is_asked = |one: &&str| path.starts_with(one) || Path::new(one).starts_with(path);
        only.is_empty() || only.iter().any(is_asked)
    };
    let rows = tree(root).into_iter().filter(|row| wanted(&row.0));
    let mut rows: Vec<(RepoPath, TreeRow)> =
        rows.map(|row| (RepoPath::new(path_to_bytes(&row.0)).expect("a path"), row)).collect();
    rows.sort();
    let mut first: BTreeMap<u64, RepoPath> = BTreeMap::new();
    let mut writer = ArchiveWriter::new(Vec::new()).expect("an archive");
    for (path, (below, mode, (seconds, nanoseconds), ..)) in rows {
        let place = root.join(&below);
        let metadata = place.symlink_metadata().expect("metadata");
        let bytes = if metadata.is_dir() { Vec::new() } else { content(&place) };
        let kind = match first.get(&metadata.ino()).filter(|_| metadata.is_file()) {
            Some(target) => MemberKind::HardLink { target: target.clone() },
            None if metadata.is_dir() => MemberKind::Directory,
            None if metadata.is_symlink() => MemberKind::Link { target: bytes.clone() },
            None => MemberKind::File { size: bytes.len() as u64 },
        };
        first.entry(metadata.ino()).or_insert_with(|| path.clone());
        let nanoseconds = u32::try_from(nanoseconds).expect("nanoseconds");
        let modified = MemberTime { seconds, nanoseconds };
        let member = ArchiveMember { path, kind, mode: mode & 0o7777, modified };
        writer.add(&member, &mut bytes.as_slice()).expect("a member");
    }
    let (bytes, size) = writer.finish().expect("an archive");
    MadeArchive { bytes, size }
}

impl MadeArchive {
    /// Puts the archive where that of a snapshot is, and lets the snapshot name it.
    pub(crate) fn attach(&self, sandbox: &Sandbox, id: &str, covers: &str) {
        let state = sandbox.path("repo/.git/pyenv");
        std::fs::create_dir_all(state.join("archives")).expect("a directory");
        std::fs::write(state.join(format!("archives/{id}.tar.zst")), &self.bytes).expect("an archive");
        let file = state.join(format!("snapshots/{id}.json"));
        let mut taken: Value =
            serde_json::from_slice(&std::fs::read(&file).expect("a snapshot")).expect("JSON");
        taken["archive"] = serde_json::json!({
            "covers": covers,
            "sha256": sha256::hexadecimal(&self.bytes),
            "bytes": self.bytes.len(),
            "members": self.size.members,
            "content_bytes": self.size.bytes,
        });
        std::fs::write(&file, taken.to_string()).expect("a snapshot");
    }
}
