"""The asynchronous client; generated from `_client.py` by `cargo xtask generate`."""

from __future__ import annotations

from os import fspath
from typing import TYPE_CHECKING, Any

from . import _native
from ._accounts import MethodList, User, UsersFound
from ._advice import PermissionComparison, Preflight
from ._after import Gate, RealDrill, Undone, Watched
from ._applications import AppAssignmentList, GrantList
from ._behaviour import actions
from ._calls import (
    ask,
    confirmation,
    count,
    id_of,
    known,
    many,
    methods_named,
    name_of,
    on,
    on_device,
    on_each,
    one,
    planned,
    secret_of,
    stopped,
    typed,
    word,
    words,
)
from ._containment import Run
from ._doors import OpenDoors
from ._errors import EntraError
from ._operations import RESULTS
from ._plans import PlanPreview
from ._policy import EffectiveMethodsPolicy
from ._questions import asked_of, doors_after
from ._receipts import Receipt
from ._results import (
    AccessPass,
    AccessPassCreated,
    AssignmentRemoved,
    GrantRevoked,
    LockedOut,
    MethodDeleted,
    MethodsDeleted,
    MfaReregistrationRequired,
    MfaSessionsRevoked,
    PasswordReset,
    RiskOutcomes,
    SessionsRevoked,
)
from ._runs import RunEvents, plan_of, run_options, watch_options
from ._simulator import SimulatedTenant
from ._snapshot import AccountSnapshot, DeviceList
from ._words import ForceChange, MethodKind, PasswordWay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime, timedelta
    from os import PathLike
    from types import TracebackType
    from typing import Self

    from ._advice import Advice
    from ._calls import Asked
    from ._native import Pending, Secret, _Ended
    from ._plans import Plan
    from ._record import R, Records, T
    from .types import (
        Account,
        Approver,
        Cloud,
        Credential,
        Done,
        GateWord,
        Id,
        Incident,
        MethodScope,
        Mode,
        OnEvent,
        Phase,
        Registration,
        SecretSink,
    )


