//! `requirements.txt`, or the file that the setting `requirementsFile` names
//! (<https://pip.pypa.io/en/stable/reference/requirements-file-format/>).

use super::{Manifest, ProjectMark};

/// Lists requirements, one a line.
pub static MANIFEST: Manifest = Manifest {
    mark: |_, _| ProjectMark::Plain,
    setting: Some(|settings| &settings.requirements_file.value),
    declares: Some(|bytes| has_requirements(bytes).then(|| "lists requirements".to_owned())),
    ..Manifest::named("requirements.txt")
};

/// Says whether a line is neither blank nor a comment.
fn has_requirements(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.any(|line| !line.is_empty() && !line.starts_with(b"#"))
}
