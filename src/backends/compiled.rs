//! Requirements that `uv pip compile` or `pip-compile` wrote, and that are written again by the same command. It stands in
//! the file, which may come from anybody: only what says which requirements count, and how the file looks, is taken over.

use std::path::Path;

use super::backend::PlannedCommand;
use crate::path::{printable, resolve};

/// Options that are taken over with the path of a file behind them.
const WITH_FILE: [&str; 9] = [
    "--build-constraint",
    "--build-constraints",
    "--constraint",
    "--constraints",
    "--exclude",
    "--excludes",
    "--override",
    "--overrides",
    "-c",
];

/// Options that are taken over with another word behind them.
const WITH_WORD: [&str; 15] = [
    "--annotation-style",
    "--exclude-newer",
    "--extra",
    "--fork-strategy",
    "--group",
    "--no-emit-package",
    "--only-binary",
    "--prerelease",
    "--python-platform",
    "--python-version",
    "--resolution",
    "--resolver",
    "--torch-backend",
    "--unsafe-package",
    "--index-strategy",
];

/// Options that are taken over as they are.
const ALONE: [&str; 26] = [
    "--all-extras",
    "--allow-unsafe",
    "--emit-build-options",
    "--emit-index-annotation",
    "--emit-marker-expression",
    "--generate-hashes",
    "--newline",
    "--no-allow-unsafe",
    "--no-annotate",
    "--no-build",
    "--no-cache",
    "--no-config",
    "--no-deps",
    "--no-emit-find-links",
    "--no-emit-index-url",
    "--no-emit-options",
    "--no-emit-trusted-host",
    "--no-header",
    "--no-sources",
    "--no-strip-extras",
    "--offline",
    "--pre",
    "--quiet",
    "--strip-extras",
    "--universal",
    "-q",
];

/// The command that writes a file again, by the words in its first lines; it starts in a directory of the work tree. `output`
/// is the file as seen from there.
///
/// # Errors
/// Why that is left to the user, as a fragment that says what the command does.
pub fn compile(
    program: &Path,
    words: &[String],
    directory: &str,
    output: &str,
) -> Result<PlannedCommand, String> {
    let (start, rest): (&[&str], &[String]) = match words {
        [uv, pip, compile, rest @ ..] if uv == "uv" && pip == "pip" && compile == "compile" => {
            (&["pip", "compile", "--color", "never"], rest)
        }
        [compile, rest @ ..] if compile == "pip-compile" => (&[], rest),
        _ => return Err("is no command of uv or pip-compile".to_owned()),
    };
    let is_inside = |path: &str| {
        resolve(directory.as_bytes(), path.as_bytes()).is_some() && !Path::new(path).is_absolute()
    };
    let file = |path: &str| match is_inside(path) && path != "-" {
        true => Ok(path.to_owned()),
        false => Err(format!("names `{}`, which is outside of the work tree", printable(path.as_bytes()))),
    };
    let mut command = PlannedCommand::new(program, start);
    let mut rest = rest.iter().map(String::as_str);
    while let Some(word) = rest.next() {
        if !word.starts_with('-') {
            command = command.with([file(word)?]);
            continue;
        }
        let (option, attached) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (word, None),
        };
        if attached.is_none() && ALONE.contains(&option) {
            command = command.with([option]);
            continue;
        }
        let takes_file = WITH_FILE.contains(&option);
        let is_output = ["-o", "--output-file"].contains(&option);
        if !takes_file && !is_output && !WITH_WORD.contains(&option) {
            return Err(format!("has `{}`", printable(option.as_bytes())));
        }
        let value =
            attached.or_else(|| rest.next()).ok_or_else(|| format!("has `{option}` without a value"))?;
        let value = if takes_file { file(value)? } else { value.to_owned() };
        if !is_output {
            command = command.with([format!("{option}={value}")].into_iter().flat_map(split_short));
        }
    }
    Ok(command.with([format!("--output-file={output}")]))
}

/// An option of one letter takes its value in the next word.
fn split_short(word: String) -> Vec<String> {
    match word.split_once('=') {
        Some((option, value)) if !option.starts_with("--") => vec![option.to_owned(), value.to_owned()],
        _ => vec![word],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(text: &str) -> Result<String, String> {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        let command = compile(Path::new("/bin/x"), &words, "sub", "r.txt")?;
        let words: Vec<_> =
            command.arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        Ok(words.join(" "))
    }

    #[test]
    fn the_command_is_taken_over_as_far_as_it_is_harmless() {
        let cases = [
            ("uv pip compile r.in -o r.txt", Ok("pip compile --color never r.in --output-file=r.txt")),
            (
                "pip-compile --extra=dev -c ../limits.txt --generate-hashes --output-file=other.txt r.in",
                Ok("--extra=dev -c ../limits.txt --generate-hashes r.in --output-file=r.txt"),
            ),
            (
                "uv pip compile --python-version 3.12 r.in",
                Ok("pip compile --color never --python-version=3.12 r.in --output-file=r.txt"),
            ),
            ("uv pip compile --python ./evil r.in", Err("has `--python`")),
            ("uv pip compile --index-url https://example.org r.in", Err("has `--index-url`")),
            ("uv pip compile --config-file=x r.in", Err("has `--config-file`")),
            ("uv pip compile ../../r.in", Err("names `../../r.in`, which is outside of the work tree")),
            ("uv pip compile -c /etc/x r.in", Err("names `/etc/x`, which is outside of the work tree")),
            ("uv pip compile -", Err("has `-`")),
            ("uv pip compile --extra", Err("has `--extra` without a value")),
            ("make requirements", Err("is no command of uv or pip-compile")),
            ("uv run evil", Err("is no command of uv or pip-compile")),
        ];
        for (text, expected) in cases {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(compiled(text), expected, "{text}");
        }
    }
}
