"""mail.py TESTS: what a mail server and a reader of mail, both of others' making, get from `summitcal notify`.

The states of TESTS/revisions are committed one after another. After each, everybody who asked is told of it by mail: three
audiences, in three languages, over TLS and over STARTTLS by turns. Each has to get one mail, whose text is what `--dry-run`
prints, or none where it prints none. Then a thousand are told of ten changes.
"""

import email
import email.policy
import logging
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

# With TLS from the first byte, the server does not know that it is safe.
warnings.filterwarnings("ignore", message="Requiring AUTH")
logging.getLogger("mail").setLevel(logging.ERROR)

AUDIENCES, LANGUAGES = ("public", "press", "staff"), ("en", "ko", "ja")
LOGIN = ("desk", "S3CRET!word")
PATIENCE = 300
# For a thousand, on a machine that has other things to do; it takes a few seconds.
SECONDS, KILOBYTES = 30, 120_000


def fail(what: str) -> None:
    sys.exit(f"wrong: {what}")


class Box:
    """Takes all mail."""

    def __init__(self):
        self.taken: list[tuple[str, bytes]] = []

    async def handle_DATA(self, server, session, envelope):
        if not server.transport.get_extra_info("ssl_object") or not session.authenticated:
            return "530 It has to be safe, and from somebody known"
        self.taken += [(to, envelope.content) for to in envelope.rcpt_tos]
        return "250 Taken"


class Served:
    """A server that mail is sent over, with TLS from the first byte or after STARTTLS."""

    def __init__(self, certificate: Path, starts_plain: bool):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "server.pem", certificate / "server.key")
        self.box = Box()
        known = lambda server, session, envelope, mechanism, data: AuthResult(
            success=(data.login.decode(), data.password.decode()) == LOGIN
        )
        secured = {"tls_context": context, "require_starttls": True} if starts_plain else {"ssl_context": context, "auth_require_tls": False}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller = Controller(self.box, hostname="127.0.0.1", port=self.port, authenticator=known, auth_required=True, **secured)
        self.controller.start()
        self.scheme = "smtp" if starts_plain else "smtps"

    def url(self) -> str:
        return f"{self.scheme}://{LOGIN[0]}:S3CRET%21word@localhost:{self.port}"

    def taken(self) -> list[tuple[str, email.message.EmailMessage]]:
        """The mails since it was asked last, by recipient."""
        taken, self.box.taken = self.box.taken, []
        return [(to, email.message_from_bytes(content, policy=email.policy.default)) for to, content in taken]


class Desk:
    """A repository of schedules."""

    def __init__(self, tests: Path, home: Path):
        self.tests, self.home = tests, home
        (home / "schedules").mkdir(parents=True)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home), "SSL_CERT_FILE": str(tests / "data/notify/ca.pem")}
        self.environment |= {f"GIT_{whose}_{key}": "t@example.org" for whose in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
        self.git("init", "-q")

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.home, env=self.environment, check=True, timeout=PATIENCE)

    def commit(self, tag: str) -> None:
        self.git("add", "-A", "schedules")
        self.git("commit", "-q", "--allow-empty", "-m", tag)
        self.git("tag", tag)

    def run(self, *words: str, **environment: str) -> str:
        command = [os.environ["SUMMITCAL_PROGRAM"], *words]
        ran = subprocess.run(
            command, cwd=self.home, env=self.environment | environment, capture_output=True, text=True, timeout=PATIENCE
        )
        if ran.returncode != 0:
            fail(f"summitcal {' '.join(words)}: exit code {ran.returncode}\n{ran.stdout}{ran.stderr}")
        if LOGIN[1] in ran.stdout + ran.stderr or "S3CRET" in ran.stdout + ran.stderr:
            fail("a secret is in what it says")
        return ran.stdout

    def state(self, number: int) -> str:
        """Puts a state of the revisions in place, and builds it; its instant."""
        given = self.tests / "revisions" / str(number)
        for name in ("japan-working-visit.yaml", "us-state-visit.yaml", "feeds.yaml"):
            (self.home / "schedules" / name).unlink(missing_ok=True)
            if (given / name).exists():
                shutil.copy(given / name, self.home / "schedules" / name)
        at = (given / "at").read_text("utf-8").strip()
        withdrawn = given / "withdraw"
        for entry in withdrawn.read_text("utf-8").split() if withdrawn.exists() else ():
            self.run("withdraw", entry, "--at", at)
        self.run("build", "--quiet", "--at", at)
        self.commit(f"state-{number}")
        return at


def channel(audience: str) -> str:
    return (
        f"  - {{id: {audience}, kind: mail, smtp: SMTP_URL, from: desk@example.org, recipients: LIST, audience: {audience}, "
        "language: en, also: [Asia/Seoul]}\n"
    )


