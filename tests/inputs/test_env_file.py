"""Which ``.env`` file is read, and that none can send a key to a server of somebody else."""

from __future__ import annotations

import itertools
import os
import sys
import types

import pytest

import trackagoat_pandas as tgp
from tests.support.http_doubles import KEY, Scripted, ok, traceback_of
from trackagoat_pandas.cli import main
from trackagoat_pandas.errors import EnvFileWarning, MissingKeyError
from trackagoat_pandas.http.client import default_client, set_default
from trackagoat_pandas.inputs import env_file
from trackagoat_pandas.inputs.settings import DEFAULT_BASE_URL, resolve_settings

OTHER_KEY = "tga_" + "f" * 64
HOSTILE_URL = "https://thief.example/api/v1"
CONTENTS = (
    f"TRACKAGOAT_BASE_URL={HOSTILE_URL}\n",
    f"export TRACKAGOAT_BASE_URL='{HOSTILE_URL}'\r\n",
    f"\ufeffTRACKAGOAT_BASE_URL={HOSTILE_URL}",
    f"TRACKAGOAT_API_KEY=\nTRACKAGOAT_BASE_URL={HOSTILE_URL}\n",
    f"TRACKAGOAT_API_KEY={OTHER_KEY}\nTRACKAGOAT_BASE_URL={HOSTILE_URL}\n",
    f"TRACKAGOAT_API_KEY=$TRACKAGOAT_API_KEY\nTRACKAGOAT_BASE_URL={HOSTILE_URL}\n",
)
FOLDERS = (".", "..", "../..")
NEEDS_OWNERS = pytest.mark.skipif(
    sys.platform in ("win32", "emscripten"), reason="files have no owner and mode here"
)


@pytest.fixture
def working(tmp_path, monkeypatch):
    """The working folder, three levels below a home folder without settings."""
    folder = tmp_path / "home" / "program" / "reports"
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(folder)
    hold_in_keyring(monkeypatch, None)
    return folder


@pytest.fixture(autouse=True)
def _default_client():
    before = set_default(None)
    yield
    set_default(before)


def hold_in_keyring(monkeypatch, password):
    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = errors.NoKeyringError = type("KeyringError", (Exception,), {})
    keyring = types.ModuleType("keyring")
    keyring.errors, keyring.get_password = errors, lambda service, user: password
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


def write(path, text, mode=0o600):
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return path


def hold_key(monkeypatch, place):
    """Put the user's key into a place, and return the arguments of connect."""
    if place == "environment":
        monkeypatch.setenv("TRACKAGOAT_API_KEY", KEY)
    if place == "keyring":
        hold_in_keyring(monkeypatch, KEY)
    return {"api_key": KEY} if place == "argument" else {}


@pytest.mark.parametrize(
    ("place", "folder", "text"),
    [
        *itertools.product(("argument", "environment"), FOLDERS, CONTENTS),
        *itertools.product(("keyring",), FOLDERS, CONTENTS[:4]),
    ],
)
def test_env_file_never_diverts_a_key_from_elsewhere(monkeypatch, working, place, folder, text):
    given = hold_key(monkeypatch, place)
    write(working / folder / ".env", text)
    script = Scripted(ok([]))
    with (
        pytest.warns(EnvFileWarning, match=r"BASE_URL in .*\.env is ignored"),
        tgp.connect(**given, transport=script, progress=False) as client,
    ):
        client.get("/projects")
    (request,) = script.requests
    assert (request.url.host, KEY in request.headers["Authorization"]) == (
        "www.trackagoat.com", True
    )  # fmt: skip


@pytest.mark.parametrize("folder", FOLDERS)
def test_env_file_with_its_own_key_sends_no_other_key(monkeypatch, working, folder):
    hold_key(monkeypatch, "keyring")
    write(working / folder / ".env", CONTENTS[4])
    settings = resolve_settings()
    assert (settings.api_key.reveal(), settings.base_url) == (OTHER_KEY, HOSTILE_URL)


@NEEDS_OWNERS
@pytest.mark.parametrize(
    ("mode", "owner", "folder"),
    [
        *itertools.product((0o620, 0o602, 0o666, 0o664), (None,), FOLDERS),
        *itertools.product((0o600, 0o666), (12345,), FOLDERS),
    ],
)
def test_env_file_that_others_control_is_ignored(monkeypatch, working, mode, owner, folder):
    hold_in_keyring(monkeypatch, KEY)
    write(working / folder / ".env", CONTENTS[4], mode)
    if owner is not None:  # as if another user read the file, since only root can change owners
        monkeypatch.setattr(os, "geteuid", lambda: owner)
        monkeypatch.setattr(env_file, "_ROOT", owner)
    with pytest.warns(EnvFileWarning, match=r"\.env is ignored, because (an)?other user"):
        settings = resolve_settings()
    assert (settings.api_key.reveal(), settings.base_url) == (KEY, DEFAULT_BASE_URL)


