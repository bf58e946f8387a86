//! The versions, operators, lines and other parts that cases are made of.

#[rustfmt::skip]
pub(super) const VERSIONS: [&str; 46] = [
    "1.0", "1", "1.0.0", "v1.0", "1.0+local", "1.0+local.1", "1.0+1", "1.0+a.b", "1.0.post1", "1.0.post2",
    "1.0.post1+local", "1.0-1", "1.0.dev1", "1.0.dev0", "1.0a1", "1.0rc1", "1.0rc2", "1.0-RC1", "1.0rc1.post1",
    "1.0rc1.dev1", "1.0rc1.post1.dev2", "1.0.post1.dev1", "0.9", "0", "0.dev0", "1.1", "1.1.dev1", "1.1rc1",
    "1.4", "1.4.2", "1.4.2rc1", "1.4.3rc1", "1.4.post1", "1.5", "1.5+cu118", "2.0", "2.0.dev0", "2.0.dev1",
    "2.5rc1", "2.0.post1", "1!0.5", "1!1.0", "20240101123456", "foobar", "2004d", "1.0-weird",
];

#[rustfmt::skip]
pub(super) const OPERATORS: [&str; 11] = [
    "==", "!=", "<=", ">=", "<", ">", "~=", "===", "=", "=>", "^",
];

/// What follows an operator beside a version.
#[rustfmt::skip]
pub(super) const SPECIFIED: [&str; 24] = [
    "1.*", "1.0.*", "1.0.0.*", "1!1.*", "1.0rc1.*", "1.0+local.*", "1.0.*.*", "V1.0", "1.0.", "1.0a.",
    "1.0.post", "1.0-", "1.0+LOCAL-1", "1.0+", "", " 1.0", "\t1.0", "1.0 ", "1.0 1.1", "1.0;", "1.0)", "1_0",
    "1.0alpha-1", "0.dev0",
];

#[rustfmt::skip]
pub(super) const LITERALS: [&str; 36] = [
    "3.13", "3.13.0", "3.1", "3.13.1", "3.12,3.13", "2.7, 3.6", "2.7.*", "3.13.*", "3.13a1", "3.9", "3", "4",
    "3.14.0rc1", "3.14.0", "3.15.0a2+local", "3.15.0", "linux", "linux2", "win", "win32", "darwin", "posix",
    "nt", "cpython", "pypy", "CPython", "x86_64", "x86", "", "Foo_Bar", "foo-bar", "x", "foo-bar baz", "=3.13",
    " 3.13", "é",
];

#[rustfmt::skip]
pub(super) const VARIABLES: [&str; 24] = [
    "python_version", "python_full_version", "os_name", "os.name", "sys_platform", "sys.platform",
    "platform_release", "platform_system", "platform_version", "platform.version", "platform_machine",
    "platform.machine", "platform_python_implementation", "platform.python_implementation",
    "python_implementation", "implementation_name", "implementation_version", "extra", "bogus",
    "python.version", "sys_abi_features", "variant_features", "Python_Version", "extra_",
];

#[rustfmt::skip]
pub(super) const COMPARISONS: [&str; 12] = [
    "==", "!=", "<", "<=", ">", ">=", "~=", "===", "in", "not in", "not  in", "is",
];

