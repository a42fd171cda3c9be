//! The words of the core as `Literal` types: `_words.py`.

use std::fmt::Write as _;

use super::text::{MARK, docstring, listed};
use crate::definitions::Definitions;

/// Names one set of words, and where its schema is.
pub(crate) struct Word {
    /// The type in Python.
    pub(crate) name: &'static str,
    words: From,
    doc: &'static str,
}

enum From {
    /// The words of a definition, or of one of its properties over all variants.
    Core(&'static str, Option<&'static str>),
    /// Words that only the binding knows, for arguments of clients and simulated tenants; a test compares
    /// them.
    Binding(&'static [&'static str]),
}

const fn core(name: &'static str, of: &'static str, doc: &'static str) -> Word {
    Word { name, words: From::Core(of, None), doc }
}

const fn tag(name: &'static str, of: &'static str, property: &'static str, doc: &'static str) -> Word {
    Word { name, words: From::Core(of, Some(property)), doc }
}

const fn binding(name: &'static str, words: &'static [&'static str], doc: &'static str) -> Word {
    Word { name, words: From::Binding(words), doc }
}

/// Every set of words that a signature or a property mentions.
pub(crate) const WORDS: &[Word] = &[
    core("Grade", "Grade", "How sure it is what became of a write; see `Receipt.grade`."),
    tag("Outcome", "Outcome", "is", "What became of one method; see `MethodOutcome.outcome`."),
    core("MethodKind", "MethodKind", "A type of authentication method."),
    core("ForceChange", "ForceChange", "Whether the user must change a password that was reset, and how."),
    core("PasswordWay", "PasswordWay", "How a password is reset."),
    core("MethodScope", "MethodScope", "Which methods a removal takes, in a word."),
    core("Cloud", "Cloud", "A national cloud."),
    core("AuthErrorKind", "AuthErrorKind", "Why there is no access token; see `AuthError.kind`."),
    binding("Mode", &["send", "dry-run", "read-only"], "What a client does with writes."),
    core(
        "CallerKind",
        "CallerKind",
        "For whom a token speaks: for a signed-in user, or for an application by itself.",
    ),
    tag(
        "PartState",
        "PartOfMethodList",
        "state",
        "Whether a part of a snapshot was collected, or why it was not.",
    ),
    core("Verdict", "Verdict", "Whether the methods policy lets the user use a method."),
    core(
        "ApplicationOwner",
        "ApplicationOwner",
        "Whose an application is, by the tenant in which it is registered.",
    ),
    core("Concern", "Concern", "A reason to look at a consent."),
    tag("HeldVia", "RoleVia", "by", "By what a directory role is held."),
    tag("PolicyTargetKind", "PolicyTarget", "kind", "Whom a line of the methods policy is about."),
    core("ChangeKind", "ChangeKind", "What became of something between two snapshots."),
    core("ActionWord", "Action", "Something that can be done to an account, in whatever way."),
    tag("DoorState", "DoorState", "is", "How a way into the account stands; see `Door.state`."),
    core("Confidence", "Confidence", "How sure a claim is."),
    tag("Within", "Within", "slug", "How soon an effect is there everywhere; see `Claim.within`."),
    core("EffectTable", "EffectTable", "A table of what actions do."),
    tag("Incident", "Incident", "is", "What happened to an account."),
    core("Expectation", "Expectation", "What is expected of Graph; see `PreflightCheck.expected`."),
    core("ObstacleKind", "ObstacleKind", "Why Graph would refuse an operation; see `Obstacle.kind`."),
    core("Registration", "Registration", "One of four application registrations; see `permissions_for`."),
    core("Phase", "Phase", "What a step of a plan is for."),
    core("StepState", "StepState", "What became of a step of a run; see `StepRun.state`."),
    core("Will", "Will", "What a run would do in a step; see `StepPreview.will`."),
    core("OnFailure", "OnFailure", "What follows if a step is not done."),
    core("Task", "Task", "A task of a person that is not an action on the account; see `PlanStep.task`."),
    core("GateWord", "GateItemKind", "What an item of the gate is about; see `GateItem.kind`."),
    core("GateState", "GateState", "Whether an item of the gate is met."),
    core("UndoHow", "UndoHow", "How a step of a run is taken back; see `UndoStep.how`."),
    core("DrillState", "DrillState", "What became of an operation in a drill; see `DrilledOperation.state`."),
    core("FindingKind", "FindingKind", "What a watch found; see `Finding.kind`."),
    core("RunEventKind", "RunEventKind", "What an event of a run is about."),
    tag("HeadlineWord", "Headline", "is", "What a run reached; see `Run.headline`."),
    core("RegisteredBy", "RegisteredBy", "Who registered a method, by the audit log."),
    binding(
        "AddableKind",
        &[
            "mobile-phone",
            "alternate-mobile-phone",
            "office-phone",
            "email",
            "microsoft-authenticator",
            "passwordless-authenticator",
            "software-oath",
            "hardware-oath",
            "fido2",
            "windows-hello",
            "platform-credential",
            "external",
            "qr-code-pin",
            "unknown",
        ],
        "A method that can be added to an account of a simulated tenant.",
    ),
    binding(
        "AddableDeviceKind",
        &["joined", "hybrid-joined", "registered"],
        "A kind of device that can be added to a simulated tenant.",
    ),
    binding(
        "FaultWord",
        &["dropped", "no-connection", "truncated", "empty-body", "html", "middlebox"],
        "What goes wrong in a simulated tenant; see `SimulatedTenant.inject`.",
    ),
    core("SimulatedUserKind", "UserKind", "Where the credentials of a simulated account live."),
    binding(
        "AddableUserKind",
        &["cloud", "external-guest", "internal-guest", "customer"],
        "A kind of account that can be added to a simulated tenant.",
    ),
    binding("Licence", &["free", "p1", "p2"], "An edition of Microsoft Entra ID."),
    binding(
        "App",
        &[
            "exchange-online",
            "sharepoint-online",
            "teams",
            "graph",
            "office-portal",
            "line-of-business",
            "web-app",
        ],
        "An application of the simulated sign-ins.",
    ),
    binding(
        "SignInBy",
        &[
            "password",
            "access-pass",
            "single-sign-on",
            "passkey",
            "windows-hello",
            "platform-credential",
            "phone-sign-in",
            "home-tenant",
        ],
        "By what a simulated sign-in begins.",
    ),
    binding(
        "SecondFactor",
        &["push", "text", "call", "software-code", "hardware-code", "external", "passkey", "access-pass"],
        "The second factor of a simulated sign-in.",
    ),
    binding(
        "DeviceKind",
        &[
            "hybrid-joined-windows",
            "joined-windows",
            "registered-phone",
            "unregistered-client",
            "browser",
            "in-private-browser",
            "phone",
            "web-server",
        ],
        "A kind of device of the simulated sign-ins.",
    ),
    binding(
        "AnswerWord",
        &[
            "works",
            "asks-for-mfa",
            "asks-to-register",
            "asks-to-sign-in",
            "asks-to-change-password",
            "refused",
        ],
        "What a simulated session is answered.",
    ),
];

/// Returns the type of a definition, or of a property over its variants, if it has one and every word is
/// known.
pub(crate) fn word_of(definitions: &Definitions, of: &str, property: Option<&str>) -> Option<&'static str> {
    let is_it = |word: &&Word| matches!(word.words, From::Core(name, tag) if name == of && tag == property);
    let word = WORDS.iter().find(is_it)?;
    (property.is_some() || Definitions::is_closed(definitions.get(of))).then_some(word.name)
}

/// Returns `_words.py`.
pub(crate) fn file(definitions: &Definitions) -> String {
    let mut text = docstring("", &format!("The words of the core, each set of them as one type.\n\n{MARK}"));
    text.push_str("\nfrom typing import Literal, TypeAlias\n");
    for word in WORDS {
        let words = match word.words {
            From::Core(of, property) => definitions.words(of, property),
            From::Binding(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        };
        let words: Vec<_> = words.iter().map(|word| format!("{word:?}")).collect();
        let start = format!("{}: TypeAlias = Literal[", word.name);
        let _ = write!(text, "\n{}\"\"\"{}\"\"\"\n", listed(&start, &words, "]"), word.doc);
    }
    text
}
