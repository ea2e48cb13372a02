"""What those who subscribe through a token have in front of them, and what has to come of it in every program.

An office serves a small schedule for the press. A client subscribes with a token in the address, and has to show what the
feed has. One meeting then moves, and with it when the press gathers, which is an event of its own: the client has to follow,
and to change nothing else. The meeting is called off, and both are cancelled. The token is revoked: the client has to report
an error, and to keep what it had.

A client has `refresh()`, which asks once, and gives the error that its user is told of, or None; `events()`, the events
that it keeps, each as the text of a calendar or of a VEVENT; `renames`, whether it gives events UIDs of its own; and
`refused`, how it is answered when its token is revoked. A program that stays open has `restart()` too. `silent` says that it
tells nobody of a refusal, and `forgets` that it keeps nothing once it was started anew and has asked again: neither is
hoped for, and a program that has learnt better is wrong here, so that somebody takes note.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import icalendar

PATIENCE = 60
MOVED, STEP, STAYS = "Talks", "Gather: Talks", ("Dinner", "TENTATIVE: Press conference", "Arrival")
CANCELLED = "CANCELLED: "

FEEDS = """\
publisher: Press office
base_url: http://127.0.0.1
uid_namespace: 5b1f0f5e-3a0e-4f2c-9a53-2f0c4d1e8a77
feeds:
  - {id: seoul, title: Visits, zone: Asia/Seoul, language: en, audience: public}
  - {id: seoul, title: Visits for the press, zone: Asia/Seoul, language: en, audience: press, steps: events, step_alarms: [15m]}
"""

VISIT = """\
visit: subscribed
kind: working-visit
title: Working visit
principal: The President
zone: Europe/Berlin
dates: {from: 2026-10-24, to: 2026-10-26}
audience: press
sources: {programme: {publisher: Press office}}
entries:
  - id: talks
    kind: meeting
    title: Talks
    when: {start: 2026-10-24 10:30, end: 11:15}
    status: confirmed
    sources: [programme]
    press: {steps: [{do: gather, at: 09:45, place: North gate}]}
  - {id: dinner, kind: meal, title: Dinner, when: {date: 2026-10-24}, status: confirmed, sources: [programme], audience: public}
  - id: conference
    kind: press-event
    title: Press conference
    when: {start: 2026-10-25 14:00, for: 30m}
    status: tentative
    sources: [programme]
  - {id: arrival, kind: ceremony, title: Arrival, when: {start: 2026-10-26 09:00}, status: confirmed, sources: [programme]}
"""


def fail(what: str) -> None:
    sys.exit(f"wrong: {what}")


def wait(what: str, found, seconds: float = PATIENCE):
    """What `found` finds, as soon as that is something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = found()
        if value:
            return value
        time.sleep(0.1)
    fail(f"{what}: nothing in {seconds:.0f} s")


