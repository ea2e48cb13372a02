"""Holds what others' readers make of feeds against what the program meant.

compare.py [--selftest] FOLDER TOOLS: FOLDER has `schedules` and the trees in `dist`; TOOLS has the readers (see run). What was meant is
what `summitcal show --json` says, turned into UTC by a time zone database that is not the program's. With --selftest, feeds
that are broken on purpose have to be noticed instead.
"""
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import zoneinfo
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

# Without this, the machine's own database, of another version, would be asked before tzdata.
zoneinfo.reset_tzpath(to=[])
HERE = Path(__file__).resolve().parent
AT = "2026-01-01T00:00:00Z"
BATCH = 100
LETTERS = str.maketrans("0123456789abcdef", "ghijklmnopabcdef")
# Faults of readers, not of files: whose, and what they say or of which file. All other readers agree on these.
LIMITS = [
    # These take an escaped backslash before an n for one and a line break.
    (r"JavaScript node-ical|PHP Horde_Icalendar|Python ics|Ruby icalendar", r"(title|place) .*and \\\\(\\r)?\\n slashes: 100%.* (without|instead of) .*and \\\\n slashes: 100%"),
    # Its library for rules finds no onset before the first.
    (r"Ruby icalendar", r"IceCube::Occurrence with nil"),
    # The same, where there is one onset.
    (r"Ruby icalendar", r"NoMethodError: undefined method `>' for nil"),
    # It takes the hour after a change back for the one before.
    (r"Ruby icalendar", r"sydney\.ics .*end (2021-04-03|2025-04-05)T16:00:00Z"),
    # It makes no zone of a VTIMEZONE that is UTC by another name, and leaves every time of it floating; so in Morocco since 2026.
    (r"Python vobject by VTIMEZONE", r"(utc\.ics|africa-(casablanca|el-aaiun)-2026\S+) .* floating "),
    # It puts a change of clocks at midnight, which ends summer time, a day early.
    (r"C\+\+ KCalendarCore by VTIMEZONE", r"america-santiago-0/\S+ (start|end) \S+ instead of 2025-04-0[45]T"),
    # It reckons the evening before a change from a half hour with the offset after it.
    (r"C\+\+ KCalendarCore", r"asia-pyongyang-0/\S+ start \S+ instead of 2018-05-04T(11:30|14:00):00Z"),
    # These go by names, with a database of their own or of the machine, which is older than the program's and cannot be given
    # to them: where the rules have changed since, they are an hour off. The second takes a VTIMEZONE for the zone of the machine
    # that resembles it, too.
    (
        r"JavaScript node-ical$|C\+\+ KCalendarCore( by VTIMEZONE alone)?$|PHP sabre/vobject$",
        r"(africa-(casablanca|el-aaiun)-2026|america-(vancouver|edmonton|inuvik|winnipeg)-202[67]|america-havana-2027)-\S+ (start|end) ",
    ),
]


def is_known(name, reader, said):
    """Whether a complaint is one of the LIMITS."""
    return any(re.match(who, reader) and re.search(what, f"{name} {said}") for who, what in LIMITS)


# A reader's name, its command, whether it reads VTIMEZONEs of names that nobody knows, and whether it gives texts.
def readers(tools):
    python, node = [str(tools / "venv/bin/python"), "-I", str(HERE / "read.py")], ["node", str(HERE / "read.js")]
    return [
        ("Python icalendar", [*python, "icalendar"], True, True),
        ("Python vobject", [*python, "vobject"], True, True),
        ("Python ics", [*python, "ics"], False, True),
        ("JavaScript ical.js", [*node, "ical.js"], True, True),
        ("JavaScript node-ical", [*node, "node-ical"], False, True),
        ("C libical", [str(tools / "libical")], True, True),
        ("C++ KCalendarCore", [str(tools / "kcalendarcore")], True, True),
        ("Ruby icalendar", ["ruby", str(HERE / "read.rb")], True, True),
        ("PHP Horde_Icalendar", ["php", str(HERE / "read.php"), "horde"], True, True),
        ("PHP sabre/vobject", ["php", str(HERE / "read.php"), "sabre"], False, False),
    ]


def instant(written):
    """What DTSTART or DTEND of the program's JSON means: a date, or an instant in UTC."""
    value = written["value"]
    if written["date"]:
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    local = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S")
    zone = ZoneInfo(written["tzid"]) if written["tzid"] else timezone.utc
    return local.replace(tzinfo=zone).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def meant(folder, audience, feed):
    """The events of a feed, by UID."""
    command = [os.environ["SUMMITCAL_PROGRAM"], "show", "--json", "--feed", feed, "--audience", audience, "--at", AT, "-q"]
    shown = json.loads(subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout)
    events = {}
    for entry in (entry for visit in shown["visits"] for entry in visit["entries"]):
        written = entry["feed"]
        events[entry["uid"]] = {
            "of": f"{entry['visit']}/{entry['entry']}", "start": instant(written["dtstart"]), "end": instant(written["dtend"]), "title": written["title"], "place": written["place"] or "",
        }
    return events


