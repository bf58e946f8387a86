//! A requirements file that `pip-compile` or `uv pip compile` wrote from its inputs.

use std::collections::{BTreeMap, BTreeSet};

use super::pins::{expect_readable, has_option, named, option_values, pinned_version};
use super::place::seen;
use crate::formats::compiled::{CompiledBy, CompiledHeader};
use crate::formats::requirements_file::{self, RequirementEntry, RequirementsFile};
use crate::formats::{self, Value, utf8};
use crate::message::{Message, message};
use crate::model::Freshness;
use crate::project::locks::LockInput;
use crate::python::{ActiveNames, Answer, MarkerEnvironment, Requirement, Wanted, normalised};

/// What `pip-compile` leaves out unless it is told to include it.
const UNSAFE: [&str; 4] = ["setuptools", "pip", "distribute", "pkg-resources"];

/// As many files may include each other.
const MOST_FILES: usize = 1_000;

/// Options that change which requirements of the inputs count.
const CHOOSING: [&str; 5] =
    ["--group", "--only-deps", "--build-deps-for", "--all-build-deps", "--only-build-deps"];

/// A requirement of an input, and where it is.
struct InputRequirement {
    place: Message,
    requirement: Requirement,
}

/// What was read of the inputs.
#[derive(Default)]
struct Inputs {
    /// Paths as the command and `# via` name them.
    files: BTreeSet<String>,
    requirements: Vec<InputRequirement>,
    /// Normalised names that an input may ask for as well, as with an extra that settings choose.
    possible: BTreeSet<String>,
    /// There are requirements whose names are not known.
    has_unnamed: bool,
    /// The extras that the command names, normalised; `None` for all.
    extras: Option<BTreeSet<String>>,
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
    expect_readable(file, &Message::of(input.file))?;
    let command = header.inputs.as_ref();
    let command =
        command.ok_or_else(|| Freshness::Unknown("its command does not name what it is made from".into()))?;
    if let Some(option) = CHOOSING.into_iter().find(|option| has_option(header, option)) {
        return Err(Freshness::Unknown(format!("it was made with `{option}`, which is not followed").into()));
    }
    let base = base(input, header)?;
    let names = if command.is_empty() { vec!["requirements.in".to_owned()] } else { command.clone() };
    let mut inputs = Inputs { extras: chosen_extras(header), ..Inputs::default() };
    let read = names.iter().try_for_each(|name| inputs.read(input, &base, name));
    sources.extend(inputs.files.iter().map(|name| format!("{base}{name}")));
    read?;
    Ok(inputs.judge(input, &base, file, header))
}

/// The extras that a command names, normalised; `None` for all. `pip-compile` also takes several in one word.
fn chosen_extras(header: &CompiledHeader) -> Option<BTreeSet<String>> {
    let names = option_values(header, &["--extra"]).into_iter().flat_map(|value| value.split(','));
    (!has_option(header, "--all-extras")).then(|| names.map(|name| normalised(name.trim())).collect())
}

