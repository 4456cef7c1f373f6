"""Comments from files and frames of any origin, as records with the declared names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from trackagoat_pandas.errors import ArgumentError, MissingColumnError

FILE_TYPES = (".csv", ".json", ".jsonl", ".ndjson", ".parquet")

# What exports call the declared columns, in lower case with underscores.
_USUAL_NAMES = {
    "text": ("text", "comment", "comment_text", "body", "content", "message"),
    "id": ("id", "comment_id"),
    "tiktok_comment_id": ("tiktok_comment_id", "cid"),
    "author": ("author", "username", "user", "author_name", "unique_id", "handle"),
    "like_count": ("like_count", "likes", "digg_count"),
    "posted_at": ("posted_at", "published_at", "created_time", "timestamp", "date", "time"),
}


def records_of_frame(comments: pd.DataFrame, text: str | None = None) -> list[Mapping[str, Any]]:
    """The rows of a frame with a text column, under the declared names.

    Raises
    ------
    MissingColumnError
        No column holds the text.
    """
    names = _declared_names(list(comments.columns), text)
    plain = pd.DataFrame({names[name]: _plain(comments[name]) for name in comments.columns})
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def records_of_file(path: Path, text: str | None = None) -> list[Mapping[str, Any]]:
    """The rows of a CSV, JSON, JSON Lines or Parquet file, under the declared names.

    Everything in a CSV file is read as text first, so that no id passes through a float.

    Raises
    ------
    ArgumentError
        The file has another type, or isn't what its type says.
    MissingColumnError
        No column holds the text.
    """
    kind = path.suffix.lower()
    if kind not in FILE_TYPES:
        raise ArgumentError("source", path.name, f"a file's type is one of {', '.join(FILE_TYPES)}")
    if kind == ".parquet":
        return records_of_frame(pd.read_parquet(path), text)
    if kind == ".csv":
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
        return records_of_frame(rows, text)
    return _records_of_json(path, text)


def _records_of_json(path: Path, text: str | None) -> list[Mapping[str, Any]]:
    body = path.read_bytes()
    try:
        if path.suffix.lower() == ".json":
            rows = msgspec.json.decode(body)
        else:
            rows = msgspec.json.Decoder().decode_lines(body)
    except msgspec.DecodeError as error:
        raise ArgumentError("source", path.name, f"it must hold JSON ({error})") from error
    if isinstance(rows, dict):
        rows = next((value for value in rows.values() if isinstance(value, list)), None)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ArgumentError("source", path.name, "it must hold a list of objects")
    names = _declared_names(list(dict.fromkeys(name for row in rows for name in row)), text)
    return [{names[name]: value for name, value in row.items()} for row in rows]


def _declared_names(columns: list[Any], text: str | None) -> dict[Any, str]:
    """What each column is called in the declared table; others keep their names."""
    plain = {re.sub(r"\W+", "_", str(name).strip().lower()): name for name in columns}
    names = {name: str(name) for name in columns}
    for declared, usual in _USUAL_NAMES.items():
        found = next((plain[name] for name in usual if name in plain), None)
        if found is not None and declared not in columns:
            names[found] = declared
    if text is not None:
        if text not in columns:
            raise MissingColumnError([text], columns)
        names = {name: new if new != "text" else f"{name}_" for name, new in names.items()}
        names[text] = "text"
    if "text" not in names.values():
        raise MissingColumnError(["text"], columns, loader="load_comments(text=...)")
    return names


def _plain(values: pd.Series) -> pd.Series:
    """Values as JSON has them: instants as ISO text, nulls as None."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert("UTC")
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = values.map(pd.Timestamp.isoformat, na_action="ignore")
    return values.astype(object).where(values.notna(), None)
