//! The steps, each with its reason, its source and its cost. Their order is the
//! [playbook](super::playbook)'s.

use super::super::action::Action;
use super::super::source::{self, Source};
use super::task::Task;

/// The accounts that a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Any account.
    Everybody,
    /// An external guest.
    Guest,
    /// Any but an external guest.
    NoGuest,
    /// Synced from on-premises.
    Synced,
    /// Synced, or the owner of a hybrid device: lists of devices lack most of them.
    HybridDevices,
    /// A guest or a customer account: revocation does nothing for it.
    NoRevocation,
    /// Any other.
    CanBeRevoked,
    /// An account with a mailbox here, as a rule: neither a guest's nor a customer's.
    HasMailbox,
    /// Neither synced nor one that cannot be revoked: after unblocking, its sessions would continue.
    KeptHere,
    /// The password is kept in this tenant.
    PasswordHere,
    /// The password is kept elsewhere.
    PasswordElsewhere,
    /// The password is kept in Active Directory, and reset through write-back.
    PasswordSynced,
    /// The password is kept in Active Directory, and the account is an administrator's: it is not written
    /// back.
    AdministratorSynced,
    /// Another identity provider checks the password.
    Federated,
    /// App passwords are not ruled out.
    AppPasswords,
    /// Methods can be registered again with a pass.
    CanRegister,
    /// The same, and no method is known to still work.
    CanRegisterAnew,
    /// A passkey or the like is registered that is not said to be lost.
    StillHasMethod,
    /// It holds a role, may activate one, or this is unknown.
    Privileged,
    /// Methods were named as suspect.
    Suspects,
    /// An application registered the method.
    ByApplication,
    /// The lost methods were named.
    LostNamed,
    /// They were not.
    LostNotNamed,
}

/// A step is an action on the account, or a task for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Action(Action),
    /// The block and a new password, in one request.
    LockOut,
    Task(Task),
}

/// One step of a playbook.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planned {
    pub(super) what: What,
    pub(super) for_whom: When,
    pub(super) when: &'static str,
    pub(super) reason: &'static str,
    pub(super) source: Source,
    pub(super) cost: &'static str,
    /// If empty, the operation's own text applies.
    pub(super) does_not: &'static str,
}

impl Planned {
    const fn act(action: Action, reason: &'static str, source: Source, cost: &'static str) -> Self {
        Self {
            what: What::Action(action),
            for_whom: When::Everybody,
            when: THEN,
            reason,
            source,
            cost,
            does_not: "",
        }
    }

    const fn task(task: Task, reason: &'static str, source: Source, does_not: &'static str) -> Self {
        let what = What::Task(task);
        Self { what, for_whom: When::Everybody, when: THEN, reason, source, cost: "time", does_not }
    }

    pub(super) const fn only(mut self, whom: When) -> Self {
        self.for_whom = whom;
        self
    }

    pub(super) const fn at(mut self, when: &'static str) -> Self {
        self.when = when;
        self
    }

    pub(super) const fn because(mut self, reason: &'static str) -> Self {
        self.reason = reason;
        self
    }

    const fn but(mut self, does_not: &'static str) -> Self {
        self.does_not = does_not;
        self
    }
}

pub(super) const AT_ONCE: &str = "at once";
pub(super) const THEN: &str = "then";
const BEFORE: &str = "before anything is removed; it does not delay a block";
const LAST: &str =
    "when the steps before are confirmed, and at least five minutes after the first revocation";
const VERIFIED: &str = "when the rightful user is verified by another channel";
const BEFORE_UNBLOCKING: &str = "after the proof of identity, minutes before unblocking";

