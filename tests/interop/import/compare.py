"""Imports calendars of others' making, and holds each draft to what icalendar and dateutil make of them.

python compare.py SUMMITCAL CALENDAR...
A calendar that icalendar cannot read either is one that we may refuse; none may make the program panic or take long.
"""

import collections
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import zoneinfo

import icalendar
from dateutil import rrule

UTC = datetime.timezone.utc
# As in src/import.rs.
MAX_OCCURRENCES = 500
MAX_SECONDS = 20
# As many there are at least, so that nothing is held against nothing.
MIN_SAME = 50
# What a schedule cannot hold, and the program says is left out.
FIRST_YEAR, LAST_YEAR = 1971, 2099
# Whom the draft tells of, in a doubt: a zone that nobody knows, or a calendar that says nothing plainly.
EXPECTED = {
    "broken_ical.ics": "icalendar drops the time of a line that has a semicolon too many",
    "multiple_calendar_components.ics": "icalendar joins lines over an empty one; the draft says that an event has no time",
    **{
        f"issue_526_calendar_with_{which}.ics": "“Western/Central Europe” is a name that icalendar guesses, and that the draft doubts"
        for which in ("different_events", "event_subset", "events", "shuffeled_events")
    },
}
FEEDS = """publisher: {en: Office}
uid_namespace: 2c2f4b0e-4f0e-4bb4-8e3d-7f2f5a3b9c10
feeds:
  - id: all
    title: {en: All}
    zone: Etc/UTC
    language: en
    audience: staff
rules: {no-arrival: off}
"""


def whole(when, zone):
    """A time as it can be compared: a day, or the minute of an instant."""
    if not isinstance(when, datetime.datetime):
        return when.isoformat()
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone)
    return when.astimezone(UTC).replace(second=0, microsecond=0).isoformat()


def stamps(event, name):
    lines = event.get(name, [])
    for line in lines if isinstance(lines, list) else [lines]:
        for one in line.dts:
            yield one.dt[0] if isinstance(one.dt, tuple) else one.dt


def times(event, zone):
    """The starts of an event, on its own clock."""
    start = event["DTSTART"].dt
    is_day = not isinstance(start, datetime.datetime)
    tz = None if is_day else start.tzinfo
    naive = lambda when: (
        when.astimezone(tz).replace(tzinfo=None)
        if isinstance(when, datetime.datetime) and when.tzinfo and tz
        else when.replace(tzinfo=None)
        if isinstance(when, datetime.datetime)
        else datetime.datetime.combine(when, datetime.time())
    )
    found = {naive(start)}
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        rule = dict(rule)
        until = rule.pop("UNTIL", [None])[0]
        text = icalendar.vRecur(rule).to_ical().decode()
        if until is not None:
            last = naive(until) if isinstance(until, datetime.datetime) else datetime.datetime.combine(until, datetime.time(23, 59, 59))
            text += f";UNTIL={last:%Y%m%dT%H%M%S}"
        made = rrule.rrulestr(text, dtstart=naive(start))
        for number, one in enumerate(made):
            if number >= MAX_OCCURRENCES or one.year > LAST_YEAR:
                break
            found.add(one)
    found.update(naive(one) for one in stamps(event, "RDATE"))
    excluded = {naive(one) for one in stamps(event, "EXDATE")}
    found -= excluded
    found = {one for one in found if is_day or datetime.datetime.combine(one.date(), datetime.time()) not in excluded}
    return [one.date() if is_day else one.replace(tzinfo=tz) for one in sorted(found)[:MAX_OCCURRENCES]]


