//! What operations ask for, request by request.

use crate::CallerKind;
use crate::error::{Refusal, Result};
use crate::model::MethodKind;
use crate::operations::{AnyOperation, CATALOG, MethodScope};
use crate::spec::OperationSpec;

/// An operation whose permissions are asked for: any use of it, or one with its options.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub(in crate::knowledge) spec: &'static OperationSpec,
    /// The types of methods that it removes, if they are known.
    kinds: Option<Vec<MethodKind>>,
}

impl Wanted {
    /// Names an operation by its id, such as `block_sign_in`.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for a name that no operation has.
    pub fn named(id: &str) -> Result<Self> {
        let found = CATALOG.iter().copied().find(|spec| spec.id == id);
        Ok(found.map(Self::from).ok_or_else(|| {
            let known: Vec<_> = CATALOG.iter().map(|spec| spec.id).collect();
            Refusal::BadInput {
                what: "operation",
                reason: format!("there is no operation {id:?}; there are {}", known.join(", ")),
            }
        })?)
    }

    /// Returns whether it is the same operation, on the same types of methods.
    pub(in crate::knowledge) fn is_same(&self, other: &Self) -> bool {
        self.spec.id == other.spec.id && self.kinds == other.kinds
    }

    /// Returns whether the call needs a part of the operation: without a phone no default number is changed,
    /// and without a hardware token none is deactivated.
    fn needs(&self, part: &OperationSpec) -> bool {
        let touches = |kind: MethodKind| self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind));
        match part.id {
            "prefer_mobile" => touches(MethodKind::Phone),
            "deactivate_hardware_oath" => touches(MethodKind::HardwareOath),
            _ => true,
        }
    }

    /// Returns the sets of permissions of which one is enough for a request.
    pub(in crate::knowledge) fn any_of(
        &self,
        request: &'static OperationSpec,
        caller: CallerKind,
    ) -> Vec<Vec<&'static str>> {
        let listed = request.permissions.of(caller);
        let mut sets: Vec<_> = listed.iter().map(|set| set.to_vec()).collect();
        // Of known types, the permissions for these types alone are enough.
        if let (true, Some(kinds)) = (request.id.starts_with("delete_method"), &self.kinds) {
            let mut narrow: Vec<_> = kinds.iter().map(MethodKind::narrow_permission).collect();
            narrow.sort_unstable();
            narrow.dedup();
            if narrow.iter().all(|name| !name.is_empty()) && !sets.is_empty() {
                sets.insert(0, narrow);
            }
        }
        sets
    }
}

impl From<&'static OperationSpec> for Wanted {
    fn from(spec: &'static OperationSpec) -> Self {
        Self { spec, kinds: None }
    }
}

impl From<&AnyOperation> for Wanted {
    fn from(operation: &AnyOperation) -> Self {
        let kinds = match operation {
            AnyOperation::DeleteMethod(delete) => Some(vec![delete.kind.clone()]),
            AnyOperation::DeleteMethods(delete) => match &delete.scope {
                MethodScope::Only(kinds) => Some(kinds.clone()),
                _ => None,
            },
            _ => None,
        };
        Self { spec: operation.spec(), kinds }
    }
}

/// What one request of an operation needs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) operation: &'static str,
    pub(super) request: &'static str,
    pub(super) roles: &'static [&'static str],
    /// The sets of permissions, of which one is enough, the least first; empty if this kind of caller cannot
    /// send it.
    pub(super) any_of: Vec<Vec<&'static str>>,
}

impl Need {
    /// Returns the first set that a caller holds.
    pub(super) fn met_by(&self, holds: impl Fn(&str) -> bool) -> Option<&[&'static str]> {
        self.any_of.iter().find(|set| set.iter().all(|name| holds(name))).map(Vec::as_slice)
    }
}

/// Lists an operation and what it uses, each once.
pub(super) fn parts(spec: &'static OperationSpec) -> Vec<&'static OperationSpec> {
    let mut found = vec![spec];
    let mut next = 0;
    while next < found.len() {
        for part in found[next].uses {
            if !found.iter().any(|known| known.id == part.id) {
                found.push(part);
            }
        }
        next += 1;
    }
    found
}

/// Lists what the operations need, in the order of the catalog, so that the order of the question does not
/// matter.
pub(super) fn needs(wanted: &[Wanted], caller: CallerKind) -> Vec<Need> {
    let mut needs = Vec::new();
    for spec in CATALOG {
        for one in wanted.iter().filter(|one| one.spec.id == spec.id) {
            for part in parts(spec).into_iter().filter(|part| one.needs(part)) {
                let any_of = one.any_of(part, caller);
                let need = Need { operation: spec.id, request: part.id, roles: part.roles, any_of };
                if !needs.contains(&need) {
                    needs.push(need);
                }
            }
        }
    }
    needs
}
