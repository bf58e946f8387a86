//! The names of entries in `site-packages`, and which of them belong to a distribution
//! (<https://packaging.python.org/en/latest/specifications/recording-installed-packages/>,
//! <https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html>).

/// An entry that belongs to a distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteEntry<'n> {
    /// `NAME-VERSION.dist-info`.
    DistInfo(NameParts<'n>),
    /// `NAME[-VERSION[-pyX.Y[-PLATFORM]]].egg-info`.
    EggInfo(NameParts<'n>),
    /// `NAME-VERSION-pyX.Y[-PLATFORM].egg`.
    Egg(NameParts<'n>),
    /// `NAME.egg-link`.
    EggLink(NameParts<'n>),
    /// An entry that pip renamed before removing it (`~ame-VERSION.dist-info`, `~-me`) and then did not remove.
    Leftover,
}

/// The name and version in the name of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameParts<'n> {
    /// The distribution's name, with `_` for each `-`.
    pub name: &'n str,
    /// Its version, if the name has one.
    pub version: Option<&'n str>,
}

/// Parses a name; `None` if it does not belong to a distribution: modules, packages, `.pth` files, virtualenv's markers
/// `NAME-VERSION.virtualenv`, and names that are not UTF-8.
#[must_use]
pub fn read(name: &[u8]) -> Option<SiteEntry<'_>> {
    let name = std::str::from_utf8(name).ok()?;
    if name.starts_with('~') {
        return Some(SiteEntry::Leftover);
    }
    let (stem, ending) = name.rsplit_once('.')?;
    let parts = parts(stem)?;
    match ending {
        // pip takes all that follows the first `-` for the version.
        "dist-info" => {
            let version =
                stem.split_once('-').map(|(_, version)| version).filter(|version| !version.is_empty());
            Some(SiteEntry::DistInfo(NameParts { version, ..parts }))
        }
        "egg-info" => Some(SiteEntry::EggInfo(parts)),
        "egg" => Some(SiteEntry::Egg(parts)),
        "egg-link" => Some(SiteEntry::EggLink(NameParts { name: stem, version: None })),
        _ => None,
    }
}

/// Splits at the first `-`; the version ends at the next one.
fn parts(stem: &str) -> Option<NameParts<'_>> {
    let mut pieces = stem.split('-');
    let name = pieces.next().filter(|name| !name.is_empty())?;
    Some(NameParts { name, version: pieces.next().filter(|version| !version.is_empty()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parsed() {
        let parts = |name, version: &'static str| NameParts {
            name,
            version: Some(version).filter(|version| !version.is_empty()),
        };
        let cases: [(&[u8], Option<SiteEntry<'_>>); 16] = [
            (b"a-1.0-1.dist-info", Some(SiteEntry::DistInfo(parts("a", "1.0-1")))),
            (b"pip-24.2.dist-info", Some(SiteEntry::DistInfo(parts("pip", "24.2")))),
            (b"zope.interface-5.0.dist-info", Some(SiteEntry::DistInfo(parts("zope.interface", "5.0")))),
            (b"a_b-1.0+local.dist-info", Some(SiteEntry::DistInfo(parts("a_b", "1.0+local")))),
            (b"ghost.dist-info", Some(SiteEntry::DistInfo(parts("ghost", "")))),
            (b"six-1.16.0-py3.8.egg-info", Some(SiteEntry::EggInfo(parts("six", "1.16.0")))),
            (b"six.egg-info", Some(SiteEntry::EggInfo(parts("six", "")))),
            (b"x-1-py3.8-linux-x86_64.egg", Some(SiteEntry::Egg(parts("x", "1")))),
            (b"Leg.acy-Pkg.egg-link", Some(SiteEntry::EggLink(parts("Leg.acy-Pkg", "")))),
            (b"~ip-24.2.dist-info", Some(SiteEntry::Leftover)),
            (b"~-p", Some(SiteEntry::Leftover)),
            (b"pip-26.3.virtualenv", None),
            (b"easy-install.pth", None),
            (b"pip", None),
            (b".dist-info", None),
            (b"\xff-1.dist-info", None),
        ];
        for (name, expected) in cases {
            assert_eq!(read(name), expected, "{name:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_name_can_be_parsed(stem in "[~a-z0-9.ü_-]{0,12}", ending in "(dist-info|egg-info|egg|egg-link|pth)") {
            let name = format!("{stem}.{ending}");
            let is_leftover = name.starts_with('~');
            proptest::prop_assert_eq!(read(name.as_bytes()) == Some(SiteEntry::Leftover), is_leftover);
        }
    }
}
