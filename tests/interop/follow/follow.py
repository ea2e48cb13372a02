"""follow.py REVISIONS PROGRAMS: what subscribers see while a plan changes.

REVISIONS holds a numbered folder for each state of the schedules, and expected.tsv (see its README.md). Each state is
built over the one before, and after each build

- vdirsyncer fetches the feeds, once over HTTP and once as files that keep their UIDs; khal lists what came of it;
- every event is put into Radicale again, under its UID; a CalDAV REPORT tells what is there.

Both have to show each entry once, under one UID, at its latest time, with its latest status and stamps.
"""

import base64
import http.client
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
import xml.etree.ElementTree as xml
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar

FEEDS = {"seoul": "Asia/Seoul", "new-york": "America/New_York"}
FIRST, LAST = "2025-08-10", "2025-09-10"
PATIENCE = 60
complaints: list[str] = []


def complain(where: str, what: str) -> None:
    complaints.append(f"{where}: {what}")


def run(command: list, environment: dict) -> str:
    command = [str(word) for word in command]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    if ran.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {ran.returncode}\n{ran.stdout}{ran.stderr}")
    return ran.stdout


# What is expected.


def parse_time(text: str):
    """20250825, or Area/Place 20250825T121500."""
    if " " not in text:
        return datetime.strptime(text, "%Y%m%d").date()
    zone, local = text.split(" ")
    return datetime.strptime(local, "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(zone))


def expected(revisions: Path, states: list[str]) -> dict[str, dict[str, dict]]:
    """For each state, the public's entries by UID."""
    settings = (revisions / states[0] / "feeds.yaml").read_text("utf-8")
    namespace = uuid.UUID(re.search(r"^uid_namespace: (\S+)", settings, re.M)[1])
    lines = [line.split("\t") for line in (revisions / "expected.tsv").read_text("utf-8").splitlines() if line[:1] != "#"]
    now: dict[str, dict] = {}
    known = {}
    for state in states:
        for _, identity, audience, sequence, host, seoul, status, created, modified in (l for l in lines if l[0] == state):
            if audience not in ("all", "public") and "public" not in audience.split("+"):
                continue
            if host == "-":
                continue
            start = parse_time(seoul)
            if isinstance(start, datetime) and start != parse_time(host):
                sys.exit(f"expected.tsv: {identity} is at two instants in state {state}")
            now[str(uuid.uuid5(namespace, identity))] = {
                "identity": identity,
                "sequence": int(sequence),
                "start": start,
                "status": status,
                "created": created,
                "modified": modified,
            }
        known[state] = dict(now)
    return known


# What is built.


def build(program: str, revisions: Path, state: str, home: Path, environment: dict) -> datetime:
    schedules = home / "schedules"
    schedules.mkdir(exist_ok=True)
    for old in schedules.glob("*.yaml"):
        old.unlink()
    for new in (revisions / state).glob("*.yaml"):
        shutil.copy(new, schedules)
    at = (revisions / state / "at").read_text("utf-8").strip()
    common = ["--schedules", schedules, "--at", at]
    withdrawn = revisions / state / "withdraw"
    if withdrawn.exists():
        for entry in withdrawn.read_text("utf-8").split():
            run([program, "withdraw", entry, *common], environment)
    run([program, "build", "--quiet", "--out", home / "dist", *common], environment)
    return datetime.fromisoformat(at)


def events(text: str) -> dict:
    """The events of a calendar, as an independent library reads them; None under a UID that is there twice."""
    found: dict = {}
    for event in icalendar.Calendar.from_ical(text).walk("VEVENT"):
        uid = str(event["UID"])
        found[uid] = None if uid in found else event
    return found


def hold(where: str, found: dict, wanted: dict[str, dict], instants: dict[str, datetime]) -> None:
    """Compares events with what is expected: UIDs, times, status, stamps."""
    for uid in found.keys() - wanted.keys():
        complain(where, f"{uid} should not be there")
    for uid, entry in wanted.items():
        if uid not in found:
            complain(where, f"{entry['identity']} is missing")
            continue
        event = found[uid]
        if event is None:
            complain(where, f"{entry['identity']} is there twice")
            continue
        got = {
            "start": event["DTSTART"].dt,
            "status": str(event["STATUS"]),
            "sequence": int(event["SEQUENCE"]),
            "created": event["CREATED"].dt,
            "modified": event["LAST-MODIFIED"].dt,
            "stamp": event["DTSTAMP"].dt,
        }
        should = {key: entry[key] for key in ("start", "status", "sequence")}
        should["created"] = instants[entry["created"]]
        should["modified"] = should["stamp"] = instants[entry["modified"]]
        for key, value in should.items():
            if got[key] != value:
                complain(where, f"{entry['identity']}: {key} is {got[key]}, not {value}")


# Subscribers: vdirsyncer and khal.


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def serve(folder: Path) -> http.server.ThreadingHTTPServer:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Quiet(*a, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def subscribe(home: Path, port: int) -> None:
    """Two pairs a feed: the http storage, which gives UIDs of its own, and a file, which keeps those of the feed."""
    text = f'[general]\nstatus_path = "{home}/status"\n'
    for feed, zone in FEEDS.items():
        remotes = {"http": f'type = "http"\nurl = "http://127.0.0.1:{port}/feeds/{feed}.ics"\n',
                   "kept": f'type = "singlefile"\nread_only = true\npath = "{home}/{feed}.ics"\n'}
        for kind, remote in remotes.items():
            name = f"{kind}-{feed}".replace("-", "_")
            vdir = home / "vdir" / name
            vdir.mkdir(parents=True)
            text += f'[pair {name}]\na = "{name}_here"\nb = "{name}_there"\ncollections = null\nconflict_resolution = "b wins"\n'
            text += f'[storage {name}_here]\ntype = "filesystem"\npath = "{vdir}"\nfileext = ".ics"\n'
            text += f"[storage {name}_there]\n{remote}"
            (home / f"{name}.khal").write_text(
                f"[calendars]\n[[feed]]\npath = {vdir}\nreadonly = True\n[sqlite]\npath = {home}/{name}.db\n"
                f"[locale]\nlocal_timezone = {zone}\ndefault_timezone = {zone}\ntimeformat = %H:%M\n"
                "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
                "datetimeformat = %Y-%m-%dT%H:%M\nlongdatetimeformat = %Y-%m-%dT%H:%M\n"
            )
    (home / "vdirsyncer").write_text(text)


def listed(programs: Path, home: Path, name: str, environment: dict) -> list[dict]:
    fields = ["uid", "title", "start-long-full", "end-long-full", "all-day", "status"]
    asked = [word for field in fields for word in ("--json", field)]
    out = run([programs / "khal", "-c", home / f"{name}.khal", "list", "--once", *asked, FIRST, LAST], environment)
    return [entry for line in out.splitlines() for entry in json.loads(line)]


def rows(feed: dict, zone: str, with_uid: bool) -> list[tuple]:
    """What khal should list, by the feed: on its clock, the last day of whole days inclusive."""
    rows = []
    for uid, event in feed.items():
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        if isinstance(start, datetime):
            start, end = (f"{time.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}" for time in (start, end))
            whole = "False"
        else:
            start, end, whole = start.isoformat(), (end - timedelta(1)).isoformat(), "True"
        rows.append((uid if with_uid else "", start, end, whole, str(event["STATUS"]), str(event["SUMMARY"])))
    return sorted(rows)


def follow_khal(programs: Path, home: Path, state: str, wanted: dict, instants: dict, port: int, environment: dict) -> None:
    for feed in FEEDS:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/feeds/{feed}.ics", timeout=PATIENCE) as answer:
            (home / f"{feed}.ics").write_bytes(answer.read())
    if not (home / "status").exists():
        run([programs / "vdirsyncer", "discover"], environment)
    run([programs / "vdirsyncer", "sync"], environment)
    for feed, zone in FEEDS.items():
        published = events((home / f"{feed}.ics").read_text("utf-8"))
        hold(f"state {state}, {feed} feed", published, wanted, instants)
        if None in published.values():
            continue
        for kind in ("kept", "http"):
            name = f"{kind}-{feed}".replace("-", "_")
            where = f"state {state}, {feed} feed by vdirsyncer ({kind})"
            files = [path.read_text("utf-8") for path in (home / "vdir" / name).glob("*.ics")]
            if len(files) != len(wanted):
                complain(where, f"{len(files)} files for {len(wanted)} entries")
            if kind == "kept":
                # Stamps too, of what vdirsyncer thinks is up to date.
                kept: dict = {}
                for text in files:
                    for uid, event in events(text).items():
                        kept[uid] = None if uid in kept else event
                hold(where, kept, wanted, instants)
            entries = listed(programs, home, name, environment)
            shown = sorted(
                (
                    entry["uid"] if kind == "kept" else "",
                    *(entry[end][: 10 if entry["all-day"] == "True" else None] for end in ("start-long-full", "end-long-full")),
                    entry["all-day"],
                    entry["status"].strip(),
                    entry["title"],
                )
                for entry in entries
            )
            should = rows(published, zone, kind == "kept")
            for row in should:
                if row not in shown:
                    complain(f"{where}, khal", f"does not list {row}")
            for row in shown:
                if row not in should:
                    complain(f"{where}, khal", f"lists {row}")
            if len(shown) != len(wanted):
                complain(f"{where}, khal", f"lists {len(shown)} entries instead of {len(wanted)}")


# A CalDAV server: Radicale.


class Radicale:
    def __init__(self, programs: Path, home: Path, environment: dict):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (home / "radicale").write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\n[auth]\ntype = none\n[rights]\ntype = authenticated\n"
            f"[storage]\nfilesystem_folder = {home}/collections\n[logging]\nlevel = warning\n"
        )
        self.log = open(home / "radicale.log", "wb")
        command = [programs / "radicale", "--config", home / "radicale"]
        self.process = subprocess.Popen([str(word) for word in command], env=environment, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.ask("OPTIONS", "/", "", 200)
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.end()
                    sys.exit("Radicale does not answer: " + (home / "radicale.log").read_text())
                time.sleep(0.1)
        self.ask("MKCOL", "/follow/", "", 201, 405)
        for feed in FEEDS:
            self.ask("MKCALENDAR", f"/follow/{feed}/", "", 201)

    def ask(self, method: str, path: str, body: str, *codes: int, **headers: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        user = base64.b64encode(b"follow:follow").decode()
        connection.request(method, path, body.encode(), {"Authorization": f"Basic {user}", **headers})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status not in codes:
            complain("Radicale", f"{method} {path}: {answer.status} {text[:200]}")
        return text

    def put(self, feed: str, uid: str, text: str) -> None:
        self.ask("PUT", f"/follow/{feed}/{uid}.ics", text, 201, 204, **{"Content-Type": "text/calendar; charset=utf-8"})

    def report(self, feed: str, start: datetime, end: datetime) -> dict:
        """The events in a range, by UID; None where there are two of one."""
        query = (
            '<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><C:calendar-data/></D:prop>'
            '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
            f'<C:time-range start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"/>'
            "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
        )
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        answer = xml.fromstring(self.ask("REPORT", f"/follow/{feed}/", query, 207, **headers))
        found: dict = {}
        for data in answer.iter("{urn:ietf:params:xml:ns:caldav}calendar-data"):
            for uid, event in events(data.text).items():
                found[uid] = None if uid in found else event
        return found

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def single(text: str) -> dict[str, str]:
    """A calendar for each event of a feed: its own bytes, with the feed's time zones."""
    zones = "".join(re.findall(r"BEGIN:VTIMEZONE\r\n.*?END:VTIMEZONE\r\n", text, re.S))
    singles = {}
    for event in re.findall(r"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", text, re.S):
        uid = re.search(r"^UID:(\S+)", event, re.M)[1]
        singles[uid] = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//follow//EN\r\n{zones}{event}END:VCALENDAR\r\n"
    return singles


def utc(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=timezone.utc)


def follow_radicale(server: Radicale, home: Path, state: str, wanted: dict, before: dict, instants: dict) -> None:
    minute = timedelta(minutes=1)
    for feed in FEEDS:
        where = f"state {state}, {feed} feed in Radicale"
        for uid, text in single((home / "dist/public/feeds" / f"{feed}.ics").read_bytes().decode()).items():
            server.put(feed, uid, text)
        hold(where, server.report(feed, utc(FIRST), utc(LAST)), wanted, instants)
        for uid, entry in wanted.items():
            if isinstance(entry["start"], datetime):
                start = entry["start"].astimezone(timezone.utc)
                if uid not in server.report(feed, start, start + minute):
                    complain(where, f"{entry['identity']} is not found at {start}")
            was = before.get(uid, entry)["start"]
            if was != entry["start"] and isinstance(was, datetime):
                was = was.astimezone(timezone.utc)
                if uid in server.report(feed, was, was + minute):
                    complain(where, f"{entry['identity']} is still found at {was}")


def main() -> None:
    revisions, programs = Path(sys.argv[1]), Path(sys.argv[2])
    program = os.environ["SUMMITCAL_PROGRAM"]
    states = sorted((path.name for path in revisions.iterdir() if path.name.isdigit()), key=int)
    known = expected(revisions, states)
    began = time.monotonic()
    # Nothing that hangs keeps anybody waiting for ever; what was started is ended on the way out.
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("it took too long"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    signal.alarm(300)
    with tempfile.TemporaryDirectory(prefix="follow-") as name:
        home = Path(name)
        (home / "dist/public").mkdir(parents=True)
        environment = {"PATH": os.environ["PATH"], "HOME": name, "TZ": "UTC", "LC_ALL": "C.UTF-8", "NO_PROXY": "127.0.0.1"}
        environment |= {f"XDG_{kind}_HOME": name for kind in ("CONFIG", "DATA", "CACHE")}
        environment["VDIRSYNCER_CONFIG"] = str(home / "vdirsyncer")
        server = serve(home / "dist/public")
        port = server.server_address[1]
        subscribe(home, port)
        radicale = Radicale(programs, home, environment)
        try:
            instants: dict[str, datetime] = {}
            before: dict = {}
            for state in states:
                instants[state] = build(program, revisions, state, home, environment)
                wanted = known[state]
                follow_khal(programs, home, state, wanted, instants, port, environment)
                follow_radicale(radicale, home, state, wanted, before, instants)
                changed = sum(entry != before.get(uid) for uid, entry in wanted.items())
                print(f"state {state}: {len(wanted)} entries, {changed} of them new or changed", flush=True)
                before = wanted
        finally:
            radicale.end()
            server.shutdown()
    for complaint in complaints[:60]:
        print(complaint)
    if complaints:
        sys.exit(f"{len(complaints)} differences")
    print(f"Followed through {len(states)} states in {time.monotonic() - began:.0f} s.")


main()