pub(super) const EVIDENCE: Planned = Planned::task(
    Task::KeepEvidence,
    "a removal destroys evidence: methods, devices, consents, inbox rules, sign-ins",
    source::APP_CONSENT,
    "Closes nothing.",
)
.at(BEFORE);
pub(super) const TELL: Planned = Planned::task(
    Task::TellHelpDesk,
    "an attacker who is locked out calls the help desk next: no reset and no pass for this account",
    source::PRACTICE,
    "Closes nothing.",
)
.at(AT_ONCE);
pub(super) const TRACE: Planned = Planned::task(
    Task::TraceTheCall,
    "undo every reset, pass, method and device since the call, and review the agent's other calls",
    source::PRACTICE,
    "Closes nothing: the steps below undo it.",
)
.at(AT_ONCE);

pub(super) const BLOCK: Planned = Planned::act(
    Action::BlockSignIn,
    "no new token is issued while the rest is done",
    source::REVOKE_ACCESS,
    "the user cannot work until unblocked",
)
.at(AT_ONCE);
pub(super) const LOCK_OUT: Planned = Planned {
    what: What::LockOut,
    cost: "the user cannot work until unblocked, and needs the new password by a safe channel",
    ..BLOCK
}
.only(When::PasswordHere)
.because("no new token is issued while the rest is done, and the old password no longer works afterwards");
pub(super) const BLOCK_ON_PREMISES: Planned = Planned::act(
    Action::BlockOnPremises,
    "the next sync may undo the block made here",
    source::REVOKE_ACCESS,
    "the user cannot sign in to Windows or on-premises services either",
)
.only(When::Synced)
.at(AT_ONCE)
.but("Does not end Kerberos tickets that were issued; is seen here only after the next sync.");
pub(super) const BLOCK_AGAIN: Planned = BLOCK
    .only(When::Synced)
    .at("after each sync until Active Directory's block has arrived")
    .because("a sync between both blocks undoes the one here: read it again, and block again");
pub(super) const HOME: Planned = Planned::act(
    Action::BlockInHomeTenant,
    "a guest signs in through the home tenant: only the home tenant can end the sessions and reset the \
    password",
    source::REVOKE,
    "the user cannot work anywhere until the home tenant allows it",
)
.only(When::Guest)
.at(AT_ONCE)
.but("Does not end what an application here keeps for itself; is not seen from here.");
pub(super) const REVOKE: Planned = Planned::act(
    Action::RevokeSignInSessions,
    "ends the sessions that an attacker holds now; repeated at the end, for what begins until then",
    source::REVOKE,
    "the user signs in again everywhere",
)
.only(When::NoGuest)
.at(AT_ONCE);
pub(super) const REVOKE_LAST: Planned = Planned { source: source::REFRESH_TOKENS, ..REVOKE }
    .at(LAST)
    .because("neither a reset nor removing methods ends every session, and one may have begun in between");

pub(super) const SUSPECTS: Planned = Planned::act(
    Action::DeleteMethods,
    "suspect methods first: an attacker signs in with them as soon as the block is lifted",
    source::DELETE_METHODS,
    "none for the rightful user, if they are the attacker's",
)
.only(When::Suspects)
.at(AT_ONCE);
pub(super) const DELETE_PASS: Planned = Planned::act(
    Action::DeleteTemporaryAccessPass,
    "a pass that was issued to the caller signs in, MFA satisfied",
    source::TAP,
    "none",
)
.only(When::NoGuest)
.at(AT_ONCE);

pub(super) const ISOLATE: Planned = Planned::task(
    Task::IsolateEndpoint,
    "a new password that is typed on an infected device is the attacker's: trust the endpoint before the user gets one",
    source::TOKEN_THEFT,
    "Ends no session in the cloud.",
)
.only(When::HasMailbox);
pub(super) const RESET_HERE: Planned = Planned::act(
    Action::ResetPasswordGraphProfile,
    "the old password no longer works",
    source::UPDATE_USER,
    "the user needs the new password by a safe channel, and changes it",
)
.only(When::PasswordHere);
pub(super) const RESET_SYNCED: Planned =
    Planned { what: What::Action(Action::ResetPasswordGraphAction), source: source::RESET, ..RESET_HERE }
        .only(When::PasswordSynced)
        .because("the old password no longer works; written back on-premises, for a signed-in caller only");
