//! What a plan rests on that another program carries out.

use std::path::Path;

use crate::env::Env;
use crate::fs::{add_place, file_stamp, real_path};
use crate::model::PlanBasis;
use crate::path::path_to_bytes;

/// How the variables of the user begin that say where programs install from.
const VARIABLES: [&str; 6] = ["PIP_", "UV_", "POETRY_", "PDM_", "PIPENV_", "CONDA_"];

/// Adds the programs of these commands, each as its words, and the variables that decide where they install from.
pub fn add_commands(basis: &mut PlanBasis, env: &Env, commands: &[Vec<String>]) {
    let programs = commands.iter().filter_map(|words| words.first());
    programs.for_each(|program| add_program(basis, Path::new(program)));
    for (name, value) in VARIABLES.iter().flat_map(|start| env.starting_with(start)) {
        basis.add(name, &path_to_bytes(value.as_ref()));
    }
}

/// Adds the file that a program is.
pub fn add_program(basis: &mut PlanBasis, program: &Path) {
    add_place(basis, program);
    let file = real_path(program);
    let stamp = file.as_deref().and_then(file_stamp).unwrap_or_default();
    basis.add("program", &stamp.map(u64::to_le_bytes).concat());
}
