//! What is installed in an environment, read from its `site-packages` without running its Python.

mod distributions;
mod missing_source;
mod read;
mod site_packages;

pub use distributions::{count, distributions, editable};
pub use missing_source::missing_source;
pub use site_packages::{FoundSitePackages, SitePackages, all_site_packages, site_packages};
