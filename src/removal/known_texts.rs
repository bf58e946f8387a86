//! Texts that creators write, known by their digests: with the path of the environment and its prompt taken out, the text
//! of a version is the same in every environment.
//!
//! A text that is not known is no foreign file: it is copied before it is deleted. So a new version of a creator costs a
//! copy, until its texts are added here.

use crate::formats::digest;

/// What stands in the place of a path.
const PATH: &[u8] = b"\0path\0";
/// What stands in the place of a prompt.
const PROMPT: &[u8] = b"\0prompt\0";
/// What stands in the place of a version.
const VERSION: &[u8] = b"python\0version\0";

/// What is filled into the texts of one environment.
#[derive(Debug, Default)]
pub(super) struct FilledIn {
    /// The paths of its directory, now and as recorded.
    pub(super) paths: Vec<Vec<u8>>,
    /// What shells may show while it is active.
    pub(super) prompts: Vec<Vec<u8>>,
}

/// Says whether a creator writes this text into a file of this name in some environment.
pub(super) fn is_known(name: &[u8], text: &[u8], filled_in: &FilledIn) -> bool {
    let digest = digest::hexadecimal(&template(text, filled_in));
    let digest = &digest[..DIGITS];
    KNOWN.iter().any(|(known, digests)| known.as_bytes() == name && digests.contains(&digest))
}

/// The text without what is filled into it.
fn template(text: &[u8], filled_in: &FilledIn) -> Vec<u8> {
    let mut text = text.to_vec();
    for path in &filled_in.paths {
        text = replaced(&text, path, PATH);
    }
    for prompt in &filled_in.prompts {
        for (before, after) in [(b"(", b")".as_slice()), (b"'", b"'"), (b"\"", b"\"")] {
            let quoted = [before.as_slice(), prompt, after].concat();
            text = replaced(&text, &quoted, PROMPT);
        }
    }
    without_version(&text)
}

/// The text with every occurrence of a part replaced by another.
fn replaced(text: &[u8], part: &[u8], by: &[u8]) -> Vec<u8> {
    if part.is_empty() {
        return text.to_vec();
    }
    let mut rest = 0;
    let mut made = Vec::with_capacity(text.len());
    for at in memchr::memmem::find_iter(text, part) {
        made.extend_from_slice(&text[rest..at]);
        made.extend_from_slice(by);
        rest = at + part.len();
    }
    made.extend_from_slice(&text[rest..]);
    made
}

