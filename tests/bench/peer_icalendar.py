"""The smallest program that makes a feed of events.yaml with PyYAML (its C loader) and icalendar: IN OUT"""

import sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import yaml
from icalendar import Calendar, Event

with open(sys.argv[1], "rb") as file:
    events = yaml.load(file, Loader=yaml.CSafeLoader)["events"]
calendar = Calendar()
calendar.add("prodid", "-//peer//EN")
calendar.add("version", "2.0")
zones = {}
for entry in events:
    zone = zones.setdefault(entry["zone"], ZoneInfo(entry["zone"]))
    event = Event()
    event.add("uid", entry["uid"])
    event.add("dtstamp", datetime(1970, 1, 1, tzinfo=timezone.utc))
    for key, name in (("start", "dtstart"), ("end", "dtend")):
        event.add(name, datetime.strptime(entry[key], "%Y-%m-%d %H:%M").replace(tzinfo=zone))
    event.add("summary", entry["title"])
    event.add("description", entry["note"])
    event.add("location", entry["place"])
    event.add("status", entry["status"].upper())
    event.add("categories", [entry["kind"]])
    calendar.add_component(event)
calendar.add_missing_timezones()
with open(sys.argv[2], "wb") as file:
    file.write(calendar.to_ical())
