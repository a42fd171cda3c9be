"""The interpreter ends in peace, however soon after a call."""

import subprocess
import sys

import pytest

AWAITED = """
import asyncio, entra_ir
async def main():
    async with entra_ir.AsyncClient(transport=entra_ir.SimulatedTenant.contoso()) as client:
        await asyncio.gather(*(client.get_user("adele@contoso.example") for _ in range(50)))
asyncio.run(main())
"""
GIVEN_UP = """
import asyncio, datetime, entra_ir
async def main():
    tenant = entra_ir.SimulatedTenant.contoso()
    tenant.inject(datetime.timedelta(hours=1), times=None)
    client = entra_ir.AsyncClient(transport=tenant)
    asyncio.ensure_future(client.get_user("adele@contoso.example"))
    await asyncio.sleep(0.01)
asyncio.run(main())
"""


@pytest.mark.parametrize("program", [AWAITED, GIVEN_UP], ids=["awaited", "given up"])
def test_no_thread_of_the_library_outlives_the_interpreter(program: str) -> None:
    for _ in range(20):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
