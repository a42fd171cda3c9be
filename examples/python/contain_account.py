#!/usr/bin/env python3
"""Shut an attacker out of one account, in the order of the advice for it; let the user back in once identity is proven.

The steps are those of `snapshot.advise`: block, revoke, reset, what takes effect last, methods, revoke again. A step without a
call in this library is printed with the place where a person does it; nothing checks that it was done. Each step is tried,
whatever the result of the previous one: half of a containment is better than none.

The second revocation comes at least five minutes after the first, for what was issued while block and reset propagated. On a real
tenant --wait waits for it; without it, the script prints the due time, and --finish sends it.

Without AZURE_TENANT_ID this runs on a simulated tenant, and nothing real is touched. With it, the account named by --user is
contained in that tenant; azure-identity's DefaultAzureCredential finds the credential (AZURE_CLIENT_ID with a certificate or a
secret, a managed identity, ...; a user's `az login` lacks the scopes, see docs/getting-started.md).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import entra_ir

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")

DONE, OPEN, FAILED, UNKNOWN = 0, 1, 3, 4
EXIT_CODES = """exit code, the worst of:
  0  every step that has a call was accepted or confirmed (in a dry run: shown); those by hand are listed, and nobody checks them
  1  something is still open: a method that stayed, the second revocation, a block or a reset that a person makes elsewhere
  2  wrong arguments, or no confirmation; nothing was sent
  3  a step was refused or failed
  4  the outcome of a step is unknown: read the account before repeating it
