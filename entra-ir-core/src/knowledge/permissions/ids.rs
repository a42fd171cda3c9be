//! The ids of Microsoft Graph's permissions, which are the same in every tenant.

use crate::CallerKind;

/// The id of Microsoft Graph as an application, in every tenant.
pub(super) const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// The name, then the id for a signed-in user, then the one for an application; `None` where this kind of
/// caller cannot be given it.
///
/// Source: `permissions/new/provisioningInfo.json` and `permissions/permissions-descriptions.json` of
/// microsoftgraph/microsoft-graph-devx-content (2026-08-07), from which Microsoft makes the page "Microsoft
/// Graph permissions reference".
#[rustfmt::skip]
const IDS: &[(&str, Option<&str>, Option<&str>)] = &[
    ("AppRoleAssignment.ReadWrite.All", Some("84bccea3-f856-4a8a-967b-dbe0a3d53a64"), Some("06b708a9-e830-4db3-a914-8e69da51d44f")),
    ("Application.Read.All", Some("c79f8feb-a9db-4090-85f9-90d820caa0eb"), Some("9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30")),
    ("Application.ReadWrite.All", Some("bdfbf15f-ee85-4955-8675-146e8e5296b5"), Some("1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9")),
    ("DelegatedPermissionGrant.ReadWrite.All", Some("41ce6ca6-6826-4807-84f1-1c82854f7ee5"), Some("8e8e4742-1d95-4f68-9d56-6ee75648c72a")),
    ("Device.Read.All", Some("951183d1-1a61-466f-a6d1-1fde911bfd95"), Some("7438b122-aefc-4978-80ed-43db9fcc7715")),
    ("Device.ReadWrite.All", None, Some("1138cb37-bd11-4084-a2b7-9f71582aeddb")),
    ("Directory.AccessAsUser.All", Some("0e263e50-5827-48a4-b97c-d940288653c7"), None),
    ("Directory.Read.All", Some("06da0dbc-49e2-44d2-8312-53f166ab848a"), Some("7ab1d382-f21e-4acd-a863-ba3e13f7da61")),
    ("Directory.ReadWrite.All", Some("c5366453-9fb0-48a5-a156-24f0c49a4b84"), Some("19dbc75e-c2e2-444c-a770-ec69d8559fc7")),
    ("Domain.Read.All", Some("2f9ee017-59c1-4f1d-9472-bd5529a7b311"), Some("dbb9058a-0e50-45d7-ae91-66909b5d4664")),
    ("GroupMember.Read.All", Some("bc024368-1153-4739-b217-4326f2e966d0"), Some("98830695-27a2-44f7-8c18-0c3ebc9698f6")),
    ("IdentityRiskyUser.Read.All", Some("d04bb851-cb7c-4146-97c7-ca3e71baf56c"), Some("dc5007c0-2d7d-4c42-879c-2dab87571379")),
    ("IdentityRiskyUser.ReadWrite.All", Some("e0a7cdbb-08b0-4697-8264-0069786e9674"), Some("656f6061-f9fe-4807-9708-6a2e0934df76")),
    ("Organization.Read.All", Some("4908d5b9-3fb2-4b1e-9336-1888b7937185"), Some("498476ce-e0fe-48b0-b801-37ba7e2685c6")),
    ("Policy.Read.All", Some("572fea84-0151-49b2-9301-11cb16974376"), Some("246dd0d5-5bd0-4def-940b-0421030a5b68")),
    ("Policy.Read.AuthenticationMethod", Some("a6ff13ac-1851-4993-8ca9-a671d70de2d5"), Some("8e3bc81b-d2f3-4b7b-838c-32c88218d2f0")),
    ("PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup", Some("06dbc45d-6708-4ef0-a797-f797ee68bf4b"), Some("41202f2c-f7ab-45be-b001-85c9728b9d69")),
    ("PrivilegedEligibilitySchedule.Read.AzureADGroup", Some("8f44f93d-ecef-46ae-a9bf-338508d44d6b"), Some("edb419d6-7edc-42a3-9345-509bfdf5d87c")),
    ("PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup", Some("ba974594-d163-484e-ba39-c330d5897667"), Some("618b6020-bca8-4de6-99f6-ef445fa4d857")),
    ("RoleAssignmentSchedule.Read.Directory", Some("344a729c-0285-42c6-9014-f12b9b8d6129"), Some("d5fe8ce8-684c-4c83-a52c-46e882ce4be1")),
    ("RoleAssignmentSchedule.ReadWrite.Directory", Some("8c026be3-8e26-4774-9372-8d5d6f21daff"), Some("dd199f4a-f148-40a4-a2ec-f0069cc799ec")),
    ("RoleEligibilitySchedule.Read.Directory", Some("eb0788c2-6d4e-4658-8c9e-c0fb8053f03d"), Some("ff278e11-4a33-4d0c-83d2-d01dc58929a5")),
    ("RoleEligibilitySchedule.ReadWrite.Directory", Some("62ade113-f8e0-4bf9-a6ba-5acb31db32fd"), Some("fee28b28-e1f3-4841-818e-2704dc62245f")),
    ("RoleManagement.Read.Directory", Some("741c54c3-0c1e-44a1-818b-3f97ab4e8c83"), Some("483bed4a-2ad3-4361-a73b-c83ccdbdc53c")),
    ("RoleManagement.ReadWrite.Directory", Some("d01b97e9-cbc0-49fe-810a-750afd5527a3"), Some("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8")),
    ("User-PasswordProfile.ReadWrite.All", Some("56760768-b641-451f-8906-e1b8ab31bca7"), Some("cc117bb9-00cf-4eb8-b580-ea2a878fe8f7")),
    ("User.EnableDisableAccount.All", Some("f92e74e7-2563-467f-9dd0-902688cb5863"), Some("3011c876-62b7-4ada-afa2-506cbbecc68c")),
    ("User.Read", Some("e1fe6dd8-ba31-4d61-89e7-88639da4683d"), None),
    ("User.Read.All", Some("a154be20-db9c-4678-8ab7-66f6cc099a59"), Some("df021288-bdef-4463-88db-98f22de89214")),
    ("User.ReadWrite.All", Some("204e0828-b5ca-4ad8-b9f3-f32a958e7cc4"), Some("741f803b-c850-494e-b5df-cde7c675a1ca")),
    ("User.RevokeSessions.All", Some("fc30e98b-8810-4501-81f5-c20a3196387b"), Some("77f3a031-c388-4f99-b373-dc68676a979e")),
    ("UserAuthMethod-Email.ReadWrite.All", Some("074f680f-c89e-45be-880e-5d0642860a1c"), Some("e8ecb853-1435-4a49-95ba-ec5b31b11672")),
    ("UserAuthMethod-External.ReadWrite.All", Some("9d91805d-0f53-43e3-a0f3-303ad4f3056f"), Some("c7a22c2e-5b01-4129-8159-6c8be2c78f16")),
    ("UserAuthMethod-HardwareOATH.ReadWrite.All", Some("480643f2-a162-43c5-a670-dc1494fc911b"), Some("7e9ebcc1-90aa-4471-8051-e68d6b4e9c89")),
    ("UserAuthMethod-MicrosoftAuthApp.ReadWrite.All", Some("1b7322b2-5cb3-4f13-928f-d7ca97c5fba9"), Some("c833c349-a1ab-4b6d-94a2-fa9a8674420c")),
    ("UserAuthMethod-Passkey.ReadWrite.All", Some("64930478-d0ea-4671-ad72-fe0d9821df09"), Some("0400e371-7db1-4338-a269-96069eb65227")),
    ("UserAuthMethod-Phone.ReadWrite.All", Some("48c99302-9a24-4f27-a8a7-acef4debba14"), Some("6e85d483-7092-4375-babe-0a94a8213a58")),
    ("UserAuthMethod-PlatformCred.ReadWrite.All", Some("cb11bf8c-dde1-4504-b6a5-31e1562b0749"), Some("1a87acf4-a9ca-4576-a974-452ea265d5f6")),
    ("UserAuthMethod-QR.ReadWrite.All", Some("db39086a-da7d-4cbd-9ac0-6816f9a80c95"), Some("4869299f-18c3-40c8-98f2-222657e67db1")),
    ("UserAuthMethod-ResourceKey.ReadWrite.All", Some("e71dec0d-02b4-429d-a49a-030950d45faa"), Some("1bf7461f-222a-4525-9760-f7739228d0f4")),
    ("UserAuthMethod-SoftwareOATH.ReadWrite.All", Some("5b34c8b5-2396-4b35-b284-83fb6a3e73ce"), Some("787442d4-3c6e-4e99-aa95-8ccca20a48ff")),
    ("UserAuthMethod-TAP.Read.All", Some("6976c635-c9c2-41e6-a21d-e6913a155273"), Some("bf82209c-b22b-4747-ac88-a68be99032cf")),
    ("UserAuthMethod-TAP.ReadWrite.All", Some("05de4a66-e51a-4312-842a-30c8094698d2"), Some("627169a8-8c15-451c-861a-5b80e383de5c")),
    ("UserAuthMethod-WindowsHello.ReadWrite.All", Some("13eae17d-aaa4-47b8-aaee-0eb33c6e2450"), Some("f14eee8a-713e-45aa-8223-2ab74632db1a")),
    ("UserAuthenticationMethod.Read.All", Some("aec28ec7-4d02-4e8c-b864-50163aea77eb"), Some("38d9df27-64da-44fd-b7c5-a6fbac20248f")),
    ("UserAuthenticationMethod.ReadWrite.All", Some("b7887744-6746-4312-813d-72daeaee7e2d"), Some("50483e42-d915-4231-9639-7fdb7fd190e5")),
];