def expected(calendars, zone):
    """What is in calendars: title, start, end."""
    events = [event for calendar in calendars for event in calendar.walk("VEVENT") if "DTSTART" in event]
    repeated = {str(event.get("UID")) for event in events if ("RRULE" in event or "RDATE" in event) and "RECURRENCE-ID" not in event}
    instead = {}
    for event in events:
        if "RECURRENCE-ID" in event and str(event.get("UID")) in repeated:
            instead[str(event.get("UID")), whole(event["RECURRENCE-ID"].dt, zone)] = event
    found = collections.Counter()

    def add(event, start):
        end = None
        own = event["DTSTART"].dt
        if "DTEND" in event:
            own_end = event["DTEND"].dt
            length = (
                own_end - own
                if type(own_end) is type(own) and (not isinstance(own, datetime.datetime) or (own.tzinfo is None) == (own_end.tzinfo is None))
                else None
            )
            if length is not None and isinstance(own, datetime.datetime) and own.tzinfo:
                length = own_end.astimezone(UTC) - own.astimezone(UTC)
        elif "DURATION" in event:
            length = event["DURATION"].dt
        else:
            length = None
        begin = whole(start, zone)
        if length:
            if isinstance(start, datetime.datetime):
                end = whole(datetime.datetime.fromisoformat(whole(start, zone)) + datetime.timedelta(seconds=start.second) + length, zone)
            else:
                end = (start + length - datetime.timedelta(days=1)).isoformat()
        if end is not None and end <= begin:
            end = None
        year = (start if isinstance(start, datetime.date) else start.date()).year
        if FIRST_YEAR <= year < LAST_YEAR:
            found[" ".join(str(event.get("SUMMARY", "")).split()) or "Untitled", begin, end] += 1

    for event in events:
        uid = str(event.get("UID"))
        if "RECURRENCE-ID" in event and uid in repeated:
            continue
        for start in times(event, zone) if uid in repeated else [event["DTSTART"].dt]:
            other = instead.pop((uid, whole(start, zone)), None)
            add(other or event, other["DTSTART"].dt if other else start)
    for event in instead.values():
        add(event, event["DTSTART"].dt)
    return found


def imported(program, path, folder):
    """What the program makes of a calendar: the draft's zone, and its entries; or why there is none."""
    began = time.monotonic()
    ran = subprocess.run([program, "import", path, "--visit", "imported"], cwd=folder, capture_output=True, text=True, timeout=120)
    took = time.monotonic() - began
    assert took < MAX_SECONDS, f"{path}: {took:.1f} s"
    assert ran.returncode in (0, 2) and "panicked" not in ran.stderr, f"{path}: {ran.returncode} {ran.stderr[-2000:]}"
    if ran.returncode == 2:
        return None, ran.stderr.strip()
    assert "error[" not in ran.stderr, f"{path}: {ran.stderr[-2000:]}"
    draft = (folder / "schedules/imported.yaml").read_text()
    zone = next(line.split(": ")[1] for line in draft.splitlines() if line.startswith("zone: "))
    subprocess.run([program, "build", "-q", "--at", "2026-01-01T00:00:00Z"], cwd=folder, capture_output=True, check=True)
    found = collections.Counter()
    shown = json.loads((folder / "dist/staff/programme.json").read_text())
    for visit in shown["visits"]:
        for entry in visit["entries"]:
            found[moments(entry)] += 1
    return zone, found


def moments(entry):
    """The title, start and end of an entry of programme.json."""
    when, title = entry["when"], next(iter(entry["title"].values()))
    if when["form"] == "clock":
        start, end = (when[key] and whole(datetime.datetime.fromisoformat(when[key]["instant"]), UTC) for key in ("start", "end"))
        return title, start, end
    first, last = when["first_day"], when["last_day"]
    return title, first, last if last != first else None


def main(program, *paths):
    same, refused, unread, wrong = 0, [], [], False
    for path in map(pathlib.Path, paths):
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            (folder / "schedules").mkdir()
            (folder / "schedules/feeds.yaml").write_text(FEEDS)
            zone, found = imported(program, path.resolve(), folder)
        if zone is None:
            refused.append(f"{path.name}: {found}")
            if path.parent.name == "import":
                wrong = True
                print(*refused[-1:])
            continue
        try:
            calendars = icalendar.Calendar.from_ical(path.read_bytes(), multiple=True)
            wanted = expected(calendars, zoneinfo.ZoneInfo(zone))
        except Exception as error:
            unread.append(f"{path.name}: {error!r}")
            continue
        if wanted == found:
            same += 1
            continue
        if path.name in EXPECTED:
            continue
        wrong = True
        print(f"{path.name}: other than icalendar reads it")
        for event in sorted((wanted - found).items(), key=str)[:8]:
            print("  only there:", event)
        for event in sorted((found - wanted).items(), key=str)[:8]:
            print("  only here: ", event)
    print(f"{same} calendars are as icalendar reads them, {len(EXPECTED)} are doubted, {len(refused)} have no event or are refused.")
    if unread:
        print("icalendar cannot read:", *unread, sep="\n  ")
    sys.exit(wrong or same < MIN_SAME)


main(*sys.argv[1:])
