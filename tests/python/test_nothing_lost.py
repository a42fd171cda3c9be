"""What the core tells, Python tells: no part of a result is lost on the way to attributes, plain data and pages."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from entra_ir import AccountSnapshot, Client, Record, SimulatedTenant, StaticToken, display
from test_html import EVIL, page
from test_results import every_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

USER = "3b41c05e-73a1-43b7-86d7-ed8409f55900"
GROUP = "6f5e0000-0000-4000-8000-000000000001"
CORE = Path(__file__).parents[2] / "entra-ir-core" / "src"
loads = json.loads
# A door repeats these as `until` and `only_held`; the doors without a block are asked for by a method. The texts are how
# results print.
TEXTS = ("Drill.text", "RealDrill.text", "PermissionSet.text", "PermissionComparison.text")
REPEATED = (".state.until", ".state.held", ".if_unblocked", *TEXTS)


class Read(dict[str, Any]):
    """Is an object of the core's that remembers which of its entries were looked at."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.seen: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.seen.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.seen.add(key)
        return super().get(key, default)

    # With it, `dict` copies an object entry by entry.
    def __iter__(self) -> Iterator[str]:
        return super().__iter__()

    def items(self) -> Any:
        self.seen.update(self)
        return super().items()


def unread(data: Any, path: str) -> Iterator[str]:
    """Finds the entries of an object at which nobody looked."""
    if isinstance(data, Read):
        for key, value in dict.items(data):
            if key not in data.seen:
                yield f"{path}.{key}"
            else:
                yield from unread(value, f"{path}.{key}")
    elif isinstance(data, list):
        for item in data:
            yield from unread(item, f"{path}[]")


def records_of(value: Any) -> Iterator[Record]:
    if isinstance(value, Record):
        yield value
    elif isinstance(value, tuple):
        yield from (item for item in value if isinstance(item, Record))


def test_every_field_of_every_result_is_read(entra_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def watched(text: str) -> Any:
        return loads(text, object_pairs_hook=Read)

    monkeypatch.setattr(json, "loads", watched)
    lost: set[str] = set()
    for result in every_result(entra_client, tmp_path / "run"):
        for record in records_of(result):
            record.to_dict()
            found = unread(record._data, type(record).__name__)
            lost.update(path for path in found if not path.endswith(REPEATED))
    assert lost == set()


class Graph(BaseHTTPRequestHandler):
    """Has an account that owns a group and may activate another, and refuses all other questions."""

    def do_GET(self) -> None:
        owned = {"id": GROUP, "displayName": f"Tier0 {EVIL}", "isAssignableToRole": True}
        eligible = {
            "principalId": USER,
            "groupId": GROUP,
            "accessId": "owner",
            "endDateTime": "2027-01-01T00:00:00Z",
            "group": {"id": GROUP, "displayName": f"Tier1 {EVIL}", "isAssignableToRole": True},
        }
        if "/ownedObjects/" in self.path:
            self._answer(200, {"value": [owned]})
        elif "privilegedAccess/group" in self.path:
            self._answer(200, {"value": [eligible]})
        elif self.path.split("?")[0] == f"/v1.0/users/{USER}":
            self._answer(200, {"id": USER, "userPrincipalName": "adele@contoso.example", "accountEnabled": True})
        else:
            self._answer(403, {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges"}})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(403, {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges"}})

    def _answer(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("request-id", "00000000-0000-4000-8000-00000000000a")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        """Logs nothing."""


@contextmanager
def snapshot_of_an_owner() -> Iterator[AccountSnapshot]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Graph)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with Client(StaticToken("x"), graph_endpoint=f"http://127.0.0.1:{server.server_port}") as client:
            yield client.snapshot(USER, risk=False)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_groups_owned_and_to_activate_are_told() -> None:
    with snapshot_of_an_owner() as snapshot:
        owned, eligible = snapshot.owned_role_groups.value, snapshot.eligible_groups.value
        assert owned is not None
        assert eligible is not None
        assert [(group.id, group.display_name) for group in owned] == [(GROUP, f"Tier0 {EVIL}")]
        (one,) = eligible
        assert (one.id, one.display_name, one.is_role_assignable, one.access) == (GROUP, f"Tier1 {EVIL}", True, "owner")
        assert one.ends is not None
        assert one.ends.year == 2027
        assert snapshot.advise("account-takeover").privileged is True
        for told in (snapshot.to_json(), page(snapshot).text, page(snapshot.eligible_groups).text):
            assert "Tier1" in told
        assert "owner, can carry a role" in page(snapshot).text
        for told in (snapshot.to_json(), page(snapshot).text, page(snapshot.owned_role_groups).text):
            assert "Tier0" in told


def test_every_part_of_a_snapshot_is_an_attribute_and_on_the_page(entra_client: Client) -> None:
    source = (CORE / "model" / "snapshot.rs").read_text(encoding="utf-8")
    parts = re.findall(r"^    pub (\w+): Part<", source, re.MULTILINE)
    assert len(parts) > 10
    snapshot = entra_client.snapshot("adele@contoso.example")
    assert {key for key, value in snapshot._data.items() if isinstance(value, dict) and "state" in value} == set(parts)
    for part in parts:
        why = {"state": "denied", "reason": f"nobody may read {part}"}
        denied = AccountSnapshot._of(snapshot._data | {part: why})
        assert denied.to_dict()[part] == why | {"value": None}
        assert f"nobody may read {part}" in page(denied).text, part


def test_a_method_of_an_unknown_type_is_kept_as_it_came(entra_client: Client, simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.add_method("adele@contoso.example", "unknown", "#microsoft.graph.holographicAuthenticationMethod")
    methods = entra_client.list_methods("adele@contoso.example")
    [new] = [method for method in methods if "holographic" in method.kind]
    known = [method for method in methods if method != new]
    assert new.raw
    assert new.raw["@odata.type"] == new.kind
    assert new.raw["id"] == new.id
    assert new.to_dict()["raw"] == json.loads(new.to_json())["raw"] == new.raw
    assert new.signs_in_alone
    assert known
    assert all(method.raw is None for method in known)


def test_the_words_of_the_core_are_known_here() -> None:
    source = (CORE / "receipt" / "mod.rs").read_text(encoding="utf-8")
    found = re.search(r"pub enum Grade \{(.*?)\n\}", source, re.DOTALL)
    assert found
    grades = re.findall(r"^    (\w+),", found[1], re.MULTILINE)
    assert [re.sub(r"(?<!^)([A-Z])", r"-\1", grade).lower() for grade in grades] == list(display.results.GRADES)
