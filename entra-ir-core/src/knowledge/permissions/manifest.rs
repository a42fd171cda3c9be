//! A set of permissions as an application registration: the block of its manifest, and a script.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::ids::GRAPH;
use super::set::{CallerPermissions, PermissionSet};
use crate::CallerKind;
use crate::error::{Refusal, Result};

/// How long the name of an application may be. Source: "application resource type", `displayName`.
const NAME_LIMIT: usize = 256;

impl PermissionSet {
    /// Returns a script for the Azure CLI that registers an application with these permissions, to be pasted
    /// as a whole into bash. It consents to nothing: that line is a comment.
    ///
    /// Source: "az ad app" and "az ad app permission" of the Azure CLI.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for a name that is empty, longer than 256 characters, or
    /// has a control character.
    ///
    /// ```
    /// use entra_ir_core::CallerKind;
    /// use entra_ir_core::knowledge::Registration;
    ///
    /// # fn main() -> Result<(), entra_ir_core::Error> {
    /// let look = Registration::Look.permissions();
    /// let script = look.azure_cli_script(CallerKind::Delegated, "the night's watch")?;
    /// assert!(script.contains(r"--display-name 'the night'\''s watch'"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn azure_cli_script(&self, caller: CallerKind, name: &str) -> Result<String> {
        if name.trim().is_empty() || name.chars().count() > NAME_LIMIT || name.chars().any(char::is_control) {
            let reason = "give 1 to 256 characters, without control characters".into();
            return Err(Refusal::BadInput { what: "the name of the application", reason }.into());
        }
        let of = self.of(caller);
        let name = name.replace('\'', r"'\''");
        let mut script = String::new();
        let who = match caller {
            CallerKind::Delegated => "a signed-in user",
            CallerKind::AppOnly => "an application",
        };
        writeln!(script, "# Permissions of {who} for: {}", self.operations.join(", ")).expect("memory");
        for permission in of.permissions.iter().filter(|permission| permission.takeover.is_some()) {
            writeln!(script, "# {} can take over the tenant.", permission.name).expect("memory");
        }
        for request in &of.impossible {
            writeln!(script, "# Not possible for {who}: {request}").expect("memory");
        }
        for name in of.without_id() {
            writeln!(script, "# The id of {name} is not known: add it in the portal.").expect("memory");
        }
        let redirect = match caller {
            CallerKind::Delegated => " --public-client-redirect-uris 'http://localhost'",
            CallerKind::AppOnly => "",
        };
        write!(
            script,
            "APP_ID=$(az ad app create --display-name '{name}' --sign-in-audience AzureADMyOrg{redirect} \\\n  \
             --query appId --output tsv) \\\n  && az ad sp create --id \"$APP_ID\""
        )
        .expect("memory");
        let access: Vec<_> = ids(of).map(|id| format!("{id}={}", kind(caller))).collect();
        if !access.is_empty() {
            let list = access.join(" \\\n    ");
            write!(
                script,
                " \\\n  && az ad app permission add --id \"$APP_ID\" --api {GRAPH} --api-permissions \\\n    {list}"
            )
            .expect("memory");
        }
        script.push_str(
            "\n# Consent for the whole organisation, once somebody has read the list:\n\
             # az ad app permission admin-consent --id \"$APP_ID\"\n",
        );
        if let [first, rest @ ..] = &of.roles[..] {
            let names = rest.iter().fold(first.name.to_owned(), |names, role| names + ", " + role.name);
            writeln!(script, "# The signed-in user needs these directory roles, too: {names}")
                .expect("memory");
        }
        Ok(script)
    }
}

impl CallerPermissions {
    /// Returns the block `requiredResourceAccess` of an application registration, with the ids of Microsoft
    /// Graph. A permission whose id is not known is not in it: [`without_id`](Self::without_id).
    ///
    /// ```
    /// use entra_ir_core::knowledge::Registration;
    ///
    /// let block = Registration::Lock.permissions().application.required_resource_access();
    /// assert_eq!(block[0]["resourceAccess"][0]["type"], "Role");
    /// ```
    pub fn required_resource_access(&self) -> Vec<Map<String, Value>> {
        let access: Vec<_> = ids(self).map(|id| json!({ "id": id, "type": kind(self.caller) })).collect();
        vec![Map::from_iter([
            ("resourceAppId".to_owned(), GRAPH.into()),
            ("resourceAccess".to_owned(), access.into()),
        ])]
    }

    /// Lists the permissions whose id is not known.
    pub fn without_id(&self) -> impl Iterator<Item = &'static str> {
        self.permissions.iter().filter(|permission| permission.id.is_none()).map(|permission| permission.name)
    }
}

fn ids(of: &CallerPermissions) -> impl Iterator<Item = &'static str> {
    of.permissions.iter().filter_map(|permission| permission.id)
}

/// Returns the word of an application registration for the permissions of a kind of caller.
const fn kind(caller: CallerKind) -> &'static str {
    match caller {
        CallerKind::Delegated => "Scope",
        CallerKind::AppOnly => "Role",
    }
}
