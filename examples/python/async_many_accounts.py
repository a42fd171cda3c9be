#!/usr/bin/env python3
"""Block and sign out many accounts at once, a bounded number at a time, on a simulated tenant where some calls go wrong.

The client itself waits when Graph asks it to, and repeats what may be repeated. What is left for the script: a limit on how much
is under way, progress, and a table that says which accounts need a person.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter

import entra_ir


async def main(count: int, at_once: int) -> int:
    """Contain them all; return 1 if an account needs a person."""
    tenant = entra_ir.SimulatedTenant()
    users = [f"user{number:03}@contoso.example" for number in range(count)]
    for user in users:
        tenant.add_user(user)
    # Graph's bad days: it asks for patience, it refuses, it loses an answer after the deed.
    tenant.inject(429, retry_after="0", times=5, after=20)
    tenant.inject(403, method="POST", path="/revokeSignInSessions", after=count // 2)
    tenant.inject("dropped", method="PATCH", after=count // 4, after_effect=True)

    async with entra_ir.AsyncClient(transport=tenant) as client:
        rows = await contain_all(client, users, at_once)

    print(f"{'account':32}{'block':16}{'sessions':16}note")
    for user, block, sessions, note in rows:
        if note:
            print(f"{user:32}{block:16}{sessions:16}{note}")
    for what, words in (("block", [row[1] for row in rows]), ("sessions", [row[2] for row in rows])):
        print(f"{what}: " + ", ".join(f"{number} {word}" for word, number in Counter(words).most_common()))
    return 1 if any(row[3] for row in rows) else 0


async def contain_all(client: entra_ir.AsyncClient, users: list[str], at_once: int) -> list[tuple[str, str, str, str]]:
    """Contain each account, no more than so many at once."""
    turns = asyncio.Semaphore(at_once)
    done = 0

    async def one(user: str) -> tuple[str, str, str, str]:
        nonlocal done
        async with turns:
            row = await contain(client, user)
        done += 1
        if done % 50 == 0 or done == len(users):
            print(f"{done} of {len(users)}", file=sys.stderr)
        return row

    return await asyncio.gather(*map(one, users))


async def contain(client: entra_ir.AsyncClient, user: str) -> tuple[str, str, str, str]:
    """Block one account, then end its sessions whatever became of the block."""
    words: list[str] = []
    notes: list[str] = []
    for call in (client.block_sign_in, client.revoke_sign_in_sessions):
        try:
            result = await call(user)
            words.append(result.grade)
        except entra_ir.EntraError as error:
            words.append("unknown" if error.outcome_unknown else "failed")
            notes.append(f"{error.operation}: {error.code or type(error).__name__}, request id {error.request_id}")
    return user, words[0], words[1], "; ".join(notes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=200, help="how many; 200 if not given")
    parser.add_argument("--at-once", type=int, default=16, help="how many are under way at most; 16 if not given")
    options = parser.parse_args()
    sys.exit(asyncio.run(main(options.accounts, options.at_once)))
