//! The values that an environment's own Python would have for the variables of markers, without running it
//! (<https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers>).

use std::path::{Path, PathBuf};

use super::python_release;
use crate::env::{SYSTEM, machine};
use crate::formats::executable_header::{self, ExecutableForm, ExecutableHeader, Processor};
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::{read_start, times};
use crate::inspect::pyvenv_cfg;
use crate::model::{Inspection, InterpreterName, InterpreterState};
use crate::python::MarkerEnvironment;

/// The values for the environment in `directory`, of which this is the inspection. What is not certain is unknown: that
/// of an environment whose interpreter is gone or for another system, and always `platform_release` and
/// `platform_version`, which belong to the kernel that happens to run.
#[must_use]
pub fn marker_environment(directory: &Path, inspection: &Inspection) -> MarkerEnvironment {
    let config = pyvenv_cfg::read(directory).ok().flatten();
    let interpreter = interpreter(inspection);
    let version = feature_version(inspection);
    let release = version.as_deref().and_then(|version| {
        full_version(directory, inspection, config.as_ref(), interpreter.as_ref(), version)
    });
    let implementation = implementation(inspection, interpreter.as_ref());
    let header = interpreter.as_ref().and_then(|interpreter| {
        executable_header::read(&read_start(&interpreter.real, executable_header::HEADER_LENGTH).ok()??)
    });
    let is_of_windows = |name: &InterpreterName| name.path.as_bytes().ends_with(b".exe");
    let is_windows = !inspection.interpreters.is_empty() && inspection.interpreters.iter().all(is_of_windows);
    let platform = PlatformNames::of(is_windows, header.as_ref(), SYSTEM, machine().as_deref());
    // Python 2 has neither `sys.implementation` nor the shorter name of its system.
    let is_old = version.as_deref().is_some_and(|version| version.starts_with("2."));
    let (implementation_name, python_implementation) = implementation.unzip();
    let is_cpython = implementation_name == Some("cpython");
    MarkerEnvironment {
        implementation_name: implementation_name.filter(|_| !is_old).map(str::to_owned),
        implementation_version: release
            .as_deref()
            .filter(|_| is_cpython && !is_old)
            .map(implementation_version),
        os_name: platform.os_name.map(str::to_owned),
        platform_machine: platform.machine,
        platform_python_implementation: python_implementation.map(str::to_owned),
        platform_system: platform.system.map(str::to_owned),
        python_full_version: release,
        python_version: version,
        sys_platform: match platform.sys_platform {
            Some("linux") if is_old => Some("linux2".to_owned()),
            name => name.map(str::to_owned),
        },
    }
}

/// An interpreter that is there.
struct FoundInterpreter {
    /// Its path without links.
    real: PathBuf,
    /// It is in the environment itself.
    is_own_file: bool,
}

/// The interpreter behind the first name that leads to one; all names of a sound environment lead to the same.
fn interpreter(inspection: &Inspection) -> Option<FoundInterpreter> {
    inspection.interpreters.iter().find_map(|name| match &name.state {
        InterpreterState::Alive(real) => {
            Some(FoundInterpreter { real: real.clone(), is_own_file: name.is_own_file })
        }
        _ => None,
    })
}

/// The first two numbers of the version. What the interpreter is decides; a recorded version counts if the directory of
/// packages has it too, and the name of that directory alone where nothing is recorded.
fn feature_version(inspection: &Inspection) -> Option<String> {
    let versions = &inspection.versions;
    let feature = |version: &str| {
        let mut numbers = version.splitn(3, '.');
        Some(format!("{}.{}", numbers.next()?, numbers.next()?))
    };
    if let Some(interpreter) = versions.interpreter.as_deref().and_then(feature) {
        return Some(interpreter);
    }
    let mut libraries: Vec<&str> = versions.libraries.iter().map(|name| name.trim_end_matches('t')).collect();
    libraries.dedup();
    match (versions.recorded.as_deref().and_then(feature), libraries.as_slice()) {
        (Some(recorded), libraries) => {
            (libraries.is_empty() || libraries.contains(&recorded.as_str())).then_some(recorded)
        }
        (None, [library]) => Some((*library).to_owned()),
        (None, _) => None,
    }
}

