//! The variables that a marker can compare.

/// A variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkerVariable {
    DependencyGroups,
    Extra,
    Extras,
    ImplementationName,
    ImplementationVersion,
    OsName,
    PlatformMachine,
    PlatformPythonImplementation,
    PlatformRelease,
    PlatformSystem,
    PlatformVersion,
    PythonFullVersion,
    PythonVersion,
    SysPlatform,
}

/// How each variable can be written: first its name, then what old tools wrote.
pub(super) const SPELLINGS: [(&str, MarkerVariable); 20] = [
    ("dependency_groups", MarkerVariable::DependencyGroups),
    ("extra", MarkerVariable::Extra),
    ("extras", MarkerVariable::Extras),
    ("implementation_name", MarkerVariable::ImplementationName),
    ("implementation_version", MarkerVariable::ImplementationVersion),
    ("os_name", MarkerVariable::OsName),
    ("os.name", MarkerVariable::OsName),
    ("platform_machine", MarkerVariable::PlatformMachine),
    ("platform.machine", MarkerVariable::PlatformMachine),
    ("platform_python_implementation", MarkerVariable::PlatformPythonImplementation),
    ("platform.python_implementation", MarkerVariable::PlatformPythonImplementation),
    ("python_implementation", MarkerVariable::PlatformPythonImplementation),
    ("platform_release", MarkerVariable::PlatformRelease),
    ("platform_system", MarkerVariable::PlatformSystem),
    ("platform_version", MarkerVariable::PlatformVersion),
    ("platform.version", MarkerVariable::PlatformVersion),
    ("python_full_version", MarkerVariable::PythonFullVersion),
    ("python_version", MarkerVariable::PythonVersion),
    ("sys_platform", MarkerVariable::SysPlatform),
    ("sys.platform", MarkerVariable::SysPlatform),
];

impl MarkerVariable {
    /// Its name in the standard.
    pub(super) fn name(self) -> &'static str {
        SPELLINGS.iter().find(|(_, variable)| *variable == self).map_or("", |(name, _)| name)
    }

    /// Returns whether its values are compared as versions.
    pub(super) fn is_version(self) -> bool {
        matches!(self, Self::ImplementationVersion | Self::PythonFullVersion | Self::PythonVersion)
    }

    /// Returns whether its values are names of extras or groups.
    pub(super) fn is_name(self) -> bool {
        self == Self::Extra || self.is_set()
    }

    /// Returns whether its value is a set of names, which is the case in lock files only.
    pub(super) fn is_set(self) -> bool {
        matches!(self, Self::Extras | Self::DependencyGroups)
    }
}
