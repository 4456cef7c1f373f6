"""Where the key and the address come from, and what is refused before anything is sent."""

from __future__ import annotations

import dataclasses
import os
import pickle
import sys
import types
from pathlib import Path

import pytest

import trackagoat_pandas as tgp
from tests.support.http_doubles import KEY, traceback_of
from trackagoat_pandas.errors import (
    ArgumentTypeError,
    BaseUrlWarning,
    MalformedKeyError,
    MissingKeyError,
    SettingsError,
)
from trackagoat_pandas.inputs.settings import DEFAULT_BASE_URL, resolve_settings

SOURCES = ["argument", "TRACKAGOAT_API_KEY", ".env", "keyring", "Colab's secrets"]


def fake_keyring(monkeypatch, get_password):
    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})
    errors.NoKeyringError = type("NoKeyringError", (errors.KeyringError, RuntimeError), {})
    keyring = types.ModuleType("keyring")
    keyring.errors, keyring.get_password = errors, get_password
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return errors


def fake_colab(monkeypatch, get):
    userdata = types.ModuleType("google.colab.userdata")
    for name in ("SecretNotFoundError", "NotebookAccessError", "TimeoutException"):
        setattr(userdata, name, type(name, (Exception,), {}))
    userdata.get = get
    google, colab = types.ModuleType("google"), types.ModuleType("google.colab")
    google.colab, colab.userdata = colab, userdata
    monkeypatch.setitem(sys.modules, "google", google)
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    return userdata


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch):
    fake_keyring(monkeypatch, lambda service, user: None)


def test_the_argument_environment_dotenv_keyring_and_colab_are_asked_in_this_order(
    monkeypatch, tmp_path
):
    keys = {name: f"tga_{place}" + "0" * 63 for place, name in enumerate(SOURCES)}
    monkeypatch.setenv("TRACKAGOAT_API_KEY", keys["TRACKAGOAT_API_KEY"])
    dotenv = tmp_path / ".env"
    dotenv.write_text(f'TRACKAGOAT_API_KEY="{keys[".env"]}"\n')
    dotenv.chmod(0o600)
    held = {("trackagoat", "api_key"): keys["keyring"]}
    fake_keyring(monkeypatch, lambda service, user: held.get((service, user)))
    fake_colab(monkeypatch, {"TRACKAGOAT_API_KEY": keys["Colab's secrets"]}.get)
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")  # a .env file is found above, too

    def found(*given):
        settings = resolve_settings(*given)
        assert settings.api_key.reveal() == keys[settings.key_source]
        return settings.key_source

    assert found(keys["argument"]) == "argument"
    assert found() == "TRACKAGOAT_API_KEY"
    monkeypatch.setenv("TRACKAGOAT_API_KEY", "")
    assert found() == ".env"
    assert os.environ["TRACKAGOAT_API_KEY"] == ""
    dotenv.unlink()
    assert found() == "keyring"
    held.clear()
    assert found() == "Colab's secrets"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            "SecretNotFoundError",
            r"^api_key: no key was found\. Pass connect\(api_key=\.\.\.\), set",
        ),
        ("NotebookAccessError", "since this notebook may not read it from Colab's secrets: switch"),
        ("TimeoutException", "since Colab didn't answer when asked for it; run this again"),
    ],
)
def test_a_secret_of_colab_that_can_not_be_read_is_said(monkeypatch, error, said):
    def fail(name):
        raise getattr(userdata, error)(name)

    userdata = fake_colab(monkeypatch, fail)
    with pytest.raises(MissingKeyError, match=said):
        resolve_settings()


def test_colab_is_asked_only_by_a_notebook_in_colab(monkeypatch):
    fake_colab(monkeypatch, {"TRACKAGOAT_API_KEY": KEY}.get)
    assert resolve_settings().key_source == "Colab's secrets"
    monkeypatch.delitem(sys.modules, "google.colab")
    with pytest.raises(MissingKeyError, match="no key was found"):
        resolve_settings()


def test_a_malformed_key_in_colab_is_refused_and_not_shown(monkeypatch):
    fake_colab(monkeypatch, {"TRACKAGOAT_API_KEY": f"{KEY} "}.get)
    with pytest.raises(MalformedKeyError, match="key from Colab's secrets has white sp") as caught:
        resolve_settings()
    below_this_test = caught.value.with_traceback(caught.tb.tb_next)
    assert KEY[4:] not in traceback_of(below_this_test)


@pytest.mark.parametrize(
    ("error", "kind", "problem"),
    [
        ("NoKeyringError", MissingKeyError, "no key was found.*sandbox=True"),
        ("KeyringError", SettingsError, "keyring: it failed with KeyringError; unlock it, or set"),
        (None, MissingKeyError, "no key was found"),  # it isn't installed
    ],
)
def test_a_keyring_that_can_not_be_asked_holds_no_key_or_is_named(
    monkeypatch, error, kind, problem
):
    def fail(service, user):
        raise getattr(errors, error)("locked")

    errors = fake_keyring(monkeypatch, fail)
    if error is None:
        monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(kind, match=problem):
        resolve_settings()


