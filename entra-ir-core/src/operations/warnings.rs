//! Every warning of the library, the worst first: those that make a success worthless, those after which something may
//! remain, those that are harmless.

use super::account::{ACCOUNT_NOT_READ, CUSTOMER_METHODS_UNSEEN};
use super::confirm_user_compromised::{RISK_ACTS_BY_POLICY, RISK_IN_HOME_TENANT, RISK_STAYS};
use super::create_temporary_access_pass::{
    ACCOUNT_BLOCKED, PASS_REMOVES_NOTHING, PASSES_NOT_READ, POLICY_NOT_READ, REPLACED_OLDER_PASS,
};
use super::delete_method::{EARLIER_ATTEMPT, METHODS_GO_SESSIONS_STAY};
use super::domain::{DOMAIN_NOT_READ, FEDERATED_NO_EFFECT, FEDERATED_WRITE_BACK};
use super::methods_deleted::{BETA_NOT_READ, PARTIAL_LIST, TYPES_NOT_READ, UNREADABLE_METHODS};
use super::pass_replaced::PASS_MADE_ANEW;
use super::pass_usability::{DISABLED_BY_POLICY, NOT_USABLE, NOT_YET_VALID};
use super::removal::{DEFAULT_CHANGED, GUEST_METHODS_ELSEWHERE, REMAINDER_NOT_READ};
use super::removal_grade::{DEFAULT_UNKNOWN, REGISTRATION_OPEN, STILL_SIGNS_IN};
use super::require_password_change::{LOCKS_NOBODY_OUT, SET_ON_PREMISES};
use super::reset_password::{NEEDS_MFA_METHOD, SESSIONS_GO_ON};
use super::revoke_mfa_sessions::NO_CALL_FOR_REMEMBERED_MFA;
use super::revoke_sign_in_sessions::{
    NO_EFFECT_ON_CUSTOMER, NO_EFFECT_ON_GUEST, NOT_READ_BACK, NOT_YET_VISIBLE, SAME_SECOND,
};
use super::sign_in_block::MAY_BE_UNDONE_BY_SYNC;
use super::write_back::END_NOT_SEEN;
use crate::operation::CALLER_UNKNOWN;
use crate::receipt::{
    ANSWER_REPAIRED, ANSWER_UNMARKED, OWNER_CHECKED, SETTLED_BY_READING, SYNC_ACCOUNTS_NOT_READ, THROTTLED,
    WarningKind,
};

/// Lists every warning that an operation may give, the worst first.
pub static WARNINGS: &[&WarningKind] = &[
    &NO_EFFECT_ON_GUEST,
    &FEDERATED_NO_EFFECT,
    &NO_EFFECT_ON_CUSTOMER,
    &RISK_IN_HOME_TENANT,
    &STILL_SIGNS_IN,
    &LOCKS_NOBODY_OUT,
    &DISABLED_BY_POLICY,
    &NOT_USABLE,
    &ACCOUNT_BLOCKED,
    &NOT_YET_VALID,
    &UNREADABLE_METHODS,
    &REMAINDER_NOT_READ,
    &NOT_YET_VISIBLE,
    &NOT_READ_BACK,
    &END_NOT_SEEN,
    &THROTTLED,
    &CUSTOMER_METHODS_UNSEEN,
    &GUEST_METHODS_ELSEWHERE,
    &BETA_NOT_READ,
    &PARTIAL_LIST,
    &TYPES_NOT_READ,
    &ACCOUNT_NOT_READ,
    &DOMAIN_NOT_READ,
    &SET_ON_PREMISES,
    &REGISTRATION_OPEN,
    &MAY_BE_UNDONE_BY_SYNC,
    &SAME_SECOND,
    &RISK_ACTS_BY_POLICY,
    &SESSIONS_GO_ON,
    &METHODS_GO_SESSIONS_STAY,
    &ANSWER_REPAIRED,
    &ANSWER_UNMARKED,
    &CALLER_UNKNOWN,
    &DEFAULT_CHANGED,
    &DEFAULT_UNKNOWN,
    &EARLIER_ATTEMPT,
    &FEDERATED_WRITE_BACK,
    &NEEDS_MFA_METHOD,
    &NO_CALL_FOR_REMEMBERED_MFA,
    &OWNER_CHECKED,
    &PASS_MADE_ANEW,
    &PASS_REMOVES_NOTHING,
    &PASSES_NOT_READ,
    &POLICY_NOT_READ,
    &REPLACED_OLDER_PASS,
    &RISK_STAYS,
    &SETTLED_BY_READING,
    &SYNC_ACCOUNTS_NOT_READ,
];
