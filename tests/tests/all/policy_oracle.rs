//! For any nesting of groups, the operation agrees with a plain reading of the policy.

use std::collections::BTreeSet;

use entra_ir_core::model::{MigrationState, PolicyTarget, Verdict};
use entra_ir_core::simulator::{MethodConfiguration, NewGroup, NewUser};
use entra_ir_core::{ObjectId, SimulatedTenant};
use entra_ir_tests::client_of;
use proptest::prelude::*;
use uuid::Uuid;

use crate::random::properties;

const USER: &str = "victim@contoso.example";

/// A tenant in numbers: who holds whom, whom each method names, and which groups are gone.
#[derive(Clone, Debug)]
struct World {
    groups: usize,
    /// `(outer, inner)`: the outer group holds the inner one. Circles are as good as anything else.
    nested: Vec<(usize, usize)>,
    /// The groups that hold the user.
    direct: BTreeSet<usize>,
    gone: BTreeSet<usize>,
    methods: Vec<Rule>,
    complete: bool,
}

#[derive(Clone, Debug)]
struct Rule {
    enabled: bool,
    include: Vec<Name>,
    exclude: Vec<Name>,
}

#[derive(Clone, Copy, Debug)]
enum Name {
    Everybody,
    User,
    SomebodyElse,
    Group(usize),
}

fn group_id(number: usize) -> ObjectId {
    ObjectId::new(Uuid::from_u128(0xfeed_0000_0000_4000_8000_0000_0000_0000 + number as u128))
}

fn name(groups: usize) -> impl Strategy<Value = Name> {
    prop_oneof![
        1 => Just(Name::Everybody),
        1 => Just(Name::User),
        1 => Just(Name::SomebodyElse),
        9 => (0..groups).prop_map(Name::Group),
    ]
}

fn rule(groups: usize) -> impl Strategy<Value = Rule> {
    let names = |most| proptest::collection::vec(name(groups), 0..most);
    (proptest::bool::weighted(0.85), names(9), names(3)).prop_map(|(enabled, include, exclude)| Rule {
        enabled,
        include,
        exclude,
    })
}

fn world() -> impl Strategy<Value = World> {
    (1..60_usize).prop_flat_map(|groups| {
        let pairs = proptest::collection::vec((0..groups, 0..groups), 0..groups * 2);
        let some = |most| proptest::collection::btree_set(0..groups, 0..most);
        let methods = proptest::collection::vec(rule(groups), 8);
        (pairs, some(4), some(3), methods, any::<bool>()).prop_map(
            move |(nested, direct, gone, methods, complete)| World {
                groups,
                nested,
                direct,
                gone,
                methods,
                complete,
            },
        )
    })
}

const IDS: [&str; 8] = [
    "Fido2",
    "MicrosoftAuthenticator",
    "Sms",
    "Voice",
    "Email",
    "SoftwareOath",
    "X509Certificate",
    "QRCodePin",
];

impl World {
    fn build(&self) -> (SimulatedTenant, ObjectId) {
        let tenant = SimulatedTenant::empty();
        let user = tenant.add_user(NewUser::cloud(USER)).id;
        for number in 0..self.groups {
            let mut group = NewGroup::named(&format!("group {number}")).id(group_id(number));
            if self.direct.contains(&number) {
                group = group.member(USER);
            }
            for (_, inner) in self.nested.iter().filter(|(outer, _)| *outer == number) {
                group = group.holds_group(group_id(*inner));
            }
            tenant.add_group(group);
        }
        for number in &self.gone {
            tenant.delete_group(group_id(*number));
        }
        let target = |name: &Name| match name {
            Name::Everybody => PolicyTarget::AllUsers,
            Name::User => PolicyTarget::User(user),
            Name::SomebodyElse => PolicyTarget::User(group_id(usize::MAX)),
            Name::Group(number) => PolicyTarget::Group(group_id(*number)),
        };
        tenant.set_methods_policy(self.methods.iter().zip(IDS).map(|(rule, id)| {
            let method = MethodConfiguration::new(id);
            let method = if rule.enabled { method } else { method.disabled() };
            let method = rule.include.iter().fold(method, |method, name| method.include(target(name)));
            rule.exclude.iter().fold(method, |method, name| method.exclude(target(name)))
        }));
        let migration = if self.complete {
            MigrationState::MigrationComplete
        } else {
            MigrationState::MigrationInProgress
        };
        tenant.set_policy_migration_state(migration);
        (tenant, user)
    }

    /// Whether the user is in a group: found by walking down from it. For a deleted group it is unknown.
    fn is_in(&self, group: usize) -> Option<bool> {
        if self.gone.contains(&group) {
            return None;
        }
        let (mut open, mut seen) = (vec![group], BTreeSet::new());
        while let Some(group) = open.pop() {
            if self.gone.contains(&group) || !seen.insert(group) {
                continue;
            }
            if self.direct.contains(&group) {
                return Some(true);
            }
            open.extend(self.nested.iter().filter(|(outer, _)| *outer == group).map(|(_, inner)| *inner));
        }
        Some(false)
    }

    fn named(&self, name: Name) -> Option<bool> {
        match name {
            Name::Everybody | Name::User => Some(true),
            Name::SomebodyElse => Some(false),
            Name::Group(number) => self.is_in(number),
        }
    }

    /// Reads the rule as an administrator would, once for every way in which the groups that are gone could
    /// have held the user.
    fn verdict(&self, rule: &Rule) -> Verdict {
        let closed = if self.complete { Verdict::NotAllowed } else { Verdict::LegacyMayAllow };
        let by = |gone_counts: &BTreeSet<usize>| {
            let hit = |name: &Name| match (self.named(*name), name) {
                (Some(is_in), _) => is_in,
                (None, Name::Group(number)) => gone_counts.contains(number),
                (None, _) => false,
            };
            let allowed = rule.enabled && rule.include.iter().any(hit) && !rule.exclude.iter().any(hit);
            if allowed { Verdict::Allowed } else { closed }
        };
        let gone: Vec<usize> = self.gone.iter().copied().collect();
        let every_way = (0..1_u32 << gone.len()).map(|way| {
            let counts = gone.iter().enumerate().filter(|(index, _)| way >> index & 1 == 1);
            by(&counts.map(|(_, number)| *number).collect())
        });
        let verdicts: Vec<Verdict> = every_way.collect();
        if verdicts.iter().all(|verdict| *verdict == verdicts[0]) { verdicts[0] } else { Verdict::Unknown }
    }
}

properties! {
    200 cases;

    fn the_operation_agrees_with_a_plain_reading(world in world()) {
        let (tenant, user) = world.build();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let policy = runtime.block_on(async {
            client_of(&tenant).build().unwrap().effective_methods_policy(user).await.unwrap()
        });
        let verdict = |wanted: &str| IDS.iter().zip(&world.methods).find(|(id, _)| **id == wanted).map(|(_, rule)| world.verdict(rule));
        let by_phone = ["Sms", "Voice"].iter().any(|id| verdict(id) == Some(Verdict::Allowed));
        for ((rule, entry), id) in world.methods.iter().zip(&policy.methods).zip(IDS) {
            let expected = match world.verdict(rule) {
                // Passkeys are on by default for users of SMS and voice.
                Verdict::NotAllowed | Verdict::LegacyMayAllow if id == "Fido2" && by_phone => Verdict::Unknown,
                verdict => verdict,
            };
            prop_assert!(entry.verdict == expected, "{rule:?}: {entry:?}, not {expected:?}");
        }
        prop_assert_eq!(policy.lower_bound, !world.complete);
    }
}
