"""The core's events arrive in `logging` under `entra_ir`, at the level that is set when a call begins."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING

import pytest
from entra_ir import Client, EntraError, SimulatedTenant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USER = "adele@contoso.example"
LOGGER = logging.getLogger("entra_ir")


@pytest.fixture(autouse=True)
def level() -> Iterator[None]:
    yield
    LOGGER.setLevel(logging.NOTSET)


def ours(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name.split(".")[0] == "entra_ir"]


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_a_call_is_told(entra_client: Client, caplog: pytest.LogCaptureFixture, level: int) -> None:
    caplog.set_level(level, "entra_ir")
    receipt = entra_client.block_sign_in(USER)
    records = ours(caplog)
    assert records
    assert all(record.levelno >= level for record in records)
    text = "\n".join(record.getMessage() for record in records)
    assert "block_sign_in" in text
    assert "204" in text
    assert str(receipt.exchanges[0].client_request_id) in text


def test_a_failure_is_told(entra_client: Client, simulated_tenant: SimulatedTenant, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "entra_ir")
    simulated_tenant.inject(403)
    with pytest.raises(EntraError) as caught:
        entra_client.get_user(USER)
    text = "\n".join(record.getMessage() for record in ours(caplog))
    assert "403" in text
    assert str(caught.value.client_request_id) in text


def test_names_of_users_only_at_debug(entra_client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "entra_ir")
    entra_client.get_user(USER)
    entra_client.list_methods(USER)
    entra_client.block_sign_in(USER)
    with pytest.raises(EntraError):
        entra_client.get_user("nobody@contoso.example")
    told = repr([vars(record) for record in ours(caplog)])
    assert "get_user" in told
    assert not re.search(r"adele|nobody|contoso", told)


def test_the_level_may_change_between_calls(entra_client: Client, caplog: pytest.LogCaptureFixture) -> None:
    counted = []
    for level in (logging.CRITICAL, logging.DEBUG, logging.INFO, logging.WARNING, logging.DEBUG):
        LOGGER.setLevel(level)
        caplog.clear()
        entra_client.get_user(USER)
        counted.append(len(ours(caplog)))
    off, debug, info, warning, again = counted
    assert off == warning == 0
    assert 0 < info <= debug == again


def test_records_name_a_place(entra_client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "entra_ir")
    entra_client.get_user(USER)
    assert all(re.fullmatch(r"entra_ir(\.\w+)*", record.name) for record in ours(caplog))


def test_a_handler_that_fails_stops_nothing(entra_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise OSError("disk full")

    reported: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)
    handler = Broken()
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.DEBUG)
    try:
        assert entra_client.block_sign_in(USER).grade == "accepted"
    finally:
        LOGGER.removeHandler(handler)
    assert reported


def test_a_program_without_logging_has_none(run_python: Callable[..., str]) -> None:
    script = """
import sys, entra_ir
entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso()).block_sign_in("adele@contoso.example")
print("logging" in sys.modules)
"""
    assert run_python(script) == "False\n"


def test_logging_may_come_later(run_python: Callable[..., str]) -> None:
    script = """
import sys, entra_ir
client = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso())
client.get_user("adele@contoso.example")
import logging
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(name)s %(levelname)s %(message)s")
client.block_sign_in("adele@contoso.example")
"""
    printed = run_python(script)
    assert "block_sign_in" in printed
    assert printed.startswith("entra_ir")
