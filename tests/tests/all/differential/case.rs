//! A case: an account, its tenant, and what people do to it, one after the other.

use proptest::prelude::*;

/// Who the account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Cloud,
    Synced,
    Guest,
    Federated,
    SyncedFederated,
    Customer,
}

/// Who demands MFA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mfa {
    Nobody,
    PerUser,
    Conditional,
}

/// How somebody proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// The password, whatever it is, and the second factors that there are.
    Password,
    Passkey,
    Hello,
    Platform,
    PhoneSignIn,
    Pass,
    SingleSignOn,
    Home,
}

/// Where a password is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Entra,
    Microsoft365,
    Azure,
    /// By Graph, as the library finds right; whether a change is forced, and after MFA.
    Graph {
        forced: bool,
        with_mfa: bool,
    },
}

/// Which methods are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Alone,
    One(usize),
}

/// What somebody does. What the responder does is reported, the rest is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    SignIn {
        device: usize,
        how: How,
        app: usize,
        keep: bool,
        remember: bool,
        challenges: bool,
    },
    Windows {
        device: usize,
        how: How,
    },
    Steal {
        session: usize,
    },
    Open {
        session: usize,
        app: usize,
    },
    AnswerMfa {
        session: usize,
    },
    SignOut {
        session: usize,
    },
    CloseBrowser {
        device: usize,
    },
    MakeAppPassword,
    RegisterPasskey,
    /// Somebody who knows it, or holds a method, changes the password.
    ChangePassword {
        self_service: bool,
        reported: bool,
    },
    Sync,
    /// An administrator restores a deleted device.
    RestoreDevice,
    Revoke,
    RevokeMfa,
    RevokeMfaAsBefore,
    Reset(Way),
    RequireChange,
    Reregister {
        in_portal: bool,
    },
    Delete(Which),
    DeactivateHardware,
    DeleteAppPasswords,
    IssuePass {
        once: bool,
        hours: u8,
        begins_in: u8,
    },
    DeletePass,
    LockOut,
    Block,
    Unblock,
    BlockOnPremises,
    HomeRevokes,
    Device {
        device: usize,
        delete: bool,
    },
    /// Active Directory disables the computer account.
    Computer {
        device: usize,
    },
    GuardRegistration,
    BlockLegacy,
    Risk,
}

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of one tenant")]
pub(super) struct Case {
    pub(super) kind: Kind,
    pub(super) mfa: Mfa,
    pub(super) migrated: bool,
    pub(super) trusted_days: bool,
    pub(super) block_risky: bool,
    /// An unreported policy requires MFA for registration.
    pub(super) guards: bool,
    pub(super) trusts_guests: bool,
    /// One bit for each method of [`stage::method`](super::stage).
    pub(super) methods: u16,
    /// Draws how long events take to reach applications.
    pub(super) delays: u64,
    /// By how many minutes reads of the directory lag.
    pub(super) read_delay: u8,
    /// Each step with the milliseconds that pass before it.
    pub(super) steps: Vec<(u64, Step)>,
}

fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![
        2 => Just(0),
        2 => 1_u64..1500,
        6 => 1000_u64..60_000,
        8 => 60_000_u64..1_200_000,
        4 => 1_200_000_u64..14_400_000,
        1 => 14_400_000_u64..200_000_000,
    ]
}

fn how() -> impl Strategy<Value = How> {
    prop_oneof![
        5 => Just(How::Password),
        2 => Just(How::Passkey),
        1 => Just(How::Hello),
        1 => Just(How::Platform),
        1 => Just(How::PhoneSignIn),
        2 => Just(How::Pass),
        2 => Just(How::SingleSignOn),
        1 => Just(How::Home),
    ]
}

fn way() -> impl Strategy<Value = Way> {
    prop_oneof![
        Just(Way::Entra),
        Just(Way::Microsoft365),
        Just(Way::Azure),
        (any::<bool>(), any::<bool>()).prop_map(|(forced, with_mfa)| Way::Graph { forced, with_mfa }),
    ]
}

/// One that hears of events most often: only there it matters how soon.
fn app() -> impl Strategy<Value = usize> {
    prop_oneof![1 => Just(0), 3 => Just(1), 1 => Just(2), 2 => Just(3)]
}

