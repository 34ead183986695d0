"""A key-value store: get and put (version 1), a time to live (version 2), namespaces (version 3).

Version 2 keeps what is put for so many seconds, or for good where none are given; a time to live of 0 is over at
once, as in Redis. A machine has no clock, so the time comes as a command. Version 3 has namespaces, each a store of
version 2, which may be dropped as a whole.

What goes wrong, and type-checks:

- 1 to 2. What version 1 stores is stored for good. In memcached that is a time to live of 0, and who thinks of that
  writes 0: all that was stored has expired, long ago. Say None.
- 2 to 3. Old keys often look like ``"user:7"``, and it is tempting to make of that the key ``"7"`` in a namespace
  ``"user"``. But a key may hold any character: ``"default:7"`` and ``"7"`` become one entry. An old key stays whole.

There is no way back from 3 to 2: there is no place for namespaces.

>>> store_v2(PutFor("a", "1", seconds=60), StoreV2(now=100, entries={}))[1]
StoreV2(now=100, entries={'a': Entry(value='1', expires=160)})
"""

from __future__ import annotations

from dataclasses import dataclass

from sm_toolkit.language.functions import function, machine
from sm_toolkit.language.vocabulary.combinators import ident
from sm_toolkit.pipeline.messages import Adapter
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade

# -- version 1: get and put -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Get:
    """Ask for the value of a key."""

    key: str


@dataclass(frozen=True)
class Put:
    """Give a key a value."""

    key: str
    value: str


@dataclass(frozen=True)
class Delete:
    """Forget a key."""

    key: str


@dataclass(frozen=True)
class Found:
    """The value of a key."""

    value: str


@dataclass(frozen=True)
class Missing:
    """The key has no value."""


@dataclass(frozen=True)
class Ok:
    """It is as you say."""


CommandV1 = Get | Put | Delete
Answer = Found | Missing | Ok


@machine
def store_v1(command: CommandV1, store: dict[str, str]) -> tuple[Answer, dict[str, str]]:
    """Store it, or look for it."""
    match command:
        case Get(key):
            if key in store:
                return Found(store[key]), store
            return Missing(), store
        case Put(key, value):
            return Ok(), {**store, key: value}
        case Delete(key):
            return Ok(), {k: v for k, v in store.items() if k != key}


# -- version 2: a time to live ----------------------------------------------------------------------------


@dataclass(frozen=True)
class PutFor:
    """Give a key a value, for so many seconds or (None) for good."""

    key: str
    value: str
    seconds: int | None


@dataclass(frozen=True)
class Clock:
    """Say what time it is, in seconds since some day."""

    time: int


@dataclass(frozen=True)
class Entry:
    """A value, and when it expires, if it does."""

    value: str
    expires: int | None


@dataclass(frozen=True)
class StoreV2:
    """The time as it was last told, and what is stored."""

    now: int
    entries: dict[str, Entry]


RequestV2 = Get | PutFor | Delete
CommandV2 = Get | PutFor | Delete | Clock


def is_alive(entry: Entry, now: int) -> bool:
    """Tell whether an entry has not expired."""
    return entry.expires is None or entry.expires > now


def alive(entries: dict[str, Entry], now: int) -> dict[str, Entry]:
    """Return what has not expired."""
    return {key: entry for key, entry in entries.items() if is_alive(entry, now)}


@machine
def store_v2(command: CommandV2, store: StoreV2) -> tuple[Answer, StoreV2]:
    """Store it, or look for it. What has expired is not found, and goes when the clock is told."""
    entries, now = store.entries, store.now
    match command:
        case Get(key):
            if key in entries and is_alive(entries[key], now):
                return Found(entries[key].value), store
            return Missing(), store
        case PutFor(key, value, seconds):
            expires = None if seconds is None else now + seconds
            return Ok(), StoreV2(now, {**entries, key: Entry(value, expires)})
        case Delete(key):
            return Ok(), StoreV2(now, {k: e for k, e in entries.items() if k != key})
        case Clock(time):
            later = max(time, now)  # a clock that goes back stands still
            return Ok(), StoreV2(later, alive(entries, later))


# -- version 3: namespaces --------------------------------------------------------------------------------


