"""Whether programme.json, programme.csv, ninjs and a feed say the same of each entry, read with others' software.

agree.py ROOT: builds the shipped schedules and the fixtures of tests, and others' where they are at hand, and holds the formats
against each other. Then the README's examples read the tree from a server, and `summitcal doctor` looks at it, with nginx
before it if there is one.
"""

import csv
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

import icalendar
import jsonschema

PROGRAM = os.environ["SUMMITCAL_PROGRAM"]
AT = "2026-12-01T00:00:00Z"
STATUS = "http://cv.iptc.org/newscodes/eventstatus/"
STATUSES = {"confirmed": "scheduled", "tentative": "scheduled", "postponed": "postponed", "cancelled": "canceled"}
FIXTURES = ["schedules", "tests/show/odd", "tests/languages/schedules", "../shared/page/stress", "tests/press-day"]


def build(root, path, scratch):
    shutil.copytree(root / path, scratch / "schedules")
    ran = subprocess.run([PROGRAM, "build", "-q", "--at", AT], cwd=scratch, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return scratch / "dist"


def utc(value):
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value.isoformat()


def compare(tree, schemas):
    """What the formats of a tree do not say alike."""
    programme = json.loads((tree / "programme.json").read_text(encoding="utf-8"))
    for validator, of in schemas:
        documents = [programme] if of == "programme" else [json.loads(path.read_text(encoding="utf-8")) for path in tree.glob("newsroom/**/*.json")]
        for document in documents:
            yield from (f"{of}: {error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document))
    entries = [entry for visit in programme["visits"] for entry in visit["entries"]]
    with open(tree / "programme.csv", encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file, strict=True) if row["row"] == "entry"]
    if [row["uid"] for row in rows] != [entry["uid"] for entry in entries + programme["withdrawn"]]:
        yield "programme.csv has other entries"
        return
    feeds = [icalendar.Calendar.from_ical(path.read_bytes()) for path in sorted(tree.glob("feeds/host.ics"))]
    events = {str(event["UID"]): event for feed in feeds for event in feed.walk("VEVENT")}
    for entry, row in zip(entries, rows):
        name = f"{entry['visit']}.{entry['entry']}"
        item = json.loads((tree / "newsroom/ninjs" / f"{name}.json").read_text(encoding="utf-8"))
        first, last = entry["when"].get("depart", entry["when"]), entry["when"].get("arrive", entry["when"])
        ends = {"journey": last.get("start"), "clock": last.get("end")}.get(entry["when"]["form"])
        start, end = (first.get("start") or {}).get("instant"), (ends or {}).get("instant")
        dates = item["eventDetails"].get("dates", {})
        if (dates.get("startDate"), dates.get("endDate")) != (start, end):
            yield f"{name}: ninjs has {dates}, the programme {start} to {end}"
        if not start and dates.get("expectedStartDate") != first["first_day"]:
            yield f"{name}: ninjs has {dates}, the programme {first['first_day']}"
        if item["uri"] != "urn:uuid:" + entry["uid"] or item["eventDetails"]["eventStatus"] != STATUS + STATUSES[entry["status"]]:
            yield f"{name}: ninjs names it or its status otherwise"
        if entry["when"]["form"] == "clock" and (row["start_instant"], row["end_instant"]) != (start or "", end or ""):
            yield f"{name}: the table has {row['start_instant']} to {row['end_instant']}"
        if (row["status"], row["kind"], row["sequence"]) != (entry["status"], entry["kind"], str(entry["sequence"])):
            yield f"{name}: the table has another status, kind or sequence"
        if feeds:
            event = events.pop(entry["uid"], None)
            shown = entry["when"]["first_day"] is not None
            if shown != (event is not None):
                yield f"{name}: it is in one of programme and feed"
            elif event is not None:
                begins = event["DTSTART"].dt
                whole = not isinstance(begins, datetime)
                expected = (entry["when"]["first_day"] if whole else start)
                if utc(begins) != expected or int(event.get("SEQUENCE", 0)) != entry["sequence"]:
                    yield f"{name}: the feed has {utc(begins)}, the programme {expected}"
    for uid in set(events) - {entry["uid"] for entry in programme["withdrawn"]}:
        yield f"{uid} is in the feed alone"


def closed(value):
    """A schema in which no map has keys that are not described."""
    if isinstance(value, list):
        return [closed(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {key: closed(item) for key, item in value.items()}
    if "properties" in value and "type" in value:
        value["additionalProperties"] = False
    return value


def schemas(root):
    kept = json.loads((root / "schedules/programme.schema.json").read_text(encoding="utf-8"))
    own = json.loads((root / "tests/data/ninjs.schema.json").read_text(encoding="utf-8"))
    made = [(closed(kept), "programme"), (own, "ninjs")]
    official = root / "../shared/newsroom/ninjs-schema_3.1.json"
    if official.exists():
        text = official.read_text(encoding="utf-8").replace("https://geojson.org/schema/GeoJSON.json#", "#/$defs/GeoJSON")
        schema = json.loads(text)
        schema["$defs"]["GeoJSON"] = {"type": "object", "required": ["type", "coordinates"]}
        made.append((schema, "IPTC's ninjs"))
    return [(jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()), of) for schema, of in made]


def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(number):
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("a server does not start")


def block(readme, language):
    return re.search(rf"(?ms)^```{language}\n(.*?)^```$", readme)[1]


def examples(readme, address, scratch, expected):
    """The README's examples, asked for what comes after a minute of the shipped schedules."""
    for language, command in (("python", [sys.executable]), ("js", ["node"])):
        path = scratch / f"next.{language if language == 'js' else 'py'}"
        path.write_text(block(readme, language), encoding="utf-8")
        if language == "js":
            path = path.rename(path.with_suffix(".mjs"))
        ran = subprocess.run([*command, str(path), f"{address}/programme.json", "2025-08-25T00:00:00Z"], capture_output=True, text=True, timeout=60)
        if expected not in ran.stdout:
            yield f"README, {language}: {ran.stdout}{ran.stderr}"


def doctor(address):
    ran = subprocess.run([PROGRAM, "doctor", address, "--format", "json"], capture_output=True, text=True, timeout=300)
    return [] if ran.returncode == 0 else [f"doctor {address}: {ran.stdout}{ran.stderr}"]


def served(root, scratch):
    readme = (root / "README.md").read_text(encoding="utf-8")
    shutil.copytree(root / "schedules", scratch / "schedules")
    number = port()
    server = subprocess.Popen([PROGRAM, "serve", "--addr", f"127.0.0.1:{number}"], cwd=scratch, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(number)
        yield from examples(readme, f"http://127.0.0.1:{number}", scratch, "2025-08-25T16:00:00Z")
        yield from doctor(f"http://127.0.0.1:{number}/")
        nginx = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
        if nginx:
            front = port()
            # The server behind the one that leads from port 80 to it.
            guide = block((root / "src/guide/serving.md").read_text(encoding="utf-8"), "nginx")
            lines = [line for line in guide[guide.rindex("server {") :].splitlines() if "ssl" not in line and "error_log" not in line]
            snippet = "\n".join(lines).replace("127.0.0.1:8080", f"127.0.0.1:{number}").replace("server {", f"server {{\n    listen 127.0.0.1:{front};")
            directories = "".join(f"{kind}_temp_path {scratch}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            (scratch / "nginx.conf").write_text(f"daemon off;\nmaster_process off;\npid {scratch}/nginx.pid;\nerror_log {scratch}/error.log;\nevents {{}}\nhttp {{\n{directories}{snippet}\n}}\n")
            proxy = subprocess.Popen([nginx, "-p", str(scratch), "-c", str(scratch / "nginx.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                wait_for(front)
                yield from doctor(f"http://127.0.0.1:{front}/")
            finally:
                proxy.terminate()
                proxy.wait()
        else:
            print("there is no nginx to look through")
    finally:
        server.terminate()
        server.wait()


def main(root):
    checks, complaints, trees = schemas(root), [], 0
    for path in FIXTURES:
        if not (root / path).exists():
            print(f"{path} is not at hand")
            continue
        with tempfile.TemporaryDirectory() as scratch:
            for tree in sorted(build(root, path, Path(scratch)).iterdir()):
                trees += 1
                complaints += [f"{path} {tree.name}: {said}" for said in compare(tree, checks)]
    with tempfile.TemporaryDirectory() as scratch:
        complaints += served(root, Path(scratch))
    print(f"{trees} trees: {len(complaints)} complaints")
    for said in complaints[:50]:
        print(said)
    return 1 if complaints or trees < 5 else 0


sys.exit(main(Path(sys.argv[1])))
