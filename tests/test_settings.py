"""Where the key and the address come from, and what is refused before anything is sent."""

from __future__ import annotations

import dataclasses
import sys
import types
import warnings

import pytest

from tests.http_doubles import KEY
from trackagoat_pandas.errors import (
    ArgumentTypeError,
    BaseUrlWarning,
    MalformedKeyError,
    MissingKeyError,
    SettingsError,
)
from trackagoat_pandas.settings import DEFAULT_BASE_URL, resolve_settings

OTHER = "tga_" + "f" * 64


def fake_keyring(monkeypatch, get_password):
    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})
    errors.NoKeyringError = type("NoKeyringError", (errors.KeyringError, RuntimeError), {})
    keyring = types.ModuleType("keyring")
    keyring.errors, keyring.get_password = errors, get_password
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return errors


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch):
    fake_keyring(monkeypatch, lambda service, user: None)


def test_the_argument_comes_before_the_environment(monkeypatch):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", OTHER)
    settings = resolve_settings(KEY)
    assert (settings.api_key.reveal(), settings.key_source) == (KEY, "argument")


def test_the_environment_comes_before_dotenv(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text(f"TRACKAGOAT_API_KEY={OTHER}\n")
    monkeypatch.setenv("TRACKAGOAT_API_KEY", KEY)
    settings = resolve_settings()
    assert (settings.api_key.reveal(), settings.key_source) == (KEY, "TRACKAGOAT_API_KEY")


def test_dotenv_is_found_above_the_working_directory(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text(f'TRACKAGOAT_API_KEY="{KEY}"\n')
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    settings = resolve_settings()
    assert (settings.api_key.reveal(), settings.key_source) == (KEY, ".env")


def test_dotenv_leaves_the_environment_alone(tmp_path):
    import os

    (tmp_path / ".env").write_text(f"TRACKAGOAT_API_KEY={KEY}\n")
    resolve_settings()
    assert "TRACKAGOAT_API_KEY" not in os.environ


def test_an_unreadable_dotenv_is_named(tmp_path):
    (tmp_path / ".env").write_bytes(b"TRACKAGOAT_API_KEY=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env.*can't be read"):
        resolve_settings()


def test_keyring_comes_last(monkeypatch):
    fake_keyring(
        monkeypatch,
        lambda service, user: KEY if (service, user) == ("trackagoat", "api_key") else None,
    )
    settings = resolve_settings()
    assert (settings.api_key.reveal(), settings.key_source) == (KEY, "keyring")


def test_a_machine_without_a_keyring_backend_has_no_key(monkeypatch):
    def fail(service, user):
        raise errors.NoKeyringError

    errors = fake_keyring(monkeypatch, fail)
    with pytest.raises(MissingKeyError, match="no key was found"):
        resolve_settings()


def test_a_locked_keyring_is_named(monkeypatch):
    def fail(service, user):
        raise errors.KeyringError("locked")

    errors = fake_keyring(monkeypatch, fail)
    with pytest.raises(SettingsError, match=r"keyring: .*locked"):
        resolve_settings()


def test_without_keyring_installed_there_is_no_key(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(MissingKeyError, match="sandbox=True"):
        resolve_settings()


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", "")
    with pytest.raises(MissingKeyError, match="no key was found"):
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


def test_a_malformed_key_names_its_source(monkeypatch):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", "tga_")
    with pytest.raises(MalformedKeyError, match="from TRACKAGOAT_API_KEY has 4 characters"):
        resolve_settings()


def test_a_key_that_is_no_text_is_refused():
    with pytest.raises(ArgumentTypeError, match="api_key can't be of type int"):
        resolve_settings(5)


def test_the_key_is_in_no_repr():
    settings = resolve_settings(KEY)
    assert KEY[4:] not in f"{settings!r} {settings} {dataclasses.asdict(settings)}"


def test_the_base_url_is_the_public_one_by_default():
    assert resolve_settings(KEY).base_url == DEFAULT_BASE_URL


def test_the_base_url_of_the_environment_comes_before_dotenv(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("TRACKAGOAT_BASE_URL=https://two.example/api\n")
    assert resolve_settings(KEY).base_url == "https://two.example/api"
    monkeypatch.setenv("TRACKAGOAT_BASE_URL", "https://one.example/api")
    assert resolve_settings(KEY).base_url == "https://one.example/api"


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
def test_the_apex_domain_becomes_www_with_a_warning(apex):
    with pytest.warns(BaseUrlWarning, match="loses the key"):
        settings = resolve_settings(KEY, base_url=apex)
    assert settings.base_url == "https://www.trackagoat.com/api/v1"


def test_the_warning_points_at_the_caller():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        resolve_settings(KEY, base_url="https://trackagoat.com/api/v1")
    assert caught[0].filename == __file__


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


def test_a_base_url_that_is_no_text_is_refused():
    with pytest.raises(ArgumentTypeError, match="base_url can't be of type int"):
        resolve_settings(KEY, base_url=5)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "America/New_York"])
def test_an_iana_time_zone_is_kept(zone):
    assert resolve_settings(KEY, timezone=zone).timezone == zone


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "America", "../etc/passwd", "/etc/localtime"])
def test_another_time_zone_is_refused(zone):
    with pytest.raises(SettingsError, match="no IANA time zone"):
        resolve_settings(KEY, timezone=zone)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("timeout_s", 0),
        ("timeout_s", -1),
        ("timeout_s", float("nan")),
        ("timeout_s", float("inf")),
        ("max_wait_s", -0.1),
        ("max_wait_s", float("inf")),
        ("max_workers", 0),
        ("max_workers", 257),
        ("rate_limit", (0, 60.0)),
        ("rate_limit", (60, 0)),
    ],
)
def test_a_number_out_of_range_is_refused(argument, value):
    with pytest.raises(SettingsError, match=argument):
        resolve_settings(KEY, **{argument: value})


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
    ],
)
def test_a_value_of_another_type_is_refused(argument, value):
    with pytest.raises(ArgumentTypeError, match=f"{argument} can't be of type"):
        resolve_settings(KEY, **{argument: value})


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError, match="base_url"):
        resolve_settings(KEY).base_url = "https://evil.example"