@dataclass(frozen=True)
class In:
    """Ask or tell the store of a namespace."""

    space: str
    request: RequestV2


@dataclass(frozen=True)
class Drop:
    """Forget all that a namespace has."""

    space: str


@dataclass(frozen=True)
class StoreV3:
    """The time as it was last told, and what is stored in each namespace."""

    now: int
    spaces: dict[str, dict[str, Entry]]


CommandV3 = In | Drop | Clock
DEFAULT = "default"


@machine
def store_v3(command: CommandV3, store: StoreV3) -> tuple[Answer, StoreV3]:
    """Store it, or look for it."""
    spaces, now = store.spaces, store.now
    match command:
        case In(space, request):
            answer, new = store_v2(request, StoreV2(now, spaces.get(space, {})))
            return answer, StoreV3(now, {**spaces, space: new.entries})
        case Drop(space):
            return Ok(), StoreV3(now, {s: entries for s, entries in spaces.items() if s != space})
        case Clock(time):
            later = max(time, now)
            return Ok(), StoreV3(later, {s: alive(entries, later) for s, entries in spaces.items()})


# -- the upgrades -----------------------------------------------------------------------------------------


@function
def migrate_1_to_2(old: dict[str, str]) -> StoreV2:
    """All is there for good."""
    return StoreV2(0, {key: Entry(value, None) for key, value in old.items()})


@function
def careless_1_to_2(old: dict[str, str]) -> StoreV2:
    """Write 0, and mean for good."""
    return StoreV2(0, {key: Entry(value, 0) for key, value in old.items()})


@function
def back_2_to_1(new: StoreV2) -> dict[str, str]:
    """Keep for good what has not expired."""
    return {key: entry.value for key, entry in alive(new.entries, new.now).items()}


@function
def up_1_to_2(old: CommandV1) -> CommandV2:
    """Put for good."""
    return PutFor(old.key, old.value, None) if isinstance(old, Put) else old


@function
def migrate_2_to_3(old: StoreV2) -> StoreV3:
    """Put all in the namespace of old keys."""
    return StoreV3(old.now, {DEFAULT: old.entries})


@function
def up_2_to_3(old: CommandV2) -> CommandV3:
    """Ask in the namespace of old keys."""
    return old if isinstance(old, Clock) else In(DEFAULT, old)


def split(key: str) -> tuple[str, str]:
    """Take a key for a namespace and a key in it. This is the careless idea."""
    colon = key.find(":")
    return (DEFAULT, key) if colon < 0 else (key[:colon], key[colon + 1 :])


@function
def careless_2_to_3(old: StoreV2) -> StoreV3:
    """Split each key."""
    spaces: dict[str, dict[str, Entry]] = {}
    for key, entry in old.entries.items():
        space, rest = split(key)
        spaces = {**spaces, space: {**spaces.get(space, {}), rest: entry}}
    return StoreV3(old.now, spaces)


@function
def careless_up_2_to_3(old: CommandV2) -> CommandV3:
    """Split the key."""
    match old:
        case Get(key):
            space, rest = split(key)
            return In(space, Get(rest))
        case PutFor(key, value, seconds):
            space, rest = split(key)
            return In(space, PutFor(rest, value, seconds))
        case Delete(key):
            space, rest = split(key)
            return In(space, Delete(rest))
        case Clock(time):
            return Clock(time)


v1 = stage("store", {}, store_v1)
v2 = stage("store", StoreV2(0, {}), store_v2)
v3 = stage("store", StoreV3(0, {}), store_v3)

_from_v1 = Adapter(up=up_1_to_2, down=ident())
_from_v2 = Adapter(up=up_2_to_3, down=ident())
_carelessly_from_v2 = Adapter(up=careless_up_2_to_3, down=ident())

v1_to_v2 = upgrade(v1, v2, migrate=migrate_1_to_2, back=back_2_to_1, adapter=_from_v1)
v2_to_v3 = upgrade(v2, v3, migrate=migrate_2_to_3, adapter=_from_v2)

careless_v1_to_v2 = upgrade(v1, v2, migrate=careless_1_to_2, back=back_2_to_1, adapter=_from_v1)
careless_v2_to_v3 = upgrade(v2, v3, migrate=careless_2_to_3, adapter=_carelessly_from_v2)
