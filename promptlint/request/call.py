"""A call site: the place that sends, the request it sends, and what happens around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from promptlint.request.blocks import CacheMarker, Messages, System, Tools
from promptlint.request.place import Place
from promptlint.request.values import Argument

Role = Literal["call", "wrapper"]
"""`wrapper`: the place sends what its callers fix, and they are the call sites."""

LoopKind = Literal["for", "while", "comprehension", "gather", "pool", "graph"]
"""`gather` runs its rounds at once on an event loop, `pool` on threads or processes; a `graph` leads back to a step."""

RetryKind = Literal["loop", "decorator", "wrapper"]
EntryKind = Literal["handler", "task", "script", "test", "function"]


@dataclass(frozen=True, slots=True)
class Loop:
    """One repetition around a call. `bound` is the number of rounds where it is known, `over` what it runs over.

    `uncapped` tells that it goes on for as long as Claude calls tools: nothing counts rounds, time or money, nobody is
    asked in between.
    `pause` is how many seconds a round sleeps, None where it does and nobody knows how long.
    `collects` tells that what the rounds make is put together, for whoever comes when the last is done.
    """

    kind: LoopKind
    place: Place
    over: str = ""
    bound: int | None = None
    in_caller: bool = False
    uncapped: bool = False
    pause: float | None = 0.0
    collects: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    """What calls again after a failure: a loop around a `try`, or a library by its decorator or helper.

    `name` is the library's function, "" for plain code. `attempts` counts the first one too, None where that is not
    known; without `bounded` they never stop. `catches_all` tells whether any exception leads to the next attempt,
    errors that will come again too; None unknown. `catches_from` are the packages that define what is caught, () where
    that is not known. The client's own retries are `Client.max_retries`.
    """

    kind: RetryKind
    place: Place
    name: str = ""
    attempts: int | None = None
    bounded: bool = True
    catches_all: bool | None = None
    catches_from: tuple[str, ...] = ()
    in_caller: bool = False


@dataclass(frozen=True, slots=True)
class Arm:
    """The arm of a branch that a call stands in, by its number: two calls in different ones are never both made.

    Unless it `differs`: the condition then asks for something that each round of the loop around it sets anew.
    """

    place: Place
    number: int
    differs: bool
    in_caller: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a call: loops and retries from the inside out, and the kind of entry point it is reached from.

    `relay` is the response that passes on what the call streams, where the event loop stands still while it is read.
    `arms` are those of the branches around it, in its function and in its callers.
    """

    loops: tuple[Loop, ...] = ()
    retries: tuple[Retry, ...] = ()
    entry: EntryKind = "function"
    agent_loop: bool = False
    relay: Place | None = None
    arms: tuple[Arm, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """How the client was made, and what the call itself changes of that.

    `platform` is anthropic, bedrock, vertex, aws, foundry or google_cloud; None unknown. `max_retries` counts what
    comes after the first attempt, `timeout` is in seconds, `betas` are the beta features that are asked for.
    """

    platform: str | None = None
    name: str = ""
    place: Place | None = None
    max_retries: Argument[int] = Argument()
    timeout: Argument[Any] = Argument()
    base_url: Argument[str] = Argument()
    betas: tuple[str, ...] = ()


Field = Literal["usage", "stop_reason", "content"]


@dataclass(frozen=True, slots=True)
class Parse:
    """A place that reads JSON out of a reply's text; `caught` is the `try` that goes on after what it raises."""

    place: Place
    caught: Place | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """One place that reads a field of a reply; `name` is what it reads as written: `reply.usage.input_tokens`.

    `parsed` is where the text that is read there is parsed.
    """

    field: Field
    place: Place
    name: str
    parsed: Parse | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """Which fields of the reply are read where it is received, or where it is returned or passed to.

    A field that is read nowhere is False, or None where the reply goes somewhere that it cannot be followed to.
    """

    usage: bool | None = None
    stop_reason: bool | None = None
    content: bool | None = None
    reads: tuple[Read, ...] = ()


@dataclass(frozen=True, slots=True)
class Via:
    """The place that sends, for a call site that stands in a caller of it."""

    place: Place
    function: str


@dataclass(frozen=True, slots=True)
class Growth:
    """What each request sends again, longer than the one before, while nothing that is seen makes it shorter.

    It is the conversation of a `session`, or what the `rounds` of a loop gathered; `place` is where something is added.
    """

    of: Literal["session", "rounds"]
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Request:
    """The request that a call will send.

    `forced_tool` is the name in a `tool_choice` of one tool, `serial_tools` its `disable_parallel_tool_use`.
    `reply_format` is the format that the reply must have: the `format` of `output_config`, or `output_format`.
    `others` holds every further argument by name; `insert_at` is the place where a new keyword argument would go;
    `opaque` names the arguments of which nobody can say what they add: each `**mapping` that could not be read.
    `by_turn` names the arguments for which a condition takes another value in another round of the loop around.
    """

    model: Argument[str] = Argument()
    max_tokens: Argument[int] = Argument()
    system: System = System()
    messages: Messages = Messages()
    tools: Tools = Tools()
    tool_choice: Argument[str] = Argument()
    forced_tool: Argument[str] = Argument()
    serial_tools: Argument[bool] = Argument()
    thinking: Argument[str] = Argument()
    thinking_budget: Argument[int] = Argument()
    effort: Argument[str] = Argument()
    reply_format: Argument[dict[str, Any]] = Argument()
    streaming: bool = False
    batch: bool = False
    cache: CacheMarker | None = None
    others: dict[str, Argument[Any]] = field(default_factory=dict)
    growth: Growth | None = None
    insert_at: Place | None = None
    opaque: tuple[str, ...] = ()
    by_turn: tuple[str, ...] = ()

    @property
    def cache_breakpoints(self) -> tuple[CacheMarker, ...]:
        """Every cache marker of the request in the order of its prefix: tools, system, messages, top level."""
        found = [tool.cache for tool in self.tools.tools]
        found += [block.cache for block in self.system.blocks]
        found += [block.cache for message in self.messages.messages for block in message.blocks]
        return tuple(marker for marker in (*found, self.cache) if marker is not None)


@dataclass(frozen=True, slots=True)
class CallSite:
    """One logical call of Claude.

    `place` is the call expression, or the caller's where `via` names the place that sends. `id` stays the
    same when lines move. `priced` is false for what is free (`count_tokens`).
    """

    id: str
    place: Place
    function: str
    api: str
    request: Request
    role: Role = "call"
    asynchronous: bool = False
    priced: bool = True
    client: Client = Client()
    context: Context = Context()
    response: Response = Response()
    via: Via | None = None
    callers: tuple[str, ...] = ()

    @property
    def sdk(self) -> str:
        """The SDK that the call goes through, the first word of `api`; of a file what it holds."""
        return self.api.split(".", 1)[0]

    @property
    def is_prompt(self) -> bool:
        """Whether this is a file that holds a prompt, of which no call is known."""
        return self.sdk == "prompt"

    @property
    def is_body(self) -> bool:
        """Whether this is one of the requests that a file holds."""
        return self.sdk in ("request", "batch")