pub(super) const RESET_ADMINISTRATOR: Planned = Planned {
    what: What::Action(Action::ResetPasswordOnPremises),
    source: source::CLOUD_SYNC_WRITEBACK,
    ..RESET_HERE
}
.only(When::AdministratorSynced)
.because("an administrator's password is not written back: it is reset in Active Directory")
.but("Ends no session here.");
pub(super) const RESET_TWICE: Planned = Planned {
    what: What::Action(Action::ResetPasswordOnPremises),
    source: source::REVOKE_ACCESS,
    ..RESET_HERE
}
.only(When::Synced)
.at("in Active Directory, once the endpoint is trusted: the second time")
.because("the previous password still works for some protocols: two resets end both")
.but("Ends no session here, and no Kerberos ticket.");
pub(super) const RESET_FEDERATED: Planned = Planned {
    what: What::Action(Action::ResetPasswordOnPremises),
    source: source::RESET_IN_PORTAL,
    ..RESET_HERE
}
.only(When::Federated)
.because("the identity provider checks the password: one that is set here has no effect")
.but("Ends no session here, as far as the pages that we read say.");

pub(super) const COMPROMISED: Planned = Planned::act(
    Action::ConfirmCompromised,
    "risk policies act on it, and colleagues see it; after the reset, which would remediate it",
    source::RISK,
    "risk policies may keep the user out until the risk is dismissed or remediated",
)
.only(When::CanBeRevoked)
.but("Changes neither password nor sessions nor methods by itself; a policy that requires risk remediation revokes sessions.");
pub(super) const DEVICES: Planned = Planned::act(
    Action::DisableDevice,
    "those that the rightful user does not know: a primary refresh token may outlive a revocation, and \
    disabling takes up to an hour to take effect",
    source::DEVICE_FAQ,
    "nothing on that device signs in automatically",
)
.only(When::NoGuest)
.but("Does not wipe it, and ends no session elsewhere; a sync enables a hybrid device again; there is no device to disable for a token on an unregistered one.");
pub(super) const COMPUTERS: Planned = Planned::act(
    Action::DisableComputerOnPremises,
    "hybrid devices that the rightful user does not know: disabled or deleted here only, a sync brings them back",
    source::STALE_DEVICES,
    "nobody can sign in on that computer",
)
.only(When::HybridDevices)
.but("Is seen here only after the next sync; ends no session elsewhere.");
pub(super) const WIPE: Planned = Planned::act(
    Action::WipeDevice,
    "a lost phone or laptop that Intune manages; the only way for an application, which can disable only \
    Windows devices",
    source::WIPE,
    "erases everything on the device; a second administrator may have to approve it",
)
.only(When::HasMailbox)
.but("Acts once the device is online; cannot be undone.");
pub(super) const ROLES: Planned = Planned::act(
    Action::RemoveRole,
    "active and eligible ones, and the memberships that carry them; never the last trusted administrator's",
    source::REMOVE_ROLE,
    "the user administers nothing until the roles are given back",
)
.only(When::Privileged)
.but("Revokes no token: one that was issued before may act with the role until it expires.");
pub(super) const TENANT: Planned = Planned::task(
    Task::SearchTenant,
    "a privileged account may have created other ways in: administrators, secrets, policies, federation, \
    partners",
    source::ROLES,
    "Closes nothing by itself.",
)
.only(When::Privileged);
pub(super) const AZURE: Planned = Planned::task(
    Task::SearchAzure,
    "a Global Administrator takes access to all of Azure with one switch, and keeps it when the role ends; \
    then come role assignments, keys and automation",
    source::ELEVATE,
    "Closes nothing by itself: delete the assignments of unknown origin, and rotate what was read.",
);
pub(super) const INTUNE: Planned = Planned::task(
    Task::SearchIntune,
    "whoever administers devices runs scripts on them and wipes them: look for scripts, applications, roles \
    and remote actions, and let a second administrator approve them from now on",
    source::MULTI_ADMIN_APPROVAL,
    "Closes nothing by itself: reject open requests, and end what was assigned.",
);
pub(super) const APPLICATION: Planned = Planned::act(
    Action::DisableApplication,
    "once, for the whole tenant: better than deleting, which a new consent undoes; no user and no secret gets a new token for it",
    source::APP_CONSENT,
    "nobody can use the application: check first who does; never disable one of Microsoft's own",
)
.at(AT_ONCE)
.but("Does not end access tokens that were issued, nor what the application has read or made.");
pub(super) const CONSENTS: Planned = Planned::act(
    Action::DeleteConsent,
    "those that the rightful user does not know: an application keeps access whatever happens to the \
    password; disable a hostile one first",
    source::APP_PERMISSIONS,
    "the application asks for consent again",
)
.but("Does not end access tokens that were issued, nor keep the user from consenting again; a consent for the whole organisation still covers the user.");
pub(super) const APP_PERMISSIONS: Planned = Planned::act(
    Action::RemoveAppPermission,
    "an application permission survives the end of the user's sessions and of the user's consent",
    source::APP_PERMISSIONS,
    "the application loses it for the whole tenant",
)
.but("Does not end access tokens that were issued.");
pub(super) const CLEAN_APPLICATION: Planned = Planned::task(
    Task::CleanApplication,
    "consents for everybody, and credentials and owners that the attacker added, restore its access",
    source::APP_CONSENT,
    "Closes nothing by itself.",
);
pub(super) const STOP_CONSENT: Planned = Planned::task(
    Task::StopConsent,
    "a user can consent again to what was just taken away",
    source::APP_PERMISSIONS,
    "Takes back nothing that was granted.",
);
pub(super) const MAIL_RULES: Planned = Planned::act(
    Action::DisableMailRules,
    "a rule forwards and hides mail on the server while the account is blocked; disabled, not deleted: it is evidence, and some are the user's own",
    source::COMPROMISED_MAIL,
    "the rightful user's rules stop as well, if they are included",
)
.only(When::NoGuest)
.but("Reaches no hidden rule, and no forwarding of the mailbox.");
pub(super) const MAILBOX: Planned = Planned::task(
    Task::SearchMailbox,
    "forwarding, hidden rules and delegates are not in Graph",
    source::COMPROMISED_MAIL,
    "Closes nothing by itself: Set-Mailbox, Disable-InboxRule, Remove-MailboxPermission do.",
)
.only(When::HasMailbox);

