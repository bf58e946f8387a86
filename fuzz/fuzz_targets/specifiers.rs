//! Specifiers of PEP 440, and the constraints of Poetry.
#![no_main]

use git_pyenv::python::Specifiers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str, &str)| {
    let (first, second, version) = texts;
    let read = [Specifiers::parse(first), Specifiers::parse_poetry(first), Specifiers::parse(second)];
    let read: Vec<&Specifiers> = read.iter().flatten().collect();
    for specifiers in &read {
        let accepted = specifiers.accept_installed(version);
        assert!(accepted || !specifiers.is_any(), "{specifiers} {version}");
        let _ = (specifiers.accept_some(&[3]), specifiers.is_pinned());
    }
    if let Ok(specifiers) = Specifiers::parse(first) {
        assert_eq!(Specifiers::parse(&specifiers.to_string()), Ok(specifiers));
    }
    if !read.is_empty() && read.iter().all(|specifiers| specifiers.accept_installed(version)) {
        assert!(!Specifiers::exclude_each_other(&read), "{read:?} accept {version}");
    }
});
