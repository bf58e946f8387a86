//! What markers are evaluated for.

use super::variable::MarkerVariable;

/// The values of markers in one environment; `None` is not known. `platform_release` and `platform_version` are not
/// among them: they are the kernel's, not the environment's, and tools compare them differently.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkerEnvironment {
    /// `cpython`, `pypy`.
    pub implementation_name: Option<String>,
    /// `3.12.1`; PyPy's own version there.
    pub implementation_version: Option<String>,
    /// `posix`, `nt`.
    pub os_name: Option<String>,
    /// `x86_64`, `arm64`, `AMD64`.
    pub platform_machine: Option<String>,
    /// `CPython`, `PyPy`.
    pub platform_python_implementation: Option<String>,
    /// `Linux`, `Darwin`, `Windows`.
    pub platform_system: Option<String>,
    /// All three numbers, `3.12.1`. If it is not known, comparisons that `python_version` decides are decided.
    pub python_full_version: Option<String>,
    /// The first two numbers, `3.12`.
    pub python_version: Option<String>,
    /// `linux`, `darwin`, `win32`.
    pub sys_platform: Option<String>,
}

/// The names that are asked for where a marker is evaluated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActiveNames {
    /// The extras of the package that has the requirement.
    pub extras: Vec<String>,
    /// The dependency groups, in a lock file, where `"x" in extras` and `"x" in dependency_groups` mean something.
    pub groups: Option<Vec<String>>,
}

impl MarkerEnvironment {
    /// The value of a variable; `None` if it is not known, or has none in an environment.
    pub(super) fn value(&self, variable: MarkerVariable) -> Option<&str> {
        let value = match variable {
            MarkerVariable::ImplementationName => &self.implementation_name,
            MarkerVariable::ImplementationVersion => &self.implementation_version,
            MarkerVariable::OsName => &self.os_name,
            MarkerVariable::PlatformMachine => &self.platform_machine,
            MarkerVariable::PlatformPythonImplementation => &self.platform_python_implementation,
            MarkerVariable::PlatformSystem => &self.platform_system,
            MarkerVariable::PythonFullVersion => &self.python_full_version,
            MarkerVariable::PythonVersion => &self.python_version,
            MarkerVariable::SysPlatform => &self.sys_platform,
            MarkerVariable::PlatformRelease
            | MarkerVariable::PlatformVersion
            | MarkerVariable::Extra
            | MarkerVariable::Extras
            | MarkerVariable::DependencyGroups => &None,
        };
        value.as_deref()
    }
}
