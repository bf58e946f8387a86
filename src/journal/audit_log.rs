//! Reading the audit log.

use super::StateDirectory;
use crate::error::Result;
use crate::formats::trail::{self, Break, Entry, Event, Record};

impl StateDirectory {
    /// Every entry of the audit log, oldest first.
    ///
    /// # Errors
    /// Action if the log cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        Ok(trail::entries(&self.read_trail()?))
    }

    /// Proves that the audit log is unbroken and returns how many entries it has, or says where it breaks.
    ///
    /// # Errors
    /// Action if the log cannot be read.
    pub fn verify(&self) -> Result<Result<u64, Break>> {
        // The head first: a line that is added meanwhile is then one more, not one missing.
        let head = self.read_head()?;
        Ok(trail::verify(&self.read_trail()?, head.as_ref()))
    }

    /// The intents of operations that never ended, oldest first: their run was killed, or is still at work.
    ///
    /// # Errors
    /// Action if the log cannot be read.
    pub fn open_intents(&self) -> Result<Vec<Record>> {
        let mut open: Vec<Record> = Vec::new();
        for Entry { record, .. } in self.entries()? {
            open.retain(|other| other.operation != record.operation);
            if record.event == Event::Intent {
                open.push(record);
            }
        }
        Ok(open)
    }
}
