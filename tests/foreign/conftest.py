"""A simulated tenant that is served on this machine, a new one for each test."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


class Tenant:
    """Reads what is true at the tenant, without any client's help."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def get(self, path: str) -> Any:
        request = urllib.request.Request(f"{self.origin}{path}", headers={"Authorization": "Bearer t"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def user(self, user: str) -> Any:
        names = "id,accountEnabled,lastPasswordChangeDateTime,signInSessionsValidFromDateTime,passwordProfile"
        return self.get(f"/v1.0/users/{user}?$select={names}")

    def methods(self, user: str) -> dict[str, str]:
        """Returns the ids of the user's methods by type; the last of a type counts."""
        listed = self.get(f"/v1.0/users/{user}/authentication/methods")["value"]
        return {method["@odata.type"].removeprefix("#microsoft.graph."): method["id"] for method in listed}


@pytest.fixture
def tenant(request: pytest.FixtureRequest) -> Iterator[Tenant]:
    command = [os.environ["FOREIGN_SERVER"], "0"]
    if folder := os.environ.get("FOREIGN_EXCHANGES"):
        command.append(os.path.join(folder, f"both-{request.path.stem}-{request.node.name}.jsonl"))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield Tenant(server.stdout.readline().split(" at ")[1].split(",")[0])
        finally:
            server.kill()