@pytest.mark.parametrize(
    ("key", "flaw"),
    [
        ("", "is empty"),
        (f" {KEY}", "white space or quotes"),
        (f"{KEY}\n", "white space or quotes"),
        (f'"{KEY}"', "white space or quotes"),
        ("sk_" + "0" * 65, "does not begin with 'tga_'"),
        (KEY.upper(), "does not begin with 'tga_'"),
        (KEY[:-1], "has 67 characters instead of 68"),
        (f"Bearer {KEY}", "does not begin"),
        (KEY[:-1] + "G", "not lowercase hexadecimal"),
        (KEY[:-1] + "A", "not lowercase hexadecimal"),
        (KEY[:-1] + "\u0663", "not lowercase hexadecimal"),
    ],
)
def test_a_malformed_key_is_refused_with_its_flaw_and_never_shown(key, flaw):
    with pytest.raises(MalformedKeyError, match=flaw) as caught:
        resolve_settings(key)
    assert "0123456789" not in str(caught.value)


@pytest.mark.parametrize("key", [KEY.encode(), [KEY], Path(KEY), {"key": KEY}, (KEY, 1)])
@pytest.mark.parametrize("given", ["by name", "by position"])
def test_key_of_a_wrong_type_is_not_kept_in_the_error(key, given):
    with pytest.raises(ArgumentTypeError, match=type(key).__name__) as caught:
        tgp.connect(key) if given == "by position" else tgp.connect(api_key=key)
    error = caught.value.with_traceback(caught.tb.tb_next)
    assert KEY[4:] not in f"{traceback_of(error)}{vars(error)}{pickle.dumps(error)}"


def test_a_malformed_key_names_its_source(monkeypatch):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", "tga_")
    with pytest.raises(MalformedKeyError, match="from TRACKAGOAT_API_KEY has 4 characters"):
        resolve_settings()


def test_the_key_is_in_no_repr():
    settings = resolve_settings(KEY)
    assert KEY[4:] not in f"{settings!r} {settings} {dataclasses.asdict(settings)}"


def test_the_base_url_is_the_public_one_by_default():
    assert resolve_settings(KEY).base_url == DEFAULT_BASE_URL


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://www.trackagoat.com/api/v1/", "https://www.trackagoat.com/api/v1"),
        ("https://WWW.TrackaGoat.com/api/v1", "https://www.trackagoat.com/api/v1"),
        ("https://example.com", "https://example.com"),
        ("http://localhost:8000/api/v1", "http://localhost:8000/api/v1"),
        ("http://127.8.9.1:80", "http://127.8.9.1:80"),
        ("http://[::1]:8000/api", "http://[::1]:8000/api"),
    ],
)
def test_a_good_base_url_is_kept_without_its_last_slash(given, kept):
    assert resolve_settings(KEY, base_url=given).base_url == kept


@pytest.mark.parametrize("apex", ["https://trackagoat.com/api/v1", "https://TRACKAGOAT.com/api/v1"])
def test_the_apex_domain_becomes_www_with_a_warning_at_the_caller(apex):
    with pytest.warns(BaseUrlWarning, match="loses the key") as caught:
        settings = resolve_settings(KEY, base_url=apex)
    assert settings.base_url == "https://www.trackagoat.com/api/v1"
    assert caught[0].filename == __file__


def test_only_an_iana_time_zone_is_taken():
    for zone in ("Europe/Berlin", "UTC", "America/New_York"):
        assert resolve_settings(KEY, timezone=zone).timezone == zone
    for zone in ("Mars/Olympus", "", "America", "../etc/passwd", "/etc/localtime"):
        with pytest.raises(SettingsError, match="is not one: name an IANA time zone"):
            resolve_settings(KEY, timezone=zone)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("http://www.trackagoat.com/api/v1", "plain http is allowed only"),
        ("http://127.0.0.1.evil.example", "plain http is allowed only"),
        ("http://localhost.evil.example", "plain http is allowed only"),
        ("http://0.0.0.0:8000", "plain http is allowed only"),
        ("http://localhost@evil.example/", "user name"),
        ("https://user:pw@www.trackagoat.com", "user name"),
        ("https://@www.trackagoat.com", "user name"),
        ("https://www.trackagoat.com/api?x=1", "query or a fragment"),
        ("https://www.trackagoat.com/api#x", "query or a fragment"),
        ("ftp://www.trackagoat.com", "must begin with https"),
        ("www.trackagoat.com/api/v1", "must begin with https"),
        ("https:///api/v1", "no valid host"),
        ("https://www.trackagoat.com\\@evil.example", "no URL may have"),
        ("https://www.trackagoat.com:99999/", "not a URL"),
        ("https://www.trackagoat.com:x/", "not a URL"),
        ("https://www.tracka goat.com", "white space"),
        ("https://www.trackagoat.com/\n", "white space"),
        ("https://www.trackago\u0430t.com", "no URL may have"),
        ("", "no URL may have"),
        ("https://[::1/api", "not a URL"),
    ],
)
def test_a_base_url_that_could_leak_the_key_is_refused(given, problem):
    with pytest.raises(SettingsError, match=f"base_url: .*{problem}"):
        resolve_settings(KEY, base_url=given)