/// The text with `python3.12` as one word for every version.
fn without_version(text: &[u8]) -> Vec<u8> {
    let (mut made, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some(at) = memchr::memmem::find(rest, b"python3.") {
        let after = at + b"python3.".len();
        let digits = rest[after..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        made.extend_from_slice(&rest[..at]);
        made.extend_from_slice(if digits > 0 { VERSION } else { &rest[at..after] });
        rest = &rest[after + digits..];
    }
    made.extend_from_slice(rest);
    made
}

/// How much of a digest is kept here.
const DIGITS: usize = 32;

/// The names of files with the digests of their templates, each with the creators that write it.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "CACHEDIR.TAG",
        &[
            "ada6be8a09ec6e91c0e21a94bfd665f8", // git-pyenv
            "7afb1f49a874268ccc7b4d34ab03fc9f", // virtualenv 21.15
            "5953156d7e0c564a427251316eaf26f8", // uv 0.13
        ],
    ),
    (
        ".gitignore",
        &[
            "cdbcae15105d6b781e620813c79c7e86", // git-pyenv
            "36692e1840f82f75adce103fd03e65b1", // venv 3.13.0
            "df42dbae16a5aa1a1fcf05f9c2e52c84", // virtualenv 20.0, virtualenv 20.13, virtualenv 21.15
            "684888c0ebb17f374298b65ee2807526", // uv 0.13
        ],
    ),
    (
        "Activate.ps1",
        &[
            "9f02f0896d9b76f679d8e9ec40a2f582", // venv 3.8.18
            "07c71e3f4cd0102046dd9f9a5fef4cab", // venv 3.9.18
            "3795a060dea7d621320d6d841deb3759", // venv 3.10.13, venv 3.11.7, venv 3.12.1
            "eb8ce20f580877d300c4fed60a7f36da", // venv 3.13.0
        ],
    ),
    (
        "_virtualenv.pth",
        &[
            "69ac3d8f27e679c81b94ab30b3b56e9c", // virtualenv 20.0, virtualenv 20.13
        ],
    ),
    (
        "_virtualenv.py",
        &[
            "684b8c07932ba4a84ac2e5ae9afe49ef", // virtualenv 20.0, virtualenv 20.13
        ],
    ),
    (
        "activate",
        &[
            "d999b2b425b870f70521291223fbbae7", // virtualenv 16.7
            "df1966d6d6aea66248d9b2433f51f34d", // venv 3.6.15
            "ef6689a0af2925cc45e93281d543bf87", // venv 3.7.16
            "7adc357c4619f99d593c8e9ba48e8a15", // venv 3.8.18
            "58e734885032e3d7479730209fe57493", // venv 3.9.18
            "ff2c084de74ad963e4ca152e38b88eb3", // venv 3.10.13
            "de82d3d959156f74f5dcd8da3ef1d520", // venv 3.11.7
            "9ff9c5cff129e561f31b75f352a45b7e", // venv 3.12.1
            "c8969e74829938bc70e5a5f31e7cf2d0", // venv 3.13.0
            "53bf4ea0b559e9f67b8c808ee9381434", // virtualenv 20.0
            "8ac37c2bafd1fffdcdce5d3f4864881f", // virtualenv 20.13
            "524587ec3fbdf415b49bb6ebce9b9b6c", // virtualenv 21.15
            "f14ced464442c0d6db10a63cad546e44", // uv 0.13
        ],
    ),
    (
        "activate.bat",
        &[
            "f48410ed2fa2e583763497a44f244f0d", // uv 0.13
        ],
    ),
    (
        "activate.csh",
        &[
            "9250f93e8ae938b535cb635bd4c5f993", // virtualenv 16.7
            "e79e137ad00f45ef05c7bc39058235ae", // venv 3.6.15, venv 3.7.16
            "ee2fa3887832f17848dfbd5e643de01c", // venv 3.8.18
            "b50d9f52d28cfeaff3c4ac37beee2462", // venv 3.9.18
            "2625db2aae38f925e5516189e1e1332c", // venv 3.10.13, venv 3.11.7
            "717c242900a4781ab3c35c45d029f8c6", // venv 3.12.1
            "38edaaa099bd830b944abf0766cc4c19", // venv 3.13.0
            "81a944695bc6400a1c866eb13b72515f", // virtualenv 20.0
            "65cb86ffe028dfb493135922996f74ad", // virtualenv 20.13
            "2bc0950b7a6d047ca8dc1b6edfe6e446", // virtualenv 21.15
            "338de0426076ff1931089b14ae23e241", // uv 0.13
        ],
    ),
    (
        "activate.fish",
        &[
            "a35a7c66d0b13b20971de66ea9fd36e7", // virtualenv 16.7
            "59c0d148dda2c3e54fe12f8f7243b87f", // venv 3.6.15
            "2221569c3ff624700a932d62b8e2b815", // venv 3.7.16
            "96bfa2c18b3dbf5e2ba3adef7c4f868e", // venv 3.8.18
            "9b586495095d8e5251983e0259d4180f", // venv 3.9.18
            "24e78b681cdadf1a63d6f09222fd2986", // venv 3.10.13, venv 3.11.7
            "537daf042ee7ac1fdda199a0619a9a45", // venv 3.12.1
            "164f73c3d565f3a355998e88aa06243b", // venv 3.13.0
            "53e562c6486394dc50b17594c95ad2fa", // virtualenv 20.0
            "28b8f3e1c6e1edf109f717db939e7483", // virtualenv 20.13
            "86e41cd599caf600095f3e1ad11a88a1", // virtualenv 21.15
            "f5b0e443775e84e40db3f4b15d48f215", // uv 0.13
        ],
    ),
    (
        "activate.nu",
        &[
            "83e54bd6aeea48332547da62f66d4291", // virtualenv 20.13
            "a8804a30e869a38982021c12e0c1bb5a", // virtualenv 21.15
            "c9ba10bee24c11a318073e4cd2ef01fd", // uv 0.13
        ],
    ),
    (
        "activate.ps1",
        &[
            "690b38c628c164e7e10b1d13c60491fa", // virtualenv 16.7, virtualenv 20.0
            "e77f5bfaa20c9d34e4ca1b1ebf6fbbea", // virtualenv 20.13
            "d1d7d6387dda056f729e08e58b29c5a6", // virtualenv 21.15
            "78e92217a9380caaccc1a7fe0a5623a8", // uv 0.13
        ],
    ),
    (
        "activate.xsh",
        &[
            "6581c65f94ff52645febc98575dc1003", // virtualenv 16.7, virtualenv 20.0
            "11eb95bbe386c6988962fea25322cc8e", // virtualenv 21.15
            "df312406d0948f4d7aabfda405ebf28b", // uv 0.13
        ],
    ),
    (
        "activate_this.py",
        &[
            "665530c2baa6210da6b8b3c980e143ad", // virtualenv 16.7
            "5e8dc01277471e7daee84d42c0901213", // virtualenv 20.0, virtualenv 20.13
            "8c510d98726048e12eea007bac17fafa", // virtualenv 21.15
            "df56a3f1786323a8f53e42cadfa981a6", // uv 0.13
        ],
    ),
    (
        "deactivate.bat",
        &[
            "13ea86073a9ee43a66e3549312599dd4", // uv 0.13
        ],
    ),
    (
        "deactivate.csh",
        &[
            "f4df8e1e2ebc6233b70837312a7248ab", // virtualenv 21.15
        ],
    ),
    (
        "deactivate.nu",
        &[
            "e238fe76ca8adc55914597121fa7710d", // virtualenv 20.13
        ],
    ),
    (
        "pydoc.bat",
        &[
            "09f9608d478fa48a9e49af8f413cfeaa", // uv 0.13
        ],
    ),
    (
        "python-config",
        &[
            "4c4d1d0bddd8f4ab0ec229df4692287c", // virtualenv 16.7
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_makes_no_difference() {
        let filled_in = |path: &str, prompt: &str| FilledIn {
            paths: vec![path.as_bytes().to_vec()],
            prompts: vec![prompt.as_bytes().to_vec()],
        };
        let one = template(b"cd \"/a/b\"\nPS1=\"(b) \"\nlib/python3.12/x\n", &filled_in("/a/b", "b"));
        let other = template(b"cd \"/c\"\nPS1=\"(mine) \"\nlib/python3.9/x\n", &filled_in("/c", "mine"));
        assert_eq!(one, other);
        let changed = template(b"cd \"/c\"\nPS1=\"(other) \"\nlib/python3.9/x\n", &filled_in("/c", "mine"));
        assert_ne!(one, changed);
        assert_eq!(without_version(b"python3.\n"), b"python3.\n");
    }
}
