"""An FTP session: where it is (version 1), who is there (version 2), what is being renamed (version 3).

The order in which commands may come is that of RFC 959: PASS after USER, RNTO right after RNFR. Version 1 serves
anybody; version 2 asks for a login; from version 3 on members rename files, and guests only look around.

What goes wrong, and type-checks:

- 1 to 2. Who is there while the upgrade comes never logged in, so it seems right to take them for strangers. But a
  stranger is answered 530 from then on, in the middle of the work. They become what anybody may be: ``anonymous``.
- 2 to 3. In version 2 to be logged in was all there was. Who makes members of all who are logged in hands the files of
  the house to ``anonymous``, who gave no password. Rights are never more than they were: these become guests.

There is no way back from 2 to 1: it would let strangers in.

>>> session_v1(Cwd("../music/./bach"), "/books")
(Reply(code=250, text='/music/bach'), '/music/bach')
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sm_toolkit.language.functions import function, machine
from sm_toolkit.language.vocabulary.combinators import ident
from sm_toolkit.pipeline.messages import Adapter
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade

# -- version 1: a working directory -----------------------------------------------------------------------


@dataclass(frozen=True)
class Pwd:
    """Ask for the working directory."""


@dataclass(frozen=True)
class Cwd:
    """Change the working directory."""

    path: str


CommandV1 = Pwd | Cwd


@dataclass(frozen=True)
class Reply:
    """A reply of RFC 959: 2xx done, 3xx go on, 5xx no."""

    code: int
    text: str


def resolve(directory: str, path: str) -> str:
    """Return a path from the root, without ``.``, ``..`` and empty parts. Above the root is the root."""
    rest = (path if path.startswith("/") else directory + "/" + path) + "/"
    parts: list[str] = []
    for _ in range(len(rest)):
        slash = rest.find("/")
        if slash < 0:
            break
        part, rest = rest[:slash], rest[slash + 1 :]
        if part == "..":
            parts = parts[:-1]
        elif part != "" and part != ".":
            parts = [*parts, part]
    joined = ""
    for part in parts:
        joined += "/" + part
    return "/" if joined == "" else joined


def here(directory: str) -> Reply:
    """Answer PWD: in quotes, and a quote in it twice."""
    return Reply(257, '"' + directory.replace('"', '""') + '"')


@machine
def session_v1(command: CommandV1, directory: str) -> tuple[Reply, str]:
    """Serve anybody. The state is the working directory."""
    match command:
        case Pwd():
            return here(directory), directory
        case Cwd(path):
            there = resolve(directory, path)
            return Reply(250, there), there


# -- version 2: a login -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class User:
    """Say who one is."""

    name: str


@dataclass(frozen=True)
class Pass:
    """Prove it, after USER."""

    password: str


@dataclass(frozen=True)
class Stranger:
    """Has said nothing yet."""


@dataclass(frozen=True)
class Named:
    """Has said a name, and is to prove it."""

    user: str


@dataclass(frozen=True)
class LoggedIn:
    """Has proved it; ``anonymous`` has nothing to prove."""

    user: str


Login = Stranger | Named | LoggedIn


@dataclass(frozen=True)
class SessionV2:
    """Where it is, and who."""

    directory: str
    login: Login


CommandV2 = Pwd | Cwd | User | Pass
PASSWORDS = {"ada": "engine", "grace": "compiler"}
WELCOME = Reply(230, "logged in")
WHO = Reply(331, "the password?")
STRANGER = Reply(530, "log in first")
ORDER = Reply(503, "not in this order")


def proves(user: str, password: str) -> bool:
    """Tell whether this is the user's password; to ``anonymous`` any is."""
    return user == "anonymous" or (user in PASSWORDS and PASSWORDS[user] == password)


@machine
def session_v2(command: CommandV2, state: SessionV2) -> tuple[Reply, SessionV2]:
    """Serve who has logged in. USER begins anew, at the root."""
    match command, state.login:
        case User(name), _:
            return WHO, SessionV2("/", Named(name))
        case Pass(password), Named(user) if proves(user, password):
            return WELCOME, replace(state, login=LoggedIn(user))
        case Pass(_), Named(_):
            return STRANGER, replace(state, login=Stranger())
        case Pass(_), _:
            return ORDER, state
        case Pwd(), LoggedIn(_):
            return here(state.directory), state
        case Cwd(path), LoggedIn(_):
            there = resolve(state.directory, path)
            return Reply(250, there), replace(state, directory=there)
        case _:
            return STRANGER, state