"""
# Outcomes that leave nothing to do. A password cannot be removed, and was reset.
CLOSED = {"removed", "already-gone", "deactivated", "would-remove", "not-removable"}

# Warnings of what is still to be done.
LEAVES_OPEN = {
    "still-signs-in",
    "no-effect-on-guest",
    "may-be-undone-by-sync",
    "held-until-sync",
    "not-yet-visible",
    "types-not-read",
    "password-not-set",
    "password-unknown",
    "not-blocked",
}

# What the directory needs to carry block and reset everywhere.
BETWEEN_REVOCATIONS = timedelta(minutes=5)

# The pass is for a user who is at the other end of the line.
PASS_LASTS = timedelta(hours=1)

REVOKE, PASS, DISMISS, UNBLOCK = (
    "revoke_sign_in_sessions",
    "create_temporary_access_pass",
    "dismiss_user_risk",
    "unblock_sign_in",
)


def main() -> int:
    """Run the steps, and return the worst outcome."""
    options = arguments()
    tenant = None if os.environ.get("AZURE_TENANT_ID") else entra_ir.SimulatedTenant.contoso()
    user = options.user or ("adele@contoso.example" if tenant else None)
    if user is None:
        return stop("on a real tenant --user is needed")
    if tenant is None and not (options.dry_run or options.yes or agreed(f"Contain {user} in a REAL tenant?")):
        return stop("no confirmation (--yes gives it, --dry-run only shows); nothing was sent")
    try:
        client = connect(tenant, options)
    except (entra_ir.EntraError, ImportError) as error:
        return stop(str(error))
    with client:
        return Containment(client, tenant, options).run(user)


class Containment:
    """Takes the steps one by one, and keeps the worst outcome."""

    def __init__(self, client: entra_ir.Client, tenant: entra_ir.SimulatedTenant | None, options: argparse.Namespace) -> None:
        self.client, self.tenant, self.options, self.worst = client, tenant, options, DONE
        self.done: list[Any] = []
        self.revoked_at: datetime | None = None
        self.secrets: list[tuple[str, entra_ir.Secret]] = []

    def run(self, user: str) -> int:
        """Contain the account."""
        snapshot = self.step("Look", lambda: self.client.snapshot(user))
        if snapshot is None:
            return self.worst
        account = snapshot.user
        print(f"  sign-in {'allowed' if account.account_enabled else 'blocked'}")
        print(f"  sessions valid from {account.sign_in_sessions_valid_from}, password of {account.last_password_change}")
        for method in snapshot.methods.value or ():
            print(f"  {label(method)}, registered {method.created or 'at an unknown time'}")
        steps = list(snapshot.advise(self.options.incident).steps)
        if self.options.finish:
            if account.account_enabled:
                self.note(OPEN)
                print("\nThe account is not blocked: there is nothing to finish. Begin without --finish.")
                return self.worst
            self.revoked_at = account.sign_in_sessions_valid_from
            steps = steps[max(place for place, step in enumerate(steps) if step.operation == REVOKE) :]

        # From here on every call names the account by its object id: a name can change hands.
        for place, step in enumerate(steps):
            if step.operation is None:
                self.by_hand(step)
            elif step.operation == REVOKE and not any(later.operation == REVOKE for later in steps[place + 1 :]):
                self.revoke_last(account)
            elif step.operation not in (PASS, DISMISS, UNBLOCK):
                self.take(step, account)
            elif self.may_let_back_in():
                self.let_back_in(step, account)
        self.conclude(snapshot)
        return self.worst

    def by_hand(self, step: entra_ir.Step) -> None:
        """Say what a person does, and where; the account's own block and password leave it open until that is done."""
        print(f"\nBy hand: {step.title} ({step.when})\n  {step.elsewhere}\n  needs {step.needs}")
        if step.task == "prove-identity" and self.options.identity_proven:
            print(f"  stated: {shown(self.options.identity_proven)}")
        if any(action.startswith(("block-", "reset-password-")) for action in step.actions) and not self.options.finish:
            self.note(OPEN)

    def take(self, step: entra_ir.Step, account: entra_ir.User) -> None:
        """Take one step of the containment."""
        client = self.client
        if step.operation == "delete_methods":
            self.remove_methods(account)
        elif step.operation == "delete_temporary_access_pass":
            for made in self.step("Look for passes", lambda: client.list_temporary_access_passes(account)) or ():
                self.written(step.title, partial(client.delete_temporary_access_pass, account, made.id or ""))
        elif step.operation in ("lock_out", "reset_password"):
            reset = self.written(step.title, partial(getattr(client, step.operation), account))
            if reset is not None and reset.password is not None:
                self.secrets.append(("new password", reset.password))
        elif step.operation == REVOKE:
            self.revoked_at = self.now()
            revoked = self.written(step.title, lambda: client.revoke_sign_in_sessions(account))
            if revoked is not None and revoked.receipt.exchanges:
                self.revoked_at = revoked.receipt.exchanges[-1].server_date or self.revoked_at
        elif step.operation == "block_sign_in":
            self.written(step.title, lambda: client.block_sign_in(account))
        elif step.operation == "confirm_user_compromised":
            self.written(step.title, lambda: client.confirm_user_compromised(account))
        elif step.operation == "disable_device":
            self.disable_devices(step, account)
        elif step.operation in ("revoke_grant", "disable_service_principal", "remove_app_assignment"):
            # Which of them is not the rightful user's, a person decides.
            print(f"\n{step.title}\n  a person chooses: look with list_grants, then call client.{step.operation} for each")
            print(f"  needs {step.needs}")
        else:
            # A later version may advise what this script does not know: better said than left out.
            self.note(OPEN)
            print(f"\n{step.title}\n  not taken here: call client.{step.operation}")

    def revoke_last(self, account: entra_ir.User) -> None:
        """Revoke once more, when block and reset are carried everywhere."""
        due = None if self.revoked_at is None else self.revoked_at + BETWEEN_REVOCATIONS
        if due is not None and not self.options.dry_run and not self.waited(due):
            self.note(OPEN)
            print(f"\nRevoke sessions again\n  NOT DONE YET: due from {due:%Y-%m-%d %H:%M:%S} UTC on; then --finish does it")
            return
        revoked = self.written("Revoke sessions again", lambda: self.client.revoke_sign_in_sessions(account, confirm=True))
        if revoked is not None and revoked.grade == "accepted":
            self.note(OPEN)

    def waited(self, due: datetime) -> bool:
        """Wait until a moment, or say that nobody waits: a simulated clock is put forward, a real one is waited for if asked."""
        left = due - self.now()
        if left <= timedelta():
            return True
        if self.tenant is not None:
            self.tenant.advance(left)
        elif self.options.wait:
            print(f"\nWaiting until {due:%H:%M:%S} UTC", flush=True)
            time.sleep(left.total_seconds())
        return self.tenant is not None or bool(self.options.wait)

    def now(self) -> datetime:
        """Tell the time at the tenant."""
        return datetime.now(UTC) if self.tenant is None else self.tenant.now

    def remove_methods(self, account: entra_ir.User) -> None:
        """Remove what the attacker may have registered: no name tells which that is, and of a phone not even a date does."""
        since = self.options.since
        if since is None:
            title, call = "Delete methods", partial(self.client.delete_methods, account, scope="all-removable")
        else:
            title = f"Delete methods registered since {since:%Y-%m-%d %H:%M %Z}"
            call = partial(self.client.delete_methods, account, registered_since=since)
        result = self.written(title, call)
        if result is None:
            return
        for item in result.methods:
            why = f" ({shown(item.why)})" if item.why else ""
            print(f"  {item.outcome}: {label(item)}{why}")
            if item.outcome not in CLOSED:
                self.note(UNKNOWN if item.outcome == "unknown" else OPEN)
        print(f"  left: {', '.join(map(label, result.remaining)) if result.remaining is not None else 'not known'}")

    def disable_devices(self, step: entra_ir.Step, account: entra_ir.User) -> None:
        """Disable the devices that were named, and those registered since: only the user knows which are not the user's."""
        named, since = set(self.options.device), self.options.since
        for device in self.step(step.title, lambda: self.client.list_devices(account)) or ():
            late = since is not None and device.registered is not None and device.registered >= since
            print(f"  {shown(device.display_name)} {device.id}, registered {device.registered or 'at an unknown time'}")
            if late and device.id is not None:
                named.add(device.id)
        if not named:
            print("  none is disabled: --device names one that the user does not know")
        for device_id in sorted(named):
            self.written(step.title, partial(self.client.disable_device, device_id, user=account))

    def may_let_back_in(self) -> bool:
        """Say whether the user gets back in: nobody does before identity is proven, or while something is open."""
        return bool(self.options.identity_proven) and self.worst == DONE

    def let_back_in(self, step: entra_ir.Step, account: entra_ir.User) -> None:
        """Issue a pass, which leads the user to registering methods, end the risk, and only then unblock: no minute without."""
        if step.operation == DISMISS:
            self.written(step.title, lambda: self.client.dismiss_user_risk(account))
            return
        if step.operation == UNBLOCK:
            self.written(step.title, lambda: self.client.unblock_sign_in(account))
            return
        made = self.written(
            step.title,
            lambda: self.client.create_temporary_access_pass(account, lifetime=PASS_LASTS, one_time=True),
        )
        if made is not None and made.access_pass is not None:
            self.secrets.append(("pass", made.access_pass))
            print(f"  the user signs in with it and registers at {made.registration_url}")

    def conclude(self, snapshot: entra_ir.AccountSnapshot) -> None:
        """Say how it stands, and hand over what was made."""
        verdict = "nothing was sent: a dry run" if self.options.dry_run and self.worst == DONE else VERDICTS[self.worst]
        print(f"\n{shown(snapshot.user.user_principal_name)}: {verdict}")
        if not self.options.dry_run:
            print(snapshot.open_doors(self.done))
            if self.worst >= FAILED:
                print("Nobody is let back in. Once the cause is gone, run it again")
            elif self.worst == OPEN:
                print("Nobody is let back in before that is settled; then: --finish --identity-proven HOW")
            elif not self.options.identity_proven:
                print("The account stays blocked. Once identity is proven: --finish --identity-proven HOW")
        for what, secret in self.secrets:
            print(f"  {what}: {secret.reveal() if self.options.reveal else f'{secret} (--reveal shows it)'}")

    def step(self, title: str, call: Callable[[], R]) -> R | None:
        """Try one step; an error is reported, not raised."""
        print(f"\n{title}")
        try:
            return call()
        except entra_ir.OutcomeUnknownError as error:
            self.note(UNKNOWN)
            print(f"  UNKNOWN: {shown(error)}")
        except entra_ir.EntraError as error:
            self.note(FAILED)
            print(f"  FAILED: {shown(error)}")
        return None

    def written(self, title: str, call: Callable[[], R]) -> R | None:
        """Try a write, and print its receipt and warnings."""
        result = self.step(title, call)
        if result is None:
            return None
        self.done.append(result)
        receipt = result if isinstance(result, entra_ir.Receipt) else getattr(result, "receipt", None)
        assert isinstance(receipt, entra_ir.Receipt)  # noqa: S101
        print(f"  {receipt.grade}: {receipt.operation} by {receipt.mechanism}")
        for sent in receipt.exchanges:
            print(f"    {sent.method} {sent.path}: {sent.status} at {sent.server_date}, request id {sent.request_id}")
        for preview in receipt.would_send:
            print(f"    would send {preview.method} {preview.path} {preview.body or ''}".rstrip())
        for warning in receipt.warnings:
            print(f"  warning: {shown(warning.text)}")
            if warning.code in LEAVES_OPEN:
                self.note(OPEN)
        # Of methods each says for itself what became of it.
        if receipt.grade == "unknown" and not isinstance(result, entra_ir.MethodsDeleted):
            self.note(UNKNOWN)
        return result

    def note(self, outcome: int) -> None:
        """Keep the worst."""
        self.worst = max(self.worst, outcome)


