"""What is sent of alerts, and that no text of the API is obeyed by a terminal, a chat or a mail."""

from __future__ import annotations

import email
import email.policy
import json
import re
import unicodedata
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import examples
from tests.support.markup import MARKUP, Seen
from tests.support.receivers import PASSWORD, mail_server, webhook
from tests.support.watching import MOMENT, alert_of, run_of
from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.errors import DeliveryError, MissingColumnError, SettingsError
from trackagoat_pandas.http import mailing
from trackagoat_pandas.http.mailing import MailSettings, mail_settings, send_mail
from trackagoat_pandas.watching.memory import Announcement, MemoryFile
from trackagoat_pandas.watching.sending import (
    announcements,
    deliver,
    mail_of,
    text_of,
    webhook_of,
)

KEY = "tga_" + "0123456789abcdef" * 4
TO = "boss@example.com"
ONE, TWO = alert_of("one"), alert_of("two", state="resolved")
HOSTILE = [
    *MARKUP, "<!here> @channel @everyone", "<!channel>", "<@U123>", "<https://x.example|click>",
    "*bold* _it_ ~no~ `code` ```pre```", "[a](https://x.example)", "a\r\nBcc: eve@example.com",
    "\r\n.\r\nMAIL FROM:<eve@example.com>", "=?utf-8?q?=0ABcc:_eve?=", KEY, "\ud83d", "\u2028x\x85",
    "> quote", "&lt;!here&gt;", "\x1b]8;;https://x.example\x07link\x1b]8;;\x07", "x" * 9_000,
]  # fmt: skip


@pytest.fixture
def file(tmp_path):
    return MemoryFile(tmp_path / "watch.json")


def settings_of(server):
    return MailSettings("127.0.0.1", server.port, "ann", Secret(PASSWORD), "watch@example.com")


def said_of(*texts, project="Spring"):
    run = run_of(*[alert_of(f"k{place}", sentence=text) for place, text in enumerate(texts)])
    return announcements(run.alerts, project)


# What is said.


def test_alerts_that_began_come_before_those_that_are_over():
    said = announcements(run_of(TWO, ONE).alerts, "Spring")
    assert text_of(said) == (
        "Spring: 1 new alert, 1 over\n"
        "  NEW   @one over-posted. Since 18 Jun 2026. [one]\n"
        "  over  @two over-posted. It began on 18 Jun 2026. [two]"
    )


def test_what_isnt_new_or_only_pending_isnt_said():
    pending = alert_of("three", state="pending")
    assert announcements(run_of(ONE, TWO, new=False).alerts, "Spring") == ()
    assert announcements(run_of(pending).alerts, "Spring") == ()


def test_a_frame_that_isnt_of_the_watch_is_refused():
    with pytest.raises(MissingColumnError, match="watch"):
        announcements(pd.DataFrame({"key": ["a"]}), "Spring")


def test_after_n_lines_the_rest_is_counted():
    said = said_of(*["x"] * 32)
    lines = text_of(said).splitlines()
    assert len(lines) == 22
    assert lines[-1] == "and 12 more"
    message = json.loads(webhook_of(said))
    assert message["blocks"][-1]["text"]["text"] == "and 12 more"
    assert "and 12 more" in mail_of(said, TO, TO).get_body(("plain",)).get_content()
    assert "more" not in text_of(said, n=32)


def test_days_are_those_of_the_zone():
    said = announcements(run_of(ONE).alerts, "Spring")
    assert "19 Jun 2026" in text_of(said, zone="Asia/Tokyo")


# Terminal, webhook and mail.

texts = st.one_of(st.sampled_from(HOSTILE), st.text(), st.text(st.characters(categories=["C"])))


def check_text(text):
    for mark in text:
        assert unicodedata.category(mark) != "Cc" or mark == "\n", repr(mark)
        assert mark not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"
        assert not "\ud800" <= mark <= "\udfff"
    assert KEY not in text


