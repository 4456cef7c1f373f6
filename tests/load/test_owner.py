"""A store is one organization's: another one's client is refused, and a new key goes on."""

from __future__ import annotations

import subprocess
import sys

import pytest

import trackagoat_pandas as tgp
from tests.support.http_doubles import KEY
from trackagoat_pandas import actions
from trackagoat_pandas.errors import StoreOwnerError, TrackaGoatError
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.load.planning import estimate_load
from trackagoat_pandas.store.disk.folder import Archive, Owner

API = "https://api.example.com/api/v1"
REFUSED = (
    r"is refused: it is of .*, and the client is of .* Nothing was kept .* Open another folder"
)
LOADS = {
    "a list": lambda: tgp.load_videos(),
    "projects": lambda: tgp.load_projects(),
    "a name": lambda: tgp.load_creators("Summer Launch"),
    "analytics": lambda: tgp.load_analytics("project", "Summer Launch", "views", dates="2026-05"),
    "a path": lambda: tgp.load_path("/videos"),
}


@pytest.fixture(scope="module")
def boxes():
    """The demo's program, and that of another seed."""
    small = {"rate_limit": None, "creators": 3, "days": 40}
    with tgp.sandbox(**small) as one, tgp.sandbox(**small, seed=8) as other:
        yield one, other


def client_of(box, key=None, **settings):
    """A client of a sandbox; with an address, the sandbox is there instead of on loopback."""
    settings = {"rate_limit": None, "progress": False, "base_url": box.base_url, **settings}
    return tgp.connect(key or box.key, transport=box.app, shared_quota=False, **settings)


def contents(folder):
    ledger = Archive(folder).ledger
    tables = ("snapshots", "parts", "coverage", "answers", "keys", "owner")
    return {name: [tuple(row) for row in ledger.rows(f"SELECT * FROM {name}")] for name in tables}


@pytest.mark.parametrize("first", ["a list", "projects", "a name"])
@pytest.mark.parametrize("name", LOADS)
def test_the_client_of_another_organization_is_refused(boxes, tmp_path, first, name):
    with client_of(boxes[0], store=tmp_path):
        LOADS[first]()
    before = contents(tmp_path)
    with client_of(boxes[1], store=tmp_path, max_age="1h") as client:
        with pytest.raises(StoreOwnerError, match=REFUSED) as caught:
            LOADS[name]()
        assert client.requests_sent == 1  # for the projects
        own = tgp.load_projects(client=Session(client, archive=None))
    assert own["org_id"].iloc[0] in caught.value.given
    assert caught.value.path == str(tmp_path)
    assert contents(tmp_path) == before


def test_a_sync_of_another_organization_is_refused(boxes, tmp_path):
    store = tgp.open_store(tmp_path)
    with client_of(boxes[0]):
        store.sync(dates="last 7 days", entities="project")
    before = contents(tmp_path)
    with client_of(boxes[1]), pytest.raises(StoreOwnerError, match=REFUSED):
        store.sync(dates="last 7 days", entities="project")
    assert contents(tmp_path) == before


def test_a_client_that_knows_its_organization_asks_for_nothing(boxes, tmp_path):
    with client_of(boxes[0], store=tmp_path):
        tgp.load_projects()
    with client_of(boxes[1]) as client:
        tgp.load_videos("Summer Launch")
        before = client.requests_sent
        with pytest.raises(StoreOwnerError, match=REFUSED):
            tgp.load_videos(client=Session(client, archive=Archive(tmp_path)))
        assert client.requests_sent == before


def test_a_sandbox_on_another_port_goes_on_with_the_store(boxes, tmp_path):
    with client_of(boxes[0], store=tmp_path):
        videos = tgp.load_videos()
    moved = "http://127.0.0.1:9/api/v1"
    with client_of(boxes[0], store=tmp_path, max_age="1h", base_url=moved) as client:
        assert tgp.load_videos().equals(videos)
        assert client.requests_sent == 1
        assert tgp.load_videos().equals(videos)
        assert client.requests_sent == 1
    with client_of(boxes[0], store=tmp_path, max_age="1h", base_url=moved) as client:
        assert tgp.load_videos().equals(videos)
        assert client.requests_sent == 0
    another = "http://127.0.0.1:10/api/v1"
    with client_of(boxes[0], store=tmp_path, offline=True, base_url=another):
        assert tgp.load_videos().equals(videos)


