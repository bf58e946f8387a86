//! Who runs the program, as the audit log names them.

use std::path::Path;

use crate::env::Env;
use crate::formats::audit_log::AuditUser;
use crate::formats::passwd;
use crate::fs;

/// Where the system's own users are listed; those of a directory service are not.
const USERS: &str = "/etc/passwd";
/// The most bytes read of it.
const LIMIT: u64 = 16 * 1024 * 1024;

/// The user that this process acts for. The number is the system's. The name comes from the system's list or, for a user
/// that is not in it, from the variables of the login.
pub(super) fn current(env: &Env) -> AuditUser {
    let uid = fs::user_id();
    let listed = || passwd::user_name(&fs::read_regular(Path::new(USERS), LIMIT).ok()??, uid?);
    let names = if cfg!(windows) { ["USERNAME", "USER"] } else { ["LOGNAME", "USER"] };
    let of_login = || names.iter().find_map(|name| env.text(name)).map(str::to_owned);
    AuditUser { name: listed().or_else(of_login), uid }
}
