//! The classes of results: which definition each shows, and what of it Python calls otherwise.
//!
//! A property that is not named here has the name of its key in the JSON, and its type and description from
//! the schema.

use super::class::{How, Module, Property, at, class, doors, of, rest, secret};

/// Returns the class that shows a definition.
pub(crate) fn class_of(definition: &str) -> Option<&'static str> {
    let classes = || MODULES.iter().flat_map(|module| module.classes).filter(|class| !class.only_more);
    classes().find(|class| class.of == definition).map(|class| class.name)
}

/// The generated files, each of which uses only those before it.
pub(crate) const MODULES: &[Module] = &[
    Module {
        name: "_accounts",
        doc: "Accounts and their authentication methods.",
        classes: &[
            class("User", "User", "Record")
                .shown(&["user_principal_name", "id", "account_enabled", "sign_in_sessions_valid_from"])
                .renamed(&[
                    ("sign_in_sessions_valid_from", "signInSessionsValidFromDateTime"),
                    ("last_password_change", "lastPasswordChangeDateTime"),
                ]),
            class("FoundUser", "FoundUser", "Record").shown(&["user", "mail", "matched"]),
            class("UsersFound", "UsersFound", "Listing")
                .shown(&["text", "users", "more"])
                .iterating("users")
                .example("Iterates over them."),
            class("AuthenticationMethod", "AuthenticationMethod", "Record").shown(&["kind", "id", "name", "created"]),
            class("MethodList", "MethodList", "Listing")
                .shown(&[
                    "methods",
                    "partial",
                    "types_unread",
                    "repaired",
                    "beta_unread",
                    "account_unread",
                    "unreadable",
                ])
                .iterating("methods").example("Iterates over the methods."),
        ],
    },
    Module {
        name: "_policy",
        doc: "The methods that the authentication methods policy allows a user.",
        classes: &[
            class("PolicyTarget", "PolicyTarget", "Record").more(&[
                at("kind", &["kind"], "The kind."),
                at("id", &["id"], "The object id; None for all users."),
            ]),
            class("MethodPolicy", "MethodPolicy", "Record").shown(&["id", "verdict", "because"]),
            class("RegisteredMethod", "RegisteredMethod", "Record").shown(&["kind", "label", "verdict", "because"]),
            class("RegistrationCampaign", "RegistrationCampaign", "Record"),
            class("EffectiveMethodsPolicy", "EffectiveMethodsPolicy", "ByConfiguration[MethodPolicy]")
                .shown(&["methods", "migration", "lower_bound", "registered"])
                .rows("methods"),
        ],
    },
    Module {
        name: "_applications",
        doc: "Applications, consents to them, and who is assigned to them.",
        classes: &[
            class("VerifiedPublisher", "VerifiedPublisher", "Record"),
            class("ServicePrincipal", "ServicePrincipal", "Record")
                .shown(&["display_name", "id", "account_enabled", "app_owner_organization_id"]),
            class("PermissionGrant", "PermissionGrant", "Record").shown(&["id", "consent_type", "scope"]),
            class("AppRoleAssignment", "AppRoleAssignment", "Record")
                .shown(&["id", "resource_display_name", "principal_type"])
                .renamed(&[("created", "createdDateTime")]),
            class("AppAssignmentList", "AppAssignmentList", "Listing")
                .shown(&["direct", "through_groups"])
                .iterating("direct")
                .example("Iterates over the account's own assignments."),
            class("GrantedScope", "GrantedScope", "Record"),
            class("ListedGrant", "ListedGrant", "Record")
                .shown(&["client_name", "owner", "concerns", "scopes"])
                .more(&[
                    at("grant", &["grant"], ""),
                    at("id", &["grant", "id"], "The grant's id, by which it is deleted."),
                ]),
            class("GrantList", "GrantList", "Listing")
                .shown(&["own", "tenant_wide", "tenant_wide_unread", "applications_unread"])
                .iterating("own")
                .example("Iterates over the account's own grants."),
        ],
    },
    Module {
        name: "_receipts",
        doc: "The receipt of a write, and the common base of the results of writes.",
        classes: &[
            class("Target", "Target", "Named").shown(&["kind", "id"]).left_out(&["member", "user"]).more(&[
                at("kind", &["kind"], "The kind: `user`, `device`, `permission-grant`, `inbox-rule` and so on."),
                Property {
                    name: "id",
                    how: How::First(&["id", "member"], true),
                    doc: "Its id; for a user the object id if known, for a group membership the id of the member.",
                },
                Property {
                    name: "principal",
                    how: How::First(&["principal", "user"], false),
                    doc: "The account that it belongs to, if it names one: the holder of a grant or a role, the user of a rule.",
                },
                at("group", &["group"], "The group of a group membership."),
                at("credential", &["credential"], "The id of the credential, for one of an application."),
            ]),
            class("ReceiptWarning", "Warning", "Record").renamed(&[("text", "message")]),
            class("Exchange", "Exchange", "Record").shown(&[
                "method",
                "path",
                "status",
                "code",
                "request_id",
                "client_request_id",
                "server_date",
                "attempts",
            ]),
            class("Preview", "Preview", "Record"),
            class("WriteResult", "MethodDeleted", "Done")
                .only(&[
                    at("receipt", &["receipt"], "What was done."),
                    of("grade", "receipt"),
                    of("is_success", "receipt"),
                    of("is_complete", "receipt"),
                    of("retry_after", "receipt"),
                ])
                .private(),
            class("Receipt", "Receipt", "WriteResult")
                .shown(&["operation", "target", "grade", "mechanism", "exchanges", "warnings"]),
        ],
    },
    Module {
        name: "_results",
        doc: "The results of the writes.",
        classes: &[
            class("SessionsRevoked", "SessionsRevoked", "WriteResult")
                .shown(&["grade", "valid_from_before", "valid_from"])
                .left_out(&["receipt"]),
            class("MfaSessionsRevoked", "MfaSessionsRevoked", "WriteResult")
                .shown(&["grade", "per_user_mfa", "per_user_mfa_unread"])
                .more(&[of("receipt", "sessions")]),
            class("PasswordReset", "PasswordReset", "WriteResult")
                .shown(&["grade", "password", "force_change"])
                .left_out(&["receipt"])
                .more(&[secret("password", "The new password, if it was generated; `password.reveal()` shows it.")]),
            class("LockedOut", "LockedOut", "WriteResult")
                .shown(&["grade", "password_grade", "password", "force_change"])
                .left_out(&["receipt"])
                .more(&[secret(
                    "password",
                    "The new password, if it was generated and may be in force; `password.reveal()` shows it.",
                )]),
            class("MethodOutcome", "MethodOutcome", "Record").shown(&["kind", "id", "outcome", "why"]).more(&[
                at("outcome", &["outcome", "is"], ""),
                at("why", &["outcome", "why"], "Why, where the outcome alone does not say."),
                of("kind", "method"),
                of("name", "method"),
            ]),
            class("MethodsDeleted", "MethodsDeleted", "WriteResult, Listing")
                .shown(&["grade", "methods", "remaining"])
                .rows("methods")
                .left_out(&["receipt"]),
            class("MethodDeleted", "MethodDeleted", "WriteResult").left_out(&["receipt"]),
            class("GrantRevoked", "GrantRevoked", "WriteResult").shown(&["grade", "grant", "was_gone"]).left_out(&["receipt"]),
            class("AssignmentRemoved", "AssignmentRemoved", "WriteResult")
                .shown(&["grade", "assignment", "was_gone"])
                .left_out(&["receipt"]),
            class("RiskOutcome", "RiskOutcome", "Record").shown(&["asked", "outcome", "reason"]),
            class("RiskOutcomes", "RiskOutcomes", "WriteResult, Listing")
                .shown(&["grade", "summary", "users"])
                .rows("users")
                .left_out(&["receipt"]),
            class("NextStep", "NextStep", "Record"),
            class("MfaReregistrationRequired", "MfaReregistrationRequired", "WriteResult")
                .shown(&["grade", "deleted", "next_steps"])
                .renamed(&[("next_steps", "next")])
                .more(&[of("receipt", "deleted"), of("is_success", "deleted"), of("is_complete", "deleted")]),
            class("AccessPass", "AccessPassMethod", "Record")
                .shown(&["id", "is_usable", "usability_reason", "starts_at", "lifetime_in_minutes"])
                .renamed(&[
                    ("created", "createdDateTime"),
                    ("starts_at", "startDateTime"),
                    ("one_time", "isUsableOnce"),
                    ("usability_reason", "methodUsabilityReason"),
                ]),
            class("AccessPassCreated", "AccessPassCreated", "WriteResult")
                .shown(&["grade", "access_pass", "is_usable", "starts_at", "lifetime_in_minutes"])
                .left_out(&["receipt"])
                .more(&[secret(
                    "access_pass",
                    "The pass, which no other call returns; `access_pass.reveal()` shows it. None in a dry run.",
                )]),
        ],
    },
    Module {
        name: "_effects",
        doc: "One cell of the core's tables: what an action does, with sources and confidence.",
        classes: &[
            class("Source", "Source", "Cited").shown(&["title", "dated", "url"]).example("`str()` writes it with its date."),
            class("Claim", "Claim", "Record").shown(&["effect", "within", "confidence", "source"]).more(&[
                at("within", &["within", "is"], ""),
                at("within_word", &["within", "slug"], ""),
                at("within_brief", &["within", "brief"], ""),
                at("within_seconds", &["within", "bound_seconds"], ""),
            ]),
            class("Effect", "EffectOn", "Record").shown(&["action", "on", "claim", "disputed"]),
        ],
    },
    Module {
        name: "_doors",
        doc: "Open doors: the actions done, and every way into an account after them.",
        classes: &[
            class("ActionDone", "ActionDone", "DoneElsewhere").shown(&["action", "at", "grade"]).example(
                "Results of this library's writes need no such record: `open_doors` takes them as they are.\n\n\
                 Example:\n    \
                 >>> from datetime import datetime, timezone\n    \
                 >>> device = \"3b41c05e-73a1-43b7-86d7-ed8409f55900\"\n    \
                 >>> ActionDone.elsewhere(\"disable-device\", datetime(2026, 3, 2, tzinfo=timezone.utc), device=device)\n    \
                 ActionDone(action='disable-device', at=2026-03-02T00:00:00+00:00, grade='accepted')",
            ),
            class("Door", "Door", "Record").shown(&["state", "label", "until", "why", "closed_by"]).more(&[
                at("kind", &["kind", "is"], "The kind of way in: `password`, `method`, `session`, `access-pass`, `unseen`, ..."),
                rest("detail", "kind", "is", "The details of the kind, such as the token class of a session."),
                at(
                    "state",
                    &["state", "is"],
                    "`open`, `unknown`, `closing` (shut by the moment `until`), `held` (what shuts it can be undone), or `closed`.",
                ),
                at("closing_by", &["state", "by"], "The action that closed it, is closing it, or holds it."),
                at("closed_since", &["state", "since"], "Since when it is closed, or held (UTC)."),
            ]),
            class("NextPress", "NextPress", "Record"),
            class("OpenDoors", "OpenDoors", "Doors")
                .shown(&["now", "open", "unknown", "closing", "held", "closed"])
                .rows("doors")
                .renamed(&[("user_id", "user")])
                .left_out(&["if_unblocked"])
                .more(&[
                    doors("open", "The open doors."),
                    Property {
                        name: "unknown",
                        how: How::NoneOf("doors", "state", &["open", "closing", "held", "closed"]),
                        doc: "The unknown doors, including those with a state that this version does not know.",
                    },
                    doors("closing", "The doors that are still open and will be closed at a known time."),
                    doors(
                        "held",
                        "The doors that are only held: by a block, by a deletion that can be undone, by a pass that expires.",
                    ),
                    doors("closed", "The doors that are closed."),
                ])
                .example(
                    "In a notebook it is a table, with a chart of when each door closes.\n\n\
                     Example:\n    \
                     >>> done = [client.block_sign_in(\"adele@contoso.example\")]\n    \
                     >>> doors = client.open_doors(\"adele@contoso.example\", done)\n    \
                     >>> len(doors.open), all(door.only_held for door in doors.closing), doors.all_closed_in_sight\n    \
                     (0, True, False)\n    \
                     >>> len(doors.if_unblocked().open) > 0\n    \
                     True",
                ),
        ],
    },
    Module {
        name: "_snapshot_diff",
        doc: "The changes between two snapshots of one account.",
        classes: &[
            class("SnapshotChange", "SnapshotChange", "Record")
                .shown(&["part", "kind", "what", "property", "before", "after"]),
            class("NotCompared", "NotCompared", "Record"),
            class("SnapshotDiff", "SnapshotDiff", "ByPart[SnapshotChange]")
                .shown(&["before", "after", "changes", "unknown"])
                .rows("changes")
                .renamed(&[("user_id", "user")]),
        ],
    },
    Module {
        name: "_advice",
        doc: "The core's advice: steps, disputed questions, permissions. It is long because of its documentation.",
        classes: &[
            class("Step", "Step", "Record").shown(&["title", "when", "reason", "does_not", "cost", "needs"]),
            class("Position", "Position", "Record"),
            class("Disagreement", "Disagreement", "Record"),
            class("LeftOpen", "LeftOpen", "Record").shown(&["label", "why", "closed_by"]).more(&[
                at("kind", &["kind", "is"], "The kind of way in; see `Door.kind`."),
                rest("detail", "kind", "is", "The details of the kind, such as the id of a method."),
            ]),
            class("Outside", "Outside", "Record"),
            class("Needed", "Needed", "Printed").shown(&["action", "target", "why"]),
            class("Advice", "Advice", "Listing")
                .shown(&["incident", "account", "privileged", "steps", "left_open"])
                .rows("steps")
                .more(&[
                    at("incident", &["incident", "is"], ""),
                    at("suspects", &["incident", "suspects"], ""),
                    at("registered_by", &["incident", "by"], ""),
                    at("lost", &["incident", "lost"], ""),
                    at("since", &["incident", "since"], ""),
                    at("device", &["incident", "device"], ""),
                    at("grant", &["incident", "grant"], ""),
                    Property {
                        name: "by_hand",
                        how: How::Where("steps", "by_hand", ""),
                        doc: "The steps that a person does elsewhere.",
                    },
                ]),
            class("NeededPermission", "NeededPermission", "Record").shown(&["name", "takeover", "needed_by"]),
            class("NeededRole", "NeededRole", "Record"),
            class("CallerPermissions", "CallerPermissions", "Listing")
                .shown(&["caller", "permissions", "impossible", "roles"])
                .iterating("permissions")
                .example("Iterates over the permissions."),
            class("PermissionSet", "PermissionSet", "Registrable")
                .shown(&["operations", "delegated", "application"])
                .left_out(&["text"]),
            class("CallerFound", "CallerFound", "Record").shown(&["kind", "application", "roles"]),
            class("Obstacle", "Obstacle", "Record"),
            class("PreflightCheck", "PreflightCheck", "Record").shown(&["operation", "expected", "because"]),
            class("Preflight", "Preflight", "Printed, Listing")
                .shown(&["surprises", "checks"])
                .iterating("checks")
                .example("Iterates over the checks.")
                .renamed(&[("user_id", "user")]),
            class("UnexpectedPermission", "UnexpectedPermission", "Record"),
            class("PermissionComparison", "PermissionComparison", "Printed")
                .shown(&["caller", "missing", "unexpected", "missing_roles", "impossible"])
                .left_out(&["text"]),
            class("DrillPlay", "DrillPlay", "Record").shown(&[
                "attacker",
                "greedy",
                "contained",
                "given_back",
                "unnamed",
            ]),
            class("Drill", "Drill", "Printed, Listing")
                .shown(&["incident", "evicted", "plays"])
                .left_out(&["text"])
                .iterating("plays")
                .example("Iterates over the plays."),
        ],
    },
    Module {
        name: "_plans",
        doc: "Plans and their previews.",
        classes: &[
            class("PlanSeen", "Seen", "Record").shown(&["user_principal_name", "kind", "privileged", "enabled"]),
            class("PlanChoice", "Choice", "Record"),
            class("PlanStep", "PlanStep", "Record").shown(&["title", "phase", "when", "reason", "by_hand"]),
            class("Plan", "Plan", "Planned, Listing")
                .shown(&["incident", "account", "steps"])
                .rows("steps")
                .left_out(&["format"]),
            class("StepPreview", "StepPreview", "Record").shown(&["title", "phase", "will", "why"]),
            class("PlanPreview", "PlanPreview", "Printed, Listing")
                .shown(&["plan", "digest", "steps", "doors"])
                .rows("steps"),
        ],
    },
    Module {
        name: "_containment",
        doc: "Runs: their results, events and status.",
        classes: &[
            class("Tick", "Tick", "Record"),
            class("StepRun", "StepRun", "Record").shown(&["title", "phase", "state", "confirmed", "reason"]),
            class("PhaseRun", "PhaseRun", "Record"),
            class("EvidenceKept", "Kept", "Record"),
            class("Run", "Run", "Printed, Done, Listing")
                .shown(&["headline", "user_principal_name", "steps", "due", "place"])
                .rows("steps")
                .more(&[
                    at("headline", &["headline", "is"], "What was reached, in a word."),
                    at("remains", &["headline", "remains"], "What remains, a line each."),
                ]),
            class("RunEvent", "RunEvent", "Printed").shown(&["elapsed", "text"]).renamed(&[("kind", "is")]),
            class("RunAbout", "RunAbout", "Record"),
            class("RunStatus", "RunStatus", "Printed, Listing")
                .shown(&["place", "began", "last", "steps", "closed"])
                .rows("steps"),
        ],
    },
    Module {
        name: "_drafts",
        doc: "Drafts of messages to those who have to know of a run.",
        classes: &[
            class("Draft", "Draft", "Printed").shown(&["to", "subject"]),
        ],
    },
    Module {
        name: "_reports",
        doc: "Reports of runs, and what is left of one that was removed. It is long because of its documentation.",
        classes: &[
            class("ApprovalSeen", "ApprovalSeen", "Record"),
            class("ClockOffset", "ClockOffset", "Record"),
            class("LocalTimes", "LocalTimes", "Record"),
            class("StepReport", "StepReport", "Record").shown(&["title", "phase", "state", "grade", "confirmed"]),
            class("TimelineEntry", "TimelineEntry", "Record").shown(&["at", "step", "what", "grade"]),
            class("DoorSeen", "DoorSeen", "Record").shown(&["state", "label", "by", "at", "why"]),
            class("MethodRemoved", "MethodRemoved", "Record"),
            class("OutsideGraph", "OutsideGraph", "Record").shown(&["place", "door", "close"]),
            class("CustodyItem", "CustodyItem", "Record").shown(&["number", "name", "sha256", "missing"]),
            class("DueTime", "DueTime", "Record").shown(&["law", "at", "what"]),
            class("Identifier", "Identifier", "Record"),
            class("PurgedFile", "PurgedFile", "Record"),
            class("PurgeRecord", "PurgeRecord", "Printed, Listing")
                .shown(&["folder", "purged", "by", "closed"])
                .rows("files"),
            class("RunReport", "RunReport", "Reported, Listing")
                .shown(&["headline", "assessed", "remains", "timeline"])
                .rows("timeline"),
        ],
    },
    Module {
        name: "_after",
        doc: "What follows a run: the gate before the account is given back, undo, and the watch; and the drill.",
        classes: &[
            class("GateItem", "GateItem", "Record")
                .shown(&["kind", "state", "reason", "next"])
                .renamed(&[("kind", "is")]),
            class("Gate", "Gate", "Printed, Listing")
                .shown(&["user_principal_name", "ready", "items"])
                .iterating("items")
                .example("Iterates over the items."),
            class("UndoStep", "UndoStep", "Record").shown(&["title", "how", "guarded", "state", "reason"]),
            class("Undone", "Undone", "Printed, Listing")
                .shown(&["user_principal_name", "confirmed", "steps"])
                .rows("steps"),
            class("Finding", "Finding", "Record")
                .shown(&["kind", "what", "at", "gone"])
                .renamed(&[("kind", "is")]),
            class("Watched", "Watched", "Printed, Listing")
                .shown(&["user_principal_name", "rounds", "came_back", "findings", "unknown"])
                .iterating("findings")
                .example("Iterates over the findings."),
            class("DrilledOperation", "DrilledOperation", "Record").shown(&[
                "operation",
                "state",
                "undone",
                "reason",
            ]),
            class("RealDrill", "RealDrilled", "Printed, Listing")
                .shown(&["user_principal_name", "caller", "whole", "operations"])
                .left_out(&["text"])
                .iterating("operations")
                .example("Iterates over the operations."),
        ],
    },
    Module {
        name: "_snapshot",
        doc: "A snapshot of one account: everything that can be read, each part with its state.",
        classes: &[
            class("Device", "Device", "Record")
                .shown(&["display_name", "trust_type", "account_enabled", "approximate_last_sign_in"])
                .renamed(&[
                    ("approximate_last_sign_in", "approximateLastSignInDateTime"),
                    ("registered", "registrationDateTime"),
                ]),
            class("DeviceList", "DeviceList", "Listing")
                .shown(&["devices", "warnings"])
                .iterating("devices")
                .example("Iterates over the devices."),
            class("RoleHeld", "RoleHeld", "Record").shown(&["name", "via", "ends"]).more(&[
                at("via", &["via", "by"], "Whether it is held directly or through a group."),
                at("group_id", &["via", "id"], "The group through which it is held."),
            ]),
            class("RoleGroup", "RoleGroup", "Record"),
            class("EligibleGroup", "EligibleGroup", "Record")
                .shown(&["display_name", "access", "is_role_assignable", "ends"])
                .renamed(&[("id", "group")]),
            class("UserRisk", "UserRisk", "Record").renamed(&[
                ("level", "riskLevel"),
                ("state", "riskState"),
                ("detail", "riskDetail"),
                ("last_updated", "riskLastUpdatedDateTime"),
            ]),
            class("RiskEvent", "RiskEvent", "Record")
                .shown(&["at", "state", "detail", "initiated_by"])
                .renamed(&[
                    ("at", "riskLastUpdatedDateTime"),
                    ("level", "riskLevel"),
                    ("state", "riskState"),
                    ("detail", "riskDetail"),
                ])
                .more(&[
                    at("activity", &["activity", "detail"], "What changed it, in the service's word."),
                    at("event_types", &["activity", "riskEventTypes"], "The types of the detections, in the service's words."),
                ]),
            class("DefaultMethod", "SignInPreferences", "Record").renamed(&[
                ("system_preferred", "isSystemPreferredAuthenticationMethodEnabled"),
                ("default_method", "userPreferredMethodForSecondaryAuthentication"),
            ]),
            class("AccountSnapshot", "AccountSnapshot", "Questions").shown(&["user", "taken_at", "requests"]),
        ],
    },
];