@pytest.mark.parametrize("first", ["a list", "projects", "a name"])
def test_a_new_key_of_the_organization_goes_on_with_the_store(tmp_path, first):
    with tgp.sandbox(rate_limit=None, creators=3, days=40) as box:
        with client_of(box, store=tmp_path, base_url=API):
            loaded = LOADS[first]()
            new = actions.create_api_key("rotated")["key"].iloc[0]
        with client_of(box, new, store=tmp_path, base_url=API):
            assert LOADS[first]().equals(loaded)
        assert len(Archive(tmp_path).ledger.rows("SELECT * FROM keys")) == 2
        with client_of(box, new, store=tmp_path, base_url=API, offline=True):
            assert LOADS[first]().equals(loaded)


def test_another_address_is_refused_without_a_request(boxes, tmp_path):
    with client_of(boxes[0], store=tmp_path, base_url=API):
        tgp.load_videos()
    for offline in (False, True):
        for address in ("https://other.example.com/api/v1", boxes[0].base_url):
            with client_of(boxes[0], store=tmp_path, base_url=address, offline=offline) as client:
                with pytest.raises(StoreOwnerError, match=f"unknown id at {API}, and the client"):
                    tgp.load_videos()
                assert client.requests_sent == 0


def test_offline_a_key_that_never_used_the_store_is_refused(boxes, tmp_path):
    with client_of(boxes[0], store=tmp_path, base_url=API):
        tgp.load_videos()
    said = "the client's key was never used with it.* Load something without offline=True, or open"
    with (
        client_of(boxes[0], KEY, store=tmp_path, base_url=API, offline=True),
        pytest.raises(StoreOwnerError, match=said),
    ):
        tgp.load_videos()
    with client_of(boxes[0], store=tmp_path, base_url=API, offline=True):
        assert len(tgp.load_videos()) > 0


def test_a_plan_sends_nothing_to_find_out_whose_the_store_is(boxes, tmp_path):
    with client_of(boxes[0], store=tmp_path):
        tgp.load_videos()
    with client_of(boxes[1], store=tmp_path, max_age="1h") as client:
        assert estimate_load(tgp.load_videos).requests
        assert client.requests_sent == 0


def test_a_store_with_nothing_in_it_is_nobodys(boxes, tmp_path):
    with client_of(boxes[0], store=tmp_path) as client:
        with pytest.raises(TrackaGoatError, match="no project is called"):
            tgp.load_videos("Missing")
        archive = session_of(client).archive
        archive.owner.note(Owner("https://other.example.com", "another"), "f")
        assert archive.owner.read() is None
    with client_of(boxes[1], store=tmp_path) as client:
        owner_id = tgp.load_projects()["org_id"].iloc[0]
        assert session_of(client).archive.owner.read() == Owner(
            "a server on this machine", owner_id
        )
        assert "f" not in session_of(client).archive.owner.read().keys


def test_of_two_programs_that_claim_an_empty_store_the_second_is_refused(boxes, tmp_path):
    class Racing:
        """Keeps a list of one sandbox while the other one answers."""

        def __call__(self, environ, start_response):
            answer = boxes[1].app(environ, start_response)
            with client_of(boxes[0], store=tmp_path) as first:
                tgp.load_projects(client=first)
            return answer

    with (
        tgp.connect(
            boxes[1].key, base_url=boxes[1].base_url, transport=Racing(), store=tmp_path,
            rate_limit=None, progress=False,
        ) as second,
        pytest.raises(StoreOwnerError, match=REFUSED),
    ):  # fmt: skip
        tgp.load_projects(client=second)
    assert len(Archive(tmp_path).lists.snapshots()) == 1


def test_a_load_without_a_store_brings_neither_sqlite_nor_arrows_datasets():
    code = (
        "import sys, trackagoat_pandas as tgp\n"
        "with tgp.connect(sandbox=True):\n"
        "    creators = tgp.load_creators('Summer Launch').head(1)\n"
        "    tgp.load_analytics('creator', creators, 'views', dates='last 7 days')\n"
        "heavy = {'trackagoat_pandas.store.disk.ledger', 'pyarrow.dataset'}\n"
        "print(sorted(heavy & {*sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_key_is_in_the_error(boxes, tmp_path):
    with client_of(boxes[0], store=tmp_path):
        tgp.load_projects()
    with (
        client_of(boxes[1], store=tmp_path),
        pytest.raises(StoreOwnerError, match=REFUSED) as caught,
    ):
        tgp.load_projects()
    assert boxes[1].key not in str(caught.value)
    assert "tga_" not in repr(caught.value)
