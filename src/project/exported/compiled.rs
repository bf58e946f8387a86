//! A requirements file that `pip-compile` or `uv pip compile` wrote from its inputs.

use std::collections::{BTreeMap, BTreeSet};

use super::pins::{expect_readable, has_option, named, pinned_version};
use crate::formats::compiled::{CompiledBy, CompiledHeader};
use crate::formats::requirements_file::{self, RequirementEntry, RequirementsFile};
use crate::formats::{self, Value, utf8};
use crate::model::Freshness;
use crate::project::locks::LockInput;
use crate::python::{ActiveNames, Answer, MarkerEnvironment, Requirement, Wanted, normalised};

/// What `pip-compile` leaves out unless it is told to include it.
const UNSAFE: [&str; 4] = ["setuptools", "pip", "distribute", "pkg-resources"];

/// As many files may include each other.
const MOST_FILES: usize = 1_000;

/// Options that change which requirements of the inputs count.
const CHOOSING: [&str; 9] = [
    "--extra",
    "--all-extras",
    "--group",
    "--only-deps",
    "--build-deps-for",
    "--all-build-deps",
    "--only-build-deps",
    "--no-emit-package",
    "--unsafe-package",
];

/// A requirement of an input, and where it is.
struct InputRequirement {
    place: String,
    requirement: Requirement,
}

/// What was read of the inputs.
#[derive(Default)]
struct Inputs {
    /// Paths as the command and `# via` name them.
    files: BTreeSet<String>,
    requirements: Vec<InputRequirement>,
    /// There are requirements whose names are not known.
    has_unnamed: bool,
}

/// Compares the pins with the inputs, and adds these to `sources`.
///
/// # Errors
/// [`Freshness::Unknown`] or [`Freshness::Unreadable`] if that is not possible.
pub(super) fn compare(
    input: &LockInput<'_>,
    file: &RequirementsFile,
    header: &CompiledHeader,
    sources: &mut Vec<String>,
) -> Result<Freshness, Freshness> {
    expect_readable(file, &input.file.to_string())?;
    let command = header.inputs.as_ref();
    let command = command
        .ok_or_else(|| Freshness::Unknown("its command does not name what it is made from".to_owned()))?;
    if let Some(option) = CHOOSING.into_iter().find(|option| has_option(header, option)) {
        return Err(Freshness::Unknown(format!("it was made with `{option}`, which is not followed")));
    }
    let base = base(input, header)?;
    let names = if command.is_empty() { vec!["requirements.in".to_owned()] } else { command.clone() };
    let mut inputs = Inputs::default();
    let read = names.iter().try_for_each(|name| inputs.read(input, &base, name));
    sources.extend(inputs.files.iter().map(|name| format!("{base}{name}")));
    read?;
    Ok(inputs.judge(file, header, input.lock))
}

/// The directory in which the command was called, relative to that of the file: the output is named relative to it.
fn base(input: &LockInput<'_>, header: &CompiledHeader) -> Result<String, Freshness> {
    let Some(output) = header.output.as_deref() else { return Ok(String::new()) };
    let output = output.trim_start_matches("./");
    let path = input.file.to_string();
    let is_its = path == output || path.ends_with(&format!("/{output}"));
    if !is_its || output.split('/').any(|part| part == "..") {
        return Err(Freshness::Unknown(format!(
            "it was written as `{output}`, so it is not known from where"
        )));
    }
    Ok("../".repeat(output.matches('/').count()))
}

impl Inputs {
    /// Reads an input and what it includes; `name` is relative to `base`.
    fn read(&mut self, input: &LockInput<'_>, base: &str, name: &str) -> Result<(), Freshness> {
        let name = name.trim_start_matches("./");
        if !self.files.insert(name.to_owned()) {
            return Ok(());
        }
        let unknown = |reason: &str| Freshness::Unknown(format!("its input `{name}`: {reason}"));
        if self.files.len() > MOST_FILES {
            return Err(unknown("too many files include each other"));
        }
        let bytes = input.files.read(&format!("{base}{name}")).map_err(|reason| unknown(&reason))?;
        let bytes = bytes.ok_or_else(|| unknown("it does not exist"))?;
        let file_name = name.rsplit('/').next().unwrap_or(name);
        match file_name {
            "pyproject.toml" => self.read_pyproject(name, &bytes),
            "setup.py" | "setup.cfg" | "-" => Err(unknown("it is not read")),
            _ => self.read_requirements(input, base, name, &bytes),
        }
    }

