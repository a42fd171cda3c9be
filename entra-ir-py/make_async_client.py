#!/usr/bin/env python3
"""Make `_async_client.py` of `_client.py`: the same methods as coroutines, so that the two cannot drift apart.

`cargo xtask generate` runs it. Without arguments it writes the file; with `--check` it fails if the file is stale.
"""

import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent / "python" / "entra_ir"
HEADER = '"""The asynchronous client; generated from `_client.py` by `cargo xtask generate`."""\n'
RUN = """\
    async def _wait(self, make: Callable[[type[R], _Ended], T], kind: type[R], pending: Pending) -> T:
        from asyncio import get_running_loop

        for adapter in (self._adapter, self._application):
            if adapter is not None:
                adapter.loop = get_running_loop()
        try:
            return make(kind, await pending.start())
"""
# Methods that stay as they are: nothing is awaited in them.
PLAIN = {"__init__", "__repr__", "__reduce__", "contain_events"}


def asynchronous(source: str) -> str:
    """Return the text of the asynchronous client."""
    text = HEADER + source.split('"""\n', 1)[1]
    text = re.sub(r"    def _wait\(.*?            return make\(kind, pending\.wait\(\)\)\n", lambda _: RUN, text, flags=re.DOTALL)
    text = re.sub(r"    def (\w+)\(", lambda m: m[0] if m[1] in PLAIN else f"    async def {m[1]}(", text)
    text = text.replace("async def __enter__", "async def __aenter__").replace("async def __exit__", "async def __aexit__")
    text = text.replace("        self.close()\n", "        await self.close()\n")
    text = re.sub(r"(?<=[ (])self\._(run|wait)\(", r"await self._\1(", text)
    # The examples.
    text = re.sub(r"(?<!\w)client\.(\w+)\((.*)\)\.", r"(await client.\1(\2)).", text)
    text = re.sub(r"(?<!\w)(?<!await )client\.(?!contain_events)(\w+)\(", r"await client.\1(", text)
    text = text.replace("for event in events]", "async for event in events]")
    text = text.replace(">>> with Client(", ">>> async with AsyncClient(")
    text = text.replace("import Client, SimulatedTenant", "import AsyncClient, SimulatedTenant")
    text = text.replace("class Client:", "class AsyncClient:")
    text = text.replace(
        "Talks to one tenant. One client serves any number of threads; make one for each process.",
        "Talks to one tenant, for asyncio. One client serves any number of tasks; make one for each process.",
    )
    return text.replace(
        "    A call waits without holding up other threads, and Ctrl-C stops it; the exception then says what is unknown.\n",
        "    A call that nobody awaits sends nothing; one that is cancelled says on the exception what is unknown.\n",
    )


def main() -> int:
    """Write or check the file."""
    target = PACKAGE / "_async_client.py"
    wanted = asynchronous((PACKAGE / "_client.py").read_text(encoding="utf-8"))
    if "--check" in sys.argv:
        if target.read_text(encoding="utf-8") != wanted:
            print("_async_client.py is stale: run `cargo xtask generate`")
            return 1
        return 0
    target.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