@settings(max_examples=examples(400), deadline=None)
@given(texts, texts)
def test_a_terminal_gets_a_line_for_each_alert_and_obeys_none(name, sentence):
    said = said_of(sentence, "x", project=name)
    text = text_of(said)
    check_text(text)
    assert len(text.split("\n")) == 3


MARKS = re.compile(r"[<>*`~|]|&(?!(amp|lt|gt);)|@(?!\u2060)|\]\(|(?<!\w)_|_(?!\w)|://")


@settings(max_examples=examples(400), deadline=None)
@given(texts, texts)
def test_a_chat_shows_hostile_texts_as_they_are(name, sentence):
    message = json.loads(webhook_of(said_of(sentence, project=name)))
    shown = [message["text"], *(block["text"]["text"] for block in message["blocks"])]
    for text in shown:
        check_text(text)
        assert MARKS.search(text) is None, text
        assert len(text) <= 3_000
    assert message["mrkdwn"] is False
    assert all(block["text"]["type"] == "plain_text" for block in message["blocks"])
    assert not any(block["text"]["emoji"] for block in message["blocks"])  # ":eyes:" stays a text


@settings(max_examples=examples(400), deadline=None)
@given(texts, texts)
def test_a_mail_has_no_header_and_no_markup_of_a_hostile_text(name, sentence):
    mail = mail_of(said_of(sentence, project=name), TO, "watch@example.com", now=MOMENT)
    sent = email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)
    assert set(sent.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
        "MIME-Version",
    }  # fmt: skip
    assert sent["To"] == TO
    plain, html = (sent.get_body((kind,)).get_content() for kind in ("plain", "html"))
    check_text(plain.replace("\r\n", "\n"))
    check_text(sent["Subject"])
    seen = Seen(html)
    assert set(seen.tags) <= {"html", "body", "p", "b", "table", "tr", "td"}
    assert {name for name, _ in seen.attributes} <= {"style"}
    check_text(seen.text.replace("\r\n", "\n"))


def test_a_handle_stays_readable_in_a_chat():
    message = json.loads(webhook_of(said_of("@mia_goat & co: 3 < 5.")))
    block = message["blocks"][1]["text"]["text"]
    assert block.replace("\u2060", "").startswith("NEW   @mia_goat &amp; co: 3 &lt; 5. Since")


def test_a_message_fits_what_slack_takes_and_names_each_alert_once():
    said = said_of(*["y" * 5_000] * 200)
    content = webhook_of(said, n=200)
    message = json.loads(content)
    ids = [block["block_id"] for block in message["blocks"]]
    assert len(ids) == len(set(ids)) <= 50
    assert ids[1] == "k0|firing|2026-06-18T19:00:00Z"
    assert max(map(len, ids)) <= 255
    assert len(content) < 100_000


def test_the_same_alerts_give_the_same_message():
    said = announcements(run_of(ONE, TWO).alerts, "Spring")
    assert webhook_of(said) == webhook_of(said)
    assert mail_of(said, TO, TO)["Message-ID"] == mail_of(said, TO, TO)["Message-ID"]
    later = [replace(one, since="2026-07-01T00:00:00Z") for one in said]
    assert mail_of(said, TO, TO)["Message-ID"] != mail_of(later, TO, TO)["Message-ID"]


# The mail server.


@pytest.mark.parametrize("port", [1, 465, 65_535])
def test_settings_of_mail_are_read_from_the_environment(port):
    given = {"HOST": "smtp.example.com", "PORT": str(port), "USER": "ann", "PASSWORD": PASSWORD,
             "FROM": "watch@example.com"}  # fmt: skip
    read = mail_settings({f"TRACKAGOAT_SMTP_{name}": value for name, value in given.items()})
    assert (read.host, read.port, read.user) == ("smtp.example.com", port, "ann")
    assert read.password.reveal() == PASSWORD
    assert PASSWORD not in repr(read)