class Office:
    """`summitcal serve` in a folder of its own."""

    def __init__(self, home: Path):
        self.home = home
        (home / "schedules").mkdir(parents=True)
        (home / "schedules/feeds.yaml").write_text(FEEDS, "utf-8")
        (home / "schedules/visit.yaml").write_text(VISIT, "utf-8")
        self.requests: list[dict] = []
        self.said = ""
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
        self.run = lambda *words: subprocess.run(
            [os.environ["SUMMITCAL_PROGRAM"], *words], cwd=home, env=environment, capture_output=True, text=True, check=True, timeout=PATIENCE
        ).stdout
        self.process = subprocess.Popen(
            [os.environ["SUMMITCAL_PROGRAM"], "serve", "--addr", "127.0.0.1:0"],
            cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        threading.Thread(target=self.read_log, daemon=True).start()
        threading.Thread(target=self.read_errors, daemon=True).start()
        self.base = wait("an address", lambda: (re.search(r"http://[0-9.:]+", self.said) or [None])[0])

    def read_log(self) -> None:
        for line in self.process.stdout:
            self.requests.append(json.loads(line))

    def read_errors(self) -> None:
        for line in self.process.stderr:
            self.said += line

    def token(self) -> tuple[str, str]:
        """A new one for the press, and its id."""
        text = self.run("token", "add", "--audience", "press", "--name", "a client")
        token, name = text.split("\n", 1)[0], re.search(r"This token, (\w+),", text)[1]
        wait("the token", lambda: self.status(token) == 200)
        return token, name

    def address(self, token: str) -> str:
        return f"{self.base}/t/{token}/feeds/seoul.ics"

    def feed(self, token: str) -> str:
        request = urllib.request.Request(self.address(token), headers={"User-Agent": "office"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def status(self, token: str) -> int:
        try:
            self.feed(token)
            return 200
        except urllib.error.HTTPError as error:
            return error.code

    def edit(self, token: str, *edits: tuple[str, str]) -> None:
        """Changes the visit, and waits until that is served."""
        before = self.feed(token)
        path = self.home / "schedules/visit.yaml"
        text = path.read_text("utf-8")
        for old, new in edits:
            if old not in text:
                fail(f"there is no “{old}” to change")
            text = text.replace(old, new, 1)
        path.write_text(text, "utf-8")
        wait("the change", lambda: self.feed(token) != before)

    def move(self, token: str) -> None:
        """Moves one meeting by an hour and a half, and when the press gathers for it."""
        self.edit(token, ("10:30, end: 11:15", "12:00, end: 12:45"), ("at: 09:45", "at: 11:15"))

    def call_off(self, token: str) -> None:
        """Cancels that meeting."""
        self.edit(token, ("status: confirmed", "status: cancelled"))

    def revoke(self, token: str, name: str) -> None:
        self.run("token", "revoke", name)
        wait("the revocation", lambda: self.status(token) == 404)

    def theirs(self) -> list[dict]:
        """The requests of clients, as the log has them."""
        time.sleep(0.5)
        return [line for line in self.requests if line["agent"] != "office"]

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()


@contextmanager
def office():
    # Nothing that hangs keeps anybody waiting for ever; what was started is ended on the way out.
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("it took too long"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    signal.alarm(600)
    with tempfile.TemporaryDirectory(prefix="subscribe-") as name:
        serving = Office(Path(name) / "office")
        try:
            yield serving, Path(name)
        finally:
            serving.end()


def read(texts: list[str]) -> dict[str, dict]:
    """Events by title, each with its properties as they stand, but for what says when a copy was made."""
    found: dict = {}
    for text in texts:
        for event in icalendar.Calendar.from_ical(text).walk("VEVENT"):
            title = str(event["SUMMARY"])
            if title in found:
                fail(f"“{title}” is there twice")
            found[title] = {name: event.get(name) for name in event}
    return found


def instant(event: dict, name: str):
    time_of = event[name].dt
    return time_of.timestamp() if hasattr(time_of, "timestamp") else time_of.isoformat()


def hold(when: str, client, feed: str) -> dict:
    """What a client keeps is what the feed has: every event once, at its time, with its status and its sequence."""
    kept, published = read(client.events()), read([feed])
    if kept.keys() != published.keys():
        fail(f"{when}: {sorted(kept)} is kept of {sorted(published)}")
    for title, event in published.items():
        names = ["SEQUENCE", "STATUS", "LAST-MODIFIED"] + ([] if client.renames else ["UID"])
        for name in names:
            if kept[title].get(name) != event.get(name):
                fail(f"{when}: {name} of “{title}” is {kept[title].get(name)!r}, not {event.get(name)!r}")
        for name in ("DTSTART", "DTEND"):
            if instant(kept[title], name) != instant(event, name):
                fail(f"{when}: {name} of “{title}” is {kept[title][name].dt}, not {event[name].dt}")
    return kept


def follow(office: Office, client, token: str, name: str) -> None:
    """The whole story; ends the program with what was wrong, if anything was."""
    began = time.monotonic()
    if error := client.refresh():
        fail(f"the first time, an error: {error}")
    first = hold("at first", client, office.feed(token))
    if "North gate" not in str(first[MOVED]["DESCRIPTION"]):
        fail("what only the press sees is not there")
    office.move(token)
    if error := client.refresh():
        fail(f"after the change, an error: {error}")
    second = hold("after the change", client, office.feed(token))
    for title in (MOVED, STEP):
        moved = {key for key in first[title].keys() | second[title].keys() if first[title].get(key) != second[title].get(key)}
        sequences = [int(kept[title]["SEQUENCE"]) for kept in (first, second)]
        hours = (instant(second[title], "DTSTART") - instant(first[title], "DTSTART")) / 3600
        if hours != 1.5 or sequences[1] != sequences[0] + 1:
            fail(f"“{title}” moved by {hours} h, and its sequence from {sequences[0]} to {sequences[1]}")
        follows = {"DTSTART", "DTEND", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DESCRIPTION"} | ({"UID"} if client.renames else set())
        if extra := moved - follows:
            fail(f"{sorted(extra)} of “{title}” changed too")
    office.call_off(token)
    if error := client.refresh():
        fail(f"after it was called off, an error: {error}")
    third = hold("after it was called off", client, office.feed(token))
    for title in (MOVED, STEP):
        event = third.get(CANCELLED + title)
        if title in third or not event or event["STATUS"] != "CANCELLED" or int(event["SEQUENCE"]) != sequences[1] + 1:
            fail(f"“{title}” is not called off: {event}")
    for title in STAYS:
        if not first[title] == second[title] == third[title]:
            fail(f"“{title}” changed: {first[title]} is now {third[title]}")
    office.revoke(token, name)
    wrong = []
    told = client.refresh()
    if bool(told) == getattr(client, "silent", False):
        wrong.append(f"of the revocation it tells “{told}”")
    if read(client.events()) != third:
        wrong.append(f"after the revocation {sorted(read(client.events()))} is left, or not as it was")
    restarted = ""
    if hasattr(client, "restart"):
        client.restart()
        client.refresh()
        left = read(client.events())
        forgets = getattr(client, "forgets", False)
        if left != ({} if forgets else third):
            wrong.append(f"after a restart {sorted(left)} is left, or not as it was")
        restarted = " until it is started again" if forgets else ", after a restart too"
    asked = office.theirs()
    codes = " ".join(str(line["status"]) for line in asked)
    if not [line for line in asked if line["status"] == client.refused]:
        wrong.append("it never asked with the revoked token")
    if wrong:
        fail(f"{client.name}: {'; '.join(wrong)}; asked {codes}")
    if token in json.dumps(office.requests) + office.said:
        fail("the token is in a log")
    print(f"{client.name}: {len(first)} events; “{MOVED}” and “{STEP}” moved, sequence {sequences[0]} to {sequences[1]}, and were called off; nothing else changed;")
    print(f"  revoked: {f'“{told}”' if told else 'it says nothing'}, and all is kept{restarted}.")
    agents = ", ".join(sorted({str(line["agent"]) for line in asked}))
    print(f"  asked {len(asked)} times ({codes}) as {agents}; {time.monotonic() - began:.0f} s.", flush=True)
