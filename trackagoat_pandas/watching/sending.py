"""How alerts get out: as lines for a terminal, as JSON for a webhook, and as a mail."""

from __future__ import annotations

import email.policy
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence, Sized
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pandas as pd

from trackagoat_pandas.base.html import escape
from trackagoat_pandas.base.secrets import Secret, redact
from trackagoat_pandas.base.wording import cut, ended, number
from trackagoat_pandas.errors import DeliveryError, SettingsError
from trackagoat_pandas.helpers.columns import flags_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.http.mailing import MailSettings, mail_settings, send_mail
from trackagoat_pandas.http.webhook import post_json
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.program.frames import stamp_text
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.watching.memory import Announcement, MemoryFile, Remembered

if TYPE_CHECKING:
    from trackagoat_pandas.watching.runs import Observation

FIRST_LINES: Final = 20
"""How many alerts a message lists before it only counts the rest."""
_MOST_BLOCKS: Final = 45
"""Slack takes 50 blocks a message, of which one is the heading and one counts the rest."""
_LONGEST_LINE, _LONGEST_TEXT, _LONGEST_NAME = 600, 2_900, 60
"""Characters; Slack takes 3,000 in a text."""
_MOST_UNSENT: Final = 500
"""How many are kept for a way that isn't used any more."""
WEBHOOK: Final = "webhook"
_NOBODY: Final = "nobody yet"
"""Keeps what is new until the first webhook or mail gets it."""
_NEEDED: Final = ("key", "rule", "state", "is_new", "since", "sentence")
_ALIKE: Final = str.maketrans(
    {
        "*": "\N{ASTERISK OPERATOR}", "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
        "~": "\N{TILDE OPERATOR}", "|": "\N{DIVIDES}",
    }
)  # fmt: skip
"""Marks of Slack's and others' Markdown that nothing escapes everywhere, and what looks alike."""
_EDGE_MARK: Final = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""An underscore that isn't within a word, as in "mia_goat", where it is no mark."""
_JOINER: Final = "\N{WORD JOINER}"
_BREAKS: Final = re.compile(r"@|(?<=\])(?=\()|(?<=:)(?=//)")
"""Where names would ping people, and where addresses would become links."""
_AGAIN: Final = "It is kept, and the next run sends it again"


def announcements(alerts: pd.DataFrame, project: str) -> tuple[Announcement, ...]:
    """Return the alerts of a run to announce: those that began, then those that are over.

    Parameters
    ----------
    alerts
        The frame of a run of the watch.
    project
        The project's name.
    """
    require_columns(alerts, [*_NEEDED], loader="watch")
    rows = alerts[flags_of(alerts, "is_new")].to_dict("records")
    said = [
        Announcement(
            _clean(row["key"]), _clean(row["rule"]), str(row["state"]),
            stamp_text(pd.Timestamp(row["since"])), _clean(row["sentence"]),
            _clean(row.get("project_name", project)),
        )
        for row in rows if row["state"] in ("firing", "resolved")
    ]  # fmt: skip
    return tuple(sorted(said, key=lambda one: one.state))


def _clean(text: object) -> str:
    return redact(one_line(str(text)))


def heading(said: Sequence[Announcement]) -> str:
    """Count alerts that began and those that are over: "Spring: 2 new alerts, 1 over"."""
    began = sum(one.state == "firing" for one in said)
    parts = [number(began, "new alert")] if began else []
    parts += [f"{len(said) - began:,} over"] if len(said) > began else []
    return f"{cut(said[0].project, _LONGEST_NAME)}: {', '.join(parts)}"


def text_of(said: Sequence[Announcement], *, zone: str = "UTC", n: int = FIRST_LINES) -> str:
    """Write a line for each alert, and count those after the first `n`.

    Parameters
    ----------
    said
        At least one alert.
    zone
        The time zone of days.
    n
        How many lines there are at most beside the heading and the count.

    Returns
    -------
    str
        Text without control characters; names of the API are otherwise as they are.
    """
    lines = [heading(said), *(f"  {line}" for line in _lines(said[:n], zone))]
    return "\n".join([*lines, *_rest(said, n)])


def _lines(said: Sequence[Announcement], zone: str) -> Iterator[str]:
    for one in said:
        day = day_text(pd.Timestamp(one.since).tz_convert(zone))
        sentence = ended(cut(one.sentence, _LONGEST_LINE))
        line = f"NEW   {sentence} Since {day}."
        if one.state == "resolved":
            line = f"over  {sentence} It began on {day}."
        yield f"{line} [{one.key}]"