pub(super) const METHODS: Planned = Planned::act(
    Action::DeleteMethods,
    "an attacker's passkey or phone may be among them, and its name does not show which it is; while the \
    account is blocked all may be removed",
    source::DELETE_METHODS,
    "the user registers every method again",
)
.only(When::NoGuest);
pub(super) const METHODS_OF_GUEST: Planned = Planned {
    source: source::GUESTS,
    cost: "the guest registers again here at the next MFA, which an attacker who signs in at home can do, \
        too",
    ..METHODS
}
.only(When::Guest)
.because("an attacker may have registered a phone or an app here: it counts wherever this tenant does not trust the home tenant's MFA");
pub(super) const APP_PASSWORDS: Planned = Planned::act(
    Action::DeleteAppPasswords,
    "an app password survives every reset, bypasses MFA and federation, and no Graph list shows it",
    source::APP_PASSWORDS,
    "old applications need a new one",
)
.only(When::AppPasswords)
.but("Ends no session that has begun; a policy that blocks legacy authentication stops app passwords, too.");

pub(super) const IDENTITY: Planned = Planned::task(
    Task::ProveIdentity,
    "by another channel than the one of the request; record the channel and the person who vouched",
    source::VERIFIED_HELPDESK,
    "A method registered since the incident proves nothing.",
)
.at("before anything is given back");
pub(super) const SIGNS: Planned = Planned::task(
    Task::WeighSigns,
    "\"I lost my phone\" is the attack until identity is proven: with a sign against it, treat it as a \
    tricked help desk",
    source::PRACTICE,
    "Proves nothing by itself.",
)
.at("before anything is given or removed");
pub(super) const WORKING: Planned = Planned::task(
    Task::UseWorkingMethod,
    "a passkey that still works registers the new phone, and is kept: no pass is needed",
    source::REGISTRATION,
    "Does not help a user who does not have it at hand: then issue a pass.",
)
.only(When::StillHasMethod);
pub(super) const PASS: Planned = Planned::act(
    Action::CreateTemporaryAccessPass,
    "the way to register again with no method left; single-use and short, and registration asks for it \
    while it works",
    source::TAP,
    "a call to verify, and registration at aka.ms/mysecurityinfo within the pass's time",
)
.only(When::CanRegister)
.at(BEFORE_UNBLOCKING);
pub(super) const WATCH: Planned = Planned::task(
    Task::WatchPass,
    "a pass is used once, by the user, from where the user is: anything else is the attack",
    source::TAP,
    "Ends nothing: delete the pass, block and revoke if it is used otherwise.",
)
.only(When::CanRegister)
.at("until the pass is used or has expired");
pub(super) const UNBLOCK: Planned = Planned::act(
    Action::UnblockSignIn,
    "a blocked account cannot use a pass; whatever was not closed is open again from here on",
    source::TAP,
    "none",
)
.only(When::KeptHere)
.at(VERIFIED);
pub(super) const ENABLE_ON_PREMISES: Planned = Planned::task(
    Task::EnableOnPremises,
    "the next sync blocks the account again as long as Active Directory does; a sync takes half an hour as a rule, so do it before the pass is issued",
    source::REVOKE_ACCESS,
    "Has no effect here before the sync.",
)
.only(When::Synced)
.at("after the proof of identity, and wait for the sync");
pub(super) const OWNED: Planned = Planned::task(
    Task::CleanOwnedApplications,
    "an owner adds a secret and signs in as the application, whatever happens to the account",
    source::MALICIOUS_APP,
    "Closes nothing by itself: remove the owner first, then secrets, keys and federated credentials of \
    unknown origin.",
)
.only(When::CanBeRevoked);
pub(super) const UNBLOCK_SYNCED: Planned = Planned { source: source::REVOKE_ACCESS, ..UNBLOCK }
    .only(When::Synced)
    .because("a blocked account cannot use a pass; whatever was not closed is open again from here on");
