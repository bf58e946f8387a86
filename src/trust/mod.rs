//! What the user trusts, by content: one file for each, in the user's directory for state, so that no repository can bring
//! it. Whatever is not exactly what was trusted is not trusted.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::env::Env;
use crate::error::{Error, Result};
use crate::formats::trust_record::{self, TrustRecord, TrustedSubject};
use crate::fs::list_directory;
use crate::journal::StateDirectory;
use crate::message::{Message, Say};
use crate::order::Arrange as _;
use crate::path::display;

/// The directory of the records in the state directory.
const DIRECTORY: &str = "trusted";
/// The most bytes read of a record.
const LIMIT: u64 = 1024 * 1024;

/// The records of the user.
#[derive(Debug)]
pub struct TrustStore {
    state: StateDirectory,
}

impl TrustStore {
    /// Those of the user; there need not be any.
    ///
    /// # Errors
    /// As [`StateDirectory::of_user`].
    pub fn of_user(env: &Env) -> Result<Self> {
        Ok(Self { state: StateDirectory::of_user(env)? })
    }

    /// The record of a subject; `None` if it is not trusted with exactly this content.
    ///
    /// # Errors
    /// Action if the record cannot be read, or is of something else.
    pub fn find(&self, subject: &TrustedSubject) -> Result<Option<TrustRecord>> {
        let name = file_name(subject)?;
        let Some(record) = self.read(&name)? else { return Ok(None) };
        match record.subject == *subject {
            true => Ok(Some(record)),
            false => Err(self.damaged(&name, "it is a record of something else")),
        }
    }

    /// Trusts a subject with this content from now on.
    ///
    /// # Errors
    /// Action if the record cannot be written.
    pub fn trust(&self, subject: TrustedSubject) -> Result<()> {
        self.trust_type(subject, Vec::new())
    }

    /// As [`TrustStore::trust`], for the plug-in of a type whose environments are known by these paths.
    ///
    /// # Errors
    /// Action if the record cannot be written.
    pub fn trust_type(&self, subject: TrustedSubject, markers: Vec<String>) -> Result<()> {
        let name = file_name(&subject)?;
        let mut record = TrustRecord::new(subject, Timestamp::now().to_string());
        record.markers = markers;
        let bytes = trust_record::write(&record).map_err(failed)?;
        self.state.make_directory(DIRECTORY)?;
        self.state.write(&name, &bytes)
    }

    /// Trusts what is chosen no longer, and returns the records that were deleted, sorted.
    ///
    /// # Errors
    /// Action if a record cannot be read or deleted; others may be deleted by then.
    pub fn forget(&self, is_chosen: impl Fn(&TrustedSubject) -> bool) -> Result<Vec<TrustRecord>> {
        let chosen: Vec<TrustRecord> =
            self.all()?.0.into_iter().filter(|record| is_chosen(&record.subject)).collect();
        for record in &chosen {
            self.state.delete(&file_name(&record.subject)?, LIMIT)?;
        }
        Ok(chosen)
    }

    /// All records, sorted by origin and name, and what is wrong with those that cannot be read.
    ///
    /// # Errors
    /// Undecided if their directory cannot be listed.
    pub fn all(&self) -> Result<(Vec<TrustRecord>, Vec<Error>)> {
        let listed = list_directory(&self.directory())?.unwrap_or_default();
        let names = listed.iter().filter_map(|entry| std::str::from_utf8(&entry.name).ok());
        let names = names.filter(|name| name.ends_with(".json")).map(|name| format!("{DIRECTORY}/{name}"));
        let (mut records, mut damaged) = (Vec::new(), Vec::new());
        for name in names {
            match self.read(&name) {
                Ok(record) => records.extend(record),
                Err(error) => damaged.push(error),
            }
        }
        records.arrange_by(|a, b| (&a.subject, &a.trusted_at).cmp(&(&b.subject, &b.trusted_at)));
        Ok((records, damaged))
    }

    /// The directory of the records, absolute; it need not exist.
    #[must_use]
    pub fn directory(&self) -> PathBuf {
        self.state.path().join(DIRECTORY)
    }

    fn read(&self, name: &str) -> Result<Option<TrustRecord>> {
        let Some(bytes) = self.state.read(name, LIMIT)? else { return Ok(None) };
        trust_record::parse(&bytes).map(Some).map_err(|error| self.damaged(name, error))
    }

    fn damaged(&self, name: &str, cause: impl Say) -> Error {
        let path = display(&self.state.path().join(name));
        Error::action(format!("`{path}` is damaged"))
            .cause(cause)
            .hint(Message::from(format!("delete `{path}`, and trust again what it was for")))
    }
}

/// The name of the record of a subject.
fn file_name(subject: &TrustedSubject) -> Result<String> {
    Ok(format!("{DIRECTORY}/{}.json", subject.digest().map_err(failed)?))
}

fn failed(error: crate::formats::ParseError) -> Error {
    Error::action("failed to record what is trusted").cause(error)
}
