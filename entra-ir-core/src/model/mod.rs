//! One file per Graph resource: serde and nothing else.

mod access_pass;
mod lenient;
mod method;
mod method_kind;
mod operation_status;
mod sign_in;
mod user;

pub use access_pass::AccessPassMethod;
pub(crate) use access_pass::AccessPassPolicy;
pub use method::{AuthenticationMethod, MethodDetail};
pub use method_kind::MethodKind;
pub(crate) use operation_status::LongRunningOperation;
pub use sign_in::PerUserMfaState;
pub(crate) use sign_in::StrongAuthenticationRequirements;
pub use user::{User, UserKind};

pub(crate) use lenient::timestamp;
