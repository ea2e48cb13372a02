"""Events as Python libraries read them, in JSON: read.py icalendar|vobject|ics FILE..."""
import json
import sys
import zoneinfo
from datetime import date, datetime, timezone
from pathlib import Path

# These go by names first: they have tzdata of the program's own release, not the machine's.
zoneinfo.reset_tzpath(to=[])


def written(value):
    """An instant in UTC, or a date; a time without a zone stays recognisable."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return f"floating {value.isoformat()}"
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else None


def by_icalendar(text):
    from icalendar import Calendar

    for event in Calendar.from_ical(text).walk("VEVENT"):
        yield event["UID"], event["DTSTART"].dt, event["DTEND"].dt, event["SUMMARY"], event.get("LOCATION")


def by_vobject(text):
    import vobject

    # It keeps zones from one file to the next, by name.
    getattr(vobject.icalendar, "__tzidMap").clear()
    for event in vobject.readOne(text).contents.get("vevent", []):
        place = event.location.value if hasattr(event, "location") else None
        yield event.uid.value, event.dtstart.value, event.dtend.value, event.summary.value, place


def by_ics(text):
    from ics import Calendar

    for event in Calendar(text).events:
        ends = [event.begin.date(), event.end.date()] if event.all_day else [event.begin.datetime, event.end.datetime]
        yield event.uid, *ends, event.name, event.location


READERS = {"icalendar": by_icalendar, "vobject": by_vobject, "ics": by_ics}
read = READERS[sys.argv[1]]
for path in sys.argv[2:]:
    try:
        events = [
            {"uid": str(uid), "start": written(start), "end": written(end), "title": str(title), "place": str(place or "")}
            for uid, start, end, title, place in read(Path(path).read_bytes().decode())
        ]
        print(json.dumps(events))
    except Exception as error:
        print(json.dumps(f"{type(error).__name__}: {error}"))
