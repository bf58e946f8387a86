//! PYE201 `not-ignored`: the next `git add .` would add an environment.

use std::slice::from_ref;

use super::rule::Rule;
use super::wording;
use crate::message::message;
use crate::model::{Facts, Finding, PlaceToFix, Remedy, RuleGroup, RuleInfo, Severity};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE201",
        name: "not-ignored",
        group: RuleGroup::Ignored,
        summary: "an environment on disk is not ignored",
        explanation: "`git add .` would add this environment. Python before 3.13 and virtualenv before 20.1 write no \
            ignore file into the environments they create, and no ignore template covers every name. \
            `git pyenv fix PATH` adds one rule to `.gitignore`, without a trailing slash, so that it also \
            matches a symlink of the same name.",
        help: "add the environment to `.gitignore`",
        severity: Severity::Warning,
        is_default: true,
        means_broken: false,
        remedy: Some(Remedy::Ignore),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let exposed = facts.on_disk.iter().filter(|found| found.protection.is_none() && found.tracked_files == 0);
    findings.extend(exposed.map(|found| {
        let environment = &found.environment;
        let message = message!(
            "environment `{}` ({}) is not ignored",
            environment.root,
            wording::describe(environment)
        );
        Finding::of(&RULE.info, &environment.root, message)
            .because(&environment.evidence)
            .counting(environment.contents.measure)
            .fix(PlaceToFix::new(&environment.root).ignoring(&environment.pieces()), wording::IGNORES)
    }));
    let bare = |protected: &&crate::model::DiskLink| {
        protected.protection.is_none() && protected.directory_protection.is_none()
    };
    findings.extend(facts.disk_links.iter().filter(bare).map(|found| {
        let path = &found.link.entry.path;
        let message =
            message!("`{}`, a symlink to the environment {}, is not ignored", path, found.link.target);
        Finding::of(&RULE.info, path, message)
            .fix(PlaceToFix::new(path).ignoring(from_ref(path)), wording::IGNORES)
    }));
}
