//! The arms: every way to train the same compact network, in one table.

use serde::{Deserialize, Serialize};

use super::Rule;

/// What an arm's network starts from, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The linear network, from fresh initial values.
    Linear,
    /// The nonlinear counterpart: ReLU after each inner map of a chain; it does not contract (paper.md §7).
    Nonlinear,
    /// The linear network, from the trained nonlinear counterpart: the paper's "+Init".
    Init,
    /// The linear network that computes what the trained compact one does, and goes on from there (paper.md §9.11).
    Preserving,
    /// The compact network, from the contracted initial values of the expanded one: the control of the paper's Table 8.
    Contracted,
}

macro_rules! arms {
    ($($arm:ident $name:literal $conv:expr, $dense:literal, $variant:ident, $distilled:literal;)+) => {
        /// One way to train the same compact network.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        pub enum Arm {
            $(#[serde(rename = $name)] $arm,)+
        }

        impl Arm {
            /// Every arm, the teacher last.
            pub const ALL: &[Arm] = &[$(Arm::$arm),+];
            /// Their names.
            pub const NAMES: &[&str] = &[$($name),+];

            /// The arm's one spelling, used in files, URLs, legends and messages.
            pub fn name(self) -> &'static str {
                match self { $(Arm::$arm => $name,)+ }
            }

            /// What the arm expands: the convolution rule, and whether dense layers are expanded.
            pub fn rules(self) -> (Option<Rule>, bool) {
                match self { $(Arm::$arm => ($conv, $dense),)+ }
            }

            pub fn variant(self) -> Variant {
                match self { $(Arm::$arm => Variant::$variant,)+ }
            }

            /// Whether it learns from the teacher's outputs, too.
            pub fn distilled(self) -> bool {
                match self { $(Arm::$arm => $distilled,)+ }
            }
        }
    };
}

arms! {
    Compact "compact" None, false, Linear, false;
    CL "CL" Some(Rule::CL), false, Linear, false;
    CK "CK" Some(Rule::CK), false, Linear, false;
    FC "FC" None, true, Linear, false;
    CLFC "CL+FC" Some(Rule::CL), true, Linear, false;
    CKFC "CK+FC" Some(Rule::CK), true, Linear, false;
    CompactKD "compact+KD" None, false, Linear, true;
    CLKD "CL+KD" Some(Rule::CL), false, Linear, true;
    CKKD "CK+KD" Some(Rule::CK), false, Linear, true;
    FCKD "FC+KD" None, true, Linear, true;
    CLFCKD "CL+FC+KD" Some(Rule::CL), true, Linear, true;
    CKFCKD "CK+FC+KD" Some(Rule::CK), true, Linear, true;
    CLInit "CL+Init" Some(Rule::CL), false, Init, false;
    CKInit "CK+Init" Some(Rule::CK), false, Init, false;
    FCInit "FC+Init" None, true, Init, false;
    CLFCInit "CL+FC+Init" Some(Rule::CL), true, Init, false;
    CKFCInit "CK+FC+Init" Some(Rule::CK), true, Init, false;
    CLInitKD "CL+Init+KD" Some(Rule::CL), false, Init, true;
    CKInitKD "CK+Init+KD" Some(Rule::CK), false, Init, true;
    FCInitKD "FC+Init+KD" None, true, Init, true;
    CLFCInitKD "CL+FC+Init+KD" Some(Rule::CL), true, Init, true;
    CKFCInitKD "CK+FC+Init+KD" Some(Rule::CK), true, Init, true;
    CLNonlinear "CL+nonlinear" Some(Rule::CL), false, Nonlinear, false;
    CKNonlinear "CK+nonlinear" Some(Rule::CK), false, Nonlinear, false;
    FCNonlinear "FC+nonlinear" None, true, Nonlinear, false;
    CLFCNonlinear "CL+FC+nonlinear" Some(Rule::CL), true, Nonlinear, false;
    CKFCNonlinear "CK+FC+nonlinear" Some(Rule::CK), true, Nonlinear, false;
    CLCompact "CL+compact" Some(Rule::CL), false, Preserving, false;
    FCCompact "FC+compact" None, true, Preserving, false;
    CLFCCompact "CL+FC+compact" Some(Rule::CL), true, Preserving, false;
    CLContracted "CL+contracted" Some(Rule::CL), false, Contracted, false;
    CKContracted "CK+contracted" Some(Rule::CK), false, Contracted, false;
    FCContracted "FC+contracted" None, true, Contracted, false;
    CLFCContracted "CL+FC+contracted" Some(Rule::CL), true, Contracted, false;
    CKFCContracted "CK+FC+contracted" Some(Rule::CK), true, Contracted, false;
    Teacher "teacher" None, false, Linear, false;
}

impl Arm {
    /// The compact network and its expansions as in the paper's Table 1.
    pub const PLAIN: [Arm; 6] = [Arm::Compact, Arm::CL, Arm::CK, Arm::FC, Arm::CLFC, Arm::CKFC];

    /// The arm of that name.
    pub fn named(name: &str) -> Option<Arm> {
        Arm::ALL.iter().copied().find(|arm| arm.name() == name)
    }

    /// Whether the network in training is an expanded one.
    pub fn expands(self) -> bool {
        self.rules() != (None, false) && self.variant() != Variant::Contracted
    }

    /// Whether the rate makes a difference to it.
    pub fn uses_rate(self) -> bool {
        self.rules() != (None, false)
    }

    /// The arms that must have been trained before this one starts.
    pub fn needs(self) -> Vec<Arm> {
        let counterpart = || {
            let counterpart = |arm: &&Arm| (arm.rules(), arm.variant()) == (self.rules(), Variant::Nonlinear);
            Arm::ALL.iter().find(counterpart).copied()
        };
        let start = match self.variant() {
            Variant::Init => counterpart(),
            Variant::Preserving => Some(Arm::Compact),
            _ => None,
        };
        start.into_iter().chain(self.distilled().then_some(Arm::Teacher)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_spell_what_an_arm_is() {
        for &arm in Arm::ALL.iter().filter(|arm| **arm != Arm::Teacher) {
            let (conv, dense) = arm.rules();
            let rules: Vec<String> =
                conv.map(|rule| format!("{rule:?}")).into_iter().chain(dense.then(|| "FC".to_string())).collect();
            let mut name = if rules.is_empty() { "compact".to_string() } else { rules.join("+") };
            name += match arm.variant() {
                Variant::Linear => "",
                Variant::Nonlinear => "+nonlinear",
                Variant::Init => "+Init",
                Variant::Preserving => "+compact",
                Variant::Contracted => "+contracted",
            };
            name += if arm.distilled() { "+KD" } else { "" };
            assert_eq!(arm.name(), name);
            assert_eq!(Arm::named(&name), Some(arm));
            assert_eq!(serde_json::to_string(&arm).unwrap(), format!("\"{name}\""));
        }
    }

    #[test]
    fn what_is_needed_is_trained_before_and_needs_nothing_itself() {
        assert_eq!(Arm::CKFCInitKD.needs(), [Arm::CKFCNonlinear, Arm::Teacher]);
        assert_eq!(Arm::CLCompact.needs(), [Arm::Compact]);
        assert_eq!(Arm::CKContracted.needs(), []);
        for arm in Arm::ALL {
            assert!(arm.needs().iter().all(|needed| needed.needs().is_empty()), "{}", arm.name());
            let starts = matches!(arm.variant(), Variant::Init | Variant::Preserving);
            assert_eq!(arm.needs().len(), usize::from(starts) + usize::from(arm.distilled()), "{}", arm.name());
        }
    }
}
