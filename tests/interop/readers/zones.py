"""Holds the program's time zones against PyPI tzdata of the same version, in every name: zones.py FOLDER.

Feeds of every zone from 2020 to 2040 are built below FOLDER. What their VTIMEZONEs say is read by the library icalendar, and
has to be, at every change and on every day, what zoneinfo has of tzdata alone. Around each change of the zones that changed
last, every quarter of an hour is written as an author would, and its instant has to be zoneinfo's too.
"""
import json
import os
import re
import subprocess
import sys
import zoneinfo
from datetime import datetime, timedelta, timezone
from pathlib import Path

import tzdata
from icalendar import Calendar

# Without this, the machine's own database, of another version, would be asked first.
zoneinfo.reset_tzpath(to=[])
UTC, SECOND, QUARTER = timezone.utc, timedelta(seconds=1), timedelta(minutes=15)
FIRST, LAST = datetime(2020, 1, 15, 12, tzinfo=UTC), datetime(2040, 12, 15, 12, tzinfo=UTC)
# Those whose offsets have changed since release 2025b, with the years of the changes.
CHANGED = {
    "Africa/Casablanca": (2026, 2027), "Africa/El_Aaiun": (2026, 2027), "America/Edmonton": (2026, 2027), "America/Havana": (2026, 2028),
    "America/Inuvik": (2026, 2027), "America/Vancouver": (2026, 2027), "America/Winnipeg": (2026, 2027), "Europe/Chisinau": (2022, 2027),
}
HEAD = "kind: working-visit\ntitle: T\nprincipal: P\nzone: Etc/UTC\naudience: public\nstatus: confirmed\nsources: {s: {publisher: P}}\n"
FEEDS = """publisher: P
uid_namespace: 6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10
pages: false
rules: {two-places-at-once: off}
feeds:
  - {id: host, title: T, zone: host, language: en, audience: public, events: false}
  - {id: utc, title: T, zone: Etc/UTC, language: en, audience: public, events: false}
"""


def names(schema):
    """Every zone that a schedule may name: the list of the schema that has Etc/UTC."""
    if isinstance(schema, dict):
        if "Etc/UTC" in schema.get("enum", []):
            return schema["enum"]
        schema = list(schema.values())
    return next(filter(None, map(names, schema)), None) if isinstance(schema, list) else None


def changes(zone, first, last):
    """The instants at which an offset or a name changes."""
    def read(at):
        local = at.astimezone(zone)
        return local.utcoffset(), local.tzname()
    at = first
    while at < last:
        later = at + timedelta(days=2)
        if read(at) != read(later):
            low, high = at, later
            while high - low > SECOND:
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (middle, high) if read(middle) == read(at) else (low, middle)
            yield high
        at = later


def near(name, years):
    """Local times around each change of some years, as they are written, with the instants that they mean."""
    zone = zoneinfo.ZoneInfo(name)
    for change in changes(zone, datetime(years[0], 1, 1, tzinfo=UTC), datetime(years[1] + 1, 1, 1, tzinfo=UTC)):
        for at in (change + QUARTER * step for step in range(-12, 13)):
            local = at.astimezone(zone)
            twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
            fold = f", fold: {'later' if local.fold else 'earlier'}" if twice else ""
            yield f"{{start: {local:%Y-%m-%d %H:%M}, zone: {name}{fold}}}", at


def build(folder):
    """The texts of both feeds, the names, and the instants that are meant by title."""
    program = os.environ["SUMMITCAL_PROGRAM"]
    known = names(json.loads(subprocess.run([program, "schema", "visit"], check=True, capture_output=True).stdout))
    meant, whens = {}, [f"{{start: {at:%Y-%m-%d %H:%M}, zone: {name}}}" for name in known for at in (FIRST, LAST)]
    for name, years in CHANGED.items():
        for when, at in near(name, years):
            meant[f"T{len(whens)}"] = (when, at)
            whens.append(when)
    entries = "".join(f"  - {{id: e{n}, kind: other, title: T{n}, when: {when}, sources: [s]}}\n" for n, when in enumerate(whens))
    (folder / "schedules").mkdir(parents=True)
    (folder / "schedules/feeds.yaml").write_text(FEEDS)
    (folder / "schedules/all.yaml").write_text(f"visit: all\n{HEAD}dates: {{from: 2020-01-01, to: 2040-12-31}}\nentries:\n{entries}")
    subprocess.run([program, "build", "-q", "--at", "2026-01-01T00:00:00Z"], cwd=folder, check=True)
    host, utc = ((folder / f"dist/public/feeds/{feed}.ics").read_bytes() for feed in ("host", "utc"))
    return known, meant, host, utc


def main(folder):
    known, meant, host, utc = build(folder)
    database = json.loads((folder / "dist/public/manifest.json").read_text())["time_zone_database"]
    assert database == tzdata.IANA_VERSION, f"the program has {database}, and this {tzdata.IANA_VERSION}"
    wrong, instants = [], 0
    described = {str(zone["TZID"]): zone.to_tz() for zone in Calendar.from_ical(host).walk("VTIMEZONE")}
    assert sorted(described) == sorted(known)
    days = [FIRST + timedelta(days=day) for day in range((LAST - FIRST).days)]
    for name, ours in described.items():
        theirs = zoneinfo.ZoneInfo(name)
        edges = [at + step for at in changes(theirs, FIRST, LAST) for step in (-SECOND, timedelta(0))]
        if name in CHANGED:
            edges += [at + QUARTER * step for at in changes(theirs, FIRST, LAST) for step in range(-12, 13)]
        for at in days + edges:
            instants += 1
            ours_, theirs_ = at.astimezone(ours), at.astimezone(theirs)
            # Where the database has a number for a name, the program writes UTC and the number.
            same_name = ours_.tzname() == theirs_.tzname() or re.match(r"[+-]\d", theirs_.tzname())
            if ours_.utcoffset() != theirs_.utcoffset() or not same_name:
                wrong.append(f"{name} at {at}: {ours_.utcoffset()} {ours_.tzname()} instead of {theirs_.utcoffset()} {theirs_.tzname()}")
                break
    starts = {str(event["SUMMARY"]): event["DTSTART"].dt for event in Calendar.from_ical(utc).walk("VEVENT")}
    wrong += [f"{when} is {starts[title]} instead of {at}" for title, (when, at) in meant.items() if starts[title] != at]
    print("\n".join(wrong[:20] + [f"{len(known)} names at {instants} instants, {len(meant)} written times, tzdata {database}: {len(wrong)} are wrong"]))
    sys.exit(1 if wrong else 0)


main(Path(sys.argv[1]).resolve())
