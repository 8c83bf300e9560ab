"""rss2email, which sends entries as mails; here into a folder."""

from __future__ import annotations

import mailbox
import re
import shutil
from dataclasses import replace
from email import message_from_bytes, policy
from email.utils import parseaddr, parsedate_to_datetime
from html import escape
from typing import TYPE_CHECKING

import pytest

from readers.following import Seen, follow, the_same
from readers.publisher import ADDED, CORRECTED, FERRY

if TYPE_CHECKING:
    from email.message import EmailMessage

    from readers.following import Home
    from readers.publisher import Publisher

pytestmark = pytest.mark.skipif(not shutil.which("r2e"), reason="rss2email is not installed")


class Rss2email:
    warm_up = 0
    shows_corrections = False  # unless it is told to reply to the first mail

    def __init__(self, home: Home, **settings: str) -> None:
        self._home = home
        self._read: set[str] = set()
        self.run("new", "me@example.invalid")
        file = home.folder / "r2e.cfg"
        settings = {
            "email-protocol": "maildir",
            "maildir-path": str(home.folder),
            "maildir-mailbox": "mail",
            "html-mail": "True",
            "date-header": "True",
            "date-header-order": "issued",
            "name-format": "{author}",
            **settings,
        }
        text = file.read_text()
        for name, value in settings.items():
            line = f"\n{name} = {value}\n"
            text, found = re.subn(rf"\n{name} = .*\n", line, text)
            text = text if found else text.replace("[DEFAULT]\n", f"[DEFAULT]{line}", 1)
        file.write_text(text)

    def subscribe(self, url: str) -> None:
        self.run("add", "feed", url)

    def poll(self) -> None:
        assert "[ERROR]" not in self.run("run")

    def entries(self) -> list[Seen]:
        return [_seen(mail) for mail in self.mails()]

    def unread(self) -> list[str]:
        return [mail["X-RSS-URL"] for mail in self.mails() if mail["Message-ID"] not in self._read]

    def read_all(self) -> None:
        self._read = {mail["Message-ID"] for mail in self.mails()}

    def mails(self) -> list[EmailMessage]:
        box = mailbox.Maildir(self._home.folder / "mail")
        files = [box.get_bytes(key) for key in box.iterkeys()]
        return [message_from_bytes(data, policy=policy.default) for data in files]

    def run(self, *arguments: str) -> str:
        return self._home.run("r2e", "-c", "r2e.cfg", "-d", "r2e.json", *arguments)


def _seen(mail: EmailMessage) -> Seen:
    return Seen(
        mail["X-RSS-ID"],
        mail["X-RSS-URL"],
        mail["Subject"],
        parsedate_to_datetime(mail["Date"]).timestamp(),
        None,
        parseaddr(mail["From"])[0],
        mail.get_content(),
    )


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_rss2email(home: Home, publisher: Publisher, form: str) -> None:
    follow(Rss2email(home), publisher, form)


@pytest.mark.parametrize("form", ["rss", "atom"])
@pytest.mark.parametrize("html_mail", ["True", "False"])
def test_rss2email_mails_the_whole_article(
    home: Home, publisher: Publisher, form: str, html_mail: str
) -> None:
    places = [f"Place {number} &amp; its quay." for number in range(100)]
    publisher.put(replace(ADDED, html="".join(f"<p>{place}</p>" for place in places)))
    publisher.publish()
    client = Rss2email(home, **{"html-mail": html_mail})
    client.subscribe(publisher.feed(form))
    client.poll()
    (mail,) = [mail for mail in client.mails() if mail["X-RSS-URL"] == ADDED.url]
    assert mail.get_content_subtype() == ("html" if html_mail == "True" else "plain")
    text = mail.get_content()
    shown = text if html_mail == "True" else escape(text)
    assert [place for place in places if place not in shown] == []


def test_rss2email_replies_with_a_correction(home: Home, publisher: Publisher) -> None:
    client = Rss2email(home, **{"reply-changes": "True"})
    client.subscribe(publisher.feed("atom"))
    client.poll()
    client.read_all()
    first = next(mail for mail in client.mails() if mail["X-RSS-URL"] == FERRY.url)

    publisher.put(CORRECTED)
    publisher.publish()
    client.poll()
    (reply,) = [mail for mail in client.mails() if mail["In-Reply-To"]]
    assert client.unread() == [FERRY.url]
    assert reply["In-Reply-To"] == first["Message-ID"]
    the_same([_seen(reply)], [CORRECTED])
