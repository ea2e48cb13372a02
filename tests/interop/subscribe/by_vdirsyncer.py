"""by_vdirsyncer.py PROGRAMS: vdirsyncer subscribes, and khal lists what it keeps. By the address alone, and by a password."""

import json
import os
import subprocess
import sys
from pathlib import Path

from office import FEEDS, MOVED, PATIENCE, fail, follow, office, read


class Vdirsyncer:
    # Its storage for the web gives each event a UID made of its content.
    renames = True

    def __init__(self, programs: Path, home: Path, name: str, remote: str, refused: int):
        self.refused = refused
        self.programs, self.home, self.name = programs, home / name, f"vdirsyncer and khal, {name}"
        self.kept = self.home / "kept"
        self.kept.mkdir(parents=True)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        self.environment |= {"NO_PROXY": "127.0.0.1", "VDIRSYNCER_CONFIG": str(self.home / "vdirsyncer")}
        self.environment |= {f"XDG_{kind}_HOME": str(self.home) for kind in ("CONFIG", "DATA", "CACHE")}
        self.subscribe(remote)
        (self.home / "khal").write_text(
            f"[calendars]\n[[feed]]\npath = {self.kept}\nreadonly = True\n[sqlite]\npath = {self.home}/khal.db\n"
            "[locale]\nlocal_timezone = Asia/Seoul\ndefault_timezone = Asia/Seoul\ntimeformat = %H:%M\n"
            "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%dT%H:%M\n"
            "longdatetimeformat = %Y-%m-%dT%H:%M\n"
        )

    def subscribe(self, remote: str) -> None:
        (self.home / "vdirsyncer").write_text(
            f'[general]\nstatus_path = "{self.home}/status"\n'
            '[pair feed]\na = "here"\nb = "there"\ncollections = null\nconflict_resolution = "b wins"\n'
            f'[storage here]\ntype = "filesystem"\npath = "{self.kept}"\nfileext = ".ics"\n'
            f'[storage there]\ntype = "http"\n{remote}'
        )
        self.run("vdirsyncer", "discover")

    def run(self, program: str, *words) -> subprocess.CompletedProcess:
        command = [str(word) for word in (self.programs / program, *words)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=PATIENCE)

    def refresh(self) -> str | None:
        ran = self.run("vdirsyncer", "sync")
        if ran.returncode == 0:
            return None
        return next((line for line in (ran.stderr + ran.stdout).splitlines() if line.startswith("error:")), "it failed")

    def events(self) -> list[str]:
        texts = [path.read_text("utf-8") for path in self.kept.glob("*.ics")]
        self.hold_khal(texts)
        return texts

    def hold_khal(self, texts: list[str]) -> None:
        """What khal lists is what there is, at its time."""
        fields = [word for field in ("title", "start-long-full", "all-day") for word in ("--json", field)]
        ran = self.run("khal", "-c", self.home / "khal", "list", "--once", *fields, "2026-10-20", "2026-11-01")
        if ran.returncode != 0:
            fail(f"khal: {ran.stderr}")
        entries = [entry for line in ran.stdout.splitlines() for entry in json.loads(line)]
        listed = sorted((entry["title"], entry["start-long-full"][: 10 if entry["all-day"] == "True" else None]) for entry in entries)
        kept = sorted(
            (title, f"{start:%Y-%m-%dT%H:%M}" if hasattr(start, "hour") else start.isoformat())
            for title, start in ((title, event["DTSTART"].dt) for title, event in read(texts).items())
        )
        if listed != kept:
            fail(f"khal lists {listed}, and there is {kept}")


def main() -> None:
    programs = Path(sys.argv[1])
    with office() as (serving, home):
        token, name = serving.token()
        client = Vdirsyncer(programs, home, "by address", f'url = "{serving.address(token)}"\n', 404)
        follow(serving, client, token, name)
        # With another token it goes on where it was.
        kept = read(client.events())
        client.subscribe(f'url = "{serving.address(serving.token()[0])}"\n')
        if (error := client.refresh()) or read(client.events()) != kept:
            fail(f"with a new token it is not what it was: {error}")
    with office() as (serving, home):
        token, name = serving.token()
        remote = f'url = "{serving.base}/press/feeds/seoul.ics"\nusername = "anybody"\npassword = "{token}"\nauth = "basic"\n'
        follow(serving, Vdirsyncer(programs, home, "by password", remote, 401), token, name)


main()