def unfolded(data):
    return data.replace(b"\r\n ", b"")


def by_octets(data):
    """What can be said of a file without reading it as a calendar."""
    lines = data.split(b"\r\n")
    if lines.pop() != b"" or any(b"\n" in line or b"\r" in line for line in lines):
        yield "a line does not end in CRLF"
    if any(len(line) > 75 for line in lines):
        yield "a line is longer than 75 octets"
    try:
        [line.decode() for line in lines]
    except UnicodeDecodeError:
        yield "a line is folded within a character"
    text = unfolded(data)
    if re.search(rb"(?m)^(?:SUMMARY|LOCATION|DESCRIPTION)[^:]*:(?!(?:\\[\\;,n]|[^\\;,\r])*\r$)", text):
        yield "a text is not escaped"
    uids = Counter(re.findall(rb"(?m)^UID:(.*)\r$", text))
    if any(count > 1 for count in uids.values()):
        yield "a UID stands there twice"
    named, defined = (set(re.findall(pattern, text)) for pattern in (rb"(?m)^DT[A-Z]+;TZID=([^:]+):", rb"(?m)^TZID:(.*)\r$"))
    if named - defined:
        yield "a zone has no VTIMEZONE"


def renamed(data):
    """The same with zones of names that nobody knows, so that only their VTIMEZONEs can tell; without a zone, nothing."""
    text = re.sub(rb"(?m)^X-WR-TIMEZONE:.*\n", b"", unfolded(data))
    for block in re.findall(rb"(?s)BEGIN:VTIMEZONE.*?END:VTIMEZONE", text):
        zone = re.search(rb"(?m)^TZID:(.*?)\r?$", block)[1]
        # Some readers keep zones from one file to the next, so a name has to be one of a content. Digits would be read as a rule.
        name = b"Nowhere/Zone" + hashlib.sha256(block).hexdigest()[:16].translate(LETTERS).encode()
        text = re.sub(rb"(?m)^TZID:" + re.escape(zone) + rb"(?=\r?$)", b"TZID:" + name, text)
        text = text.replace(b";TZID=" + zone + b":", b";TZID=" + name + b":")
    return text if b";TZID=" in text else None


