"""docs/getting-started.md, followed to the letter.

Its code runs against the served simulated tenant, with two things replaced, as the page says: the credential object, and the
address of the service. Its scripts run with a stand-in of `az`.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import entra_ir
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "getting-started.md"
TEXT = PAGE.read_text(encoding="utf-8")
PERMISSIONS = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
SERVED = "http://127.0.0.1:8765"
SETS = {"Look": "LOOK", "Lock": "LOCK", "Evict": "EVICT", "Privileged": "PRIVILEGED"}
APP = "33333333-3333-3333-3333-333333333333"


class Block(NamedTuple):
    language: str
    code: str
    line: int


def blocks(*languages: str) -> list[Block]:
    """Gives the page's blocks of code; all of them if no language is named."""
    found = re.finditer(r"^```(\S*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    all_of_them = [Block(match[1], match[2], TEXT.count("\n", 0, match.start()) + 2) for match in found]
    return [block for block in all_of_them if not languages or block.language in languages]


def containing(text: str) -> Block:
    [block] = [block for block in blocks() if text in block.code]
    return block


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Serves the simulated tenant with the page's own command, at a free port."""
    [_, *words] = containing("serve_simulated_tenant").code.split()
    assert (words[0], words[-1]) == ("run", SERVED.rpartition(":")[2])
    command = ["cargo", "build", "--quiet", "--message-format=json", *words[1:-1]]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert built.returncode == 0, built.stderr
    programs = [message["executable"] for message in map(json.loads, built.stdout.splitlines()) if message.get("executable")]
    with subprocess.Popen([programs[-1], "0"], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().split(" at ")[1].split(",")[0]
        finally:
            server.kill()


def read(origin: str, path: str) -> Any:
    """Reads what is true at the tenant, without this library."""
    request = urllib.request.Request(f"{origin}{path}", headers={"Authorization": "Bearer t"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def certificate(file: Path) -> None:
    """Writes a certificate with its private key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "entra-ir")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(pem))


def test_the_python_code_runs_in_its_order(
    origin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    certificate(tmp_path / "entra-ir.pem")
    replaced = f'entra_ir.Client(entra_ir.StaticToken("simulated"), graph_endpoint="{origin}",'
    scope: dict[str, Any] = {"__name__": "guide"}
    user, made, ran = "adele@contoso.example", 0, 0
    methods = f"/v1.0/users/{user}/authentication/methods"
    account = f"/v1.0/users/{user}?$select=accountEnabled"
    before = read(origin, methods)["value"]
    for block in blocks("python"):
        code = re.sub(r"entra_ir\.Client\(\s*credential,", replaced, block.code).replace(SERVED, origin)
        made += code.count("entra_ir.Client(")
        assert code.count("entra_ir.Client(") == code.count(origin), f"line {block.line}: a client that goes elsewhere"
        # The line numbers of a failure are the page's.
        tree = ast.increment_lineno(ast.parse(code, PAGE.name), block.line - 1)
        exec(compile(tree, PAGE.name, "exec"), scope)
        ran += 1
        if "plan = [" in block.code:
            assert read(origin, account)["accountEnabled"], "a dry run changes nothing"
            assert read(origin, methods)["value"] == before
        if "locked = client.lock_out" in block.code:
            assert not read(origin, account)["accountEnabled"]
            assert [result.is_success for result in scope["done"]] == [True] * 2
    assert ran == TEXT.count("```python") > 8
    assert made == 5
    # Nothing failed in silence.
    assert scope["removed"].grade == "confirmed"
    assert [result.is_success for result in scope["done"]] == [True] * 4
    assert not scope["doors"].open
    kinds = [method["@odata.type"].rpartition(".")[2] for method in read(origin, methods)["value"]]
    assert sorted(kinds) == ["passwordAuthenticationMethod", "temporaryAccessPassAuthenticationMethod"]
    assert read(origin, account)["accountEnabled"]
    printed = capsys.readouterr().out
    assert "fido2 YubiKey of Adele" in printed
    assert "PATCH /v1.0/users/" in printed
    for secret in (scope["locked"].password, scope["made"].access_pass):
        assert secret.reveal() not in printed


def test_every_block_is_covered() -> None:
    """Python runs above, Rust is compiled with the doctests of the crate that includes the page, scripts are run below."""
    assert len(re.findall(r"^```", TEXT, re.MULTILINE)) == 2 * len(blocks())
    assert {block.language for block in blocks()} == {"python", "rust", "sh", "powershell"}
    assert '#[doc = include_str!("../../docs/getting-started.md")]' in (ROOT / "tests" / "src" / "lib.rs").read_text()
    scripts = [containing("LOOK="), containing("=Scope"), containing("=Role"), containing("serve_simulated_tenant")]
    assert sorted(scripts) == sorted(blocks("sh"))
    assert sorted([containing("$LOOK = "), containing("New-MgServicePrincipalAppRoleAssignment")]) == sorted(blocks("powershell"))


def table(title: str) -> dict[str, set[str]]:
    """Reads a table of the page of permissions: which permissions are needed by which kind of caller."""
    section = PERMISSIONS.split(f"\n### {title}\n")[1].split("\n##")[0]
    rows = re.findall(r"^\| `(\S+)` \| (yes|) \| (yes|) \|", section, re.MULTILINE)
    assert rows
    return {"": {name for name, yes, _ in rows if yes}, "APP_": {name for name, _, yes in rows if yes}}


def assigned(code: str, form: str) -> dict[str, list[str]]:
    return {name: names.split(" ") for name, names in re.findall(form, code, re.MULTILINE)}


def test_the_scripts_name_the_permissions_of_the_tables() -> None:
    wanted = {prefix + word: names for title, word in SETS.items() for prefix, names in table(title).items()}
    for code, form in (
        (containing("LOOK=").code, r'^(\w+)="([^"]*)"$'),
        (containing("$LOOK = ").code, r'^\$(\w+) = "([^"]*)"$'),
    ):
        found = assigned(code, form)
        assert {name: set(names) for name, names in found.items()} == wanted
        assert all(len(names) == len(set(names)) for names in found.values())
        assert len(code.strip().splitlines()) == len(wanted)
    # No other block names a permission but those that consenting itself takes.
    own = {"Application.Read.All", "AppRoleAssignment.ReadWrite.All"}
    generated = (containing("LOOK="), containing("$LOOK = "))
    for block in blocks("sh", "powershell"):
        if block not in generated:
            named = re.findall(r"\b[A-Z][\w-]+(?:\.[A-Z]\w+){1,2}\b", block.code)
            assert set(named) <= own, f"line {block.line}"
    powershell = containing("New-MgServicePrincipalAppRoleAssignment").code
    assert '"$APP_LOOK $APP_LOCK" -split " "' in powershell


@pytest.mark.parametrize(
    ("status", "code", "row"),
    [
        (403, "Authorization_RequestDenied", "**403** to a read"),
        (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "no licence"),
        (401, "InvalidAuthenticationToken", "no longer accepted"),
        (429, "TooManyRequests", "**429**"),
    ],
)
def test_the_errors_are_those_of_the_table(
    status: int, code: str, row: str, simulated_tenant: entra_ir.SimulatedTenant, entra_client: entra_ir.Client
) -> None:
    [line] = [line for line in TEXT.split("<!-- errors: ")[1].splitlines() if row in line]
    simulated_tenant.inject(status, code=code, retry_after="150", times=None)
    with pytest.raises(entra_ir.GraphError) as caught:
        entra_client.list_methods("0c0ffee0-5afe-4ace-9b1d-000000000001")
    assert f"| `{type(caught.value).__name__}` |" in line
    assert line.endswith(f" | {caught.value.advice} |")


bash = pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="needs bash")


@bash
@pytest.mark.parametrize("block", blocks("sh"), ids=lambda block: f"line {block.line}")
def test_the_scripts_are_bash(block: Block) -> None:
    checked = subprocess.run(["bash", "-n"], input=block.code, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


STAND_IN = f"""#!/usr/bin/env bash
all="$*"
printf '%s\\n' "$all" >> "$AZ_LOG"
case "$all" in
  "ad app create "*) echo {APP} ;;
  "ad sp show "*) name="${{all#*value==?}}"; echo "id-of-${{name%%[^A-Za-z0-9.-]*}}" ;;
esac
"""


@bash
@pytest.mark.parametrize(
    ("mark", "list_of", "kind", "sets"),
    [
        ("=Scope", "oauth2PermissionScopes", "Scope", ["Look", "Lock", "Evict"]),
        ("=Role", "appRoles", "Role", ["Look", "Lock"]),
    ],
)
def test_the_scripts_ask_for_exactly_these_permissions(
    mark: str, list_of: str, kind: str, sets: list[str], tmp_path: Path
) -> None:
    """Runs a script with a stand-in of `az` that writes down what it is asked."""
    stand_in, log = tmp_path / "az", tmp_path / "log"
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)
    script = f"set -euo pipefail\n{containing('LOOK=').code}\n{containing(mark).code}"
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "AZ_LOG": str(log)}
    ran = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    asked = log.read_text().splitlines()
    wanted = set().union(*(table(title)["" if kind == "Scope" else "APP_"] for title in sets))
    adding = re.compile(rf"ad app permission add --id {APP} --api \S+ --api-permissions id-of-(\S+)={kind}")
    added = [match[1] for match in map(adding.fullmatch, asked) if match]
    assert sorted(added) == sorted(wanted), "each once"
    assert all(f"{list_of}[?value==" in line for line in asked if line.startswith("ad sp show"))
    if kind == "Scope":
        assert any("--public-client-redirect-uris http://localhost " in line for line in asked)
        [granted] = [line.partition(" --scope ")[2] for line in asked if line.startswith(f"ad app permission grant --id {APP} ")]
        assert sorted(granted.split(" ")) == sorted(wanted)
        assert f"client_id: {APP}" in ran.stdout
    else:
        assert asked[-1] == f"ad app permission admin-consent --id {APP}"
        assert not any("redirect" in line for line in asked)
