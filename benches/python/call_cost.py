#!/usr/bin/env python3
"""Measure what a call from Python costs beside the same call from Rust, and how concurrent calls scale.

`make bench-python` runs it, with the time of the Rust call from `simulated_call` in the same run.
"""

import argparse
import asyncio
import statistics
import time

import entra_ir

USER = "adele@contoso.example"


def per_call(calls: int) -> float:
    """Return the CPU time of this thread for one waiting call, in microseconds."""
    tenant = entra_ir.SimulatedTenant.contoso()
    tenant.keep_requests(False)
    with entra_ir.Client(transport=tenant) as client:
        started = time.thread_time()
        for _ in range(calls):
            client.get_user(USER)
        return (time.thread_time() - started) / calls * 1e6


async def concurrent(calls: int, at_once: int) -> float:
    """Return the CPU time of the process for one of many awaited calls, in microseconds."""
    tenant = entra_ir.SimulatedTenant.contoso()
    tenant.keep_requests(False)
    async with entra_ir.AsyncClient(transport=tenant) as client:
        started = time.process_time()
        for _ in range(calls // at_once):
            await asyncio.gather(*[client.get_user(USER) for _ in range(at_once)])
        return (time.process_time() - started) / calls * 1e6


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rust", type=float, help="microseconds of the same call from Rust")
    rust = parser.parse_args().rust
    per_call(2_000)
    waiting = statistics.median(per_call(2_000) for _ in range(15))
    print(f"get_user on the simulated tenant, waiting: {waiting:.1f} us CPU a call (median of 15 rounds of 2,000)")
    if rust is not None:
        print(f"  the same call from Rust: {rust:.1f} us; Python adds {waiting - rust:.1f} us")
    for at_once in (1, 32, 1_000):
        awaited = statistics.median(asyncio.run(concurrent(2_000, at_once)) for _ in range(5))
        print(f"get_user, awaited, {at_once:5} at once: {awaited:.1f} us CPU a call (all threads)")


if __name__ == "__main__":
    main()
