//! One file per Graph resource, or per value read from several: serde and nothing else.

mod access_pass;
mod app_role_assignment;
mod concern;
mod device;
mod domain;
mod effective_policy;
mod grant_list;
mod lenient;
mod method;
mod method_kind;
mod method_list;
mod method_settings;
mod methods_policy;
mod operation_status;
mod part;
mod permission_grant;
mod read_at;
mod risk;
mod role;
mod scope;
mod service_principal;
mod sign_in;
mod snapshot;
mod snapshot_diff;
mod user;
mod word;

pub use access_pass::AccessPassMethod;
pub(crate) use access_pass::AccessPassPolicy;
pub use app_role_assignment::{AppAssignmentList, AppRoleAssignment, PrincipalType};
pub use concern::Concern;
pub use device::{Device, DeviceTrust};
pub(crate) use domain::Domain;
pub use domain::DomainAuthentication;
pub use effective_policy::{
    CampaignState, EffectiveMethodsPolicy, MethodPolicy, MigrationState, PolicyTarget, RegisteredMethod,
    RegistrationCampaign, Verdict,
};
pub(crate) use grant_list::riskiest_first;
pub use grant_list::{GrantList, ListedGrant};
pub use method::{AuthenticationMethod, MethodDetail};
pub use method_kind::MethodKind;
pub(crate) use method_kind::{known_kind, known_kinds};
pub use method_list::{MethodList, TypeUnread};
pub use method_settings::{KeyRestrictions, MethodSettings, PasskeyProfile};
pub(crate) use methods_policy::{MethodsPolicy, Target, excluded, included};
pub(crate) use operation_status::LongRunningOperation;
pub use part::Part;
pub use permission_grant::{ConsentType, PermissionGrant};
pub(crate) use read_at::{FRESH, ReadAt};
pub use risk::{RiskActivity, RiskEvent, RiskLevel, RiskState, UserRisk};
pub use role::{EligibleGroup, RoleGroup, RoleHeld, RoleVia};
pub(crate) use role::{GroupEligibility, RoleEntry, built_in, carries_roles, role_id};
pub use scope::GrantedScope;
pub use service_principal::{ApplicationOwner, ServicePrincipal, VerifiedPublisher};
pub(crate) use sign_in::StrongAuthenticationRequirements;
pub use sign_in::{PerUserMfaState, PreferredMethod, SignInPreferences};
pub use snapshot::AccountSnapshot;
pub use snapshot_diff::{ChangeKind, NotCompared, SnapshotChange, SnapshotDiff};
pub use user::{User, UserKind};
pub use word::Word;

pub(crate) use lenient::timestamp;
