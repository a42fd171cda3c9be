//! The plays that show what each step of a plan is for.

use entra_ir_core::simulator::drill::{Night, Play, Strategy, Twist};
use entra_ir_core::simulator::sign_in::{ComputerKind, Elsewhere, Foothold, Move};

/// A play, by a name.
pub(super) struct Case {
    pub(super) name: &'static str,
    footholds: &'static [Foothold],
    twists: &'static [Twist],
    strategy: Strategy,
}

const fn case(
    name: &'static str,
    footholds: &'static [Foothold],
    twists: &'static [Twist],
    strategy: Strategy,
) -> Case {
    Case { name, footholds, twists, strategy }
}

/// The plays, those that notice more first.
pub(super) static CASES: &[Case] = &[
    case("he knows the password and has his own Authenticator", KEYS, &[], Strategy::Greedy),
    case("he holds a stolen session", &[Foothold::Session], &[], Strategy::Greedy),
    case(
        "he holds a stolen session, and the block is refused",
        &[Foothold::Session],
        &[Twist::RefusesBlock],
        Strategy::Waits,
    ),
    case(
        "he holds a registered phone, and a revocation spares primary refresh tokens",
        &[Foothold::Phone],
        &[Twist::SparesPrimaries],
        Strategy::Greedy,
    ),
    case(
        "he holds a hybrid computer, and a revocation spares primary refresh tokens",
        &[Foothold::Computer(ComputerKind::Hybrid)],
        &[Twist::SparesPrimaries],
        Strategy::Greedy,
    ),
    case(
        "the same, devices change late",
        &[Foothold::Computer(ComputerKind::Hybrid)],
        &[Twist::SparesPrimaries, Twist::Delays(3)],
        Strategy::Greedy,
    ),
    case("a sync undoes the block", KEYS, &[Twist::SyncAfter(5)], Strategy::Greedy),
    case(
        "he holds a stolen session, and a sync undoes the block",
        &[Foothold::Session],
        &[Twist::SyncAfter(5)],
        Strategy::Waits,
    ),
    case(
        "his registered phone signs in, a revocation spares its token, and a sync undoes the block",
        &[Foothold::Phone],
        &[Twist::SparesPrimaries, Twist::SyncAfter(5)],
        Strategy::Only(Move::RenewByDevice),
    ),
    case(
        "he signs in with his own passkey, and a block takes two minutes to reach sign-ins",
        &[Foothold::Passkey],
        &[Twist::BlockSpreads],
        Strategy::Only(Move::SignInByMethod),
    ),
    case(
        "he only signs in, with his own passkey",
        &[Foothold::Passkey],
        &[],
        Strategy::Only(Move::SignInByMethod),
    ),
    case(
        "the block is refused, and a policy blocks high risk",
        KEYS,
        &[Twist::RefusesBlock, Twist::BlocksHighRisk],
        Strategy::Greedy,
    ),
    case("a policy blocks high risk", KEYS, &[Twist::BlocksHighRisk], Strategy::Waits),
    case("the user consented to his application", &[Foothold::Application], &[], Strategy::Waits),
    case(
        "the user and another one consented to his application",
        &[Foothold::ApplicationOfOthers],
        &[],
        Strategy::Waits,
    ),
    case(
        "his application acts for itself, and somebody enables it again",
        &[Foothold::ApplicationPermission],
        &[Twist::ApplicationEnabledAgain],
        Strategy::Waits,
    ),
    case(
        "the user consented to his application, and may not consent again",
        &[Foothold::Application],
        &[Twist::NoConsent],
        Strategy::Waits,
    ),
    case(
        "the user consented to his application, may not consent again, and somebody enables it again",
        &[Foothold::Application],
        &[Twist::NoConsent, Twist::ApplicationEnabledAgain],
        Strategy::Waits,
    ),
    case(
        "the user consented to his application, and somebody enables it again",
        &[Foothold::Application],
        &[Twist::ApplicationEnabledAgain],
        Strategy::Waits,
    ),
    case("everybody consented to his application", &[Foothold::ApplicationForAll], &[], Strategy::Waits),
    case(
        "everybody consented to his application, and somebody enables it again",
        &[Foothold::ApplicationForAll],
        &[Twist::ApplicationEnabledAgain],
        Strategy::Waits,
    ),
    case(
        "the user's computer is infected",
        &[Foothold::Elsewhere(Elsewhere::Endpoint), Foothold::Authenticator],
        &[],
        Strategy::Waits,
    ),
    case("a rule forwards mail", &[Foothold::Elsewhere(Elsewhere::MailRule)], &[], Strategy::Waits),
    case("the mailbox forwards", &[Foothold::Elsewhere(Elsewhere::Mailbox)], &[], Strategy::Waits),
    case(
        "he has a secret of an application that the account owns",
        &[Foothold::Elsewhere(Elsewhere::OwnedApplication)],
        &[],
        Strategy::Waits,
    ),
    case(
        "he has accounts of other users",
        &[Foothold::Elsewhere(Elsewhere::OtherAccounts)],
        &[],
        Strategy::Waits,
    ),
    case(
        "he is in Active Directory",
        &[Foothold::Password, Foothold::Elsewhere(Elsewhere::ActiveDirectory)],
        &[],
        Strategy::Waits,
    ),
    case(
        "he made another administrator",
        &[Foothold::Session, Foothold::Elsewhere(Elsewhere::SecondAccount)],
        &[],
        Strategy::Greedy,
    ),
    case("he has a role in Azure", &[Foothold::Elsewhere(Elsewhere::Azure)], &[], Strategy::Waits),
    case("he assigned a script in Intune", &[Foothold::Elsewhere(Elsewhere::Intune)], &[], Strategy::Waits),
    case("he has an app password", &[Foothold::AppPassword], &[], Strategy::Waits),
    case("he has a pass", &[Foothold::Pass], &[], Strategy::Greedy),
    case(
        "he signs in with a pass alone, and the block is refused",
        &[Foothold::Pass],
        &[Twist::RefusesBlock],
        Strategy::Only(Move::UsePass),
    ),
    case(
        "he has a pass, and the block is refused",
        &[Foothold::Pass],
        &[Twist::RefusesBlock],
        Strategy::Greedy,
    ),
    case(
        "he knows the password, and nobody is asked for MFA",
        &[Foothold::Password],
        &[Twist::NoMfa],
        Strategy::Greedy,
    ),
    case(
        "a policy requires MFA to register",
        &[Foothold::Password],
        &[Twist::GuardsRegistration],
        Strategy::Waits,
    ),
    case(
        "he has the user's phone, and the user calls",
        &[Foothold::UsersPhone],
        &[Twist::UserCalls],
        Strategy::Waits,
    ),
    case(
        "he holds a stolen session, and the user calls",
        &[Foothold::Session],
        &[Twist::UserCalls],
        Strategy::Waits,
    ),
    case(
        "a policy requires MFA to register, and the user calls",
        &[Foothold::UsersPhone],
        &[Twist::UserCalls, Twist::GuardsRegistration],
        Strategy::Waits,
    ),
    case("he has the user's phone", &[Foothold::UsersPhone], &[], Strategy::Waits),
    case(
        "he has the user's computer, and unlocks it",
        &[Foothold::Computer(ComputerKind::Joined), Foothold::Gesture],
        &[],
        Strategy::Waits,
    ),
    case(
        "he has the guest's home account",
        &[Foothold::Home, Foothold::Authenticator],
        &[],
        Strategy::Greedy,
    ),
    case(
        "the home tenant does nothing, and a policy requires MFA to register",
        &[Foothold::Home, Foothold::Authenticator],
        &[Twist::HomeStays, Twist::GuardsRegistration],
        Strategy::Waits,
    ),
    case("he only rings the help desk", &[Foothold::Password], &[], Strategy::Greedy),
];

/// The password, and an Authenticator of his own.
const KEYS: &[Foothold] = &[Foothold::Password, Foothold::Authenticator];

impl Case {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        CASES.iter().find(|case| case.name == name)
    }

    pub(super) fn play(&self, night: Night) -> Play {
        let play = Play::new(night, self.strategy.clone());
        play.holding(self.footholds.iter().copied()).with(self.twists.iter().copied())
    }
}