/// All three numbers of the version, with what follows them in a pre-release.
fn full_version(
    directory: &Path,
    inspection: &Inspection,
    config: Option<&PyvenvCfg>,
    interpreter: Option<&FoundInterpreter>,
    feature: &str,
) -> Option<String> {
    let is_whole = |version: &&String| version.matches('.').count() == 2;
    let is_of_it =
        |version: &&String| version.strip_prefix(feature).is_some_and(|rest| rest.starts_with('.'));
    let known = inspection.versions.interpreter.as_ref().filter(is_whole).cloned();
    let in_program = || python_release::in_program(&interpreter?.real, feature);
    let recorded = || {
        let recorded = inspection.versions.recorded.as_ref().filter(is_whole).filter(is_of_it)?;
        is_up_to_date(directory, config, interpreter?, recorded, feature).then(|| recorded.clone())
    };
    known.or_else(in_program).or_else(recorded).map(|version| match version.strip_suffix('+') {
        // As packaging repairs it, because it is no version of PEP 440.
        Some(version) => format!("{version}+local"),
        None => version,
    })
}

/// Says whether a recorded version is still that of the interpreter. A copy may be a launcher, which runs what its base has
/// become; otherwise, an interpreter that was built after the environment was made is another one.
fn is_up_to_date(
    directory: &Path,
    config: Option<&PyvenvCfg>,
    interpreter: &FoundInterpreter,
    recorded: &str,
    feature: &str,
) -> bool {
    let base = config.and_then(|config| Path::new(config.home()?).parent());
    match base.filter(|_| interpreter.is_own_file).map(|base| python_release::described(base, feature)) {
        Some(Some(described)) => described == recorded,
        Some(None) | None => {
            let built = times(&interpreter.real).modified;
            let made = times(&directory.join("pyvenv.cfg")).modified;
            built.zip(made).is_some_and(|(built, made)| built <= made)
        }
    }
}

/// `sys.implementation.name` and `platform.python_implementation()`.
fn implementation(
    inspection: &Inspection,
    interpreter: Option<&FoundInterpreter>,
) -> Option<(&'static str, &'static str)> {
    let program = interpreter.and_then(|interpreter| interpreter.real.file_name()?.to_str());
    let is_named = |name: &str| program.is_some_and(|program| program.starts_with(name));
    match inspection.versions.implementation.as_deref() {
        Some("cpython") => Some(("cpython", "CPython")),
        Some("pypy") => Some(("pypy", "PyPy")),
        Some("graalvm" | "graalpy") => Some(("graalpy", "GraalVM")),
        Some(_) => None,
        None if is_named("pypy") => Some(("pypy", "PyPy")),
        None if is_named("python") => Some(("cpython", "CPython")),
        None => None,
    }
}

/// The version as `sys.implementation.version` has it in the form of markers: the level of a pre-release is one letter.
fn implementation_version(version: &str) -> String {
    version.strip_suffix("+local").unwrap_or(version).replace("rc", "c")
}

/// What depends on the system.
#[derive(Debug, Default, PartialEq, Eq)]
struct PlatformNames {
    os_name: Option<&'static str>,
    sys_platform: Option<&'static str>,
    system: Option<&'static str>,
    machine: Option<String>,
}

impl PlatformNames {
    /// Of an interpreter with this header, on this system and machine.
    fn of(is_windows: bool, header: Option<&ExecutableHeader>, system: &str, machine: Option<&str>) -> Self {
        let processors = header.map(|header| header.processors.as_slice()).unwrap_or_default();
        match header.map(|header| header.form) {
            Some(ExecutableForm::Pe) => Self::windows(processors),
            None if is_windows => Self::windows(&[]),
            Some(ExecutableForm::MachO) => {
                let own = machine.filter(|_| system == "macos");
                Self {
                    os_name: Some("posix"),
                    sys_platform: Some("darwin"),
                    system: Some("Darwin"),
                    machine: on_mac(processors, own),
                }
            }
            Some(ExecutableForm::Elf) if system == "linux" => Self {
                os_name: Some("posix"),
                sys_platform: Some("linux"),
                system: Some("Linux"),
                machine: machine.filter(|machine| runs_on(processors, machine)).map(str::to_owned),
            },
            // Of one of several systems.
            Some(ExecutableForm::Elf) => Self { os_name: Some("posix"), ..Self::default() },
            None => Self { os_name: Some("posix").filter(|_| system != "windows"), ..Self::default() },
        }
    }

    fn windows(processors: &[Processor]) -> Self {
        let machine = match processors {
            [Processor::X86_64] => Some("AMD64".to_owned()),
            [Processor::Aarch64] => Some("ARM64".to_owned()),
            // A 32-bit Python names the machine that it runs on.
            _ => None,
        };
        Self { os_name: Some("nt"), sys_platform: Some("win32"), system: Some("Windows"), machine }
    }
}

