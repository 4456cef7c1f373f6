"""A store that somebody else made never writes or deletes outside its folder."""

from __future__ import annotations

import errno
import os

import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import StoreDamagedError, StoreError
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.ledger import LEDGER

PATHS = (
    "../victim.txt", "../../victim.txt", "/victim.txt", "parts/../../victim.txt", "parts/videos",
    "parts/videos/2026-06/..", "parts/videos/../2026-06", "parts\\videos\\2026-06\\x", "", ".",
    "parts/videos/2026-06/x/../../../../../victim.txt",
)  # fmt: skip
PARTS = (
    ("..", "..", "victim.txt"), ("videos", "..", "victim.txt"), ("videos", "2026-06", ".."),
    ("videos", "2026-06", "../victim.txt"), ("../videos", "2026-06", "victim.txt"),
    ("videos", "../..", "victim.txt"), ("/tmp", "2026-06", "victim.txt"),
    ("videos", "2026-06", "a\\..\\victim.txt"),
)  # fmt: skip
LINKS = (
    "writer.lock", "ledger.changes", "ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm",
    "parts", "parts/videos", "parts/videos/2026-06", "damaged",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """The folder of a new store, beside a file that must stay as it is."""
    (tmp_path / "victim.txt").write_text("precious")
    folder = tmp_path / "store"
    Archive(folder).ledger.close()
    yield folder
    assert (tmp_path / "victim.txt").read_text() == "precious"
    assert {path.name for path in tmp_path.iterdir()} <= {"store", "victim.txt", "outside", "state"}
    assert not [*tmp_path.glob("outside/*")]


def use(folder):
    """Open a store and call everything that deletes and moves files."""
    with tgp.open_store(folder) as store:
        store.compact()
        store.verify(repair=True)


@pytest.mark.parametrize("path", PATHS)
def test_ledger_cannot_delete_files_elsewhere(folder, path):
    ledger = Archive(folder).ledger
    with ledger.transaction() as connection:
        connection.execute("INSERT INTO dropped VALUES (?)", (path,))
    ledger.close()
    with pytest.raises(StoreDamagedError, match="no file of a store"):
        use(folder)


@pytest.mark.parametrize(("table", "month", "name"), PARTS)
def test_ledger_cannot_move_files_elsewhere(folder, table, month, name):
    ledger = Archive(folder).ledger
    with ledger.transaction() as connection:
        row = (name, table, month, 1, 1, "2026-06-01", "2026-06-01", "0" * 64)
        connection.execute("INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    ledger.close()
    with pytest.raises(StoreDamagedError, match="no file of a store"):
        use(folder)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
@pytest.mark.parametrize("is_folder", [True, False])
@pytest.mark.parametrize("name", LINKS)
def test_links_in_a_store_are_refused(folder, name, is_folder):
    outside = folder.parent / "outside"
    outside.mkdir()
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(outside if is_folder else folder.parent / "victim.txt")
    with pytest.raises(StoreDamagedError, match="it is a link"):
        use(folder)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_folder_of_a_store_may_be_a_link(folder, tmp_path):
    (tmp_path / "outside").symlink_to(folder)
    use(tmp_path / "outside")
    assert (folder / LEDGER).exists()
    (tmp_path / "outside").unlink()


@pytest.mark.parametrize("refused", [("stat",), ("open",), ("stat", "open")])
def test_unreadable_store_raises_a_store_error(folder, monkeypatch, refused):
    # Root may read folders of any mode, so the refusal of the system is made here.
    for name in refused:
        call = getattr(os, name)

        def refuse(path, *args, call=call, **kwargs):
            if str(path).startswith(f"{folder}{os.sep}"):
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return call(path, *args, **kwargs)

        monkeypatch.setattr(os, name, refuse)
    with pytest.raises(StoreError, match="permission"):
        use(folder)
    monkeypatch.undo()
