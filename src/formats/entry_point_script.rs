//! Scripts that installers generate for the commands of a package: a first line with the interpreter, and a call.
//!
//! The texts are those of distlib (<https://github.com/pypa/distlib/blob/master/distlib/scripts.py>), which virtualenv
//! uses, and of pip and uv, which derive theirs from it.

use super::entry_points::EntryPoint;

/// What begins the first two lines where the path of the interpreter has a space or is too long.
const SHELL: &[u8] = b"#!/bin/sh\n'''exec' ";
/// What ends them.
const SHELL_END: &[u8] = b" \"$0\" \"$@\"\n' '''\n";
const REPLACED: &str = r"sys.argv[0] = re.sub(r'(-script\.pyw|\.exe)?$', '', sys.argv[0])";
/// As distlib wrote it before 0.2.8.
const REPLACED_BEFORE: &str = r"sys.argv[0] = re.sub(r'(-script\.pyw?|\.exe)?$', '', sys.argv[0])";

/// Says whether a text is exactly the script for a command that an installer generates for one of these interpreters.
#[must_use]
pub fn is_script_of(text: &[u8], command: &EntryPoint, interpreters: &[Vec<u8>]) -> bool {
    body(text, interpreters).is_some_and(|body| bodies(command).iter().any(|one| one.as_bytes() == body))
}

/// What follows the first line, if that names one of the interpreters.
fn body<'t>(text: &'t [u8], interpreters: &[Vec<u8>]) -> Option<&'t [u8]> {
    interpreters.iter().find_map(|interpreter| {
        let plain = [b"#!", interpreter.as_slice(), b"\n"].concat();
        let quoted = |quote: &[u8]| [SHELL, quote, interpreter, quote, SHELL_END].concat();
        let heads = [plain, quoted(b""), quoted(b"\""), quoted(b"'")];
        heads.iter().find_map(|head| text.strip_prefix(head.as_slice()))
    })
}

/// Every text that calls a command.
fn bodies(command: &EntryPoint) -> [String; 5] {
    let EntryPoint { module, function, .. } = command;
    let imported = function.split('.').next().unwrap_or(function);
    let import = format!("from {module} import {imported}\n");
    let head = "# -*- coding: utf-8 -*-\nimport re\nimport sys\n";
    let inside = |replaced: &str| {
        format!("{head}if __name__ == '__main__':\n    {import}    {replaced}\n    sys.exit({function}())\n")
    };
    let outside = |replaced: &str| {
        format!("{head}{import}if __name__ == '__main__':\n    {replaced}\n    sys.exit({function}())\n")
    };
    let uv = format!(
        "# -*- coding: utf-8 -*-\nimport sys\n{import}if __name__ == \"__main__\":\n    \
         if sys.argv[0].endswith(\"-script.pyw\"):\n        sys.argv[0] = sys.argv[0][:-11]\n    \
         elif sys.argv[0].endswith(\".exe\"):\n        sys.argv[0] = sys.argv[0][:-4]\n    \
         sys.exit({function}())\n"
    );
    [inside(REPLACED), outside(REPLACED), inside(REPLACED_BEFORE), outside(REPLACED_BEFORE), uv]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_was_changed_is_another() {
        let command =
            EntryPoint { name: "x".to_owned(), module: "a.b".to_owned(), function: "Main.run".to_owned() };
        let interpreters = [b"/v/bin/python".to_vec(), b"/v/bin/python3".to_vec()];
        let is_script = |text: &str| is_script_of(text.as_bytes(), &command, &interpreters);
        let body = "# -*- coding: utf-8 -*-\nimport re\nimport sys\nfrom a.b import Main\nif __name__ == '__main__':\n    \
                    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])\n    sys.exit(Main.run())\n";
        let shell = format!("#!/bin/sh\n'''exec' \"/v/bin/python\" \"$0\" \"$@\"\n' '''\n{body}");
        assert!(is_script(&format!("#!/v/bin/python\n{body}")) && is_script(&shell));
        let others = [
            format!("#!/v/bin/python -O\n{body}"),
            format!("#!/other/bin/python\n{body}"),
            format!("#!/v/bin/python\n{body}print()\n"),
            format!("#!/v/bin/python\n{}", body.replace("a.b", "a.c")),
            "#!/v/bin/python\nimport sys\nsys.exit(sys.argv[0])\n".to_owned(),
            String::new(),
        ];
        for other in others {
            assert!(!is_script(&other), "{other}");
        }
    }
}
