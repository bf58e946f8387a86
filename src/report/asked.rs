//! What the rules that run need to know.

use crate::model::{PackageCheck, RuleGroup};
use crate::rules::{Rule, packages_for};

/// What the rules that run need to know of a work tree besides which environments and requirements there are. What none of
/// them needs is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedFacts {
    /// Which ignore rules cover environments, and how large those are that none covers.
    pub ignore_rules: bool,
    /// What is required of environments.
    pub requirements: bool,
    /// How the packages in environments are.
    pub packages: PackageCheck,
    /// What would repair environments.
    pub repairs: bool,
    /// Locks, and compiled and exported requirements.
    pub derived_files: bool,
}

impl AskedFacts {
    /// For these rules; files of packages are looked at no more thoroughly than `most`.
    #[must_use]
    pub fn of(rules: &[&Rule], most: PackageCheck) -> Self {
        let has = |group| rules.iter().any(|rule| rule.info.group == group);
        let packages = rules.iter().map(|rule| packages_for(rule)).max().unwrap_or(PackageCheck::Nothing);
        Self {
            ignore_rules: has(RuleGroup::Ignored),
            requirements: has(RuleGroup::Requirements),
            packages: if packages == PackageCheck::Quick { most } else { packages },
            repairs: has(RuleGroup::Environment),
            derived_files: has(RuleGroup::Lock),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RULES, find_group};

    #[test]
    fn the_rules_that_run_say_what_is_needed() {
        let asked = |names: &[&str], most| {
            let rules: Vec<&Rule> =
                names.iter().flat_map(|name| find_group(RULES, name).expect("rules")).collect();
            let asked = AskedFacts::of(&rules, most);
            assert_eq!(asked.requirements, names.contains(&"PYE4"));
            (asked.ignore_rules, asked.packages, asked.repairs, asked.derived_files)
        };
        let (nothing, quick, deep) = (PackageCheck::Nothing, PackageCheck::Quick, PackageCheck::Deep);
        assert_eq!(asked(&[], deep), (false, nothing, false, false));
        assert_eq!(asked(&["PYE1", "PYE4"], deep), (false, nothing, false, false));
        assert_eq!(asked(&["PYE204"], quick), (true, nothing, false, false));
        assert_eq!(asked(&["PYE302", "PYE503"], quick), (false, nothing, true, true));
        assert_eq!(asked(&["PYE306"], deep), (false, PackageCheck::Sources, true, false));
        assert_eq!(asked(&["PYE306", "PYE305"], deep), (false, deep, true, false));
        assert_eq!(asked(&["PYE1", "PYE2", "PYE3", "PYE4", "PYE5"], quick), (true, quick, true, true));
    }
}
