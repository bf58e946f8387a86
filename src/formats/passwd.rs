//! The names of the users of a system (<https://man7.org/linux/man-pages/man5/passwd.5.html>).

/// The name of the first user with this id.
#[must_use]
pub fn user_name(bytes: &[u8], uid: u32) -> Option<String> {
    let uid = uid.to_string();
    bytes.split(|&byte| byte == b'\n').find_map(|line| {
        let mut fields = line.split(|&byte| byte == b':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        (fields.nth(1)? == uid.as_bytes()).then(|| String::from_utf8_lossy(name).into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_name_of_an_id() {
        let file =
            b"root:x:0:0:root:/root:/bin/bash\n# 7\n:x:7::\nada\xff:x:1000:1000\nsecond:x:1000:1::/:\nbad:x";
        assert_eq!(user_name(file, 0).as_deref(), Some("root"));
        assert_eq!(user_name(file, 1000).as_deref(), Some("ada\u{fffd}"));
        assert_eq!(user_name(file, 7), None);
        assert_eq!(user_name(b"", 0), None);
    }
}