def dry(text: str) -> dict[tuple[str, str], str]:
    """The messages that a dry run prints, by audience and language."""
    found = {}
    for part in re.split(r"^== ", text, flags=re.M)[1:]:
        head, body = part.split("\n", 1)
        who, language = re.match(r"(\w+) \(mail, \w+, (\w+)\)", head).groups()
        found[who, language] = body
    return found


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def follow_revisions(tests: Path, home: Path, servers: list[Served]) -> None:
    desk = Desk(tests, home)
    (home / "list").write_text("".join(f"{language}@example.org {language}\n" for language in LANGUAGES), "utf-8")
    (home / "schedules/channels.yaml").write_text("channels:\n" + "".join(map(channel, AUDIENCES)), "utf-8")
    desk.state(1)
    count = 0
    for number in range(2, 10):
        at = desk.state(number)
        server = servers[number % 2]
        words = ("notify", f"state-{number - 1}", f"state-{number}", "--at", at)
        environment = {"SMTP_URL": server.url(), "LIST": str(home / "list")}
        expected = dry(desk.run(*words, "--dry-run", **environment))
        if server.taken():
            fail("a dry run sends mail")
        desk.run(*words, **environment)
        found = {}
        for to, message in server.taken():
            who = re.search(r"subject=unsubscribe%20(\w+)>", message["List-Unsubscribe"])[1]
            if message["To"].addresses[0].addr_spec != to or len(message["To"].addresses) != 1:
                fail(f"state {number}: a mail for {to} says that it is for {message['To']}")
            key = who, to.split("@")[0]
            if key in found:
                fail(f"state {number}: {key} is told twice")
            found[key] = message
        if found.keys() != expected.keys():
            fail(f"state {number}: {sorted(found)} are told, not {sorted(expected)}")
        for (who, language), message in found.items():
            plain, html = (message.get_body([kind]).get_content() for kind in ("plain", "html"))
            if squeezed(plain) not in squeezed(expected[who, language]):
                fail(f"state {number}, {who}, {language}: it reads\n{plain}\nand a dry run prints\n{expected[who, language]}")
            if message["Content-Language"] != language:
                fail(f"state {number}: {language} gets {message['Content-Language']}")
            if message.defects or any(part.defects for part in message.walk()):
                fail(f"state {number}: it is no sound mail: {message.defects}")
            # What 8 and 9 tell the press, and nobody else.
            if who == "public" and ("Invented for the test" in plain or "Invented for the test" in html):
                fail(f"state {number}: the public is told what is for the press")
        count += len(found)
    if count < 40:
        fail(f"{count} mails in all are too few to have shown anything")
    print(f"{count} mails through nine states, each for one reader, in three languages, for three audiences.")


def tell_a_thousand(tests: Path, home: Path, server: Served) -> None:
    desk = Desk(tests, home)
    shutil.copy(tests / "revisions/1/feeds.yaml", home / "schedules/feeds.yaml")
    (home / "list").write_text("".join(f"reader-{n}@example.org {LANGUAGES[n % 3]}\n" for n in range(1000)), "utf-8")
    (home / "schedules/channels.yaml").write_text("channels:\n" + channel("public"), "utf-8")
    head = (
        "visit: base\nkind: working-visit\ntitle: Visit\nprincipal: President A\nzone: Asia/Tokyo\n"
        "dates: {from: 2026-08-23, to: 2026-08-24}\naudience: public\nsources: {s: {publisher: P}}\nentries:\n"
    )
    for tag, minute in (("old", 0), ("new", 30)):
        entries = [
            f"  - {{id: e{n}, kind: meeting, title: Meeting {n}, when: {{start: 2026-08-23 {n + 8:02}:{minute:02}}}, "
            "status: confirmed, sources: [s]}\n"
            for n in range(10)
        ]
        (home / "schedules/base.yaml").write_text(head + "".join(entries), "utf-8")
        desk.commit(tag)
    environment = desk.environment | {"SMTP_URL": server.url(), "LIST": str(home / "list")}
    began = time.monotonic()
    process = subprocess.Popen([os.environ["SUMMITCAL_PROGRAM"], "notify", "old", "new"], cwd=home, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    took = time.monotonic() - began
    taken = server.taken()
    if status != 0 or len({to for to, _ in taken}) != 1000 or len(taken) != 1000:
        fail(f"of a thousand {len(taken)} mails arrive, with status {status}")
    if any(message.get_body(["plain"]).get_content().count("Meeting") != 10 for _, message in taken[:3]):
        fail("not all ten changes are told")
    if took > SECONDS or usage.ru_maxrss > KILOBYTES:
        fail(f"a thousand mails take {took:.1f} s and {usage.ru_maxrss} KB")
    print(f"1,000 mails of ten changes each: {took:.1f} s, {usage.ru_maxrss // 1024} MB at most.")


def main() -> None:
    tests = Path(sys.argv[1])
    servers = [Served(tests / "data/notify", starts_plain) for starts_plain in (False, True)]
    try:
        with tempfile.TemporaryDirectory(prefix="notify-") as name:
            follow_revisions(tests, Path(name) / "revisions", servers)
            tell_a_thousand(tests, Path(name) / "many", servers[0])
    finally:
        for server in servers:
            server.controller.stop()


main()