/// Returns the id of a permission for a kind of caller; `None` if it is not known.
pub(super) fn id(name: &str, caller: CallerKind) -> Option<&'static str> {
    let (_, delegated, application) = IDS.iter().find(|(known, ..)| *known == name)?;
    match caller {
        CallerKind::Delegated => *delegated,
        CallerKind::AppOnly => *application,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::takeover;
    use super::*;
    use crate::ids::ObjectId;
    use crate::model::MethodKind;
    use crate::operations::CATALOG;
    use crate::spec::OperationSpec;

    fn named(spec: &OperationSpec, caller: CallerKind, names: &mut BTreeSet<&'static str>) {
        let sets = match caller {
            CallerKind::Delegated => spec.permissions.delegated,
            CallerKind::AppOnly => spec.permissions.application,
        };
        names.extend(sets.iter().copied().flatten());
        for part in spec.uses {
            named(part, caller, names);
        }
    }

    #[test]
    fn each_permission_that_a_caller_may_need_has_an_id() {
        for caller in [CallerKind::Delegated, CallerKind::AppOnly] {
            let mut names = BTreeSet::new();
            for spec in CATALOG {
                named(spec, caller, &mut names);
            }
            names.extend(
                MethodKind::ALL.iter().map(MethodKind::narrow_permission).filter(|name| !name.is_empty()),
            );
            names.extend(takeover::TAKEOVER_PERMISSIONS.iter().map(|(name, _)| *name));
            let unknown: Vec<_> = names.into_iter().filter(|name| id(name, caller).is_none()).collect();
            assert!(unknown.is_empty(), "{caller:?}: {unknown:?}");
        }
    }

    #[test]
    fn each_id_is_one_and_of_one_permission() {
        let ids: Vec<_> =
            IDS.iter().flat_map(|(_, delegated, application)| [*delegated, *application]).flatten().collect();
        assert!(ids.iter().all(|id| id.parse::<ObjectId>().is_ok()));
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert!(IDS.is_sorted_by_key(|(name, ..)| *name));
    }
}