def run(command, paths):
    """What a reader makes of files: events for each, or what it complains of."""
    # A zone of the machine that no feed has, so that falling back to it shows.
    environment = {**os.environ, "TZ": "Pacific/Marquesas", "LC_ALL": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run([*command, *map(str, paths)], capture_output=True, env=environment, timeout=300)
    lines = ran.stdout.decode("utf-8", "replace").splitlines()
    if len(lines) != len(paths):
        return ["it broke off: " + ran.stderr.decode("utf-8", "replace").strip()[-200:]] * len(paths)
    return [json.loads(line) for line in lines]


def against(expected, read, texts):
    """Where what was read is not what was meant."""
    if isinstance(read, str):
        yield read
        return
    if Counter(event["uid"] for event in read) != Counter(expected.keys()):
        yield f"{len(read)} events, or others, instead of {len(expected)}"
        return
    for event in read:
        want = expected[event["uid"]]
        for key in ("start", "end"):
            if event[key] != want[key]:
                yield f"{want['of']}: {key} {event[key]} instead of {want[key]}"
        # Titles carry what is known of the time, and of the status, beside what the author wrote.
        if texts and want["title"] not in event["title"]:
            yield f"{want['of']}: title {event['title']!r} without {want['title']!r}"
        if texts and event["place"] != want["place"]:
            yield f"{want['of']}: place {event['place']!r} instead of {want['place']!r}"


def complaints(cases, tools, scratch):
    """Of cases (a name, bytes, the events meant), for each its complaints."""
    found = [[f"octets: {said}" for said in by_octets(data)] for _, data, _ in cases]
    plain, other = [], []
    for number, (_, data, _) in enumerate(cases):
        for kind, bytes_, into in (("plain", data, plain), ("renamed", renamed(data), other)):
            if bytes_ is not None:
                path = scratch / f"{number}-{kind}.ics"
                path.write_bytes(bytes_)
                into.append((number, path))
    jobs = []
    for name, command, reads_zones, texts in readers(tools):
        for kind, files in (("", plain), (" by VTIMEZONE alone", other if reads_zones else [])):
            jobs += [(name + kind, command, texts, files[at:at + BATCH]) for at in range(0, len(files), BATCH)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for (name, _, texts, files), read in zip(jobs, pool.map(lambda job: run(job[1], [path for _, path in job[3]]), jobs)):
            for (number, _), events in zip(files, read):
                said = (said for said in against(cases[number][2], events, texts) if not is_known(cases[number][0], name, said))
                found[number] += [f"{name}: {said}" for said in said]
    return found


def of_folder(folder):
    """All feeds and single files below a folder, with what was meant by them."""
    for feed in sorted(folder.glob("dist/*/feeds/*.ics")):
        audience = feed.parts[-3]
        events = meant(folder, audience, feed.stem)
        yield str(feed.relative_to(folder)), feed.read_bytes(), events
        for single in sorted(folder.glob(f"dist/{audience}/events/{feed.stem}/*.ics")):
            data = single.read_bytes()
            uid = re.search(rb"(?m)^UID:(.*)\r$", data)[1].decode()
            yield str(single.relative_to(folder)), data, {uid: events[uid]} if uid in events else {}


def once(pattern, replacement):
    def change(data):
        broken, times = re.subn(pattern, replacement, data, count=1)
        assert times == 1, pattern
        return broken
    return change


def shifted_day(data):
    def later(found):
        day = datetime.strptime(found[2].decode(), "%Y%m%d") + timedelta(days=1)
        return found[1] + day.strftime("%Y%m%d").encode()
    return re.sub(rb"(DTEND;VALUE=DATE:)(\d{8})", later, data, count=1)


def twice(data):
    event = re.search(rb"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", data, re.S)[0]
    return data.replace(event, event + event, 1)


def within_a_character(data):
    found = re.search(rb"\r\n [\xc0-\xf4][\x80-\xbf]", data) or re.search(rb"[\xc0-\xf4][\x80-\xbf]", data)
    return data[:found.end() - 1] + b"\r\n " + data[found.end() - 1:]


BREAKS = {
    "an hour wrong": once(rb"(DTSTART;TZID=[^:]+:\d{8}T)(\d)(\d)", lambda m: m[1] + m[2] + (b"0" if m[3] == b"9" else bytes([m[3][0] + 1]))),
    "a wrong offset in a VTIMEZONE": lambda data: data.replace(b"TZOFFSETTO:-0400", b"TZOFFSETTO:-0500"),
    "another zone": once(rb"(DTSTART;TZID=)America/New_York", rb"\1America/Chicago"),
    "an end a day late": shifted_day,
    "a title escaped twice": once(rb"(SUMMARY:[^\r\n]*?)\\,", rb"\1\\\\\\,"),
    "a comma without an escape": once(rb"\\,", b","),
    "a fold within a character": within_a_character,
    "a UID twice": twice,
    "no VTIMEZONE": lambda data: re.sub(rb"BEGIN:VTIMEZONE.*?END:VTIMEZONE\r\n", b"", data, flags=re.S),
    "line feeds alone": lambda data: data.replace(b"\r\n", b"\n"),
    "a place lost": once(rb"(?s)LOCATION[:;].*?\r\n(?! )", b""),
    "a whole day as midnight": once(rb"DTSTART;VALUE=DATE:(\d{8})\r\nDTEND;VALUE=DATE:(\d{8})", rb"DTSTART:\1T000000Z\r\nDTEND:\2T000000Z"),
    "an event lost": once(rb"(?s)BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", b""),
    "no end of the calendar": once(rb"END:VCALENDAR\r\n", b""),
}


def main():
    selftest = "--selftest" in sys.argv
    folder, tools = (Path(path).resolve() for path in sys.argv[-2:])
    cases = list(of_folder(folder))
    if selftest:
        name, data, events = next(case for case in cases if case[0].endswith("public/feeds/new-york.ics"))
        cases = [(f"{name} as it is", data, events)] + [(f"{name} with {how}", change(data), events) for how, change in BREAKS.items()]
        assert all(case[1] != data for case in cases[1:])
    with tempfile.TemporaryDirectory() as scratch:
        found = complaints(cases, tools, Path(scratch))
    wrong = 0
    for number, ((name, _, events), said) in enumerate(zip(cases, found)):
        should_fail = selftest and number > 0
        if should_fail == bool(said):
            if selftest:
                print(f"{name}: {len(said)} complaints" + (f", such as “{said[0][:110]}”" if said else ""))
            continue
        wrong += 1
        print(f"{name}: nobody notices" if should_fail else "\n".join(f"{name}: {line}" for line in said[:5]))
    assert cases and any(events for _, _, events in cases), "there was something to read"
    print(f"{len(cases)} files, {len(readers(tools))} readers: {wrong} files are not as they should be")
    sys.exit(1 if wrong else 0)


main()
