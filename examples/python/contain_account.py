#!/usr/bin/env python3
"""Shut an attacker out of one account: look, block, reset, remove methods, revoke; then let the verified owner back in.

Without AZURE_TENANT_ID this runs on a simulated tenant, and nothing real is touched. With it, the account named by --user is
contained in that tenant; azure-identity's DefaultAzureCredential finds the credential (AZURE_CLIENT_ID with a certificate or a
secret, a managed identity, ...; a user's `az login` lacks the scopes, see docs/getting-started.md). Each step is tried, whatever
became of the one before: half of a containment is better than none.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Literal, TypeVar

import entra_ir

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R", bound=entra_ir.Record)

DONE, OPEN, FAILED, UNKNOWN = 0, 1, 3, 4
EXIT_CODES = """exit code, the worst of:
  0  every step was accepted or confirmed (in a dry run: shown)
  1  something is still open: a method that stayed, a revocation that was not seen
  2  wrong arguments, or nobody said yes; nothing was sent
  3  a step was refused or failed
  4  nobody knows whether a step happened: read the account before repeating it
"""
# Outcomes that leave nothing to do. A password cannot be removed, and was reset.
CLOSED = {"removed", "already-gone", "deactivated", "would-remove", "not-removable"}

# Warnings of what is still to be done.
LEAVES_OPEN = {"still-signs-in", "no-effect-on-guest", "may-be-undone-by-sync", "not-yet-visible", "types-not-read"}


def main() -> int:
    """Run the steps, and return the worst outcome."""
    options = arguments()
    tenant = None if os.environ.get("AZURE_TENANT_ID") else entra_ir.SimulatedTenant.contoso()
    user = options.user or ("adele@contoso.example" if tenant else None)
    if user is None:
        return stop("on a real tenant --user is needed")
    if tenant is None and not (options.dry_run or options.yes or agreed(f"Contain {user} in a REAL tenant?")):
        return stop("nobody said yes (--yes says it, --dry-run only shows); nothing was sent")
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

    def run(self, user: str) -> int:
        """Contain the account."""
        client, options = self.client, self.options
        account = self.step("Look", lambda: client.get_user(user))
        if account is None:
            return self.worst
        print(f"  sign-in {'allowed' if account.account_enabled else 'blocked'}")
        print(f"  sessions valid from {account.sign_in_sessions_valid_from}, password of {account.last_password_change}")
        before = self.step("Methods", lambda: client.list_methods(account, include_beta=True))
        for method in before or ():
            print(f"  {label(method)}, registered {method.created or 'at an unknown time'}")

        # From here on every call names the account by its object id: a name can change hands.
        self.written("Block sign-in", lambda: client.block_sign_in(account))
        reset = self.written("Reset password", lambda: client.reset_password(account))
        self.remove_methods(account)
        # Last, so that nothing begun before can go on; a minute later, so that it can be told from the reset.
        if self.tenant is not None:
            self.tenant.advance(timedelta(minutes=1))
        revoked = self.written("Revoke sessions", lambda: client.revoke_sign_in_sessions(account, confirm=True))
        if revoked is not None and revoked.grade == "accepted":
            self.note(OPEN)

        print(f"\n{shown(account.user_principal_name)}: {VERDICTS[self.worst]}")
        if options.dry_run:
            return self.worst
        if self.worst >= FAILED:
            print("Nobody is let back in before that is settled.")
        elif options.owner_verified or agreed("Is the owner verified, in person or by a known number? Let them back in?"):
            self.let_back_in(account)
        else:
            print("The account stays blocked. Once the owner is verified: --owner-verified")
        if reset is not None and reset.password is not None:
            self.hand_over("new password", reset.password)
        return self.worst

    def remove_methods(self, account: entra_ir.User) -> None:
        """Remove what the attacker may have registered."""
        if self.options.all_methods:
            title, call = "Remove every method", lambda: self.client.delete_methods(account, scope="all-removable")
        else:
            now = datetime.now(UTC) if self.tenant is None else self.tenant.now
            since = self.options.since or now - timedelta(days=7)
            title = f"Remove methods registered since {since:%Y-%m-%d %H:%M %Z}"
            call = lambda: self.client.delete_methods(account, registered_since=since)  # noqa: E731
        result = self.written(title, call)
        if result is None:
            return
        for item in result.methods:
            why = f" ({shown(item.why)})" if item.why else ""
            print(f"  {item.outcome}: {label(item)}{why}")
            if item.outcome not in CLOSED:
                self.note(UNKNOWN if item.outcome == "unknown" else OPEN)
        print(f"  left: {', '.join(map(label, result.remaining)) if result.remaining is not None else 'not known'}")

    def let_back_in(self, account: entra_ir.User) -> None:
        """Unblock the account and issue a pass, which leads the owner to registering methods."""
        self.written("Unblock sign-in", lambda: self.client.unblock_sign_in(account))
        made = self.written(
            "Temporary Access Pass",
            lambda: self.client.create_temporary_access_pass(account, lifetime=timedelta(hours=1), one_time=True),
        )
        if made is not None and made.access_pass is not None:
            self.hand_over("pass", made.access_pass)
            print(f"  the owner signs in with it and registers at {made.registration_url}")

    def hand_over(self, what: str, secret: entra_ir.Secret) -> None:
        """Show a secret, if that was asked for."""
        print(f"  {what}: {secret.reveal() if self.options.reveal else f'{secret} (--reveal shows it)'}")

    def step(self, title: str, call: Callable[[], R]) -> R | None:
        """Try one step; an error is told, not raised."""
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


VERDICTS = {
    DONE: "every step was taken",
    OPEN: "something is still open, see the warnings above",
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
    parser.add_argument("--dry-run", action="store_true", help="read, and show what would be sent")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--since", type=moment, metavar="TIME", help="remove methods registered since, ISO 8601 with offset; a week if not given"
    )  # fmt: skip
    which.add_argument("--all-methods", action="store_true", help="remove every method that can be removed")
    parser.add_argument("--owner-verified", action="store_true", help="unblock at the end, and issue a pass for the owner")
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


def agreed(question: str) -> bool:
    """Ask; where nobody can answer, the answer is no."""
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