pub(super) const UNBLOCK_GUEST: Planned = UNBLOCK
    .only(When::Guest)
    .at("when the home tenant has contained the account and vouches for it")
    .because("the sessions here continue from then on: only the home tenant can end them");
pub(super) const DISMISS: Planned = Planned::act(
    Action::DismissRisk,
    "the risk that was confirmed stays high after containment, and a policy that blocks high risk keeps the \
    rightful user out until it is dismissed: the block still holds the account meanwhile",
    source::RISK,
    "none",
)
.only(When::CanBeRevoked)
.at(BEFORE_UNBLOCKING)
.but("Acts within minutes, not at once.");
pub(super) const REREGISTER: Planned = Planned::act(
    Action::RequireMfaReregistration,
    "takes the phone numbers, Authenticator apps and tokens; without a pass before it, whoever signs in with the password registers: do it while the user is there",
    source::MANAGE_MFA,
    "the user registers again",
)
.only(When::LostNotNamed);
pub(super) const LOST: Planned = Planned::act(
    Action::DeleteMethods,
    "only the lost methods are removed; what still works is kept",
    source::DELETE_METHODS,
    "the user registers those again",
)
.only(When::LostNamed);
pub(super) const OTHERS: Planned = Planned::task(
    Task::SearchOthers,
    "whoever tricked one agent has tried others, and other names",
    source::PRACTICE,
    "Closes nothing by itself.",
);
