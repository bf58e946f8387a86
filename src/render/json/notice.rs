//! The JSON of `hook run` for the hooks after a checkout, a merge and a rebase.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson};
use super::paths::repository_path;
use crate::model::{AffectedEnvironment, DependencyNotice, Outcome};
use crate::render::command_result::WriteJson;

/// The section of `hook run` for hooks that only say something.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct NoticeSection {
    /// Of `hook run post-checkout`, `post-merge` and `post-rewrite`: the environments that are not, or may not be, what the
    /// changed files ask for.
    notices: Vec<NoticeJson>,
}

/// An environment that is not, or may not be, what changed files ask for.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Notice"))]
struct NoticeJson {
    /// The environment.
    environment: String,
    /// The files that changed.
    changed: Vec<String>,
    /// `out-of-step`, or `unknown` if not everything could be compared.
    status: &'static str,
    /// How many packages are not as they are asked for.
    packages: usize,
    /// The request that its Python does not satisfy; null if there is none.
    unsatisfied_request: Option<String>,
    /// The command that brings it in step; null if `git pyenv check` has to tell.
    command: Option<String>,
}

impl WriteJson for Option<DependencyNotice> {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let repository = self.as_ref().map(|notice| &notice.repository);
        let found = self.iter().flat_map(|notice| {
            notice.environments.iter().map(|it| NoticeJson {
                environment: it.environment.seen_from_root(),
                changed: it.changed.iter().map(repository_path).collect(),
                status: it.status.name(),
                packages: it.packages,
                unsatisfied_request: it.unsatisfied_request.as_ref().map(|it| it.seen_from_root()),
                command: command(notice, it),
            })
        });
        let envelope = Envelope {
            repository: repository.map(RepositoryJson::of),
            ..Envelope::new("hook", Outcome::Clean, NoticeSection { notices: found.collect() })
        };
        envelope.write(out)
    }
}

fn command(notice: &DependencyNotice, environment: &AffectedEnvironment) -> Option<String> {
    let fix = &environment.fix;
    (!fix.is_empty()).then(|| notice.repository.invocation_directory.command(fix))
}