/// The machine that a program of macOS sees: its own kind, also where another kind of machine runs it.
fn on_mac(processors: &[Processor], machine: Option<&str>) -> Option<String> {
    let name = |processor: &Processor| match processor {
        Processor::X86_64 => Some("x86_64"),
        Processor::Aarch64 => Some("arm64"),
        _ => None,
    };
    let names: Vec<&str> = processors.iter().filter_map(name).collect();
    match (names.as_slice(), machine) {
        ([only], _) => Some((*only).to_owned()),
        (names, Some(machine)) if names.contains(&machine) => Some(machine.to_owned()),
        _ => None,
    }
}

/// Says whether a program for these processors runs on the machine as it is: then it sees the machine's name. One for a
/// 32-bit ARM may see another.
fn runs_on(processors: &[Processor], machine: &str) -> bool {
    let fitting: &[Processor] = match machine {
        "x86_64" => &[Processor::X86_64, Processor::X86],
        "i386" | "i486" | "i586" | "i686" => &[Processor::X86],
        "aarch64" => &[Processor::Aarch64],
        name if name.starts_with("arm") => &[Processor::Arm],
        _ => &[Processor::Other],
    };
    processors.iter().any(|processor| fitting.contains(processor))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(form: ExecutableForm, processors: &[Processor]) -> ExecutableHeader {
        ExecutableHeader { form, processors: processors.to_vec() }
    }

    #[test]
    fn the_header_tells_the_platform() {
        use ExecutableForm::{Elf, MachO, Pe};
        use Processor::{Aarch64, Arm, Other, X86, X86_64};
        type Case<'c> = (ExecutableForm, &'c [Processor], &'c str, &'c str, Option<&'c str>, Option<&'c str>);
        let cases: [Case<'_>; 14] = [
            (Elf, &[X86_64], "linux", "x86_64", Some("linux"), Some("x86_64")),
            (Elf, &[X86], "linux", "x86_64", Some("linux"), Some("x86_64")),
            (Elf, &[Aarch64], "linux", "x86_64", Some("linux"), None),
            (Elf, &[Arm], "linux", "aarch64", Some("linux"), None),
            (Elf, &[Other], "linux", "riscv64", Some("linux"), Some("riscv64")),
            (Elf, &[X86_64], "freebsd", "amd64", None, None),
            (Elf, &[X86_64], "macos", "x86_64", None, None),
            (MachO, &[Aarch64], "macos", "arm64", Some("darwin"), Some("arm64")),
            (MachO, &[X86_64], "macos", "arm64", Some("darwin"), Some("x86_64")),
            (MachO, &[X86_64, Aarch64], "macos", "arm64", Some("darwin"), Some("arm64")),
            (MachO, &[X86_64, Aarch64], "linux", "x86_64", Some("darwin"), None),
            (Pe, &[X86_64], "windows", "AMD64", Some("win32"), Some("AMD64")),
            (Pe, &[X86_64], "linux", "x86_64", Some("win32"), Some("AMD64")),
            (Pe, &[X86], "windows", "AMD64", Some("win32"), None),
        ];
        for (form, processors, system, machine, platform, expected) in cases {
            let found = PlatformNames::of(false, Some(&header(form, processors)), system, Some(machine));
            let case = format!("{form:?} {processors:?} on {system} {machine}");
            assert_eq!((found.sys_platform, found.machine.as_deref()), (platform, expected), "{case}");
        }
    }

    #[test]
    fn without_an_interpreter_the_layout_tells_something() {
        let names = |found: PlatformNames| (found.os_name, found.sys_platform, found.system, found.machine);
        let windows = (Some("nt"), Some("win32"), Some("Windows"), None);
        assert_eq!(names(PlatformNames::of(true, None, "linux", Some("x86_64"))), windows);
        assert_eq!(
            names(PlatformNames::of(false, None, "linux", Some("x86_64"))),
            (Some("posix"), None, None, None)
        );
        assert_eq!(PlatformNames::of(false, None, "windows", None), PlatformNames::default());
    }

    #[test]
    fn a_level_is_one_letter() {
        let cases = [("3.12.1", "3.12.1"), ("3.14.0rc1", "3.14.0c1"), ("3.15.0a2+local", "3.15.0a2")];
        for (version, expected) in cases {
            assert_eq!(implementation_version(version), expected);
        }
    }
}
