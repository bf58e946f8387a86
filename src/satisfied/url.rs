//! When two URLs name the same thing.

/// A URL in the form in which it is compared: without credentials, fragment, default port, trailing slash and `.git`,
/// with escaped characters written out, in lower case where case does not matter. As uv's `CanonicalUrl`, which follows
/// cargo's.
pub(super) fn canonical(url: &str) -> String {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let scheme = scheme.to_ascii_lowercase();
    let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        "ssh" => ":22",
        _ => "",
    };
    let host = host.strip_suffix(default_port).filter(|_| !default_port.is_empty()).unwrap_or(&host);
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let path = unescaped(path.trim_end_matches('/'));
    let path = path.strip_suffix(".git").unwrap_or(&path);
    let path = if host == "github.com" { path.to_lowercase() } else { path.to_owned() };
    let host = if host == "localhost" && scheme == "file" { "" } else { host };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{host}{path}{query}")
}

/// Writes out `%XX`; what is not UTF-8 then stays as it is.
fn unescaped(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).filter(|_| byte == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                out.push(value);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn what_does_not_change_the_place_is_left_out() {
        let same = [
            ("https://user:secret@Example.org:443/a/b.zip", "https://example.org/a/b.zip#sha256=00"),
            ("https://example.org/a%2Bb/", "https://example.org/a+b"),
            ("https://GitHub.com/Pypa/Sample.git", "https://github.com/pypa/sample"),
            ("ssh://git@example.org/a/b.git", "ssh://example.org:22/a/b"),
            ("file://localhost/a/x.whl", "file:///a/x.whl"),
            ("HTTPS://example.org", "https://example.org/"),
        ];
        for (one, other) in same {
            assert_eq!(canonical(one), canonical(other));
        }
        let different = [
            ("https://example.org/a.zip", "https://example.org/A.zip"),
            ("https://example.org/a.zip", "http://example.org/a.zip"),
            ("https://example.org/a?x=1", "https://example.org/a?x=2"),
            ("https://example.org:8443/a", "https://example.org/a"),
            ("ssh://example.org/a", "https://example.org/a"),
        ];
        for (one, other) in different {
            assert_ne!(canonical(one), canonical(other));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_one_form(text: String) {
            let once = canonical(&text);
            proptest::prop_assert_eq!(canonical(&format!("{text}#x")), once);
        }

        #[test]
        fn any_url_has_one_form(rest in "[a-z@:/?#%.&2e]{0,20}") {
            let _ = canonical(&format!("https://{rest}"));
        }
    }
}