@pytest.mark.parametrize(
    ("name", "value"),
    [("HOST", ""), ("HOST", "a b"), ("PORT", "x"), ("PORT", "0"),
     ("PORT", "65536"), ("FROM", "ann"), ("FROM", "a@b.c\nBcc: d@e.f")],
)  # fmt: skip
def test_settings_of_mail_that_cant_be_used_are_named(name, value):
    right = {"HOST": "smtp.example.com", "PORT": "587", "FROM": "a@b.c", "PASSWORD": PASSWORD}
    environ = {f"TRACKAGOAT_SMTP_{each}": one for each, one in {**right, name: value}.items()}
    with pytest.raises(SettingsError, match=f"TRACKAGOAT_SMTP_{name}") as caught:
        mail_settings(environ)
    assert PASSWORD not in str(caught.value)


def test_a_mail_server_that_refuses_the_password_isnt_quoted():
    said = announcements(run_of(ONE).alerts, "Spring")
    with mail_server(refuses=True) as server, pytest.raises(DeliveryError) as caught:
        send_mail(settings_of(server), mail_of(said, TO, TO))
    assert "SMTPAuthenticationError, code 535" in str(caught.value)
    assert PASSWORD not in f"{caught.value}{caught.value!r}{caught.value.__context__}"


def test_a_password_that_cant_be_sent_isnt_shown():
    said = announcements(run_of(ONE).alerts, "Spring")
    with mail_server() as server:
        other = replace(settings_of(server), password=Secret(f"{PASSWORD}é"))
        with pytest.raises(DeliveryError, match="UnicodeEncodeError") as caught:
            send_mail(other, mail_of(said, TO, TO))
    assert PASSWORD not in f"{caught.value}{caught.value!r}{caught.value.__context__}"


def test_beyond_this_machine_nothing_is_sent_without_tls(monkeypatch):
    monkeypatch.setattr(mailing, "is_loopback", lambda _: False)
    said = announcements(run_of(ONE).alerts, "Spring")
    with mail_server() as server, pytest.raises(DeliveryError, match="SMTPNotSupportedError"):
        send_mail(settings_of(server), mail_of(said, TO, TO))
    assert (server.log_ins, server.mails) == ([], [])


# A run: what is new is sent once by each way.


def test_what_is_new_is_said_posted_and_mailed_once(file):
    said = []
    run = run_of(ONE, TWO)
    with webhook() as got, mail_server() as server:
        ways = {"webhook": Secret(got.address), "mail": [TO], "settings": settings_of(server)}
        for each in (run, run._replace(alerts=run.alerts.assign(is_new=False))):
            deliver(each, file, project="Spring", say=said.append, **ways)
    assert len(got.bodies) == len(server.mails) == len(said) == 1
    assert server.to == [TO]
    assert len(server.log_ins) == 1
    assert file.read().memory == run.memory
    assert [*file.read().unsent.values()] == [(), ()]


def test_a_run_in_a_notebook_leaves_what_is_new_to_the_next_one_that_sends(file):
    with webhook() as got:
        way = {"project": "Spring", "webhook": Secret(got.address)}
        deliver(run_of(), file, **way)
        deliver(run_of(ONE), file, project="Spring")
        deliver(run_of(), file, **way)
        deliver(run_of(), file, **way)
    assert len(got.bodies) == 1
    assert b"@\\u2060one over-posted" in got.bodies[0]


def test_the_first_webhook_gets_what_earlier_runs_found(file):
    for found in (ONE, alert_of("three"), None):
        deliver(run_of(*([found] if found else [])), file, project="Spring")
    with webhook() as got, mail_server() as server:
        webhook_alone = {"project": "Spring", "webhook": Secret(got.address)}
        deliver(run_of(TWO), file, **webhook_alone)
        deliver(run_of(), file, **webhook_alone, mail=[TO], settings=settings_of(server))
        deliver(run_of(), file, **webhook_alone)
    [body] = got.bodies
    keys = [block["block_id"].partition("|")[0] for block in json.loads(body)["blocks"]]
    assert keys[1:] == ["one", "three", "two"]
    # What was sent by one way isn't sent by a way that is added later.
    assert server.mails == []
    assert [*file.read().unsent.values()] == [(), ()]