# Somebody else may be in: the order of steps is the same for each.
INCIDENTS = ("account-takeover", "token-theft", "suspicious-method", "help-desk-tricked", "privileged")

VERDICTS = {
    DONE: "every step that has a call was taken",
    OPEN: "something is still open, see the warnings and what is done by hand above",
    FAILED: "NOT CONTAINED: a step failed",
    UNKNOWN: "NOT KNOWN whether it is contained: read the account again",
}


def connect(tenant: entra_ir.SimulatedTenant | None, options: argparse.Namespace) -> entra_ir.Client:
    """Make the client: of the simulated tenant, or of a real one."""
    mode: Literal["dry-run", "send"] = "dry-run" if options.dry_run else "send"
    if tenant is not None:
        print("Simulated tenant: nothing real is touched. Set AZURE_TENANT_ID for a real one.")
        return entra_ir.Client(transport=tenant, mode=mode, protected=["breakglass@contoso.example"])
    try:
        credential = import_module("azure.identity").DefaultAzureCredential()
    except ModuleNotFoundError:
        raise ImportError("a real tenant needs azure-identity: pip install azure-identity") from None
    return entra_ir.Client(
        credential, mode=mode, cloud=options.cloud, protected=options.protect, protect_caller=True, user_agent="contain_account"
    )  # fmt: skip


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--user", help="sign-in name or object id")
    parser.add_argument("--incident", choices=INCIDENTS, default="token-theft", help="what happened; %(default)s if not given")
    parser.add_argument("--dry-run", action="store_true", help="read, and show what would be sent")
    parser.add_argument(
        "--since", type=moment, metavar="TIME",
        help="remove only methods registered since, ISO 8601 with offset; all that can be removed if not given",
    )  # fmt: skip
    parser.add_argument("--device", action="append", default=[], metavar="ID", help="a device to disable, by object id (repeat)")
    parser.add_argument("--wait", action="store_true", help="on a real tenant wait the five minutes for the second revocation")
    parser.add_argument(
        "--finish", action="store_true", help="the steps before are done, those by hand too: revoke again, and what follows"
    )  # fmt: skip
    parser.add_argument(
        "--identity-proven", type=stated, metavar="HOW",
        help="how and by whom it was proven who the user is, as in 'in person, Elena': then pass, risk dismissed, unblock",
    )  # fmt: skip
    parser.add_argument("--reveal", action="store_true", help="print the new password and the pass")
    parser.add_argument("--protect", action="append", default=[], metavar="NAME", help="an account never to touch (repeat)")
    parser.add_argument("--cloud", choices=["global", "us-gov-l4", "us-gov-l5", "china"], default="global")
    parser.add_argument("--yes", action="store_true", help="do not ask before acting on a real tenant")
    return parser.parse_args()


def moment(text: str) -> datetime:
    """Read a time; one without an offset could be anybody's."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} has no offset: write {text}Z for UTC")
    return time


def stated(how: str) -> str:
    """Read how identity was proven: an empty word proves nothing."""
    if not how.strip():
        raise argparse.ArgumentTypeError("say how identity was proven, and by whom")
    return how


def agreed(question: str) -> bool:
    """Ask; without a terminal, the answer is no."""
    if not sys.stdin.isatty():
        return False
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def stop(why: str) -> int:
    """Say why nothing was done."""
    print(f"contain_account: {why}", file=sys.stderr)
    return 2


def label(method: entra_ir.AuthenticationMethod | entra_ir.MethodOutcome) -> str:
    """Name a method."""
    return f"{method.kind or method.id} {shown(method.name)}" if method.name else str(method.kind or method.id)


def shown(text: object) -> str:
    """Make text safe to print: a name of an attacker's choice may hold terminal codes."""
    return "".join(char if char.isprintable() else "\ufffd" for char in str(text))


if __name__ == "__main__":
    sys.exit(main())