    fn read_requirements(
        &mut self,
        input: &LockInput<'_>,
        base: &str,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), Freshness> {
        let parsed = requirements_file::parse(bytes, &|_| None);
        let file = parsed.map_err(|error| {
            let reason = error.into_inner().reason;
            Freshness::Unreadable(format!("its input `{name}` cannot be read: {reason}"))
        })?;
        expect_readable(&file, name)?;
        for line in file.lines {
            match line.entry {
                Ok(RequirementEntry::Named { requirement, .. }) => {
                    self.requirements
                        .push(InputRequirement { place: format!("{name}:{}", line.line), requirement });
                }
                Ok(RequirementEntry::Source(_)) => self.has_unnamed = true,
                Ok(RequirementEntry::Requirements(included)) => {
                    let directory = name.rsplit_once('/').map_or("", |(directory, _)| directory);
                    let path = crate::path::resolve(directory.as_bytes(), included.as_bytes());
                    let path = path.as_ref().and_then(|path| path.as_str());
                    let unknown = || {
                        Freshness::Unknown(format!("`{name}` includes `{included}`, which is not followed"))
                    };
                    self.read(input, base, path.ok_or_else(unknown)?)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_pyproject(&mut self, name: &str, bytes: &[u8]) -> Result<(), Freshness> {
        let unknown = |reason: String| Freshness::Unknown(format!("its input `{name}`: {reason}"));
        let parsed = utf8(bytes).and_then(|text| formats::toml::parse(text, &["project"]));
        let project = parsed.map_err(|error| unknown(error.to_string()))?;
        let project = project.ok_or_else(|| unknown("it has no table `project`".to_owned()))?;
        if let Some(Value::List(dynamic)) = project.value.at(&["dynamic"])
            && dynamic.iter().any(|item| item.value == Value::Text("dependencies".to_owned()))
        {
            return Err(unknown("its `dependencies` are dynamic".to_owned()));
        }
        let Some(Value::List(items)) = project.value.at(&["dependencies"]) else { return Ok(()) };
        for item in items {
            let Value::Text(text) = &item.value else {
                return Err(unknown("a dependency is not a string".to_owned()));
            };
            let requirement = Requirement::parse_standard(text)
                .map_err(|reason| unknown(format!("line {} cannot be read: {reason}", item.line)))?;
            self.requirements.push(InputRequirement { place: format!("{name}:{}", item.line), requirement });
        }
        Ok(())
    }

    fn judge(&self, file: &RequirementsFile, header: &CompiledHeader, bytes: &[u8]) -> Freshness {
        let mut pins: BTreeMap<String, Vec<Requirement>> = BTreeMap::new();
        for requirement in file.lines.iter().filter_map(named) {
            pins.entry(normalised(&requirement.name)).or_default().push(requirement.clone());
        }
        let environment =
            MarkerEnvironment { python_version: python_of(bytes, header), ..MarkerEnvironment::default() };
        let unsafe_left_out = header.tool == CompiledBy::PipCompile && !has_option(header, "--allow-unsafe");
        for wanted in &self.requirements {
            let name = normalised(&wanted.requirement.name);
            if unsafe_left_out && UNSAFE.contains(&name.as_str()) {
                continue;
            }
            if let Some(reason) = wanted.contradicts(pins.get(&name).map(Vec::as_slice), &environment) {
                return Freshness::Stale(reason);
            }
        }
        self.removed(file).map_or(Freshness::Fresh, Freshness::Stale)
    }

    /// A pin that is there for an input which no longer asks for it.
    fn removed(&self, file: &RequirementsFile) -> Option<String> {
        if self.has_unnamed {
            return None;
        }
        let names: BTreeSet<String> =
            self.requirements.iter().map(|wanted| normalised(&wanted.requirement.name)).collect();
        file.lines.iter().find_map(|line| {
            let requirement = named(line)?;
            let from = line.via.iter().find_map(|via| self.input_of(via))?;
            let is_gone = !names.contains(&normalised(&requirement.name));
            is_gone.then(|| {
                format!("line {} is there because of `{from}`, which no longer asks for it", line.line)
            })
        })
    }

    /// The input that a `# via` comment names, if it was read.
    fn input_of<'v>(&self, via: &'v str) -> Option<&'v str> {
        let named = via.strip_prefix("-r ").map(str::trim);
        let of_project = || via.strip_suffix(')')?.rsplit_once('(').map(|(_, file)| file);
        named.or_else(of_project).filter(|name| self.files.contains(name.trim_start_matches("./")))
    }
}

impl InputRequirement {
    /// How the pins of its name contradict it.
    fn contradicts(&self, pins: Option<&[Requirement]>, environment: &MarkerEnvironment) -> Option<String> {
        let Self { place, requirement } = self;
        let applies = match &requirement.marker {
            None => Answer::Yes,
            Some(marker) => marker.evaluate(environment, &ActiveNames::default()),
        };
        if applies != Answer::Yes {
            return None;
        }
        let Some(pins) = pins else {
            return Some(format!("`{place}` asks for `{}`, which it does not have", requirement.text));
        };
        let Wanted::Version(specifiers) = &requirement.wanted else { return None };
        let refused = |pin: &&Requirement| {
            pinned_version(pin).is_some_and(|version| !specifiers.accept_installed(&version))
        };
        let refused = pins.iter().find(refused)?;
        Some(format!("`{place}` asks for `{}`, and it has `{}`", requirement.text, refused.text))
    }
}

/// The Python that a file was compiled for, if it is for one: `pip-compile` says so in the first lines, `uv` in the command.
fn python_of(bytes: &[u8], header: &CompiledHeader) -> Option<String> {
    let is_feature = |version: &String| version.split('.').count() == 2;
    let option = header.words.iter().position(|word| word == "--python-version" || word == "-p");
    if let Some(position) = option {
        return header.words.get(position + 1).cloned().filter(is_feature);
    }
    let start = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes)).to_ascii_lowercase();
    let (_, rest) = start.split_once("autogenerated by pip-compile with python ")?;
    rest.split_whitespace().next().map(|version| version.trim_end_matches('.').to_owned()).filter(is_feature)
}
