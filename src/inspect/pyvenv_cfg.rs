//! The settings file of environments on the disk.

use std::path::Path;

use crate::error::Result;
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::read_optional;
use crate::tree::DECIDING_FILE_LIMIT;

/// What the `pyvenv.cfg` in a directory says; `None` if there is none.
///
/// # Errors
/// Undecided if it is there but cannot be read or is too large.
pub fn read(directory: &Path) -> Result<Option<PyvenvCfg>> {
    let bytes = read_optional(&directory.join("pyvenv.cfg"), DECIDING_FILE_LIMIT)?;
    Ok(bytes.map(|bytes| PyvenvCfg::parse(&bytes)))
}
