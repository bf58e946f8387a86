//! Environment markers.
#![no_main]

use git_pyenv::python::{ActiveNames, Answer, Marker, MarkerEnvironment};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str)| {
    let (text, value) = texts;
    let Ok(marker) = Marker::parse(text) else { return };
    let nothing = MarkerEnvironment::default();
    let more = MarkerEnvironment {
        os_name: Some(value.to_owned()),
        python_version: Some("3.12".to_owned()),
        python_full_version: Some("3.12.4".to_owned()),
        ..MarkerEnvironment::default()
    };
    let active = ActiveNames { extras: vec!["a".to_owned()], groups: Some(vec![value.to_owned()]) };
    let (first, second) = (marker.evaluate(&nothing, &active), marker.evaluate(&more, &active));
    // What is known does not change when more is known.
    if !matches!(first, Answer::Unknown(_)) {
        assert_eq!(first, second, "{text}");
    }
});
