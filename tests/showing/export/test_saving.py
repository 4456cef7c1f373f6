"""A file is written whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, UnwritableFileError
from trackagoat_pandas.showing.export.saving import check_folder, check_path, save, save_all

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions and links of POSIX")


def names_in(folder):
    return sorted(each.name for each in folder.iterdir())


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    save(path, b"new")
    assert path.read_bytes() == b"new"
    assert names_in(tmp_path) == ["a.csv"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_what_interrupts_writing_leaves_the_old_file(error, tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")

    def interrupted(self, target):
        raise error

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(error):
        save(path, b"new")
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.csv"]


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(UnwritableFileError, match=r"a\.csv' can't be written: there is no folder"):
        save(tmp_path / "none" / "a.csv", b"new")
    with pytest.raises(OSError, match="written"):
        save(tmp_path, b"new")
    assert names_in(tmp_path.parent).count(tmp_path.name) == 1


@posix
def test_a_file_keeps_its_permissions_and_a_new_one_has_the_usual(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    path.chmod(0o640)
    save(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640
    mask = os.umask(0o027)
    try:
        save(tmp_path / "b.csv", b"new")
    finally:
        os.umask(mask)
    assert (tmp_path / "b.csv").stat().st_mode & 0o777 == 0o640


@posix
def test_a_link_stays_and_its_target_is_replaced(tmp_path):
    target, link = tmp_path / "a.csv", tmp_path / "b.csv"
    target.write_bytes(b"old")
    link.symlink_to(target)
    save(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_path_may_be_in_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert check_path("~/a.CSV", ".csv") == tmp_path / "a.CSV"
    assert check_folder("~") == tmp_path


@pytest.mark.parametrize("path", [None, 5, b"a.csv", ["a.csv"]])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ArgumentTypeError, match=r"path can't be .*the path of a"):
        check_path(path, ".csv")
    with pytest.raises(ArgumentTypeError, match=r"path can't be .*the path of a folder"):
        check_folder(path)


def test_what_is_written_to_a_file_comes_before_its_path_but_what_is_read_is_the_path():
    with pytest.raises(ArgumentTypeError, match=r"file, after what is written to it\.$"):
        check_path(5, ".csv")
    with pytest.raises(ArgumentTypeError, match=r"takes the path of a \.csv file\.$"):
        check_path(5, ".csv", is_read=True)


@pytest.mark.parametrize("path", ["", "a", "a.txt", "a\0.csv", "folder/"])
def test_another_ending_is_refused(path):
    with pytest.raises(ArgumentError, match="path="):
        check_path(path, ".csv")


def test_a_folder_must_exist(tmp_path):
    with pytest.raises(ArgumentError, match="an existing folder for several frames"):
        check_folder(tmp_path / "none")


@pytest.mark.parametrize("path", ["\ud800.csv", "~nobody-at-all/a.csv"])
def test_a_place_that_no_file_can_have_is_refused(path):
    with pytest.raises(ArgumentError, match="no file can be there"):
        check_path(path, ".csv")


def test_of_several_files_none_is_moved_before_all_are_written(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"old")
    with pytest.raises(UnwritableFileError, match=r"none.b\.csv' can't be written"):
        save_all({tmp_path / "a.csv": b"new", tmp_path / "none" / "b.csv": b"new"})
    assert (tmp_path / "a.csv").read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.csv"]


@posix
def test_a_device_is_not_replaced(tmp_path):
    pipe = tmp_path / "a.csv"
    os.mkfifo(pipe)
    with pytest.raises(UnwritableFileError, match="it isn't a file"):
        save(pipe, b"new")
    assert not pipe.is_file()
    assert names_in(tmp_path) == ["a.csv"]
