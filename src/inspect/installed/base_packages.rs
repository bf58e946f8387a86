//! The packages that an environment sees of its base Python.

use std::path::{Path, PathBuf};

use super::site_packages::SitePackages;
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::{exists, is_directory, list_paths, read_start};
use crate::inspect::pyvenv_cfg;
use crate::path::{bytes_to_path, display};
use crate::tree::PATH_LIMIT;

/// The directories of packages outside of the environment at `root`, in the order in which its Python looks at them:
/// those of the user, whose home directory this is, then those of the base Python. None if it sees none.
///
/// # Errors
/// Why they are not known, as a lower-case fragment.
pub(super) fn base_directories(
    root: &Path,
    sites: &[SitePackages],
    home: Option<&Path>,
) -> Result<Vec<PathBuf>, String> {
    let config = pyvenv_cfg::read(root).map_err(|error| error.to_string())?;
    let prefix = match &config {
        Some(config) if !config.includes_system_packages() => return Ok(Vec::new()),
        Some(config) => base_of(config)?,
        None => match base_of_old_virtualenv(root) {
            Some(prefix) => BasePython { prefix, is_windows: false },
            // A prefix of conda has a Python of its own.
            None => return Ok(Vec::new()),
        },
    };
    if prefix.is_windows {
        return Ok(vec![prefix.prefix.join("Lib/site-packages")]);
    }
    let version = sites.iter().find_map(|site| site.python.clone());
    let version = version.or_else(|| config.as_ref()?.python_feature());
    let version = version.ok_or("it is not known which version the base Python has")?;
    let is_pypy = sites.iter().any(|site| site.place.as_bytes().starts_with(b"lib/pypy"));
    let user = home.map(|home| user_directory(home, &version));
    Ok(user.into_iter().chain(of_prefix(&prefix.prefix, &version, is_pypy)).collect())
}

/// Where the base Python is installed.
struct BasePython {
    prefix: PathBuf,
    /// Its packages are in `Lib`.
    is_windows: bool,
}

/// The directory above that of the interpreter; on Windows, the interpreter is in the top directory.
fn base_of(config: &PyvenvCfg) -> Result<BasePython, String> {
    let home = config.home().ok_or("`pyvenv.cfg` does not say where the base Python is")?;
    let home = Path::new(home);
    if !is_directory(home) {
        return Err(format!(
            "the base Python in `{}`, whose packages count too, does not exist",
            display(home)
        ));
    }
    if is_directory(&home.join("Lib/site-packages")) {
        return Ok(BasePython { prefix: home.to_path_buf(), is_windows: true });
    }
    let prefix = home.parent().unwrap_or(home).to_path_buf();
    Ok(BasePython { prefix, is_windows: false })
}

/// virtualenv before 20 writes the prefix of its base into a file, and another one if its packages are not to be seen.
fn base_of_old_virtualenv(root: &Path) -> Option<PathBuf> {
    let libraries = list_paths(&root.join("lib"));
    let library = libraries.iter().find(|library| exists(&library.join("orig-prefix.txt")))?;
    if exists(&library.join("no-global-site-packages.txt")) {
        return None;
    }
    let prefix = read_start(&library.join("orig-prefix.txt"), PATH_LIMIT).ok().flatten()?;
    Some(bytes_to_path(prefix.trim_ascii()))
}

fn user_directory(home: &Path, version: &str) -> PathBuf {
    match cfg!(target_os = "macos") {
        true => {
            home.join(format!("Library/Python/{}/lib/python/site-packages", version.trim_end_matches('t')))
        }
        false => home.join(format!(".local/lib/python{version}/site-packages")),
    }
}

/// The directories of an installation. Debian's Python looks in `dist-packages` alone
/// (<https://wiki.debian.org/Python#Deviations_from_upstream>), Fedora's also below `/usr/local`.
fn of_prefix(prefix: &Path, version: &str, is_pypy: bool) -> Vec<PathBuf> {
    if is_pypy {
        return vec![prefix.join(format!("lib/pypy{version}/site-packages"))];
    }
    if is_directory(&prefix.join("lib/python3/dist-packages")) && version.starts_with('3') {
        let places = [
            format!("local/lib/python{version}/dist-packages"),
            "lib/python3/dist-packages".to_owned(),
            format!("lib/python{version}/dist-packages"),
        ];
        return places.map(|place| prefix.join(place)).to_vec();
    }
    let places =
        [format!("lib64/python{version}/site-packages"), format!("lib/python{version}/site-packages")];
    let local = (prefix == Path::new("/usr")).then(|| Path::new("/usr/local"));
    let prefixes = local.into_iter().chain([prefix]);
    prefixes.flat_map(|prefix| places.iter().map(move |place| prefix.join(place))).collect()
}