def _rest(said: Sized, n: int) -> list[str]:
    return [f"and {len(said) - n:,} more"] if len(said) > n else []


def past_text(backtest: pd.DataFrame, *, n: int = FIRST_LINES) -> str:
    """Write a line for each alert of a backtest, and count those after the first `n`.

    Parameters
    ----------
    backtest
        The frame of :func:`backtest_watch`.
    n
        How many lines there are at most beside the heading and the count.
    """
    zone = backtest.attrs["trackagoat"]["timezone"]
    lines = [f"{number(len(backtest), 'alert')} would have been announced"]
    for row in backtest.head(n).to_dict("records"):
        began, over = (
            None if pd.isna(row[name]) else day_text(row[name].tz_convert(zone))
            for name in ("fired_at", "resolved_at")
        )
        sentence = ended(cut(_clean(row["sentence"]), _LONGEST_LINE))
        ends = f" Over on {over}." if over else ""
        lines.append(f"  {began}  {sentence}{ends} [{_clean(row['key'])}]")
    return "\n".join([*lines, *_rest(backtest, n)])


def webhook_of(said: Sequence[Announcement], *, zone: str = "UTC", n: int = FIRST_LINES) -> bytes:
    """Write the message for a webhook as Slack takes it.

    Each alert is a block whose ``block_id`` is its key, its state and since when: a receiver that
    gets a message twice can drop the second. In texts of the API nothing is markup, names nobody
    and leads nowhere.

    Parameters
    ----------
    said, zone, n
        As for :func:`text_of`; there are at most 45 blocks of alerts.

    Returns
    -------
    bytes
        JSON with ``text`` and ``blocks``.
    """
    shown = said[: min(n, _MOST_BLOCKS)]
    blocks: list[dict[str, Any]] = [_block(heading(said), "heading")]
    for one, line in zip(shown, _lines(shown, zone), strict=True):
        blocks.append(_block(line, cut(f"{one.key}|{one.state}|{one.since}", 255)))
    rest = _rest(said, len(shown))
    blocks += [_block(line, "rest") for line in rest]
    text = "\n".join([heading(said), *_lines(shown, zone), *rest])
    message = {"text": cut(_neutral(text), _LONGEST_TEXT), "mrkdwn": False, "blocks": blocks}
    return json.dumps(message, ensure_ascii=True).encode()