SECRET = "hidden-from-view"
OTHER_KEY = f"tga_{'9b8a7c6d' * 8}"


def error_texts(error):
    """Everything that can be printed or stored of an error, without this file's own frames."""
    frames = error.__traceback__.tb_next
    return f"{traceback_of(error.with_traceback(frames))}{vars(error)}{pickle.dumps(error)}"


@pytest.mark.parametrize("place", ["argument", "environment", ".env"])
@pytest.mark.parametrize(
    "address",
    [
        f"https://user:{SECRET}@x.example/api", f"https://x.example/api?token={SECRET}",
        f"https://x.example/api#{SECRET}", f"https://x.example/{SECRET} api",
        f"https://x.example:{SECRET}/", f"http://x.example/{SECRET}", f"{SECRET}.example",
    ],
)  # fmt: skip
def test_refused_base_url_is_in_no_traceback(monkeypatch, tmp_path, place, address):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRACKAGOAT_BASE_URL", raising=False)
    given = {}
    if place == "argument":
        given = {"api_key": KEY, "base_url": address}
    elif place == "environment":
        monkeypatch.setenv("TRACKAGOAT_API_KEY", KEY)
        monkeypatch.setenv("TRACKAGOAT_BASE_URL", address)
    else:
        monkeypatch.delenv("TRACKAGOAT_API_KEY", raising=False)
        file = tmp_path / ".env"
        file.write_text(f"TRACKAGOAT_API_KEY={KEY}\nTRACKAGOAT_BASE_URL='{address}'\n")
        file.chmod(0o600)
    with pytest.raises(SettingsError, match="base_url: ") as caught:
        tgp.connect(**given)
    assert SECRET not in error_texts(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("address", [SECRET.encode(), [SECRET], Path(SECRET)])
def test_base_url_of_another_type_is_in_no_traceback(address):
    with pytest.raises(ArgumentTypeError, match="base_url can't be of type") as caught:
        tgp.connect(KEY, base_url=address)
    assert SECRET not in error_texts(caught.value)
    assert KEY[4:] not in error_texts(caught.value)


@pytest.mark.parametrize(
    "part",
    [
        KEY, KEY[4:], KEY.upper(), KEY[4:30], OTHER_KEY,
        "".join(f"%{code:02x}" for code in KEY.encode()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["https://x.example/{}/v1", "https://x.example/v1/{}"])
def test_key_in_a_base_url_is_refused(form, part):
    with pytest.raises(SettingsError, match="must not contain an API key") as caught:
        tgp.connect(KEY, base_url=form.format(part))
    assert part not in error_texts(caught.value)


def test_base_url_with_a_word_like_a_key_is_kept():
    address = "https://tga_cafe.example/tga_api/0123456789abcd"
    assert resolve_settings(KEY, base_url=address).base_url == address


def test_message_of_a_keyring_is_not_repeated(monkeypatch):
    def fail(service, user):
        raise errors.KeyringError(f"can't unlock it with {SECRET}")

    errors = fake_keyring(monkeypatch, fail)
    with pytest.raises(SettingsError, match="TRACKAGOAT_API_KEY") as caught:
        resolve_settings()
    texts = error_texts(caught.value)
    assert SECRET not in texts
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("argument", "value", "bound"),
    [
        ("timeout_s", 0, "above 0"),
        ("timeout_s", -1, "above 0"),
        ("timeout_s", float("nan"), "above 0"),
        ("timeout_s", float("inf"), "finite"),
        ("max_wait_s", -0.1, "of at least 0"),
        ("max_wait_s", float("inf"), "finite"),
        ("max_workers", 0, "from 1 to 256"),
        ("max_workers", 257, "from 1 to 256"),
        ("rate_limit", (0, 60.0), "0 is not at least 1"),
        ("rate_limit", (60, 0), "above 0"),
    ],
)
def test_a_number_out_of_range_is_refused(argument, value, bound):
    with pytest.raises(SettingsError, match=f"{argument}.*{bound}"):
        resolve_settings(KEY, **{argument: value})


@pytest.mark.parametrize(
    ("argument", "value"),
    [("max_wait_s", 0.0), ("max_workers", 1), ("max_workers", 256), ("rate_limit", (1, 0.1))],
)
def test_the_ends_of_a_range_are_allowed(argument, value):
    assert getattr(resolve_settings(KEY, **{argument: value}), argument) == value


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("timeout_s", "30"),
        ("timeout_s", True),
        ("max_workers", 2.0),
        ("max_workers", False),
        ("rate_limit", 60),
        ("rate_limit", (60,)),
        ("rate_limit", (60.0, 60.0)),
        ("timezone", 1),
        ("api_key", 5),
        ("base_url", 5),
    ],
)
def test_a_value_of_another_type_is_refused(argument, value):
    with pytest.raises(ArgumentTypeError, match=f"{argument} can't be of type"):
        resolve_settings(**{"api_key": KEY, argument: value})


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError, match="base_url"):
        resolve_settings(KEY).base_url = "https://evil.example"