/// The directory in which the command was called, relative to that of the file: the output is named relative to it.
pub(super) fn base(input: &LockInput<'_>, header: &CompiledHeader) -> Result<String, Freshness> {
    let Some(output) = header.output.as_deref() else { return Ok(String::new()) };
    let output = output.trim_start_matches("./");
    let path = input.file.seen_from_root();
    let is_its = path == output || path.ends_with(&format!("/{output}"));
    if !is_its || output.split('/').any(|part| part == "..") {
        return Err(Freshness::Unknown(
            format!("it was written as `{output}`, so it is not known from where").into(),
        ));
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
        let place = seen(input, &format!("{base}{name}"));
        let unknown = |reason: &str| Freshness::Unknown(message!("its input `{}`: {}", place, reason));
        if self.files.len() > MOST_FILES {
            return Err(unknown("too many files include each other"));
        }
        let bytes = input.files.read(&format!("{base}{name}")).map_err(|reason| unknown(&reason))?;
        let bytes = bytes.ok_or_else(|| unknown("it does not exist"))?;
        let file_name = name.rsplit('/').next().unwrap_or(name);
        match file_name {
            "pyproject.toml" => self.read_pyproject(&place, &bytes),
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
        let place = seen(input, &format!("{base}{name}"));
        let parsed = requirements_file::parse(bytes, &|_| None);
        let file = parsed.map_err(|error| {
            let reason = error.into_inner().reason;
            Freshness::Unreadable(message!("its input `{}` cannot be read: {}", place, reason))
        })?;
        expect_readable(&file, &place)?;
        for line in file.lines {
            match line.entry {
                Ok(RequirementEntry::Named { requirement, .. }) => {
                    let place = message!("{}:{}", place, line.line);
                    self.requirements.push(InputRequirement { place, requirement });
                }
                Ok(RequirementEntry::Source(_)) => self.has_unnamed = true,
                Ok(RequirementEntry::Requirements(included)) => {
                    let directory = name.rsplit_once('/').map_or("", |(directory, _)| directory);
                    let path = crate::path::resolve(directory.as_bytes(), included.as_bytes());
                    let path = path.as_ref().and_then(|path| path.as_str());
                    let unknown = || {
                        let reason = message!("`{}` includes `{}`, which is not followed", place, included);
                        Freshness::Unknown(reason)
                    };
                    self.read(input, base, path.ok_or_else(unknown)?)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_pyproject(&mut self, file: &Message, bytes: &[u8]) -> Result<(), Freshness> {
        let unknown = |reason: String| Freshness::Unknown(message!("its input `{}`: {}", file, reason));
        let parsed = utf8(bytes).and_then(|text| formats::toml::parse(text, &["project"]));
        let project = parsed.map_err(|error| unknown(error.to_string()))?;
        let project = project.ok_or_else(|| unknown("it has no table `project`".to_owned()))?;
        let is_dynamic = |key: &str| match project.value.at(&["dynamic"]) {
            Some(Value::List(dynamic)) => {
                dynamic.iter().any(|item| item.value == Value::Text(key.to_owned()))
            }
            _ => false,
        };
        let chooses = self.extras.as_ref().is_none_or(|extras| !extras.is_empty());
        let keys = [("dependencies", true), ("optional-dependencies", chooses)];
        if let Some((key, _)) = keys.into_iter().find(|(key, matters)| *matters && is_dynamic(key)) {
            return Err(unknown(format!("its `{key}` are dynamic")));
        }
        // Settings may choose extras that are not known then.
        self.has_unnamed |= is_dynamic("optional-dependencies");
        let mut lists = vec![(None, project.value.at(&["dependencies"]))];
        if let Some(Value::Table(extras)) = project.value.at(&["optional-dependencies"]) {
            let extras = extras.iter().map(|extra| (Some(normalised(&extra.key)), Some(&extra.value.value)));
            lists.extend(extras);
        }
        let mut found: Vec<(Option<String>, InputRequirement)> = Vec::new();
        for (extra, list) in lists {
            let Some(Value::List(items)) = list else { continue };
            for item in items {
                let Value::Text(text) = &item.value else {
                    return Err(unknown("a dependency is not a string".to_owned()));
                };
                let requirement = Requirement::parse_standard(text)
                    .map_err(|reason| unknown(format!("line {} cannot be read: {reason}", item.line)))?;
                let place = message!("{}:{}", file, item.line);
                found.push((extra.clone(), InputRequirement { place, requirement }));
            }
        }
        self.choose(found, project.value.text_at(&["name"]).map(|name| normalised(&name)));
        Ok(())
    }

    /// Takes over the requirements of a project and of the chosen extras, and of those that these name as an extra of the
    /// project itself.
    fn choose(&mut self, found: Vec<(Option<String>, InputRequirement)>, own_name: Option<String>) {
        self.possible.extend(found.iter().map(|(_, wanted)| normalised(&wanted.requirement.name)));
        let is_own =
            |wanted: &InputRequirement| own_name.as_ref() == Some(&normalised(&wanted.requirement.name));
        let mut chosen = self.extras.clone();
        while let Some(known) = &mut chosen {
            let before = known.len();
            let own = found.iter().filter(|(extra, wanted)| {
                extra.as_ref().is_none_or(|extra| known.contains(extra)) && is_own(wanted)
            });
            let more: Vec<String> = own
                .flat_map(|(_, wanted)| &wanted.requirement.extras)
                .map(|extra| normalised(extra))
                .collect();
            known.extend(more);
            if known.len() == before {
                break;
            }
        }
        let counts = |extra: &Option<String>| match (extra, &chosen) {
            (Some(extra), Some(chosen)) => chosen.contains(extra),
            _ => true,
        };
        let chosen = found.into_iter().filter(|(extra, wanted)| counts(extra) && !is_own(wanted));
        self.requirements.extend(chosen.map(|(_, wanted)| wanted));
    }

    fn judge(
        &self,
        input: &LockInput<'_>,
        base: &str,
        file: &RequirementsFile,
        header: &CompiledHeader,
    ) -> Freshness {
        let mut pins: BTreeMap<String, Vec<Requirement>> = BTreeMap::new();
        for requirement in file.lines.iter().filter_map(named) {
            pins.entry(normalised(&requirement.name)).or_default().push(requirement.clone());
        }
        let environment = MarkerEnvironment {
            python_version: python_of(input.lock, header),
            ..MarkerEnvironment::default()
        };
        let unsafe_left_out = header.tool == CompiledBy::PipCompile && !has_option(header, "--allow-unsafe");
        let left_out = option_values(header, &["--no-emit-package", "--unsafe-package"]);
        let left_out: BTreeSet<String> =
            left_out.into_iter().map(normalised).chain(excluded(input.lock)).collect();
        for wanted in &self.requirements {
            let name = normalised(&wanted.requirement.name);
            if left_out.contains(&name) || unsafe_left_out && UNSAFE.contains(&name.as_str()) {
                continue;
            }
            if let Some(reason) = wanted.contradicts(pins.get(&name).map(Vec::as_slice), &environment) {
                return Freshness::Stale(reason);
            }
        }
        self.removed(input, base, file).map_or(Freshness::Fresh, Freshness::Stale)
    }

    /// A pin that is there for an input which no longer asks for it.
    fn removed(&self, input: &LockInput<'_>, base: &str, file: &RequirementsFile) -> Option<Message> {
        if self.has_unnamed {
            return None;
        }
        let mut names = self.possible.clone();
        names.extend(self.requirements.iter().map(|wanted| normalised(&wanted.requirement.name)));
        file.lines.iter().find_map(|line| {
            let requirement = named(line)?;
            let from = line.via.iter().find_map(|via| self.input_of(via))?;
            let is_gone = !names.contains(&normalised(&requirement.name));
            is_gone.then(|| {
                let from = seen(input, &format!("{base}{}", from.trim_start_matches("./")));
                message!("line {} is there because of `{}`, which no longer asks for it", line.line, from)
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
    fn contradicts(&self, pins: Option<&[Requirement]>, environment: &MarkerEnvironment) -> Option<Message> {
        let Self { place, requirement } = self;
        let applies = match &requirement.marker {
            None => Answer::Yes,
            Some(marker) => marker.evaluate(environment, &ActiveNames::default()),
        };
        if applies != Answer::Yes {
            return None;
        }
        let Some(pins) = pins else {
            return Some(message!("`{}` asks for `{}`, which it does not have", place, requirement.text));
        };
        let Wanted::Version(specifiers) = &requirement.wanted else { return None };
        let refused = |pin: &&Requirement| {
            pinned_version(pin).is_some_and(|version| !specifiers.accept_installed(&version))
        };
        let refused = pins.iter().find(refused)?;
        Some(message!("`{}` asks for `{}`, and it has `{}`", place, requirement.text, refused.text))
    }
}

/// The names that the comment at the end of a file says were left out: settings may say so too. They are normalised.
fn excluded(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let comments = text.lines().skip_while(|line| !line.starts_with("# The following packages "));
    let names = comments.skip(1).map_while(|line| line.strip_prefix('#')).map(str::trim);
    names.filter(|name| !name.is_empty() && !name.contains(' ')).map(normalised).collect()
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
