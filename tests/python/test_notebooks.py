"""The notebooks: run again, their outputs compared with the committed ones, and nothing in them that should not be.

`UPDATE_NOTEBOOKS=1 target/python/bin/python -m pytest -c tests/python/pytest.ini tests/python/test_notebooks.py` writes the
outputs again.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import entra_ir
import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "examples" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
UPDATE = os.environ.get("UPDATE_NOTEBOOKS") == "1"
# What differs from run to run: ids, and the simulated tenant's time of day.
CHANGING = [
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?![\w-]*[a-z]{6})[\w-]{22,24}(?![\w-])"), "<id>"),
    (re.compile(r"(2026-03-02)[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?"), r"\1 <time>"),
    # In a chart of doors: the clock, and places that depend on it.
    (re.compile(r"(?<![\d:-])\d\d:\d\d(?::\d\d)?(?= UTC|</text>)"), "<time>"),
    (re.compile(r"""(?<= )(x|x1|x2|width|points)="[\d., ]+\""""), r'\1="<place>"'),
    (re.compile(r"[ \n]+"), " "),
]
# A run also shows the clock of the machine, how long it took, and digests of what holds times.
OF_A_RUN = [
    (re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?"), "<time>"),
    (re.compile(r"\b\d+\.\d s\b"), "<seconds>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<digest>"),
]
RUNS = "04_a_night"
# A value in plain sight after one of these words would be a secret in a saved file.
SECRETS = re.compile(r"""(?i)(password|pass|pin|token)["']?\s*[:=]\s*\\*["'](?!\*|portal|temporary)\w""")


def read(path: Path) -> Any:
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]


def steady(text: str, run: bool = False) -> str:
    for pattern, instead in (*(OF_A_RUN if run else ()), *CHANGING):
        text = pattern.sub(instead, text)
    return text.strip()


def outputs(notebook: Any, path: Path) -> dict[str, list[Any]]:
    """Returns what each cell put out, without what differs from run to run."""
    run = path.stem == RUNS
    found: dict[str, list[Any]] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        found[cell.id] = [
            {kind: steady(text, run) for kind, text in output.data.items()}
            if "data" in output
            else steady(output.get("text", "?"), run)
            for output in cell.outputs
        ]  # fmt: skip
    return found


@pytest.fixture
def this_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the kernel `python3` be the interpreter of this test, whatever is registered on this machine."""
    kernel = tmp_path / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    # A notebook leaves the folders of its runs there.
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def test_there_are_notebooks() -> None:
    assert [path.name for path in NOTEBOOKS] == [
        "01_first_minutes.ipynb",
        "02_mfa_buttons.ipynb",
        "03_open_doors.ipynb",
        "04_a_night.ipynb",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.usefixtures("this_interpreter")
@pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client.*", "ignore::RuntimeWarning:zmq.*")
def test_the_committed_outputs_are_what_it_puts_out(path: Path, tmp_path: Path) -> None:
    committed = read(path)
    fresh = read(path)
    client = NotebookClient(
        fresh, timeout=120, kernel_name="python3", record_timing=False, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    if UPDATE and outputs(fresh, path) != outputs(committed, path):
        write(path, fresh)
        committed = read(path)
    assert outputs(fresh, path) == outputs(committed, path), "stale: examples/README.md explains how to regenerate them"


def write(path: Path, notebook: Any) -> None:
    """Writes it without what belongs to the machine it ran on."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {}
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_tidy(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1)), "run from top to bottom"
    for cell in notebook.cells:
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", cell.id)
        assert cell.metadata == {}
        for output in cell.get("outputs", []):
            assert output.output_type in ("execute_result", "display_data", "stream"), output
            assert output.get("name") != "stderr", output
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|tmp|Users|work|usr)/", text)
    assert "<script" not in text


