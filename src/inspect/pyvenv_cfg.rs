//! The settings file of environments on the disk.

use std::path::Path;

use crate::error::Result;
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::read_start;
use crate::tree::SMALL_FILE_LIMIT;

/// What the `pyvenv.cfg` in a directory says; `None` if there is none.
///
/// # Errors
/// Undecided if it is there but cannot be read.
pub fn read(directory: &Path) -> Result<Option<PyvenvCfg>> {
    Ok(read_start(&directory.join("pyvenv.cfg"), SMALL_FILE_LIMIT)?.map(|bytes| PyvenvCfg::parse(&bytes)))
}
