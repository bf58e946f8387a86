//! `NAME.egg-link`, in which `setup.py develop` records the directory of a project
//! (<https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html>).

use std::path::PathBuf;

use crate::path::bytes_to_path;

/// The directory of the project: the first line that is not blank. It may be relative to the directory of the file.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<PathBuf> {
    let lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.into_iter().find(|line| !line.is_empty()).map(bytes_to_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_used() {
        assert_eq!(read(b"/home/u/my project\n."), Some(PathBuf::from("/home/u/my project")));
        assert_eq!(read(b"\r\n ../p \r\n.\r\n"), Some(PathBuf::from("../p")));
        assert_eq!((read(b""), read(b"\n \n")), (None, None));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            let blank = bytes.iter().all(u8::is_ascii_whitespace);
            proptest::prop_assert_eq!(read(&bytes).is_none(), blank);
        }
    }
}