def _block(line: str, name: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": cut(_neutral(line), _LONGEST_TEXT), "emoji": False}
    return {"type": "section", "block_id": name, "text": text}


def _neutral(text: str) -> str:
    """Write a text so that chats show it as it is: Slack, and those that take what Slack takes."""
    plain = _EDGE_MARK.sub("\N{FULLWIDTH LOW LINE}", text.translate(_ALIKE))
    plain = _BREAKS.sub(lambda found: found[0] + _JOINER, plain)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mail_of(
    said: Sequence[Announcement],
    to: str,
    sender: str,
    *,
    zone: str = "UTC",
    n: int = FIRST_LINES,
    now: pd.Timestamp | None = None,
) -> EmailMessage:
    """Write the message as a mail of plain text and HTML.

    Parameters
    ----------
    said, zone, n
        As for :func:`text_of`.
    to, sender
        Mail addresses.
    now
        The mail's date; by default now.

    Returns
    -------
    email.message.EmailMessage
        Its ``Message-ID`` follows from its alerts, so that a second one can be recognized.
    """
    mail = EmailMessage(policy=email.policy.SMTP)
    # An encoded word of a name would be decoded by the library, line breaks and all.
    mail["Subject"] = heading(said).replace("=?", "= ?")
    mail["From"], mail["To"] = sender, to
    moment = pd.Timestamp.now("UTC") if now is None else now
    mail["Date"] = format_datetime(moment.to_pydatetime())
    # Alerts are sent at least once: the second mail of the same ones can be known by its identity.
    identity = json.dumps([[one.key, one.state, one.since] for one in said] + [to]).encode()
    domain = sender.rpartition("@")[2]
    mail["Message-ID"] = f"<{hashlib.sha256(identity).hexdigest()[:32]}@{domain}>"
    # Keeps out-of-office replies from answering (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text_of(said, zone=zone, n=n) + "\n")
    rows = "".join(
        f"<tr><td style='padding: 4px 0'>{escape(line)}</td></tr>"
        for line in [*_lines(said[:n], zone), *_rest(said, n)]
    )
    mail.add_alternative(
        f"<html><body><p><b>{escape(heading(said))}</b></p><table>{rows}</table></body></html>",
        subtype="html",
    )
    return mail


def deliver(
    observation: Observation,
    file: MemoryFile,
    *,
    project: str,
    zone: str = "UTC",
    webhook: Secret | None = None,
    mail: Sequence[str] = (),
    settings: MailSettings | None = None,
    n: int = FIRST_LINES,
    say: Callable[[str], object] | None = None,
) -> tuple[Announcement, ...]:
    """Announce what a run of the watch found, and remember it.

    The memory and what is to be sent are written in one step before anything is sent, and each
    message is crossed out after it was sent. So a run that is killed loses none, and the next one
    sends at most one message twice, the same to the byte. What fails to be sent is kept for the
    next run, and what was sent by another way isn't sent again. Nothing new sends nothing. A run
    without a webhook or mail leaves what is new to the next one that has them.

    Parameters
    ----------
    observation
        What a run found.
    file
        The file of the watch, which the caller holds.
    project
        The project's name.
    zone
        The time zone of days.
    webhook
        The address of a webhook.
    mail, settings
        Addresses that get a mail each, and the server to send it through; by default that of the
        environment, as :func:`mail_settings` reads it.
    n
        How many alerts a message lists.
    say
        Is called with the text of what is new, before it counts as announced; may print it.

    Returns
    -------
    tuple of Announcement
        What is new.

    Raises
    ------
    DeliveryError
        Something could not be sent; everything else was.
    SettingsError
        The mail server isn't known.
    """
    said = announcements(observation.alerts, project)
    server = mail_settings() if mail and settings is None else settings
    # Printed before it is remembered: a run that is killed in between is printed twice.
    if say is not None:
        for part in _messages(said, set()):
            say(text_of(part, zone=zone, n=n))
    ways = _ways(webhook, mail, server, zone, n)
    before = file.read().unsent
    waiting = before.get(_NOBODY, ())
    # Also for ways of other runs: one in a notebook must not keep that of cron from sending.
    known = dict.fromkeys([*before, *ways] or [_NOBODY])
    if ways:
        known.pop(_NOBODY, None)
    unsent = {way: (*before.get(way, waiting), *said)[-_MOST_UNSENT:] for way in known}
    file.write(Remembered(observation.memory, unsent))
    failed: list[DeliveryError] = []
    for way, send in ways.items():
        for part in _messages(unsent[way], {*observation.memory.silenced}):
            try:
                send(part)
            except SettingsError as error:  # such as that of a proxy
                failed.append(DeliveryError(error.setting, error.problem))
                break
            except DeliveryError as error:
                failed.append(error)
                break
            unsent[way] = tuple(one for one in unsent[way] if one not in part)
            file.write(Remembered(observation.memory, unsent))
    if failed:
        first, *others = failed
        lost = DeliveryError(first.what, "; ".join([first.problem, *map(str, others)]))
        lost.add_advice(f"{_AGAIN}.")
        raise lost
    return said


def _messages(
    unsent: Sequence[Announcement], silent: set[str]
) -> Iterator[tuple[Announcement, ...]]:
    """Split the alerts to send by project; silenced ones wait."""
    for project in dict.fromkeys(one.project for one in unsent):
        part = tuple(one for one in unsent if one.project == project and one.key not in silent)
        if part:
            yield part


_Send: TypeAlias = "Callable[[tuple[Announcement, ...]], None]"


def _ways(
    webhook: Secret | None, mail: Sequence[str], server: MailSettings | None, zone: str, n: int
) -> dict[str, _Send]:
    """Return what sends announcements, by a name that gives no address away."""
    ways = dict[str, _Send]()
    if webhook is not None:
        ways[WEBHOOK] = lambda said: post_json(webhook, webhook_of(said, zone=zone, n=n))
    if server is not None:
        for to in mail:
            ways[f"mail {_digest(to)}"] = lambda said, to=to: send_mail(  # type: ignore[misc]
                server, mail_of(said, to, server.sender, zone=zone, n=n)
            )
    return ways


def _digest(text: str) -> str:
    return hashlib.sha256(text.lower().encode()).hexdigest()[:12]