def test_what_is_never_sent_is_kept_up_to_a_bound(file):
    with webhook() as got:
        deliver(run_of(), file, project="Spring", webhook=Secret(got.address))
    many = run_of(*[alert_of(f"k{place}") for place in range(600)])
    deliver(many, file, project="Spring")
    kept = file.read().unsent["webhook"]
    assert (len(kept), kept[-1].key) == (500, "k599")


def test_alerts_of_several_projects_name_theirs():
    run = run_of(ONE, alert_of("two"))
    said = announcements(run.alerts.assign(project_name=["Spring", "Summer"]), "Spring, Summer")
    assert [one.project for one in said] == ["Spring", "Summer"]


def test_no_secret_is_in_the_file_or_in_what_is_sent(file):
    run = run_of(alert_of("one", sentence=f"{KEY} over-posted"))
    said = []
    with webhook(403) as got, mail_server(refuses=True) as server:
        ways = {"webhook": Secret(got.address), "mail": [TO], "settings": settings_of(server)}
        ways |= {"project": "Spring", "say": said.append}
        run = run._replace(memory=run_of(ONE).memory)
        with pytest.raises(DeliveryError) as caught:
            deliver(run, file, **ways)
    everything = [*map(str, said), str(caught.value), file.path.read_text()]
    everything += [body.decode() for body in [*got.bodies, *server.mails]]
    for secret in (KEY, "SECRET", PASSWORD):
        assert not any(secret in one for one in everything)
    assert "mail server" in str(caught.value)
    assert "the next run sends it again" in str(caught.value)


def test_what_fails_by_one_way_is_sent_by_the_other_and_again_by_that_alone(file):
    run, nothing = run_of(ONE), run_of()
    with webhook(403, 200) as got, mail_server() as server:
        ways = {"webhook": Secret(got.address), "mail": [TO], "settings": settings_of(server)}
        with pytest.raises(DeliveryError, match="403"):
            deliver(run, file, project="Spring", **ways)
        assert (len(got.bodies), len(server.mails)) == (1, 1)
        # The alert is over by now; that it was there is said all the same.
        deliver(nothing, file, project="Spring", **ways)
        deliver(nothing, file, project="Spring", **ways)
    assert (len(got.bodies), len(server.mails)) == (2, 1)
    assert got.bodies[0] == got.bodies[1]


def test_two_projects_share_a_file_and_get_a_message_each(file):
    with webhook(403, 403, 200) as got:
        way = {"webhook": Secret(got.address)}
        for project in ("Spring", "Summer"):
            with pytest.raises(DeliveryError):
                deliver(run_of(alert_of(project)), file, project=project, **way)
        deliver(run_of(), file, project="Spring", **way)
    texts = [json.loads(body)["text"].partition(":")[0] for body in got.bodies[2:]]
    assert texts == ["Spring", "Summer"]


def test_a_silenced_alert_that_wasnt_sent_yet_waits(file):
    with webhook(403, 200) as got:
        way = {"webhook": Secret(got.address)}
        with pytest.raises(DeliveryError):
            deliver(run_of(ONE), file, project="Spring", **way)
        deliver(run_of(silenced={"one": MOMENT}), file, project="Spring", **way)
        assert len(got.bodies) == 1
        deliver(run_of(), file, project="Spring", **way)
    assert len(got.bodies) == 2


def test_mail_without_a_server_is_refused_before_anything_is_sent(file, monkeypatch):
    monkeypatch.delenv("TRACKAGOAT_SMTP_HOST", raising=False)
    with webhook() as got, pytest.raises(SettingsError, match="SMTP_HOST"):
        deliver(run_of(ONE), file, project="Spring", webhook=Secret(got.address), mail=[TO])
    assert got.bodies == []
    assert not file.path.exists()


def test_an_announcement_is_texts_alone():
    (said,) = announcements(run_of(ONE).alerts, "Spring")
    assert said == Announcement(
        "one", "over_posting", "firing", "2026-06-18T19:00:00Z", "@one over-posted.", "Spring"
    )
