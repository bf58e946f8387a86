//! What is installed in an environment, read from its `site-packages` without running its Python.

mod archives;
mod base_packages;
mod conda_package;
mod distributions;
mod extras;
mod missing_source;
mod package_metadata;
mod packages;
mod project_below;
mod read;
mod search_path;
mod site_directory;
mod site_packages;

pub(super) use distributions::entry_of;
pub use distributions::{count, distributions, editable};
pub use extras::extras;
pub use missing_source::missing_source;
pub use packages::{CheckoutFinder, InstalledPackages, LocalProjectFinder};
pub use site_packages::{FoundSitePackages, SitePackages, all_site_packages, site_packages};
