"""Writes schedules that have every form of time, rule of zones, script and status: corpus.py FOLDER."""
import sys
import zoneinfo
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

# Without this, the machine's own database, of another version, would be asked before tzdata.
zoneinfo.reset_tzpath(to=[])

# Zones with a year: northern and southern summer time, none, offsets that are no whole hours, and rules that change.
ZONES = [
    ("Europe/Berlin", 2025), ("America/New_York", 2025), ("Australia/Sydney", 2025), ("America/Santiago", 2025),
    ("Asia/Tokyo", 2025), ("Asia/Kolkata", 2025), ("Asia/Kathmandu", 2025), ("Australia/Lord_Howe", 2025),
    ("Pacific/Chatham", 2025), ("America/Sao_Paulo", 2019), ("Europe/Istanbul", 2016), ("Asia/Pyongyang", 2018),
    ("Pacific/Apia", 2021), ("Asia/Seoul", 1988),
]
# Days by the rules of the latest releases of tzdata: after the last change, and in the summer after it.
NEWEST = [
    ("America/Vancouver", "2026-11-20"), ("America/Vancouver", "2027-07-10"), ("America/Edmonton", "2026-11-20"), ("America/Inuvik", "2026-11-20"),
    ("America/Winnipeg", "2026-11-20"), ("America/Havana", "2027-02-10"), ("Africa/Casablanca", "2026-10-10"),
    ("Africa/El_Aaiun", "2026-10-10"), ("Europe/Chisinau", "2026-03-29"),
]
TEXTS = [
    "Talks; with, commas \\\\ and \\\\n slashes: 100%", "한국어 정상회담 " * 9, "日本語の首脳会談と、ひらがな" * 5,
    "Families 👩‍👩‍👧‍👦 and flags 🇰🇷🇯🇵 " * 6, "Z͑ͫa̴l͖go and a e\u0301 that combines", "شاي مع الرئيس", "פגישה \u05d0",
    "Quotes \\\" ' and <b>tags</b> & more", "A line of exactly so many octets " + "x" * 33, "#1: yes, no, null",
]
STATUSES = ["confirmed", "tentative", "postponed", "cancelled"]
FEEDS = [
    ("seoul", "Asia/Seoul", "ko", ", events: false"), ("new-york", "America/New_York", "en", ", cancelled: retitled, events: false"), ("host", "host", "en", ""),
    ("sydney", "Australia/Sydney", "ja", ", alarms: [30m], events: false"), ("lord-howe", "Australia/Lord_Howe", "en", ", display_length: 45m, events: false"),
    ("utc", "Etc/UTC", "en", ", events: false"),
]


def transitions(zone, year):
    """The instants of a year at which an offset changes."""
    at = datetime(year, 1, 1, tzinfo=timezone.utc)
    while at.year == year:
        later = at + timedelta(hours=1)
        if at.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            low, high = at, later
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                same = middle.astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            yield high.replace(second=0, microsecond=0)
        at = later


class Visit:
    """A visit of some days around one of them."""

    def __init__(self, name, zone, day):
        self.name, self.zone, self.day, self.entries = name, zone, day, []

    def add(self, when, text=0, status=0):
        number = len(self.entries)
        title, place = TEXTS[(number + text) % len(TEXTS)].strip(), TEXTS[(number + text + 3) % len(TEXTS)].strip()
        self.entries.append(
            f'  - id: entry-{number}\n    kind: {"travel" if "depart" in when else "meeting"}\n    title: "{title}"\n'
            f'    {when}\n    place: {{venue: "{place}", country: KR}}\n    status: {STATUSES[(number + status) % 4]}\n    sources: [s]\n'
        )

    def yaml(self):
        first, last = self.day - timedelta(days=2), self.day + timedelta(days=3)
        return (
            f"visit: {self.name}\nkind: working-visit\ntitle: {{en: Visit, ko: 방문, ja: 訪問}}\nprincipal: P\nzone: {self.zone}\n"
            f"dates: {{from: {first}, to: {last}}}\naudience: public\nsources: {{s: {{publisher: P}}}}\nentries:\n{''.join(self.entries)}"
        )


def forms(visit, salt):
    """Every form of `when`, around a day."""
    before, day, after = (visit.day + timedelta(days=n) for n in (-1, 0, 1))
    journey = "depart: {{{}, zone: Asia/Seoul, place: {{city: Seoul}}}}\n    arrive: {{{}, place: {{city: There}}}}"
    whens = [
        f"when: {{start: {day} 12:15, end: 12:45}}", f"when: {{start: {day} 08:00, for: 90m}}", f"when: {{start: {day} 15:00}}",
        f"when: {{start: {day} 18:00, about: true}}", f"when: {{date: {day}}}", f"when: {{date: {day}, part: evening}}",
        f"when: {{date: {after}, between: [14:00, 16:00]}}", f"when: {{from: {before}, to: {after}}}", "when: {after: entry-0}",
        "when: tba", f"when: {{start: {before} 20:00, end: {after} 09:00}}", f"when: {{start: {before} 22:30, end: {day} 13:00}}",
    ]
    for when in whens + [
        journey.format(f"start: {before} 09:00", f"start: {after} 16:00"),
        journey.format(f"date: {before}, part: morning", f"date: {after}"),
    ]:
        visit.add(when, salt, salt)


def main(folder):
    folder.mkdir(parents=True)
    for salt, (name, year) in enumerate(ZONES):
        zone = ZoneInfo(name)
        changes = list(transitions(zone, year)) or [datetime(year, 8, 23, tzinfo=timezone.utc)]
        for number, change in enumerate(changes):
            local = change.astimezone(zone)
            visit = Visit(f"{name.lower().replace('/', '-').replace('_', '-')}-{number}", name, local.date())
            forms(visit, salt + number)
            minute = timedelta(minutes=1)
            if (change - minute).astimezone(zone).utcoffset() > local.utcoffset():
                for fold in ("earlier", "later"):
                    visit.add(f"when: {{start: {local:%Y-%m-%d %H:%M}, for: 3h, fold: {fold}}}")
            (folder / f"{visit.name}.yaml").write_text(visit.yaml())
    for salt, (name, day) in enumerate(NEWEST):
        visit = Visit(f"{name.lower().replace('/', '-').replace('_', '-')}-{day}", name, date.fromisoformat(day))
        forms(visit, salt)
        (folder / f"{visit.name}.yaml").write_text(visit.yaml())
    feeds = "".join(
        f"  - {{id: {name}, title: {{en: Feed, ko: 일정, ja: 日程}}, zone: {zone}, language: {language}, audience: public{rest}}}\n"
        for name, zone, language, rest in FEEDS
    )
    (folder / "feeds.yaml").write_text(
        f"publisher: P\nbase_url: https://calendar.example.org\nuid_namespace: 6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10\nfeeds:\n{feeds}"
    )


main(Path(sys.argv[1]))
