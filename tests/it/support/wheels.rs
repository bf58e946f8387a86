//! Wheels made in a test, as archives that pip and uv install
//! (<https://packaging.python.org/en/latest/specifications/binary-distribution-format/>).

use std::io::{Cursor, Write};
use std::path::PathBuf;

use git_pyenv::formats::record::{self, RecordRow};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::repository::Sandbox;

/// A wheel that is put together.
pub(crate) struct Wheel {
    name: String,
    version: String,
    metadata: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Wheel {
    /// A wheel with one package of its name; the name is written as in file names, with `_`.
    pub(crate) fn new(name: &str, version: &str) -> Self {
        let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
        let wheel = Self { name: name.to_owned(), version: version.to_owned(), metadata, files: Vec::new() };
        wheel.file(&format!("{name}/__init__.py"), &format!("__version__ = \"{version}\"\n"))
    }

    /// Adds a file, by its path in the archive.
    pub(crate) fn file(mut self, path: &str, content: &str) -> Self {
        self.files.push((path.to_owned(), content.as_bytes().to_vec()));
        self
    }

    /// Adds a header to `METADATA`, such as `Requires-Dist: six`.
    pub(crate) fn header(mut self, line: &str) -> Self {
        self.metadata.push_str(&format!("{line}\n"));
        self
    }

    /// Adds a file of `.dist-info`.
    pub(crate) fn information(self, name: &str, content: &str) -> Self {
        let path = format!("{}-{}.dist-info/{name}", self.name, self.version);
        self.file(&path, content)
    }

    /// Writes the archive to `wheels/` of the sandbox and returns its path.
    pub(crate) fn write(self, sandbox: &Sandbox) -> PathBuf {
        let metadata = self.metadata.clone();
        let settings = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
        let wheel = self.information("METADATA", &metadata).information("WHEEL", settings);
        let list = format!("{}-{}.dist-info/RECORD", wheel.name, wheel.version);
        let row = |(path, content): &(String, Vec<u8>)| RecordRow {
            path: path.as_bytes().to_vec(),
            hash: Some(record::hash(content)),
            size: Some(content.len() as u64),
        };
        let mut rows: Vec<RecordRow> = wheel.files.iter().map(row).collect();
        rows.push(RecordRow { path: list.as_bytes().to_vec(), hash: None, size: None });
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let listed = (list, record::write(&rows));
        for (path, content) in wheel.files.iter().chain([&listed]) {
            archive.start_file(path.as_str(), options).expect("an entry");
            archive.write_all(content).expect("its content");
        }
        let bytes = archive.finish().expect("an archive").into_inner();
        sandbox.make_directory("wheels");
        let place = sandbox.path(&format!("wheels/{}-{}-py3-none-any.whl", wheel.name, wheel.version));
        sandbox.overwrite(&place, &bytes);
        place
    }
}
