#!/usr/bin/env python3
"""Measure what `import entra_ir` costs above bare Python, beside msgraph-sdk with azure-identity, in turns of fresh processes.

Run it with the Python of an environment where both are installed: `make bench-python`.
"""

import argparse
import statistics
import subprocess
import sys
from importlib import metadata
from pathlib import Path

RIVAL = "from msgraph import GraphServiceClient; from azure.identity import DefaultAzureCredential"
CASES = {"bare": "pass", "entra_ir": "import entra_ir", "msgraph-sdk + azure-identity": RIVAL}
# CPU of the whole process, user and system; the high-water mark of its memory; its modules. On Linux only /proc leaves out what
# the process held before it became this program.
TAIL = """
import resource as r, sys
u = r.getrusage(r.RUSAGE_SELF)
kib = u.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
if sys.platform == "linux":
    kib = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(u.ru_utime + u.ru_stime, kib, len(sys.modules))
"""


def measure(statement: str) -> tuple[float, float, int]:
    """Run a statement in a fresh process; return CPU in ms, memory in MiB, and the number of modules."""
    output = subprocess.run([sys.executable, "-c", statement + TAIL], capture_output=True, text=True, check=True).stdout
    cpu, memory, modules = output.split()
    return float(cpu) * 1e3, float(memory) / 1024, int(modules)


def installed_mebibytes(name: str) -> float:
    """Return what a distribution takes on disk, byte code included."""
    files = metadata.files(name) or []
    return sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).exists()) / 2**20


def main() -> None:
    """Print the medians and the differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31)
    rounds = parser.parse_args().rounds
    cases = dict(CASES)
    try:
        measure(RIVAL)
    except subprocess.CalledProcessError:
        print("msgraph-sdk or azure-identity is not installed here: left out")
        del cases["msgraph-sdk + azure-identity"]
    for statement in cases.values():  # byte code is written, files are in the cache
        measure(statement)
    taken = [{name: measure(statement) for name, statement in cases.items()} for _ in range(rounds)]
    print(f"medians of {rounds} fresh processes each, taking turns, above bare Python {sys.version.split()[0]}:")
    for name in [name for name in cases if name != "bare"]:
        above = [tuple(a - b for a, b in zip(turn[name], turn["bare"], strict=True)) for turn in taken]
        cpu, memory, modules = (statistics.median(column) for column in zip(*above, strict=True))
        print(f"  {name:30} {cpu:7.1f} ms CPU  {memory:6.1f} MiB  {modules:5.0f} modules")
    print(f"installed size of entra-ir: {installed_mebibytes('entra-ir'):.1f} MiB")


if __name__ == "__main__":
    main()