class AsyncClient:
    """Calls one tenant. One client serves any number of threads; make one for each process.

    A call waits without blocking other threads, and Ctrl-C stops it. The exception then has `outcome_unknown`, and `result` or
    `error` if the call had ended all the same: the result holds a generated password or pass.

    A call accepts a `User` or a snapshot in place of a name. If this process read it less than five minutes ago, a write does not
    read the account again; the receipt's `account_read_at` is the time of the read. One from JSON or pickle is read again.

    Each call takes a `deadline` for all of it. After the deadline the call raises a `TransportTimeoutError`, which is also an
    `OutcomeUnknownError` if a write was in progress, and which carries the receipt of what was sent.

    Args:
        credential: A way to sign in (`DeviceCode`, `AzureCli`, `ManagedIdentity`, `WorkloadIdentity`, `ClientCertificate`,
            `ClientSecret`, a `Chain` of them), any azure-identity credential, or another object with
            `get_token(*scopes, **kwargs)` or azure-core's `get_token_info`, a callable that returns `(token, expiry time)`, or a
            `StaticToken`. Not needed for a simulated tenant.
        application_credential: A second credential, of an application; then `credential` is that of a signed-in user. No single
            credential can run every plan: each request goes with the one that may send it, and receipts name the caller.
        transport: A `SimulatedTenant` to use instead of Microsoft Graph.
        cloud: Which national cloud.
        graph_endpoint: Another Graph endpoint than the cloud's: scheme and host; https, or http on this machine.
        protected: Accounts that no write may modify, by object id or sign-in name: above all emergency access accounts. If one
            cannot be found, no write is sent at all.
        protected_groups: Groups, by object id, whose members no write may touch, those of nested groups included. Read
            before the first write and every five minutes; if one cannot be read, no write is sent at all.
        only: The only accounts that a write may touch; of an empty list, none. All accounts if nothing is given here
            and in `only_groups`.
        only_groups: Groups, by object id, whose members a write may touch, beside the accounts in `only`.
        protect_caller: Whether the caller's own account is protected in any case: Graph is asked who calls. Without it
            the account is protected where the token, or an earlier answer, names it.
        allow_own_account: Whether a write may touch the caller's own account, to clean it up. `protect_caller` wins.
        allow_sync_accounts: Whether a write may touch the accounts that synchronize the directory from Active
            Directory. Without it they are protected where their names are known.
        allow_tenant_wide: Whether writes are sent that reach other accounts than one.
        keep_an_administrator: The accounts of this job and those that are suspect, as a list: a block, a deletion or
            the removal of a role is then refused if it would leave no enabled, permanent Global Administrator beside
            them.
        mode: "send" sends; "dry-run" shows in the receipts what writes would send; "read-only" refuses writes.
        timeout: How long one attempt may take; 30 seconds if nothing is given.
        max_attempts: The maximum of attempts; 5 if nothing is given. A write that must not run twice is never repeated.
        user_agent: The name of your tool, for the tenant's logs.
        trust_unmarked_answers: Whether answers without `request-id` count as Graph's own: for a substitute for Graph on this
            machine that does not set it. Every answer of Graph has it; one without it proves nothing about a write.
        identity_protection_interval: The interval between two requests to Identity Protection; two seconds if nothing is
            given. It answers one request per second for the whole tenant, all applications together: the default
            leaves half of that to other tools, one second takes all of it. Of a simulated tenant there is none.

    Raises:
        ConfigError: For a missing credential, an endpoint to which a token must not be sent, or an interval below one
            second for Identity Protection.
        ForkedError: In a child that was forked from a process which used the library.
        InvalidInputError: For an unknown cloud or mode, or an invalid time or number.

    Example:
        >>> from entra_ir import AsyncClient, SimulatedTenant
        >>> async with AsyncClient(transport=SimulatedTenant.contoso(), mode="dry-run") as client:
        ...     user = await client.get_user("adele@contoso.example")
        ...     receipt = await client.block_sign_in(user)
        >>> receipt.grade, receipt.would_send[0].body
        ('not-sent', {'accountEnabled': False})
    """

    __slots__ = ("_adapter", "_application", "_native")

    def __init__(
        self,
        credential: Credential | None = None,
        *,
        application_credential: Credential | None = None,
        transport: SimulatedTenant | None = None,
        cloud: Cloud = "global",
        graph_endpoint: str | None = None,
        protected: Iterable[str] = (),
        protected_groups: Iterable[str] = (),
        only: Iterable[str] | None = None,
        only_groups: Iterable[str] = (),
        protect_caller: bool = False,
        allow_own_account: bool = False,
        allow_sync_accounts: bool = False,
        allow_tenant_wide: bool = False,
        keep_an_administrator: Iterable[str] | None = None,
        mode: Mode = "send",
        timeout: timedelta | None = None,
        max_attempts: int | None = None,
        user_agent: str | None = None,
        trust_unmarked_answers: bool = False,
        identity_protection_interval: timedelta | None = None,
    ) -> None:
        """Creates a client. Nothing is sent."""
        if transport is not None and not isinstance(transport, SimulatedTenant):
            found = type(transport).__name__
            # The wrong argument may be a secret, which no traceback should show.
            del transport
            raise TypeError(f"transport: a SimulatedTenant is needed, not {found}")
        speaks_for = getattr(credential, "speaks_for", None)
        if application_credential is not None:
            speaks_for = speaks_for or "delegated"
        application = getattr(application_credential, "speaks_for", None) or "app-only"
        from ._adapter import Adapter

        # Somebody may have given a bare token, which no traceback should show.
        try:
            self._adapter = None if credential is None else Adapter(credential)
            self._application = None if application_credential is None else Adapter(application_credential)
        finally:
            del credential, application_credential
        self._native = _native.Client(
            tenant=None if transport is None else transport._native,
            credential=self._adapter,
            speaks_for=speaks_for,
            second=self._application,
            second_speaks_for=application,
            cloud=cloud,
            graph_endpoint=graph_endpoint,
            protected=words("protected", protected) or [],
            protected_groups=words("protected_groups", protected_groups) or [],
            only=words("only", only),
            only_groups=words("only_groups", only_groups) or [],
            protect_caller=protect_caller,
            allow_own_account=allow_own_account,
            allow_sync_accounts=allow_sync_accounts,
            allow_tenant_wide=allow_tenant_wide,
            keep_an_administrator=words("keep_an_administrator", keep_an_administrator),
            mode=mode,
            timeout=timeout,
            max_attempts=count("max_attempts", max_attempts, 1),
            user_agent=user_agent,
            trust_unmarked_answers=trust_unmarked_answers,
            identity_protection_interval=identity_protection_interval,
        )

    def __repr__(self) -> str:
        """Returns a form without secrets."""
        # A traceback of its creation may show it, when it has no credential yet.
        return f"{type(self).__name__}(credential={getattr(self, '_adapter', None)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        """Refuses: a client holds connections and a credential."""
        raise TypeError(f"a {type(self).__name__} cannot be pickled or copied: make one in each process")

    async def __aenter__(self) -> Self:
        """Returns the client, which is closed at the end of the block."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Closes the client."""
        await self.close()

    async def close(self) -> None:
        """Drops connections and credential. Closing twice does no harm; later calls raise `ClientClosedError`."""
        self._native.close()
        for adapter in (self._adapter, self._application):
            if adapter is not None:
                adapter.close()

    async def _run(self, make: Callable[[type[R], _Ended], T], kind: type[R], asked: Asked, deadline: timedelta | None) -> T:
        return await self._wait(make, kind, self._native.run(*asked, deadline))

    async def _wait(self, make: Callable[[type[R], _Ended], T], kind: type[R], pending: Pending) -> T:
        from asyncio import get_running_loop

        for adapter in (self._adapter, self._application):
            if adapter is not None:
                adapter.loop = get_running_loop()
        try:
            return make(kind, await pending.start())
        except EntraError:
            raise
        except BaseException as exception:
            stopped(exception, make, kind, pending)
            raise

    async def run(
        self,
        operation: Mapping[str, Any],
        *,
        secrets: Mapping[str, str | Secret] | None = None,
        deadline: timedelta | None = None,
    ) -> Any:
        """Runs an operation that was advised, planned or stored: the same as calling the method of its name.

        Args:
            operation: The operation by its name and fields, such as one of a step's `calls`.
            secrets: The secrets of its slots, by the names of the slots.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            What the method of the operation's name returns.

        Raises:
            InvalidInputError: For an unknown operation or field, or a missing one.

        Permissions:
            Those of the operation.

        Example:
            >>> snapshot = await client.snapshot("adele@contoso.example")
            >>> call = next(call for step in snapshot.advise("token-theft").steps for call in step.calls)
            >>> call["operation"]
            'lock_out'
            >>> (await client.run(call)).grade
            'accepted'
        """
        try:
            asked = planned(operation, secrets)
        finally:
            del secrets
        make, kind = RESULTS[operation["operation"]]
        return await self._run(make, kind, asked, deadline)

    async def preview(self, user: Account, plan: Incident | Plan = "account-takeover") -> PlanPreview:
        """Shows what `contain` would do: reads the account, and asks each operation what it would send.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            plan: The incident, in a word, or a plan that was made before; see `AccountSnapshot.plan`.

        Returns:
            The plan, what would become of each step, and the doors that would be left.

        Raises:
            RefusedError: For a plan of another account.
            NotFoundError: If there is no such user.

        Permissions:
            Those of `snapshot`.

        Example:
            >>> preview = await client.preview("adele@contoso.example")
            >>> [step.will for step in preview.steps if step.phase == "lock-out"]
            ['by-hand', 'by-hand', 'do', 'do']
        """
        return await self._wait(one, PlanPreview, _native.preview(self._native, *plan_of(user, plan)))

    async def preflight(
        self, operations: Incident | Iterable[str] | Plan | Advice = "account-takeover", user: Account | None = None
    ) -> Preflight:
        """Returns what Graph would answer to each operation, before anything is sent.

        It judges by the permissions and roles in the client's tokens, and by the account: its roles and groups, its domain, the
        policy, the licences. What a token says is not verified, so this is advice; a role that can be activated does not count
        before it is.

        Args:
            operations: An incident, in a word: all that its plan may call. Or a plan, an advice, or operations by name.
            user: The account: sign-in name or object id, a `User`, or a snapshot that was read. Without it, nothing is
                said of what an account takes.

        Returns:
            For each operation *allowed*, *refused* or *cannot-tell*, with the reasons. What makes the tool itself doubtful comes
            first.

        Raises:
            InvalidInputError: For a name that no operation has.
            NotFoundError: If there is no such user.
            AuthError: If a credential gives no token.

        Permissions:
            Those of `snapshot`, for an account. What may not be read makes the answer *cannot-tell*.

        Example:
            >>> preflight = await client.preflight(["block_sign_in", "delete_methods"], "adele@contoso.example")
            >>> [(check.operation, check.expected) for check in preflight]
            [('block_sign_in', 'allowed'), ('delete_methods', 'allowed')]
        """
        # The core refuses a word that is not an incident.
        word: Any = operations
        asked = asked_of(None, word, None) if isinstance(operations, str) else asked_of(operations, None, None)
        read: list[_native.User | _native.Snapshot] = [] if user is None else known(user)
        return await self._wait(one, Preflight, self._native.preflight(*asked, None if user is None else name_of(user), read))

    async def contain(
        self,
        user: Account,
        plan: Incident | Plan | PlanPreview = "account-takeover",
        *,
        confirm: str | None = None,
        until: Phase | None = None,
        run_dir: str | PathLike[str] | None = None,
        secrets: SecretSink = "discard",
        on_event: OnEvent | None = None,
        incident: str | None = None,
        ticket: str | None = None,
        authority: str | None = None,
        owner: str | None = None,
        four_eyes: bool = False,
        approved_by: Approver | None = None,
        verify_within: timedelta | None = None,
        wait: bool = False,
        lift_despite: Iterable[GateWord] = (),
    ) -> Run:
        """Contains an account: runs a plan up to the end of a phase, by default until the attacker is evicted.

        Each write is in a journal on disk before it is sent, and its outcome after it. The account is locked out first, and
        nothing delays that. At the end the account is read again. After Ctrl-C or a crash, `resume` continues it.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            plan: The incident, in a word, a plan, or a preview, whose reads are not repeated.
            confirm: The account's sign-in name, or the digest of the plan. Without it nothing is sent.
            until: The last phase; "evict" if nothing is given, so nobody is let in unasked.
            run_dir: A new folder for the journal and the evidence, which only its owner may read. By default
                `./entra-ir-runs/<UTC>-<object id>`.
            secrets: Where passwords and passes go: a callable, the path of a new file, or "discard".
            on_event: A function that gets the events of the run, on a thread of its own; `progress()` shows them.
            incident: The incident's name or number, for the journal.
            ticket: The ticket, for the journal.
            authority: Who allowed it, for the journal.
            owner: Who runs it, for the journal.
            four_eyes: Whether a second person must approve what goes beyond the lock-out, which waits for nobody.
            approved_by: A client that is signed in as the second person: Graph is asked who it is. A name is recorded, and
                proves nothing.
            verify_within: How long the account is read again until it shows what was done; 30 seconds if nothing is given.
            wait: Whether to wait for steps that are due later, such as the second revocation after five minutes.
            lift_despite: Items of the gate despite which the block is lifted, each by its word; see `ready_to_unblock`.

        Returns:
            What was reached, what became of each step, and which doors are left. A step that fails is no exception.

        Raises:
            RefusedError: Without `confirm`, for a pass without `secrets`, for a plan of another account, for a folder that
                cannot be created or holds a run, or if a line of the journal cannot be stored: then nothing more is sent.
            InvalidInputError: For an unknown word.

        Permissions:
            Those of the plan's operations, and of `snapshot` for the evidence.

        Example:
            >>> preview = await client.preview("adele@contoso.example", "account-takeover")
            >>> run = await client.contain("adele@contoso.example", preview, confirm="adele@contoso.example", run_dir=folder)
            >>> run.headline, run.due is not None
            ('evicted-except', True)
        """
        try:
            options = run_options(
                confirm=confirm,
                until=until,
                secrets=secrets,
                on_event=on_event,
                approved_by=approved_by,
                verify_within=verify_within,
                wait=wait,
                lift_despite=lift_despite,
                incident=incident,
                ticket=ticket,
                authority=authority,
                owner=owner,
                four_eyes=four_eyes,
            )
        finally:
            del secrets
        folder = None if run_dir is None else fspath(run_dir)
        return await self._wait(one, Run, _native.contain(self._native, *plan_of(user, plan), folder, options))

    def contain_events(
        self, user: Account, plan: Incident | Plan | PlanPreview = "account-takeover", **options: Any
    ) -> RunEvents:
        """Contains an account, and returns its events to iterate over; afterwards `run` of the same object is the result.

        Args:
            user: As for `contain`.
            plan: As for `contain`.
            options: The other arguments of `contain`, but `on_event`.

        Returns:
            The events.

        Permissions:
            As for `contain`.

        Example:
            >>> events = client.contain_events("adele@contoso.example", confirm="adele@contoso.example", run_dir=folder)
            >>> kinds = [event.kind async for event in events]
            >>> kinds[0], kinds[-1], events.run.headline
            ('begins', 'ends', 'evicted-except')
        """
        return RunEvents(lambda on_event: self.contain(user, plan, on_event=on_event, **options))

    async def resume(
        self,
        run_dir: str | PathLike[str],
        *,
        confirm: str | None = None,
        until: Phase | None = None,
        secrets: SecretSink = "discard",
        on_event: OnEvent | None = None,
        approved_by: Approver | None = None,
        verify_within: timedelta | None = None,
        again: Iterable[int] = (),
        wait: bool = False,
        lift_despite: Iterable[GateWord] = (),
    ) -> Run:
        """Continues a run from its journal: after an interruption, when a step is due, after a step was ticked off.

        What is done stays done. A step whose outcome is unknown is settled by reading the account, never by repeating what must
        be done once. What others did meanwhile is in `Run.others`.

        Args:
            run_dir: The folder of the run.
            confirm: The account's sign-in name, or the digest of the plan: only needed to let the user in ("recover").
            until: The last phase; "evict" if nothing is given.
            secrets: As for `contain`.
            on_event: As for `contain`.
            approved_by: As for `contain`.
            verify_within: As for `contain`.
            again: Steps whose outcome is unknown and that are to be done again, by their places in the plan.
            wait: As for `contain`.
            lift_despite: As for `contain`.

        Returns:
            As for `contain`.

        Raises:
            RefusedError: For a journal of another tenant, one that was edited, or one that is closed.
            InvalidInputError: For a folder without a run, or one that another process holds.

        Permissions:
            As for `contain`.

        Example:
            >>> user = "adele@contoso.example"
            >>> run = await client.contain(user, confirm=user, until="lock-out", run_dir=folder)
            >>> run.headline, (await client.resume(folder)).headline
            ('locked-out', 'evicted-except')
        """
        try:
            options = run_options(
                confirm=confirm,
                until=until,
                secrets=secrets,
                on_event=on_event,
                approved_by=approved_by,
                verify_within=verify_within,
                wait=wait,
                lift_despite=lift_despite,
                again=again,
            )
        finally:
            del secrets
        return await self._wait(one, Run, _native.resume(self._native, fspath(run_dir), options))

    async def ready_to_unblock(self, user: Account, run_dir: str | PathLike[str]) -> Gate:
        """Returns whether an account is ready to be given back: what the journal of its run and the account show, item by item.

        A run asks the same just before it lifts the block. What neither the journal nor the account shows is unknown. Nothing is
        sent, and nothing is written.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read: the account of the run.
            run_dir: The folder of the run.

        Returns:
            The items, each met, missing or unknown, with the reason and what to do.

        Raises:
            RefusedError: For a run of another account, or a journal that was edited.
            InvalidInputError: For a folder without a run.

        Permissions:
            User.Read.All and UserAuthenticationMethod.Read.All; without the latter the methods are unknown.

        Example:
            >>> user = "adele@contoso.example"
            >>> run = await client.contain(user, confirm=user, run_dir=folder)
            >>> gate = await client.ready_to_unblock(user, folder)
            >>> gate.ready, [item.kind for item in gate if item.refuses]
            (False, ['identity', 'second-factor'])
        """
        return await self._wait(one, Gate, _native.ready_to_unblock(self._native, name_of(user), fspath(run_dir)))

    async def undo(
        self,
        run_dir: str | PathLike[str],
        *,
        steps: Iterable[int] = (),
        confirm: str | None = None,
        lift_despite: Iterable[GateWord] = (),
    ) -> Undone:
        """Shows what a run did and how each step is taken back; with `steps` and `confirm` it takes those steps back.

        It never gives back by itself what the attacker held, and never lifts a block unless the step and each missing item of the
        gate are named. A new password and a revocation are never undone. What no call does here is a line for a person, with the
        values from before. Nothing is taken back twice; after a crash, call it again.

        Args:
            run_dir: The folder of the run.
            steps: The steps to take back, by their places in the plan from 0 on: `UndoStep.step`.
            confirm: The account's sign-in name, or the digest of the plan. Without it nothing is sent.
            lift_despite: Items of the gate that are missing, each by its word; see `ready_to_unblock`.

        Returns:
            Each step that was done, how it is taken back, the values from before, and what became of it.

        Raises:
            RefusedError: For a confirmation of another account, or while items of the gate are missing that are not named.
            InvalidInputError: For a folder without a run, or a step that no call takes back.

        Permissions:
            User.Read.All and UserAuthenticationMethod.Read.All for the gate, and those of the calls.

        Example:
            >>> user = "adele@contoso.example"
            >>> run = await client.contain(user, confirm=user, run_dir=folder)
            >>> [(step.operation, step.how) for step in (await client.undo(folder)).steps][:2]
            [('lock_out', 'call'), ('revoke_sign_in_sessions', 'never')]
        """
        named = [typed("steps", step, int) for step in steps]
        if any(step < 0 for step in named):
            raise _native.refused_input("steps: the steps of a plan count from 0 on")
        given = None if confirm is None else typed("confirm", confirm, str)
        despite = words("lift_despite", lift_despite) or []
        return await self._wait(one, Undone, _native.undo(self._native, fspath(run_dir), named, given, despite))

    async def compare_permissions(
        self,
        operations: Iterable[str] | Plan | Advice | None = None,
        *,
        incident: Incident | None = None,
        registration: Registration | None = None,
    ) -> Records[PermissionComparison]:
        """Compares what this client's own tokens hold with what operations need. It sends nothing to Graph.

        It reads the tokens and verifies nothing, so it is advice; Graph decides. It names the permissions that are missing, and
        those that are held without need, those that can take over the tenant first.

        Args:
            operations: As for `permissions_for`.
            incident: As for `permissions_for`.
            registration: As for `permissions_for`.

        Returns:
            One comparison for each credential, the signed-in user's first. `caller` is None for a token that cannot be read.

        Raises:
            AuthError: If there is no token.
            InvalidInputError: As for `permissions_for`.
            TypeError: As for `permissions_for`.

        Permissions:
            None.

        Example:
            >>> [compared] = await client.compare_permissions(registration="look")
            >>> compared.agrees, compared.missing  # the caller of a simulated tenant holds every permission
            (False, ())
        """
        asked = asked_of(operations, incident, registration)
        return await self._wait(many, PermissionComparison, _native.compare_permissions(self._native, *asked))

    async def real_drill(
        self,
        user: Account,
        *,
        confirm: str,
        administrator: bool = False,
        run_dir: str | PathLike[str] | None = None,
    ) -> RealDrill:
        """Tries each write of the ready plans once on a test account, and takes it back right after.

        It shows before the night whether the permissions and roles of this client are enough in this tenant. Sessions end,
        sign-in is blocked for seconds, a pass is made and deleted, a device is disabled and enabled, the risk is confirmed and
        dismissed, and the account has a new password, which is discarded. What cannot be taken back otherwise is not tried. Each
        operation is a run of its own, which `undo` takes back after an interruption.

        Args:
            user: The test account.
            confirm: Its exact sign-in name, to confirm that it exists for tests.
            administrator: Whether it may be privileged, or of unknown privilege.
            run_dir: A folder, below which each run has its own. Without it the journals are kept in memory.

        Returns:
            Each operation: whether it was accepted, why not, whether it was taken back, and which open question that answers.

        Raises:
            RefusedError: For another confirmation, the caller's own account, a protected one, or a privileged one.

        Permissions:
            Those of the operations and of `snapshot`. One that is missing is a row of the result.

        Example:
            >>> drill = await client.real_drill("adele@contoso.example", confirm="adele@contoso.example")
            >>> drill.whole, drill[1].operation, drill[1].state, drill[1].undone
            (True, 'block_sign_in', 'accepted', True)
        """
        named = typed("confirm", confirm, str)
        folder = None if run_dir is None else fspath(run_dir)
        drill = _native.real_drill(self._native, name_of(user), named, typed("administrator", administrator, bool), folder)
        return await self._wait(one, RealDrill, drill)

    async def watch(
        self,
        run_dir: str | PathLike[str],
        *,
        lasting: timedelta | None = None,
        every: timedelta | None = None,
        once: bool = False,
        again: bool = False,
        secrets: SecretSink = "discard",
        on_event: OnEvent | None = None,
    ) -> Watched:
        """Watches an account after its run: reads it every few minutes, and names what came back or was done by others.

        It does the steps that are due: the second revocation, and the block of a synced account that a sync undid. Each round is
        in the journal, so that after Ctrl-C, or on another machine, a watch continues. A closed run can be watched, too. A part
        that could not be read is unknown, not unchanged, and no change is never proof.

        Args:
            run_dir: The folder of the run.
            lasting: How long the watch lasts; a day if nothing is given.
            every: How long after each other the rounds are; five minutes if nothing is given, and at least 30 seconds.
            once: Whether to make one round and end, for a schedule of your own.
            again: Whether to do the plan's step again for what came back, such as the removal of methods.
            secrets: As for `contain`: a step that sets a password may be done again.
            on_event: As for `contain`.

        Returns:
            What came back, what is unknown, and the steps that were done.

        Raises:
            RefusedError: For a journal that was edited, or if a line of it cannot be stored.
            InvalidInputError: For a folder without a run, or rounds that are too close to each other.

        Permissions:
            Those of `snapshot`, and of the steps that are due.

        Example:
            >>> user = "adele@contoso.example"
            >>> run = await client.contain(user, confirm=user, run_dir=folder)
            >>> watched = await client.watch(folder, once=True)
            >>> watched.rounds, watched.came_back
            (1, False)
        """
        try:
            options = watch_options(lasting=lasting, every=every, once=once, again=again, secrets=secrets, on_event=on_event)
        finally:
            del secrets
        return await self._wait(one, Watched, _native.watch(self._native, fspath(run_dir), options))

    async def get_user(self, user: Account, *, deadline: timedelta | None = None) -> User:
        """Reads what containment depends on: enabled, sessions valid from, last password change, synced, guest.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The account.

        Raises:
            NotFoundError: If there is no such user; a deleted one is not found here.
            InvalidInputError: If the name is not valid.

        Permissions:
            User.Read.All, or Directory.Read.All, or User.ReadWrite.All; delegated or application.

        Example:
            >>> (await client.get_user("adele@contoso.example")).account_enabled
            True
        """
        return await self._run(one, User, on(user, "get_user"), deadline)

    async def find_users(self, text: str, *, deadline: timedelta | None = None) -> UsersFound:
        """Finds accounts by mail address, proxy address, other address, sign-in name or the beginning of the display name.

        Alerts and sign-in logs name people by address, and an address need not be the sign-in name. This returns candidates, and
        never acts: choose one, and call with it.

        Args:
            text: The address, or the beginning of the name.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The candidates, each with its matching properties. An empty result is not an error.

        Raises:
            InvalidInputError: If the text is empty, too long or contains control characters.
            PermissionDeniedError: If the permission is missing.

        Permissions:
            User.Read.All, or Directory.Read.All; delegated or application.

        Example:
            >>> [found.user.user_principal_name for found in await client.find_users("adele@contoso.example")]
            ['adele@contoso.example']
        """
        return await self._run(one, UsersFound, ask("find_users", text=typed("text", text, str)), deadline)

    async def snapshot(self, user: Account, *, risk: bool = True, deadline: timedelta | None = None) -> AccountSnapshot:
        """Reads everything about an account that containment depends on, in as few round trips as possible.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            risk: Whether to read the risk, too: Graph answers one such request per second for the whole tenant.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The account, methods, policy, roles, devices and risk; each part records whether it was collected, or why not.

        Raises:
            NotFoundError: If there is no such user.
            PermissionDeniedError: If the user itself cannot be read.

        Permissions:
            User.Read.All, or Directory.Read.All; delegated or application. Its other requests take
            UserAuthenticationMethod.Read.All, Policy.Read.All, Policy.Read.AuthenticationMethod,
            GroupMember.Read.All, RoleManagement.Read.Directory, RoleEligibilitySchedule.Read.Directory,
            PrivilegedEligibilitySchedule.Read.AzureADGroup, IdentityRiskyUser.Read.All, Domain.Read.All,
            Application.Read.All, Organization.Read.All.

        Example:
            >>> snapshot = await client.snapshot("adele@contoso.example")
            >>> snapshot.devices.state, [device.display_name for device in snapshot.devices.value or []]
            ('collected', ['LAPTOP-ADELE', 'Pixel 9'])
        """
        return await self._run(one, AccountSnapshot, on(user, "snapshot", risk=typed("risk", risk, bool)), deadline)

    async def open_doors(self, user: Account, done: Iterable[Done] = (), *, deadline: timedelta | None = None) -> OpenDoors:
        """Takes the user's snapshot and returns every way in: its state, the reason, and what would close it.

        A part of the snapshot that cannot be read leaves its doors unknown, never closed. To assess again without reading, or for
        a later time, keep the snapshot and call `AccountSnapshot.open_doors`.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            done: What was done: results of this client's writes, and `ActionDone` for what was done elsewhere.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The doors, worst first, at the time of the last action, or of the snapshot if that is later. The risk is not read: no
            door depends on it.

        Raises:
            NotFoundError: If there is no such user.
            PermissionDeniedError: If the user itself cannot be read.

        Permissions:
            As for `snapshot`.

        Example:
            >>> result = await client.require_mfa_reregistration("adele@contoso.example")
            >>> doors = await client.open_doors("adele@contoso.example", [result])
            >>> [door.label for door in doors.open if door.kind == "method"]
            ['passkey (FIDO2) YubiKey of Adele']
        """
        return await self._run(doors_after(actions(done)), OpenDoors, on(user, "snapshot", risk=False), deadline)

    async def effective_methods_policy(self, user: Account, *, deadline: timedelta | None = None) -> EffectiveMethodsPolicy:
        """Reads which methods the user may use: the portal's "View authentication methods policy".

        Legacy MFA and password reset settings, which Graph does not show, may allow more until the tenant's migration is
        complete; then `lower_bound` is true.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            One verdict for each method of the policy, and what it means for the registered methods.

        Raises:
            PermissionDeniedError: If the policy or the membership in its groups cannot be read.

        Permissions:
            Policy.Read.AuthenticationMethod, or Policy.Read.All; delegated or application. Its other requests
            take User.Read.All, UserAuthenticationMethod.Read.All, GroupMember.Read.All,
            RoleManagement.Read.Directory, RoleEligibilitySchedule.Read.Directory,
            PrivilegedEligibilitySchedule.Read.AzureADGroup.

        Example:
            >>> policy = await client.effective_methods_policy("hugo@contoso.example")
            >>> policy.method("TemporaryAccessPass").verdict
            'not-allowed'
        """
        return await self._run(one, EffectiveMethodsPolicy, on(user, "effective_methods_policy"), deadline)

    async def list_methods(self, user: Account, *, include_beta: bool = False, deadline: timedelta | None = None) -> MethodList:
        """Lists the user's authentication methods.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            include_beta: Whether to read beta too: hardware OATH tokens, QR codes, and when each method was last used.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The methods, and whether the list is complete.

        Raises:
            PermissionDeniedError: If a permission or role is missing.

        Permissions:
            UserAuthenticationMethod.Read.All, or UserAuthenticationMethod.ReadWrite.All; delegated or
            application. A delegated caller needs a role, too: Global Reader, Authentication Administrator or
            Privileged Authentication Administrator.

        Example:
            >>> for method in await client.list_methods("adele@contoso.example"):
            ...     if method.kind == "fido2":
            ...         print(method.name)
            YubiKey of Adele
        """
        asked = on(user, "list_methods", include_beta=typed("include_beta", include_beta, bool))
        return await self._run(one, MethodList, asked, deadline)

    async def list_grants(self, user: Account, *, deadline: timedelta | None = None) -> GrantList:
        """Lists the consents that cover the account: its own, and those for the whole organisation.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The grants, those with more reasons to look at them first.

        Raises:
            PermissionDeniedError: If the permission is missing.

        Permissions:
            Directory.Read.All, or DelegatedPermissionGrant.ReadWrite.All; delegated or application. Its other
            requests take Application.Read.All, Organization.Read.All.

        Example:
            >>> grants = await client.list_grants("adele@contoso.example")
            >>> grants.own[0].client_name, grants.own[0].owner
            ('Microsoft Office Update', 'another-tenant')
            >>> [scope.means for scope in grants.own[0].scopes][:2]
            ['reads the mailbox', 'sends mail as the user']
        """
        return await self._run(one, GrantList, on(user, "list_grants"), deadline)

    async def revoke_grant(
        self, user: Account, grant: Id, *, confirm: bool | timedelta = False, deadline: timedelta | None = None
    ) -> GrantRevoked:
        """Deletes one of the account's consents: the application gets no new token for it.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            grant: The grant, or its id.
            confirm: Whether to wait until the grant is gone; for three minutes at most, or for the time given.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt, and the grant's exact values, to create it again.

        Raises:
            RefusedError: For a grant for the whole organisation, or of another account.

        Permissions:
            DelegatedPermissionGrant.ReadWrite.All; delegated or application. A delegated caller needs a role,
            too: Cloud Application Administrator or Application Administrator. Its other requests take
            User.Read.All, Directory.Read.All.

        Example:
            >>> worst = (await client.list_grants("adele@contoso.example")).own[0]
            >>> revoked = await client.revoke_grant("adele@contoso.example", worst, confirm=True)
            >>> revoked.grade, revoked.grant == worst.grant
            ('confirmed', True)
        """
        asked = on(user, "revoke_grant", grant=id_of("grant", grant), confirm_within=confirmation(confirm))
        return await self._run(one, GrantRevoked, asked, deadline)

    async def list_app_assignments(self, user: Account, *, deadline: timedelta | None = None) -> AppAssignmentList:
        """Lists the applications that are assigned to the account, directly and through groups.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The account's own assignments, and apart from them those of its groups.

        Raises:
            PermissionDeniedError: If the permission is missing.

        Permissions:
            Directory.Read.All, or AppRoleAssignment.ReadWrite.All; delegated or application.

        Example:
            >>> [assigned.resource_display_name for assigned in await client.list_app_assignments("adele@contoso.example")]
            ['Fabrikam Expenses']
        """
        return await self._run(one, AppAssignmentList, on(user, "list_app_assignments"), deadline)

    async def remove_app_assignment(
        self,
        user: Account,
        assignment: Id,
        *,
        deadline: timedelta | None = None,
    ) -> AssignmentRemoved:
        """Removes the assignment of an application from the account.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            assignment: The assignment, or its id.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt, and the assignment's exact values, to create it again.

        Raises:
            RefusedError: For the assignment of a group.

        Permissions:
            AppRoleAssignment.ReadWrite.All; delegated or application. A delegated caller needs a role, too:
            Cloud Application Administrator or Application Administrator. Its other requests take
            User.Read.All, Directory.Read.All, Application.Read.All.

        Example:
            >>> assigned = (await client.list_app_assignments("adele@contoso.example")).direct[0]
            >>> (await client.remove_app_assignment("adele@contoso.example", assigned)).was_gone
            False
        """
        asked = on(user, "remove_app_assignment", assignment=id_of("assignment", assignment))
        return await self._run(one, AssignmentRemoved, asked, deadline)

    async def disable_service_principal(
        self,
        application: Id,
        *,
        owner_checked: bool = False,
        confirm: bool | timedelta = False,
        deadline: timedelta | None = None,
    ) -> Receipt:
        """Disables an application in this tenant, for everybody: it gets no new token.

        It reaches everybody who uses the application, so the client needs `allow_tenant_wide`. An application of Microsoft, by
        the tenant that owns it, and the one that the client signs in with are refused.

        Args:
            application: The service principal, or its object id; not the application's own id.
            owner_checked: Whether you checked that an application whose owner the service does not return is not Microsoft's.
            confirm: Whether to read back until the change is visible, for three minutes at most, or the maximum time.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt, which says how many consents and assignments there are.

        Raises:
            GuardedError: Without `allow_tenant_wide`, or if the owner is unknown.
            RefusedError: For an application of Microsoft, or the client's own.

        Permissions:
            Application.ReadWrite.All; delegated or application. A delegated caller needs a role, too: Cloud
            Application Administrator or Application Administrator. Its other requests take
            Application.Read.All, Directory.Read.All.

        Example:
            >>> # The client was made with `allow_tenant_wide=True`.
            >>> hostile = (await client.list_grants("adele@contoso.example")).own[0].client
            >>> (await client.disable_service_principal(hostile, confirm=True)).grade
            'confirmed'
        """
        return await self._run(
            one,
            Receipt,
            ask(
                "disable_service_principal",
                application=id_of("application", application),
                owner_checked=typed("owner_checked", owner_checked, bool),
                confirm_within=confirmation(confirm),
            ),
            deadline,
        )

    async def enable_service_principal(
        self,
        application: Id,
        *,
        owner_checked: bool = False,
        confirm: bool | timedelta = False,
        deadline: timedelta | None = None,
    ) -> Receipt:
        """Enables an application in this tenant again: everything that is still granted to it works again.

        Args:
            application: The service principal, or its object id; not the application's own id.
            owner_checked: Whether you checked that an application whose owner the service does not return is not Microsoft's.
            confirm: Whether to read back until the change is visible, for three minutes at most, or the maximum time.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt, which says how many consents and assignments there are.

        Raises:
            GuardedError: Without `allow_tenant_wide`, or if the owner is unknown.
            RefusedError: For an application of Microsoft, or the client's own.

        Permissions:
            Application.ReadWrite.All; delegated or application. A delegated caller needs a role, too: Cloud
            Application Administrator or Application Administrator. Its other requests take
            Application.Read.All, Directory.Read.All.

        Example:
            >>> # The client was made with `allow_tenant_wide=True`.
            >>> hostile = (await client.list_grants("adele@contoso.example")).own[0].client
            >>> off = await client.disable_service_principal(hostile)
            >>> (await client.enable_service_principal(hostile)).grade
            'accepted'
        """
        return await self._run(
            one,
            Receipt,
            ask(
                "enable_service_principal",
                application=id_of("application", application),
                owner_checked=typed("owner_checked", owner_checked, bool),
                confirm_within=confirmation(confirm),
            ),
            deadline,
        )

    async def revoke_sign_in_sessions(
        self, user: Account, *, confirm: bool | timedelta = False, deadline: timedelta | None = None
    ) -> SessionsRevoked:
        """Ends the user's sign-in sessions: the portal's "Revoke sessions".

        Refresh tokens and session cookies issued before now are refused. Access tokens stay valid, up to 15 minutes in apps with
        continuous access evaluation and about an hour elsewhere; the application decides how long its own session lasts. Password
        and methods remain. A guest's sessions belong to another tenant; the receipt has a warning.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            confirm: Whether to read back until the change is visible, for three minutes at most, or the maximum time.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt, and the time from which sessions are valid.

        Raises:
            OutcomeUnknownError: If it is unknown whether it was done. It may be repeated.

        Permissions:
            User.RevokeSessions.All, or User.ReadWrite.All, or Directory.ReadWrite.All; delegated or
            application. A delegated caller needs a role, too: Password Administrator, Helpdesk Administrator,
            Authentication Administrator, User Administrator, Security Operator, Security Administrator, Entra
            SOC Identity Responder or Privileged Authentication Administrator. Its other requests take
            User.Read.All.

        Example:
            >>> (await client.revoke_sign_in_sessions("adele@contoso.example", confirm=True)).grade
            'confirmed'
        """
        asked = on(user, "revoke_sign_in_sessions", confirm_within=confirmation(confirm))
        return await self._run(one, SessionsRevoked, asked, deadline)

    async def reset_password(
        self,
        user: Account,
        *,
        password: str | Secret | None = None,
        generated_by_entra: bool = False,
        force_change: ForceChange = "next-sign-in",
        way: PasswordWay | None = None,
        deadline: timedelta | None = None,
    ) -> PasswordReset:
        """Gives the account a new password, in the way that works for it: the portal's "Reset password".

        Sessions that began without a password survive, and all methods remain: `revoke_sign_in_sessions` next.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            password: The new password; generated here if nothing is given.
            generated_by_entra: Whether Entra ID generates the password, as its admin center does. For a signed-in caller.
            force_change: Whether the user must change it.
            way: How it is done, instead of the choice by the account.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt, and the password if it was generated: `result.password.reveal()` shows it.

        Raises:
            InvalidInputError: For a password that the rules refuse.
            RefusedError: For a guest, the caller's own account, a federated domain, or an application on a synced user; the text
                says what to do instead.
            OutcomeUnknownError: If it is unknown whether it was done.

        Permissions:
            Delegated: User-PasswordProfile.ReadWrite.All, or Directory.AccessAsUser.All. Application:
            User-PasswordProfile.ReadWrite.All, or User.ReadWrite.All. A delegated caller needs a role, too:
            Authentication Administrator, User Administrator, Security Operator, Security Administrator, Entra
            SOC Identity Responder or Privileged Authentication Administrator. Its other requests take
            User.Read.All, UserAuthenticationMethod.ReadWrite.All, UserAuthenticationMethod.Read.All,
            Domain.Read.All.

        Example:
            >>> result = await client.reset_password("adele@contoso.example", force_change="never")
            >>> result.password
            Secret('**********')
            >>> len(result.password.reveal())
            20
        """
        try:
            secret = secret_of("password", password)
        finally:
            del password
        if secret is not None and generated_by_entra:
            raise TypeError("reset_password: give a password or let Entra ID generate one, not both")
        by_entra = typed("generated_by_entra", generated_by_entra, bool)
        asked = on(
            user,
            "reset_password",
            new_password="generated-by-entra" if by_entra else "generated" if secret is None else {"secret": "password"},
            force_change=word("force_change", force_change, ForceChange),
            way=None if way is None else word("way", way, PasswordWay),
        )
        if secret is not None:
            asked[1]["password"] = secret
        return await self._run(one, PasswordReset, asked, deadline)

    async def require_password_change(self, user: Account, *, deadline: timedelta | None = None) -> Receipt:
        """Makes the user choose a new password at the next sign-in. This locks nobody out.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt.

        Raises:
            RefusedError: For a guest or a synced user.

        Permissions:
            Delegated: User-PasswordProfile.ReadWrite.All, or Directory.AccessAsUser.All. Application:
            User-PasswordProfile.ReadWrite.All, or User.ReadWrite.All. A delegated caller needs a role, too:
            Authentication Administrator, User Administrator, Security Operator, Security Administrator, Entra
            SOC Identity Responder or Privileged Authentication Administrator. Its other requests take
            User.Read.All.

        Example:
            >>> (await client.require_password_change("adele@contoso.example")).grade
            'accepted'
        """
        return await self._run(one, Receipt, on(user, "require_password_change"), deadline)

    async def delete_methods(
        self,
        user: Account,
        *,
        scope: MethodScope | None = None,
        types: Iterable[MethodKind] | None = None,
        ids: Iterable[Id] | None = None,
        registered_since: datetime | None = None,
        deadline: timedelta | None = None,
    ) -> MethodsDeleted:
        """Removes authentication methods. Select them with exactly one option.

        Sessions survive: `revoke_sign_in_sessions` next.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            scope: "portal-reregister" removes what the portal's "Require re-register MFA" removes: phones, Authenticator,
                software tokens; hardware tokens are deactivated; passkeys and Windows Hello remain, and still sign in.
                "all-removable" removes every method that Graph can remove.
            types: Methods of these types.
            ids: These methods, or those with these ids.
            registered_since: Methods registered at this time or later, an aware datetime. A method without a date is left, and
                listed as of unknown age.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The outcome of each method, and the user's methods afterwards.

        Raises:
            TypeError: If not exactly one option selects the methods.
            InvalidInputError: For an unknown word, or a datetime without a time zone.
            PermissionDeniedError: If a permission or role is missing, or the target is too privileged.

        Permissions:
            UserAuthenticationMethod.ReadWrite.All; delegated or application. A delegated caller needs a role,
            too: Authentication Administrator or Privileged Authentication Administrator. Its other requests
            take User.Read.All, UserAuthenticationMethod.Read.All, UserAuthMethod-HardwareOATH.ReadWrite.All.

        Example:
            >>> result = await client.delete_methods("adele@contoso.example", scope="portal-reregister")
            >>> [method.kind for method in result.remaining]
            ['password', 'fido2']
        """
        asked = on(user, "delete_methods", scope=methods_named(scope, types, ids, registered_since))
        return await self._run(one, MethodsDeleted, asked, deadline)

    async def delete_method(self, user: Account, kind: MethodKind, id: Id, *, deadline: timedelta | None = None) -> MethodDeleted:
        """Removes one authentication method.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            kind: The type of the method.
            id: The method, or its id.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt, and whether the method was gone before.

        Raises:
            GraphError: If it is the user's default method and others are left.
            RefusedError: For a type that Graph cannot remove.

        Permissions:
            UserAuthenticationMethod.ReadWrite.All; delegated or application. A delegated caller needs a role,
            too: Authentication Administrator or Privileged Authentication Administrator. Its other requests
            take User.Read.All.

        Example:
            >>> methods = await client.list_methods("adele@contoso.example")
            >>> key = next(method for method in methods if method.kind == "fido2")
            >>> (await client.delete_method("adele@contoso.example", "fido2", key)).was_gone
            False
        """
        asked = on(user, "delete_method", kind=word("method type", kind, MethodKind), id=id_of("id", id))
        return await self._run(one, MethodDeleted, asked, deadline)

    async def deactivate_hardware_oath(self, user: Account, id: Id, *, deadline: timedelta | None = None) -> Receipt:
        """Makes a hardware token unusable and leaves it assigned.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            id: The token, or its method id.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt.

        Raises:
            NotFoundError: If the user has no such token.

        Permissions:
            UserAuthMethod-HardwareOATH.ReadWrite.All, or UserAuthenticationMethod.ReadWrite.All; delegated or
            application. A delegated caller needs a role, too: Authentication Administrator or Privileged
            Authentication Administrator. Its other requests take User.Read.All.

        Example:
            >>> methods = await client.list_methods("grace@contoso.example", include_beta=True)
            >>> token = next(method for method in methods if method.kind == "hardware-oath")
            >>> (await client.deactivate_hardware_oath("grace@contoso.example", token)).grade
            'accepted'
        """
        return await self._run(one, Receipt, on(user, "deactivate_hardware_oath", id=id_of("id", id)), deadline)

    async def create_temporary_access_pass(
        self,
        user: Account,
        *,
        lifetime: timedelta | None = None,
        starts_at: datetime | None = None,
        one_time: bool | None = None,
        reconcile: bool = False,
        deadline: timedelta | None = None,
    ) -> AccessPassCreated:
        """Issues a Temporary Access Pass: a code that signs in, satisfies MFA, and leads the user to registering methods.

        It grants access and ends none: old methods and sessions remain. An older pass of the user is replaced.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            lifetime: How long it works, 10 minutes to 30 days within the policy; the policy's default if nothing is given.
            starts_at: When it begins to work, an aware datetime; at once if nothing is given.
            one_time: Whether it works once only; the service decides if nothing is given.
            reconcile: Whether to resolve a lost answer: list the passes, delete one whose code is lost, and create another, three
                times at most.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The pass: `result.access_pass.reveal()` shows it. No other call returns it.

        Raises:
            RefusedError: For a guest, or a pass that the tenant's policy does not allow; the text names the limit.
            OutcomeUnknownError: If a pass may exist whose code is lost. It is never repeated automatically.

        Permissions:
            UserAuthMethod-TAP.ReadWrite.All, or UserAuthenticationMethod.ReadWrite.All; delegated or
            application. A delegated caller needs a role, too: Authentication Administrator or Privileged
            Authentication Administrator. Its other requests take User.Read.All, UserAuthMethod-TAP.Read.All,
            Policy.Read.AuthenticationMethod.

        Example:
            >>> from datetime import timedelta
            >>> result = await client.create_temporary_access_pass("adele@contoso.example", lifetime=timedelta(hours=1))
            >>> result.access_pass, result.registration_url
            (Secret('**********'), 'https://aka.ms/mysecurityinfo')
        """
        asked = on(
            user,
            "create_temporary_access_pass",
            lifetime=None if lifetime is None else _native.seconds("lifetime", lifetime),
            starts_at=None if starts_at is None else _native.timestamp("starts_at", starts_at),
            one_time=None if one_time is None else typed("one_time", one_time, bool),
            reconcile=typed("reconcile", reconcile, bool),
        )
        return await self._run(one, AccessPassCreated, asked, deadline)

    async def list_temporary_access_passes(self, user: Account, *, deadline: timedelta | None = None) -> Records[AccessPass]:
        """Lists the user's Temporary Access Passes, without the passes.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The passes; Graph keeps one at most.

        Raises:
            PermissionDeniedError: If a permission or role is missing.

        Permissions:
            UserAuthMethod-TAP.Read.All, or UserAuthMethod-TAP.ReadWrite.All, or
            UserAuthenticationMethod.Read.All, or UserAuthenticationMethod.ReadWrite.All; delegated or
            application. A delegated caller needs a role, too: Global Reader, Authentication Administrator or
            Privileged Authentication Administrator.

        Example:
            >>> len(await client.list_temporary_access_passes("adele@contoso.example"))
            0
        """
        return await self._run(many, AccessPass, on(user, "list_temporary_access_passes"), deadline)

    async def delete_temporary_access_pass(self, user: Account, id: Id, *, deadline: timedelta | None = None) -> MethodDeleted:
        """Removes a Temporary Access Pass. Sessions that began with it survive.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            id: The pass, or its method id.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt, and whether the pass was gone before.

        Raises:
            PermissionDeniedError: If a permission or role is missing.

        Permissions:
            UserAuthMethod-TAP.ReadWrite.All, or UserAuthenticationMethod.ReadWrite.All; delegated or
            application. A delegated caller needs a role, too: Authentication Administrator or Privileged
            Authentication Administrator. Its other requests take User.Read.All.

        Example:
            >>> made = await client.create_temporary_access_pass("adele@contoso.example")
            >>> (await client.delete_temporary_access_pass("adele@contoso.example", made)).was_gone
            False
        """
        return await self._run(one, MethodDeleted, on(user, "delete_temporary_access_pass", id=id_of("id", id)), deadline)

    async def revoke_mfa_sessions(
        self, user: Account, *, confirm: bool | timedelta = False, deadline: timedelta | None = None
    ) -> MfaSessionsRevoked:
        """Does what the portal's "Revoke multifactor authentication sessions" does today: ends all sign-in sessions.

        The old button cleared remembered MFA devices; Graph has no call for that. The result shows whether it would have had an
        effect.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            confirm: Whether to read back until the change is visible, for three minutes at most, or the maximum time.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The result for the sessions, and the per-user MFA state.

        Raises:
            OutcomeUnknownError: If it is unknown whether it was done. It may be repeated.

        Permissions:
            User.RevokeSessions.All, or User.ReadWrite.All, or Directory.ReadWrite.All; delegated or
            application. A delegated caller needs a role, too: Password Administrator, Helpdesk Administrator,
            Authentication Administrator, User Administrator, Security Operator, Security Administrator, Entra
            SOC Identity Responder or Privileged Authentication Administrator. Its other requests take
            User.Read.All, Policy.Read.All.

        Example:
            >>> (await client.revoke_mfa_sessions("adele@contoso.example")).receipt.mechanism
            'revoke-sign-in-sessions'
        """
        asked = on(user, "revoke_mfa_sessions", confirm_within=confirmation(confirm))
        return await self._run(one, MfaSessionsRevoked, asked, deadline)

    async def confirm_user_compromised(
        self, user: Account, *, confirm: bool | timedelta = False, deadline: timedelta | None = None
    ) -> Receipt:
        """Reports to Identity Protection that the account is compromised: its user risk becomes high.

        Policies on user risk then block the user or require a secure password change. The call ends no session and removes
        no method itself. Reset the password first: an administrator's reset may remediate the risk again. The risk stays until
        it is dismissed or remediated.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            confirm: Whether to read back until the risk is visible, three minutes at most, or how long at most.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            What was done.

        Raises:
            PermissionDeniedError: If the permission, the role or Microsoft Entra ID P2 is missing.
            OutcomeUnknownError: If the outcome is unknown. The call may be repeated.

        Permissions:
            IdentityRiskyUser.ReadWrite.All; delegated or application. A delegated caller needs a role, too:
            Security Administrator. Its other requests take User.Read.All, IdentityRiskyUser.Read.All.

        Example:
            >>> (await client.confirm_user_compromised("adele@contoso.example", confirm=True)).grade
            'confirmed'
        """
        asked = on(user, "confirm_user_compromised", confirm_within=confirmation(confirm))
        return await self._run(one, Receipt, asked, deadline)

    async def dismiss_user_risk(
        self, user: Account, *, confirm: bool | timedelta = False, deadline: timedelta | None = None
    ) -> Receipt:
        """Dismisses the user's risk in Identity Protection. This may grant access: do it after the owner is verified.

        A policy that blocks users at risk lets the account sign in again, whoever holds it. The risk is read first: if none is
        open, nothing is sent, and the grade is "nothing-to-do". Passwords, sessions and methods stay as they are.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            confirm: Whether to read back until no risk is visible, three minutes at most, or how long at most.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            What was done.

        Raises:
            PermissionDeniedError: If the permission, the role or Microsoft Entra ID P2 is missing.
            OutcomeUnknownError: If the outcome is unknown. The call may be repeated.

        Permissions:
            IdentityRiskyUser.ReadWrite.All; delegated or application. A delegated caller needs a role, too:
            Security Operator or Security Administrator. Its other requests take User.Read.All,
            IdentityRiskyUser.Read.All.

        Example:
            >>> (await client.dismiss_user_risk("adele@contoso.example", confirm=True)).grade
            'confirmed'
        """
        asked = on(user, "dismiss_user_risk", confirm_within=confirmation(confirm))
        return await self._run(one, Receipt, asked, deadline)

    async def confirm_users_compromised(self, users: Iterable[Account], *, deadline: timedelta | None = None) -> RiskOutcomes:
        """Reports to Identity Protection that these accounts are compromised: their user risk becomes high.

        Each account is read first, so an unknown one does not cost the others, and external guests are left out. Then one
        request names up to 60 users, one request every two seconds. Nothing is read back. Reset the passwords first: an
        administrator's reset may remediate the risk again.

        Args:
            users: Sign-in names or object ids, or `User`s or snapshots that were read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The outcome of each user, once, in the order given.

        Raises:
            PermissionDeniedError: If the permission, the role or Microsoft Entra ID P2 is missing.
            InvalidInputError: If no user is given.

        Permissions:
            IdentityRiskyUser.ReadWrite.All; delegated or application. A delegated caller needs a role, too:
            Security Administrator. Its other requests take User.Read.All.

        Example:
            >>> outcomes = await client.confirm_users_compromised(["adele@contoso.example", "nobody@contoso.example"])
            >>> outcomes.summary
            '2 users: 1 accepted, 1 not found'
        """
        return await self._run(one, RiskOutcomes, on_each(users, "confirm_users_compromised"), deadline)

    async def dismiss_users_risk(self, users: Iterable[Account], *, deadline: timedelta | None = None) -> RiskOutcomes:
        """Dismisses the risk of these users. This may grant access: do it after the owners are verified.

        As `confirm_users_compromised`. The risks are not read first, so "accepted" does not show whether there was one.

        Args:
            users: Sign-in names or object ids, or `User`s or snapshots that were read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The outcome of each user, once, in the order given.

        Raises:
            PermissionDeniedError: If the permission, the role or Microsoft Entra ID P2 is missing.
            InvalidInputError: If no user is given.

        Permissions:
            IdentityRiskyUser.ReadWrite.All; delegated or application. A delegated caller needs a role, too:
            Security Operator or Security Administrator. Its other requests take User.Read.All.

        Example:
            >>> (await client.dismiss_users_risk(["adele@contoso.example", "olga@contoso.example"])).is_success
            True
        """
        return await self._run(one, RiskOutcomes, on_each(users, "dismiss_users_risk"), deadline)

    async def require_mfa_reregistration(self, user: Account, *, deadline: timedelta | None = None) -> MfaReregistrationRequired:
        """Does what the portal's "Require re-register multifactor authentication" does, and names what to add.

        Phones, Authenticator and software tokens are removed, hardware tokens are deactivated. A passkey or Windows Hello still
        signs in, and no registration is required until a Temporary Access Pass is issued. Sessions survive.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            What was removed, what remains, and what to call next.

        Raises:
            PermissionDeniedError: If a permission or role is missing, or the target is too privileged.

        Permissions:
            UserAuthenticationMethod.ReadWrite.All; delegated or application. A delegated caller needs a role,
            too: Authentication Administrator or Privileged Authentication Administrator. Its other requests
            take User.Read.All, UserAuthenticationMethod.Read.All, UserAuthMethod-HardwareOATH.ReadWrite.All.

        Example:
            >>> result = await client.require_mfa_reregistration("adele@contoso.example")
            >>> [step.operation for step in result.next_steps]
            ['revoke_sign_in_sessions', 'delete_methods', 'create_temporary_access_pass']
        """
        return await self._run(one, MfaReregistrationRequired, on(user, "require_mfa_reregistration"), deadline)

    async def lock_out(
        self,
        user: Account,
        *,
        password: str | Secret | None = None,
        force_change: ForceChange = "next-sign-in",
        deadline: timedelta | None = None,
    ) -> LockedOut:
        """Blocks sign-in and sets a new password, in one request where Graph allows it: the fastest way to shut somebody out.

        If Graph refuses both together, the block is sent alone at once, then the password alone. A password that is kept
        elsewhere (Active Directory, an identity provider, a guest's home tenant) is left to that place, and the receipt names
        it. Issued access tokens, sessions of applications and all methods remain: `revoke_sign_in_sessions` next.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            password: The new password; generated here if nothing is given.
            force_change: Whether the user must change it.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt, whose grade is that of the block; the grade of the password; and the password if it was generated:
            `result.password.reveal()` shows it.

        Raises:
            InvalidInputError: For a password that the rules refuse.
            RefusedError: For the caller's own account.
            PermissionDeniedError: If the block and the password were refused.

        Permissions:
            Delegated: User.EnableDisableAccount.All with User.Read.All with
            User-PasswordProfile.ReadWrite.All, or User.ReadWrite.All with User-PasswordProfile.ReadWrite.All.
            Application: User.EnableDisableAccount.All with User.Read.All with
            User-PasswordProfile.ReadWrite.All, or User.ReadWrite.All. A delegated caller needs a role, too:
            Authentication Administrator, User Administrator, Security Operator, Security Administrator, Entra
            SOC Identity Responder or Privileged Authentication Administrator. Its other requests take
            Domain.Read.All.

        Example:
            >>> result = await client.lock_out("adele@contoso.example")
            >>> result.grade, result.password_grade
            ('accepted', 'accepted')
        """
        try:
            secret = secret_of("password", password)
        finally:
            del password
        asked = on(
            user,
            "lock_out",
            new_password="generated" if secret is None else {"secret": "password"},
            force_change=word("force_change", force_change, ForceChange),
        )
        if secret is not None:
            asked[1]["password"] = secret
        return await self._run(one, LockedOut, asked, deadline)

    async def block_sign_in(self, user: Account, *, deadline: timedelta | None = None) -> Receipt:
        """Forbids the account to sign in.

        Issued access tokens stay valid, up to 15 minutes in apps with continuous access evaluation and about an hour elsewhere.
        The next sync may enable a synced user again; the receipt has a warning.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt.

        Raises:
            PermissionDeniedError: If a permission or role is missing, or the target is too privileged.

        Permissions:
            User.EnableDisableAccount.All with User.Read.All, or User.ReadWrite.All, or
            Directory.ReadWrite.All; delegated or application. A delegated caller needs a role, too:
            Authentication Administrator, User Administrator, Security Operator, Security Administrator, Entra
            SOC Identity Responder or Privileged Authentication Administrator.

        Example:
            >>> (await client.block_sign_in("adele@contoso.example")).grade
            'accepted'
        """
        return await self._run(one, Receipt, on(user, "block_sign_in"), deadline)

    async def unblock_sign_in(self, user: Account, *, deadline: timedelta | None = None) -> Receipt:
        """Allows the account to sign in again.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt.

        Raises:
            PermissionDeniedError: If a permission or role is missing, or the target is too privileged.

        Permissions:
            User.EnableDisableAccount.All with User.Read.All, or User.ReadWrite.All, or
            Directory.ReadWrite.All; delegated or application. A delegated caller needs a role, too:
            Authentication Administrator, User Administrator, Security Operator, Security Administrator, Entra
            SOC Identity Responder or Privileged Authentication Administrator.

        Example:
            >>> (await client.unblock_sign_in("liam@contoso.example")).grade
            'accepted'
        """
        return await self._run(one, Receipt, on(user, "unblock_sign_in"), deadline)

    async def list_devices(self, user: Account, *, deadline: timedelta | None = None) -> DeviceList:
        """Lists the devices that the user owns or is registered on, with how each is joined, synced and managed.

        Hybrid joined Windows devices usually have no owner, and are missing here: the list of a synced user has a warning.

        Args:
            user: Sign-in name or object id, or a `User` or snapshot that was read.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The devices, and what the list does not show.

        Raises:
            NotFoundError: If there is no such user.
            PermissionDeniedError: If the permission is missing.

        Permissions:
            User.Read.All, or Directory.Read.All; delegated or application.

        Example:
            >>> devices = await client.list_devices("alex@contoso.example")
            >>> [(device.display_name, device.trust_type) for device in devices]
            [('LAPTOP-ALEX', 'ServerAd')]
            >>> [warning.code for warning in devices.warnings]
            ['hybrid-devices-unseen']
        """
        return await self._run(one, DeviceList, on(user, "list_devices"), deadline)

    async def disable_device(
        self,
        device: Id,
        *,
        user: Account | None = None,
        confirm: bool | timedelta = False,
        owner_checked: bool = False,
        deadline: timedelta | None = None,
    ) -> Receipt:
        """Forbids to sign in on a device, for every account on it.

        Its primary refresh token and its refresh tokens end within up to an hour. The next sync enables a hybrid joined device
        again: disable its computer account in Active Directory, too. An application can disable Windows devices only.

        Args:
            device: The object id, or a `Device` of a list or a snapshot; not the `deviceId` that sign-in logs show.
            user: The account that it is done for, if any: the receipt names it, and the guard checks it beside the owners.
            confirm: Whether to read back until the device shows disabled, three minutes at most, or how long at most.
            owner_checked: Whether you checked the owner of the device, where the guard of a client with protected accounts
                cannot read it: a device without an owner, as most hybrid joined ones are. The receipt records it.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt.

        Raises:
            GuardedError: If an owner of the device is protected, or is unknown where accounts are protected; if other accounts
                use the device, too, without `allow_tenant_wide`.
            PermissionDeniedError: If a permission or role is missing.
            NotFoundError: If there is no device with this object id.
            OutcomeUnknownError: If the outcome is unknown. The call may be repeated.
            RefusedError: For an application, on a device that is not a Windows device; for a printer.

        Permissions:
            Delegated: Directory.AccessAsUser.All. Application: Device.ReadWrite.All, or
            Directory.ReadWrite.All. A delegated caller needs a role, too: Cloud Device Administrator or
            Intune Administrator. Its other requests take Device.Read.All, User.Read.All.

        Example:
            >>> devices = await client.list_devices("adele@contoso.example")
            >>> receipt = await client.disable_device(devices[0], user="adele@contoso.example", confirm=True)
            >>> receipt.grade, [warning.code for warning in receipt.warnings]
            ('confirmed', ['held-until-sync', 'device-tokens-linger'])
        """
        within = confirmation(confirm)
        asked = on_device(device, "disable_device", user, confirm_within=within, owner_checked=owner_checked)
        return await self._run(one, Receipt, asked, deadline)

    async def enable_device(
        self,
        device: Id,
        *,
        user: Account | None = None,
        confirm: bool | timedelta = False,
        owner_checked: bool = False,
        deadline: timedelta | None = None,
    ) -> Receipt:
        """Allows to sign in on a device again, with the Windows Hello keys that it held.

        Args:
            device: The object id, or a `Device` of a list or a snapshot; not the `deviceId` that sign-in logs show.
            user: The account that it is done for, if any: the receipt names it, and the guard checks it beside the owners.
            confirm: Whether to read back until the device shows enabled, three minutes at most, or how long at most.
            owner_checked: Whether you checked the owner of the device, where the guard of a client with protected accounts
                cannot read it: a device without an owner, as most hybrid joined ones are. The receipt records it.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt.

        Raises:
            GuardedError: If an owner of the device is protected, or is unknown where accounts are protected; if other accounts
                use the device, too, without `allow_tenant_wide`.
            PermissionDeniedError: If a permission or role is missing.
            NotFoundError: If there is no device with this object id.
            OutcomeUnknownError: If the outcome is unknown. The call may be repeated.
            RefusedError: For an application, on a device that is not a Windows device; for a printer.

        Permissions:
            Delegated: Directory.AccessAsUser.All. Application: Device.ReadWrite.All, or
            Directory.ReadWrite.All. A delegated caller needs a role, too: Cloud Device Administrator or
            Intune Administrator. Its other requests take Device.Read.All, User.Read.All.

        Example:
            >>> devices = await client.list_devices("liam@contoso.example")
            >>> (await client.enable_device(devices[0])).grade
            'accepted'
        """
        within = confirmation(confirm)
        asked = on_device(device, "enable_device", user, confirm_within=within, owner_checked=owner_checked)
        return await self._run(one, Receipt, asked, deadline)

    async def delete_device(
        self,
        device: Id,
        *,
        user: Account | None = None,
        losing_recovery_keys: bool = False,
        owner_checked: bool = False,
        deadline: timedelta | None = None,
    ) -> Receipt:
        """Deletes a device from the directory, with its BitLocker recovery keys and LAPS passwords.

        To contain, disable the device instead and keep it: a deletion destroys evidence and keys, and does not last. For 30 days
        the device can be restored, and a sync restores a hybrid joined one by itself.

        Args:
            device: The object id, or a `Device` of a list or a snapshot; not the `deviceId` that sign-in logs show.
            user: The account that it is done for, if any: the receipt names it, and the guard checks it beside the owners.
            losing_recovery_keys: Whether the loss of the recovery keys is meant; without it the deletion is refused.
            owner_checked: Whether you checked the owner of the device, where the guard of a client with protected accounts
                cannot read it: a device without an owner, as most hybrid joined ones are. The receipt records it.
            deadline: The time limit of the whole call, with its retries and waits; no limit if nothing is given.

        Returns:
            The receipt.

        Raises:
            GuardedError: If an owner of the device is protected, or is unknown where accounts are protected; if other accounts
                use the device, too, without `allow_tenant_wide`.
            PermissionDeniedError: If a permission or role is missing.
            NotFoundError: If there is no device with this object id.
            OutcomeUnknownError: If the outcome is unknown. The call may be repeated.
            RefusedError: Unless the loss is named.

        Permissions:
            Delegated: Directory.AccessAsUser.All. Application: Device.ReadWrite.All. A delegated caller needs
            a role, too: Cloud Device Administrator or Intune Administrator. Its other requests take
            Device.Read.All, User.Read.All.

        Example:
            >>> devices = await client.list_devices("nadia@contoso.example")
            >>> (await client.delete_device(devices[0], losing_recovery_keys=True)).grade
            'accepted'
        """
        loss = typed("losing_recovery_keys", losing_recovery_keys, bool)
        asked = on_device(device, "delete_device", user, losing_recovery_keys=loss, owner_checked=owner_checked)
        return await self._run(one, Receipt, asked, deadline)