# -- version 3: renaming ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class RenameFrom:
    """RNFR: which file is to have another name."""

    path: str


@dataclass(frozen=True)
class RenameTo:
    """RNTO: which name."""

    path: str


@dataclass(frozen=True)
class SessionV3:
    """Where it is, and who; whether they may rename files; which file RNFR named, if that came last."""

    directory: str
    login: Login
    may_rename: bool
    renaming: str | None


CommandV3 = Pwd | Cwd | User | Pass | RenameFrom | RenameTo


@machine
def session_v3(command: CommandV3, state: SessionV3) -> tuple[Reply, SessionV3]:
    """Serve who has logged in, and let who gave a password rename. Any command but RNTO forgets what RNFR named."""
    source, idle = state.renaming, replace(state, renaming=None)
    match command, state.login:
        case User(name), _:
            return WHO, SessionV3("/", Named(name), False, None)
        case Pass(password), Named(user) if proves(user, password):
            return WELCOME, replace(idle, login=LoggedIn(user), may_rename=user != "anonymous")
        case Pass(_), Named(_):
            return STRANGER, replace(idle, login=Stranger())
        case Pass(_), _:
            return ORDER, idle
        case Pwd(), LoggedIn(_):
            return here(state.directory), idle
        case Cwd(path), LoggedIn(_):
            there = resolve(state.directory, path)
            return Reply(250, there), replace(idle, directory=there)
        case RenameFrom(path), LoggedIn(_) if state.may_rename:
            return Reply(350, "to which name?"), replace(state, renaming=resolve(state.directory, path))
        case RenameTo(path), LoggedIn(_) if state.may_rename:
            if source is None:
                return ORDER, idle
            return Reply(250, f"{source} is now {resolve(state.directory, path)}"), idle
        case _, LoggedIn(_):
            return Reply(550, "not for guests"), idle
        case _:
            return STRANGER, idle


# -- the upgrades -----------------------------------------------------------------------------------------


@function
def migrate_1_to_2(directory: str) -> SessionV2:
    """Go on as a guest."""
    return SessionV2(directory, LoggedIn("anonymous"))


@function
def careless_1_to_2(directory: str) -> SessionV2:
    """Throw out who is there."""
    return SessionV2(directory, Stranger())


@function
def up_1_to_2(old: CommandV1) -> CommandV2:
    """Say the same."""
    return old


@function
def migrate_2_to_3(old: SessionV2) -> SessionV3:
    """Let nobody do more than the same login would let them from now on."""
    match old.login:
        case LoggedIn(user):
            may_rename = user != "anonymous"
        case _:
            may_rename = False
    return SessionV3(old.directory, old.login, may_rename, None)


@function
def careless_2_to_3(old: SessionV2) -> SessionV3:
    """Let all who are logged in rename, guests too."""
    return SessionV3(old.directory, old.login, True, None)


@function
def back_3_to_2(new: SessionV3) -> SessionV2:
    """Forget what is being renamed."""
    return SessionV2(new.directory, new.login)


@function
def up_2_to_3(old: CommandV2) -> CommandV3:
    """Say the same."""
    return old


v1 = stage("ftp", "/", session_v1)
v2 = stage("ftp", SessionV2("/", Stranger()), session_v2)
v3 = stage("ftp", SessionV3("/", Stranger(), False, None), session_v3)

_from_v1 = Adapter(up=up_1_to_2, down=ident())
_from_v2 = Adapter(up=up_2_to_3, down=ident())

v1_to_v2 = upgrade(v1, v2, migrate=migrate_1_to_2, adapter=_from_v1)
v2_to_v3 = upgrade(v2, v3, migrate=migrate_2_to_3, adapter=_from_v2, back=back_3_to_2)

careless_v1_to_v2 = upgrade(v1, v2, migrate=careless_1_to_2, adapter=_from_v1)
careless_v2_to_v3 = upgrade(v2, v3, migrate=careless_2_to_3, adapter=_from_v2, back=back_3_to_2)