@pytest.mark.parametrize("name", ["01_first_minutes", "03_open_doors"])
def test_what_is_contained_is_contained_in_the_order_of_the_advice(name: str) -> None:
    code = "\n".join(cell.source for cell in read(FOLDER / f"{name}.ipynb").cells if cell.cell_type == "code")
    code = code.partition("\nsnapshot.advise(")[2] or code
    writes = re.findall(r"client\.(\w+)\(", code.partition("inject")[0])
    taken = [
        write
        for write in writes
        if write not in ("get_user", "list_methods", "list_devices", "list_grants", "snapshot", "open_doors")
    ]
    client = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso())
    steps = client.snapshot("adele@contoso.example").advise("token-theft").steps
    # Methods are removed twice where it is shown what the removal by date leaves. What has no call, a person chooses.
    assert [write for place, write in enumerate(taken) if write != taken[place - 1]] == [
        step.operation for step in steps if step.calls
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_credential_is_of_an_app_registration(path: Path) -> None:
    text = "\n".join(cell.source for cell in read(path).cells)
    assert "DefaultAzureCredential" not in text
    assert ("InteractiveBrowserCredential(" in text) == ("docs/getting-started.md" in text) == (path.stem == "01_first_minutes")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_holds_no_secret(path: Path) -> None:
    notebook = read(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert "reveal" not in cell.source
        for output in cell.get("outputs", []):
            text = json.dumps(output)
            assert not SECRETS.search(text), SECRETS.search(text)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.usefixtures("this_interpreter")
@pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client.*", "ignore::RuntimeWarning:zmq.*")
def test_no_secret_of_the_tenant_reaches_the_file(path: Path, tmp_path: Path) -> None:
    """Runs it once more with every secret that is made written to a place beside it, and looks for each in the outputs."""
    notebook = read(path)
    spy = (
        "import entra_ir, pathlib\n"
        "def keep(kind, attribute):\n"
        "    inner = getattr(kind, attribute).fget\n"
        "    def get(result):\n"
        "        secret = inner(result)\n"
        "        if secret is not None:\n"
        "            with pathlib.Path('secrets').open('a') as file: file.write(secret.reveal() + '\\n')\n"
        "        return secret\n"
        "    setattr(kind, attribute, property(get))\n"
        "keep(entra_ir.LockedOut, 'password')\n"
        "keep(entra_ir.PasswordReset, 'password')\n"
        "keep(entra_ir.AccessPassCreated, 'access_pass')\n"
        "def keep_of_a_run(name):\n"
        "    inner = getattr(entra_ir.Client, name)\n"
        "    def run(client, *arguments, secrets='discard', **options):\n"
        "        def sink(kind, state, account, secret):\n"
        "            with pathlib.Path('secrets').open('a') as file: file.write(secret.reveal() + '\\n')\n"
        "            if callable(secrets): secrets(kind, state, account, secret)\n"
        "        return inner(client, *arguments, secrets=sink, **options)\n"
        "    setattr(entra_ir.Client, name, run)\n"
        "for name in ('contain', 'resume', 'watch'): keep_of_a_run(name)\n"
    )
    notebook.cells.insert(0, nbformat.v4.new_code_cell(spy))  # type: ignore[no-untyped-call]
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    secrets = set((tmp_path / "secrets").read_text(encoding="utf-8").split())
    assert len(secrets) >= 2, "a new password and a pass, at least"
    text = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
    assert not [secret for secret in secrets if secret in text]


def test_what_is_compared_still_says_something() -> None:
    result = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso()).block_sign_in("adele@contoso.example")
    kept = steady(result._repr_html_())
    assert "accepted" in kept
    assert "block sign-in" in kept
    assert "revoke_sign_in_sessions" in steady("revoke_sign_in_sessions")
    kept = steady("2. Revoke sessions: due later, 2026-11-28T19:47:29Z; 0.1 s of 60 s, 12 steps", run=True)
    assert kept == "2. Revoke sessions: due later, <time>Z; <seconds> of 60 s, 12 steps"
