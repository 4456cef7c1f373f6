"""What goes wrong with a file on this machine."""

from __future__ import annotations

from typing import ClassVar

from trackagoat_pandas.errors.base import TrackaGoatError


class FileError(TrackaGoatError, OSError):
    """A file can't be read."""

    _shown: ClassVar[tuple[str, ...]] = ("path", "problem")

    def __init__(self, path: str, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"The file {path!r} can't be read: {problem}.")


class MissingFileError(FileError, FileNotFoundError):
    """There is no such file."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "there is none of that name")


class RefusedFileError(FileError, PermissionError):
    """The file belongs to somebody else."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "this account has no permission to read it")