/// Lines with a verdict of their own.
#[rustfmt::skip]
pub(super) const LINES: [&str; 62] = [
    "Requests_Foo.Bar == 1.0 , != 1.1", "requests (>=1,<2)", "requests[]", "requests>=1,<2,", "requests=1.0",
    "requests => 1.0", "requests 1.0", "a b", "x<2>=1", "x==", "requests>=1.*", "requests~=1",
    "requests>=1.0+local", "requests==2004d", "requests===1.0-weird", "requests==v1.0", "requests==1.0-1",
    "requests==1!2.0", "requests>=2.0a1", "requests[security]==2.0 ; python_version < '3'",
    "requests ;python_version>\"3.9\"and python_version<\"4\"", "requests;", "requests; bogus=='x'",
    "requests; os_name=='posix' junk", "requests; os.name=='posix'",
    "requests; python_implementation=='CPython'", "requests;extra==\"x\"", "requests#c", "req-", "_req", "réq",
    "===", "1234", "requests \\ ", "a_", "a.-_b", "-a", "a[b,c]", "a[b c]", "a[b,]", "a[,b]", "a[B_c, b.C]",
    "a [ b ] >= 1", "a[b", "a(>=1", "a>=1)", "a()", "a (1.0)", "a===", "a===1,<2", "a ===1.0, <2", "(a)", "a@b",
    "a @ ", "a @ https://example.org/a.whl",
    "a[b] @ git+https://example.org/a.git@v1#egg=a ; python_version<'3'",
    "a @ https://example.org/a.whl;python_version<'3'", "a @ file:./a", "a @ b c", "a>=1\n", "a\u{a0}>=1", "",
];

/// Parts of random lines: names, extras, specifiers, markers.
pub(super) const PARTS: [&[&str]; 4] = [
    &["a", "Foo.Bar", "a_", "x-y", "9", "é", "", "a-"],
    &["", "", "[b]", "[b, C_d]", "[]", "[b", " [ b ]"],
    &[
        "",
        ">=1",
        "==1.0.*,!=1.0.3",
        "(~=1.4)",
        " >= 1 , < 2",
        "===1.0",
        "==1.0+l",
        "<1,",
        "@ u",
        " @ https://u/v#w",
        "1",
        ",>=1",
        "^1",
    ],
    &[
        "",
        "",
        ";python_version<'3'",
        " ; os_name == 'nt' or (extra=='x')",
        ";",
        "; 'a' in extras",
        "; x == 'y'",
        ";python_version < \"3",
        "; ((os_name=='a'))",
    ],
];

/// Characters that random changes put in.
#[rustfmt::skip]
pub(super) const NOISE: [&str; 16] = [
    " ", "\t", ",", ";", "(", ")", "[", "]", "=", "<", ".", "*", "@", "'", "+", "é",
];

#[rustfmt::skip]
pub(super) const CONSTRAINTS: [&str; 62] = [
    "*", "x", "*.*", "^1", "^1.2", "^1.2.3", "^1.2.3.4", "^0", "^0.0", "^0.0.0", "^0.0.3", "^0.2", "^0.2.3",
    "^0.0.3.4", "^1.0a1", "^ 1.2", "^1!1.2", "^1.0.post1", "~1", "~1.2", "~1.2.3", "~1.2.3.4", "~0", "~ 1.4",
    "~1.0rc1", "~=1.4", "~=1", "~=1.4.2", "~=1.4.2.1", "1", "1.0", "=1.0", "==1.0", "== 1.0", "1.*", "1.0.*",
    "1.*.*", "==1.*", "!=1.*", "!=1.0", ">=1 <2", ">=1,<2", ">=1, <2", ">= 1 <2,", "<1.4 >1", ">=1 !=1.4",
    "^1 || ^2", "^1|^2", "<1 || >=2,<3", ">=1.*", "<=1.*", "", "^", "^x", "1 - 2", "foo", "1.0.0+local", "<2.0",
    ">1.0", "<=1.0", ">=2.0.dev1", "<1.0rc2",
];

#[rustfmt::skip]
pub(super) const POETRY_VERSIONS: [&str; 30] = [
    "1.0", "1", "1.0+local", "1.0.post1", "1.0.dev1", "1.0a1", "1.0rc1", "1.1", "1.2", "1.2.3", "1.2.4", "1.3",
    "1.4", "1.4.2", "1.4.2.9", "1.4.3rc1", "1.5", "2.0", "2.0.dev0", "2.0rc1", "2.5", "3.0", "0", "0.0.3",
    "0.0.4", "0.2.3", "0.3", "0.9", "1!1.2", "1.2.3.4",
];
