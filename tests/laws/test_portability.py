"""The package runs on any operating system: it checks for what only some of them have."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import trackagoat_pandas as tgp

ROOT = Path(tgp.__file__).parent
SOMEWHERE_ONLY = {
    "select": {"poll", "epoll", "kqueue", "devpoll"},
    "os": {
        "fork", "forkpty", "killpg", "setsid", "setpgid", "getpgid", "getuid", "geteuid", "getgid",
        "getppid", "register_at_fork", "sched_getaffinity", "uname", "wait", "waitpid", "mkfifo",
        "chown", "getloadavg", "nice", "sysconf", "openpty", "posix_spawn", "sendfile", "statvfs",
        "O_NONBLOCK", "O_CLOEXEC", "startfile",
    },
    "signal": {
        "SIGALRM", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCHLD",
        "alarm", "pause", "pthread_kill", "pthread_sigmask", "setitimer", "siginterrupt", "sigwait",
        "CTRL_C_EVENT",
    },
    "socket": {
        "AF_UNIX", "SO_REUSEPORT", "socketpair", "fromfd", "sethostname", "MSG_DONTWAIT",
        "MSG_NOSIGNAL", "TCP_KEEPIDLE", "TCP_USER_TIMEOUT",
    },
    "time": {"tzset", "clock_gettime", "pthread_getcpuclockid"},
    "asyncio": {"add_signal_handler"},
}  # fmt: skip
"""Names of the standard library that are missing on Windows, on macOS or on Linux."""
NOWHERE_ELSE = {
    "fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "readline", "posix",
    "crypt", "spwd", "msvcrt", "winreg", "winsound", "_winapi", "nt", "curses",
}  # fmt: skip
"""Modules of the standard library that only some systems have."""


def guards_of(test: ast.expr) -> set[str]:
    """The names that a condition checks for, as hasattr(os, "fork") does; * for the platform."""
    names = {node.value for node in ast.walk(test) if isinstance(node, ast.Constant)}
    if any(getattr(node, "attr", None) == "platform" for node in ast.walk(test)):
        return {"*"}
    return names if "hasattr" in ast.unparse(test) else set()


def unguarded(tree: ast.Module) -> list[tuple[int, str]]:
    """The lines and names of what only one system has, used without a check."""
    found: list[tuple[int, str]] = []

    def visit(node: ast.AST, allowed: set[str]) -> None:
        names = [] if "*" in allowed else names_in(node)
        found.extend((node.lineno, name) for name in names if last_of(name) not in allowed)
        if isinstance(node, ast.If | ast.IfExp):
            body = node.body if isinstance(node.body, list) else [node.body]
            orelse = node.orelse if isinstance(node.orelse, list) else [node.orelse]
            for child in [node.test, *orelse]:
                visit(child, allowed)
            for child in body:
                visit(child, allowed | guards_of(node.test))
        elif isinstance(node, ast.Try) and catches_import(node):
            for child in ast.iter_child_nodes(node):
                visit(child, {"*"})
        else:
            for child in ast.iter_child_nodes(node):
                visit(child, allowed)

    visit(tree, set())
    return found


def last_of(name: str) -> str:
    return name.rpartition(".")[2]


def catches_import(node: ast.Try) -> bool:
    caught = {ast.unparse(handler.type) for handler in node.handlers if handler.type}
    return bool(caught & {"ImportError", "ModuleNotFoundError"})


def names_in(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        module = node.value.id
        return [f"{module}.{node.attr}"] if node.attr in SOMEWHERE_ONLY.get(module, ()) else []
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name in NOWHERE_ELSE]
    if isinstance(node, ast.ImportFrom) and node.module:
        if node.module in NOWHERE_ELSE:
            return [node.module]
        some = SOMEWHERE_ONLY.get(node.module, set())
        return [f"{node.module}.{alias.name}" for alias in node.names if alias.name in some]
    return []


@pytest.fixture(scope="module")
def modules() -> dict[str, ast.Module]:
    """Every module of the package, by its path."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(ROOT.rglob("*.py"))
    }


def test_nothing_of_one_operating_system_is_used_without_asking(modules):
    found = [
        f"{path}:{line} {name}" for path, tree in modules.items() for line, name in unguarded(tree)
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import select\nselect.poll()",
        "import fcntl",
        "from os import fork",
        "import os\nif not x:\n    os.fork()",
        "import os\nif hasattr(os, 'fork'):\n    pass\nelse:\n    os.fork()",
        "from resource import getrusage",
        "def f():\n    import signal\n    signal.alarm(1)",
    ],
)
def test_the_search_finds_what_is_not_asked_for(code):
    assert len(unguarded(ast.parse(code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "import os\nif hasattr(os, 'fork'):\n    os.fork()",
        "try:\n    import fcntl\nexcept ImportError:\n    fcntl = None",
        "import os, sys\nif sys.platform != 'win32':\n    os.fork()",
        "import os\nos.getpid()",
    ],
)
def test_the_search_passes_what_is_asked_for(code):
    assert unguarded(ast.parse(code)) == []


def test_texts_are_read_and_written_in_a_named_encoding(modules):
    found = []
    nodes = [(path, node) for path, tree in modules.items() for node in ast.walk(tree)]
    for path, call in nodes:
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        named = any(keyword.arg == "encoding" for keyword in call.keywords)
        positions = {"read_text": 1, "write_text": 2}.get(name)
        if positions and not named and len(call.args) < positions:
            found.append(f"{path}:{call.lineno} {name}")
    assert found == []


def imported(tree: ast.Module) -> set[str]:
    nodes = list(ast.walk(tree))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom)}


def test_sockets_are_opened_in_one_file_and_in_the_sandbox(modules):
    network = {"socket", "http.client", "asyncio"}
    found = [path for path, tree in modules.items() if imported(tree) & network]
    assert [path for path in found if not path.startswith("sandbox")] == ["http/wire.py"]