@NEEDS_OWNERS
def test_missing_key_names_the_ignored_env_file(working):
    path = write(working / ".env", CONTENTS[4], 0o666)
    with (
        pytest.warns(EnvFileWarning, match="chmod 600"),
        pytest.raises(MissingKeyError, match=rf"since {path} is ignored: other users can write"),
    ):
        resolve_settings()


@pytest.mark.parametrize("surface", ["default client", "command"])
def test_every_surface_keeps_the_key_from_an_env_file_url(monkeypatch, working, surface):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", KEY)
    write(working / ".env", CONTENTS[0])
    use = {"default client": default_client, "command": lambda: main(["quota"])}[surface]
    with pytest.warns(EnvFileWarning, match="Requests go to"):
        use()
    assert set_default(None).base_url == DEFAULT_BASE_URL


def test_url_is_used_with_the_key_of_the_same_file(monkeypatch, working):
    write(working / ".env", f"TRACKAGOAT_API_KEY={KEY}\nTRACKAGOAT_BASE_URL=https://own.example\n")
    assert resolve_settings().base_url == "https://own.example"
    assert resolve_settings(KEY).base_url == "https://own.example"  # the same key, given twice
    monkeypatch.setenv("TRACKAGOAT_BASE_URL", "https://set.example")
    assert resolve_settings().base_url == "https://set.example"


@pytest.mark.parametrize("marker", ["folder", "file"])
def test_search_ends_at_a_repository_root(working, marker):
    write(working / ".." / ".env", f"TRACKAGOAT_API_KEY={KEY}\n")
    assert resolve_settings().key_source == ".env"
    if marker == "folder":
        (working / ".git").mkdir()
    else:
        (working / ".git").write_text("gitdir: elsewhere")
    with pytest.raises(MissingKeyError, match="no key was found"):
        resolve_settings()
    write(working / ".env", f"TRACKAGOAT_API_KEY={KEY}\n")
    assert resolve_settings().key_source == ".env"


def test_search_ends_at_the_home_folder(tmp_path, working):
    write(tmp_path / ".env", f"TRACKAGOAT_API_KEY={KEY}\n")
    with pytest.raises(MissingKeyError, match="no key was found"):
        resolve_settings()
    write(tmp_path / "home" / ".env", f"TRACKAGOAT_API_KEY={OTHER_KEY}\n")
    assert resolve_settings().api_key.reveal() == OTHER_KEY


@pytest.mark.parametrize("text", ["DJANGO_SECRET=1\n", b"NAME=caf\xe9\n", b"\xff\xfe\x00"])
def test_unrelated_env_file_is_no_obstacle(working, text):
    write(working / ".env", text, 0o666)
    assert resolve_settings(KEY).base_url == DEFAULT_BASE_URL
    assert resolve_settings(KEY, base_url="https://own.example").base_url == "https://own.example"
    with tgp.connect(sandbox=True, progress=False) as client:
        assert len(tgp.load_projects(client=client)) > 0


def test_env_file_in_another_encoding_shows_no_key(working):
    write(working / ".env", f"# caf\xe9\nTRACKAGOAT_API_KEY={KEY}\n".encode("latin-1"))
    with pytest.raises(MissingKeyError, match="isn't UTF-8") as caught:
        resolve_settings()
    assert KEY[4:] not in traceback_of(caught.value.with_traceback(caught.tb.tb_next))
    assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipe_of_another_user_is_not_opened(working):
    os.mkfifo(working / ".env")
    (working / ".env").chmod(0o666)
    assert resolve_settings(KEY).base_url == DEFAULT_BASE_URL


def test_no_env_file_is_read_without_permission(monkeypatch, working):
    write(working / ".env", f"TRACKAGOAT_API_KEY={KEY}\nTRACKAGOAT_BASE_URL={HOSTILE_URL}\n")
    with pytest.raises(MissingKeyError, match="mcp: --dotenv"):
        tgp.connect(dotenv=False)
    monkeypatch.setenv("TRACKAGOAT_API_KEY", KEY)
    with tgp.connect(dotenv=False) as client:
        assert client.base_url == DEFAULT_BASE_URL


def test_agent_server_reads_no_env_file_unless_asked(working, capsys):
    write(working / ".env", f"TRACKAGOAT_API_KEY=tga_\nTRACKAGOAT_BASE_URL={HOSTILE_URL}\n")
    pytest.importorskip("mcp")
    assert main(["mcp"]) == 2
    assert "no key was found, since .env files" in capsys.readouterr().err
    assert main(["mcp", "--dotenv"]) == 2
    assert "the key from .env has 4 characters" in capsys.readouterr().err
