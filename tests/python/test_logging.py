"""The core's events arrive in `logging` under `entra_ir`, at the level that is set when a call begins."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any

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


def fields(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name.startswith("entra_")}


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_a_record_has_fields(
    entra_client: Client, simulated_tenant: SimulatedTenant, caplog: pytest.LogCaptureFixture, level: int
) -> None:
    caplog.set_level(level, "entra_ir")
    simulated_tenant.inject(503, method="PATCH", retry_after="0")
    receipt = entra_client.block_sign_in(USER)
    ended = [record for record in ours(caplog) if record.levelno == logging.INFO]
    read, written = ended
    assert fields(written) == {
        "entra_operation": "block_sign_in",
        "entra_effect": "contain",
        "entra_client_request_id": receipt.exchanges[0].client_request_id,
        "entra_target": receipt.target.id,
        "entra_outcome": "answered",
        "entra_status": 204,
        "entra_attempts": 2,
        "entra_request_id": receipt.exchanges[0].request_id,
    }
    assert fields(read)["entra_effect"] == "read"
    for record in ended:
        text = record.getMessage()
        assert all(f" {name.removeprefix('entra_')}={value}" in text for name, value in fields(record).items())
        assert text.count(" status=") == 1


def test_debug_records_name_their_call(entra_client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "entra_ir")
    entra_client.get_user(USER)
    sending = next(record for record in ours(caplog) if record.getMessage().startswith("sending "))
    assert fields(sending)["entra_method"] == "GET"
    assert fields(sending)["entra_operation"] == "get_user"
    attempt = next(record for record in ours(caplog) if record.getMessage().startswith("graph.attempt "))
    assert (fields(attempt)["entra_attempt"], fields(attempt)["entra_status"]) == (1, 200)


def test_what_was_not_sent_or_is_unknown_is_a_field(
    entra_client: Client, simulated_tenant: SimulatedTenant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "entra_ir")
    Client(transport=simulated_tenant, mode="dry-run").block_sign_in(USER)
    assert fields(ours(caplog)[-1])["entra_outcome"] == "dry-run"
    simulated_tenant.inject("dropped", method="POST", after_effect=True, times=None)
    with pytest.raises(EntraError) as caught:
        entra_client.create_temporary_access_pass(USER)
    assert caught.value.outcome_unknown
    lost = next(record for record in ours(caplog) if fields(record)["entra_operation"] == "create_temporary_access_pass")
    assert fields(lost)["entra_outcome"] == "no-answer"
    assert fields(lost)["entra_outcome_unknown"] is True
    assert "entra_status" not in fields(lost)


def test_a_snapshot_is_one_line(entra_client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "entra_ir")
    # Identity Protection never saw Alex, and answers 404.
    snapshot = entra_client.snapshot("alex@contoso.example")
    told = [record for record in ours(caplog) if record.levelno == logging.INFO]
    assert len(told) == 1
    assert fields(told[0]) == {
        "entra_operation": "snapshot",
        "entra_effect": "read",
        "entra_target": snapshot.user.id,
        "entra_outcome": "answered",
        "entra_requests": snapshot.requests,
    }
    reads = [record for record in ours(caplog) if record.getMessage().startswith("graph.call ") and record not in told]
    assert len(reads) == snapshot.requests
    assert {record.levelno for record in reads} == {logging.DEBUG}


def test_the_fields_of_other_libraries_are_left_alone(entra_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that has a field already is an error of `logging`, and web frameworks set such as `request_id`."""
    made: list[logging.LogRecord] = []

    def factory(*args: Any, **options: Any) -> logging.LogRecord:
        record = logging.LogRecord(*args, **options)
        vars(record).update(request_id="of the web", status="of the web", target="of the web", operation="of the web")
        made.append(record)
        return record

    reported: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(factory)
    LOGGER.setLevel(logging.INFO)
    try:
        entra_client.block_sign_in(USER)
    finally:
        logging.setLogRecordFactory(before)
    assert reported == []
    assert {vars(record)["request_id"] for record in made} == {"of the web"}
    assert fields(made[-1])["entra_operation"] == "block_sign_in"


def test_a_text_of_several_words_cannot_pass_for_a_field(
    entra_client: Client, simulated_tenant: SimulatedTenant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "entra_ir")
    simulated_tenant.inject("no-connection", times=None)
    with pytest.raises(EntraError):
        Client(transport=simulated_tenant, max_attempts=1).get_user(USER)
    told = next(record for record in ours(caplog) if "no answer" in record.getMessage())
    reason = fields(told)["entra_error"]
    assert f' error="{reason}"' in told.getMessage()


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
