//! The ids of plans: what a dry run shows, under a name that nothing else has.

use super::PlanBasis;
use super::fingerprint::fingerprint_of;

/// The digits of an id: 128 bits, so that nobody can prepare two plans of one name.
const LENGTH: usize = 32;

/// The id of the plan that is shown like this.
#[must_use]
pub fn plan_id(shown: &[u8], basis: &PlanBasis) -> String {
    fingerprint_of(&[shown, basis.as_bytes()])
}

/// Whether a word has the form of an id.
#[must_use]
pub fn is_plan_id(word: &str) -> bool {
    word.len() == LENGTH && word.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_the_form_of_one() {
        let mut basis = PlanBasis::default();
        let id = plan_id(b"shown", &basis);
        assert!(is_plan_id(&id), "{id}");
        assert_ne!(id, plan_id(b"Shown", &basis));
        basis.add("file", b"content");
        assert_ne!(id, plan_id(b"shown", &basis));
        for other in
            ["", "plan.json", &id[1..], &format!("{id}0"), &id.to_uppercase().replace(char::is_numeric, "A")]
        {
            assert!(!is_plan_id(other), "{other}");
        }
    }
}