/// What users and attackers do, most of it sign-ins.
fn unreported() -> impl Strategy<Value = Step> {
    let flags = (any::<bool>(), proptest::bool::weighted(0.7), proptest::bool::weighted(0.8));
    let sign_in =
        (0..7_usize, how(), app(), flags).prop_map(|(device, how, app, (keep, remember, challenges))| {
            Step::SignIn { device, how, app, keep, remember, challenges }
        });
    let hello = prop_oneof![2 => Just(How::Password), 2 => Just(How::Hello), 1 => Just(How::Pass)];
    prop_oneof![
        10 => sign_in,
        8 => (0..5_usize, hello).prop_map(|(device, how)| Step::Windows { device, how }),
        2 => (0..8_usize).prop_map(|session| Step::Steal { session }),
        3 => (0..8_usize, app()).prop_map(|(session, app)| Step::Open { session, app }),
        1 => (0..8_usize).prop_map(|session| Step::AnswerMfa { session }),
        1 => (0..8_usize).prop_map(|session| Step::SignOut { session }),
        1 => (0..6_usize).prop_map(|device| Step::CloseBrowser { device }),
        2 => Just(Step::MakeAppPassword),
        1 => Just(Step::RegisterPasskey),
        1 => any::<bool>().prop_map(|self_service| Step::ChangePassword { self_service, reported: false }),
        2 => Just(Step::Sync),
        1 => Just(Step::RestoreDevice),
    ]
}

/// What a responder does or learns.
fn reported() -> impl Strategy<Value = Step> {
    let which =
        prop_oneof![3 => Just(Which::All), 1 => Just(Which::Alone), 2 => (0..8_usize).prop_map(Which::One)];
    let pass = (any::<bool>(), 1..8_u8, 0..3_u8);
    prop_oneof![
        6 => Just(Step::Revoke),
        1 => Just(Step::RevokeMfa),
        2 => Just(Step::RevokeMfaAsBefore),
        6 => way().prop_map(Step::Reset),
        1 => Just(Step::RequireChange),
        1 => any::<bool>().prop_map(|self_service| Step::ChangePassword { self_service, reported: true }),
        2 => any::<bool>().prop_map(|in_portal| Step::Reregister { in_portal }),
        4 => which.prop_map(Step::Delete),
        1 => Just(Step::DeactivateHardware),
        1 => Just(Step::DeleteAppPasswords),
        3 => pass.prop_map(|(once, hours, begins_in)| Step::IssuePass { once, hours, begins_in }),
        2 => Just(Step::DeletePass),
        1 => Just(Step::LockOut),
        8 => Just(Step::Block),
        2 => Just(Step::Unblock),
        2 => Just(Step::BlockOnPremises),
        1 => Just(Step::HomeRevokes),
        7 => (0..4_usize, proptest::bool::weighted(0.3)).prop_map(|(device, delete)| Step::Device { device, delete }),
        2 => (0..4_usize).prop_map(|device| Step::Computer { device }),
        1 => Just(Step::GuardRegistration),
        1 => Just(Step::BlockLegacy),
        1 => Just(Step::Risk),
    ]
}

/// Sessions first, so that there is something to end; then both mixed.
fn steps() -> impl Strategy<Value = Vec<(u64, Step)>> {
    let first = proptest::collection::vec((wait(), unreported()), 2..6);
    let mixed = prop_oneof![2 => unreported().boxed(), 3 => reported().boxed()];
    let then = proptest::collection::vec((wait(), mixed), 1..9);
    (first, then).prop_map(|(first, then)| [first, then].concat())
}

pub(super) fn case() -> impl Strategy<Value = Case> {
    let kind = prop_oneof![
        8 => Just(Kind::Cloud),
        4 => Just(Kind::Synced),
        2 => Just(Kind::Guest),
        2 => Just(Kind::Federated),
        1 => Just(Kind::SyncedFederated),
        1 => Just(Kind::Customer),
    ];
    let mfa = prop_oneof![1 => Just(Mfa::Nobody), 2 => Just(Mfa::PerUser), 1 => Just(Mfa::Conditional)];
    let policies = (proptest::bool::weighted(0.1), proptest::bool::weighted(0.3));
    let tenant = (
        proptest::bool::weighted(0.4),
        proptest::bool::weighted(0.8),
        proptest::bool::weighted(0.2),
        policies,
    );
    // Few methods in a part of the cases, so that the last one goes.
    let methods = prop_oneof![4 => any::<u16>(), 1 => (0..13_u16).prop_map(|bit| 1 << bit), 1 => Just(0)];
    let read_delay = prop_oneof![3 => Just(0), 1 => 1..5_u8];
    (kind, mfa, tenant, methods, any::<u64>(), read_delay, steps()).prop_map(
        |(kind, mfa, (migrated, trusted_days, block_risky, policies), methods, delays, read_delay, steps)| {
            Case {
                kind,
                mfa,
                migrated,
                trusted_days,
                block_risky,
                guards: policies.0,
                trusts_guests: policies.1,
                methods,
                delays,
                read_delay,
                steps,
            }
        },
    )
}
