"""by_evolution.py PROGRAMS: Evolution's data server, which holds calendars for Evolution and GNOME Calendar, subscribes.

It runs in a session of its own. What stands below `inside` runs there, by the system's Python, and talks by lines of JSON.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

REFRESHED = 6


def inside(address: str) -> None:
    import gi

    for name, version in (("EDataServer", "1.2"), ("ECal", "2.0")):
        gi.require_version(name, version)
    from gi.repository import ECal, EDataServer, GLib, GObject

    registry = EDataServer.SourceRegistry.new_sync(None)
    source = registry.ref_source("subscribed")
    if source is None:
        # What the dialogue “On The Web” makes.
        source = EDataServer.Source.new_with_uid("subscribed", None)
        source.set_parent("webcal-stub")
        source.set_display_name("subscribed")
        source.get_extension("Calendar").set_backend_name("webcal")
        source.get_extension("WebDAV Backend").set_uri(GLib.Uri.parse(address, GLib.UriFlags.NONE))
        source.get_extension("Security").set_method("none")
        source.get_extension("Offline").set_stay_synchronized(True)
        registry.commit_source_sync(source, None)
    context = GLib.MainContext.default()

    def run_for(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            while context.iteration(False):
                pass
            time.sleep(0.05)

    while (source := registry.ref_source("subscribed")) is None:
        run_for(0.1)
    client = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, 30, None)
    errors: list[str] = []
    # Its own `connect` opens a calendar.
    GObject.Object.connect(client, "backend-error", lambda _, message: errors.append(message))
    # What a window shows above the calendar when a server does not answer as it should.
    source.connect("credentials-required", lambda _, reason, pem, flags, error: errors.append(error.message if error else str(reason)))
    for line in sys.stdin:
        if line.strip() == "refresh":
            errors.clear()
            try:
                client.refresh_sync(None)
            except GLib.Error as error:
                errors.append(error.message)
            run_for(REFRESHED)
            answer = errors[:1]
        else:
            _, events = client.get_object_list_as_comps_sync("#t", None)
            answer = [event.get_as_string() for event in events]
        print("ANSWER " + json.dumps(answer), flush=True)
    # What waits for signals would keep the session open.
    os._exit(0)


class Evolution:
    name, renames, refused = "Evolution Data Server", False, 404

    def __init__(self, home: Path, address: str):
        self.home, self.address = home / "evolution", address
        self.home.mkdir()
        self.start()

    def start(self) -> None:
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "LC_ALL": "C.UTF-8", "TZ": "Asia/Seoul"}
        environment |= {"XDG_RUNTIME_DIR": str(self.home)}
        environment |= {f"XDG_{kind}_HOME": f"{self.home}/{kind.lower()}" for kind in ("CONFIG", "DATA", "CACHE")}
        environment |= {"GSETTINGS_BACKEND": "memory", "GIO_USE_VFS": "local", "NO_AT_BRIDGE": "1"}
        command = ["dbus-run-session", "--", "/usr/bin/python3", "-B", os.path.abspath(__file__), "--inside", self.address]
        self.errors = open(self.home / "errors", "ab")
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True, start_new_session=True
        )

    def ask(self, what: str) -> list[str]:
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("ANSWER "):
                return json.loads(line[7:])
        sys.exit("no answer: " + (self.home / "errors").read_text("utf-8", "replace")[-800:])

    def refresh(self) -> str | None:
        return next(iter(self.ask("refresh")), None)

    def events(self) -> list[str]:
        return self.ask("events")

    def end(self) -> None:
        self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.errors.close()

    def restart(self) -> None:
        self.end()
        self.start()


def main() -> None:
    from office import follow, office

    with office() as (serving, home):
        token, name = serving.token()
        client = Evolution(home, serving.address(token))
        try:
            follow(serving, client, token, name)
        finally:
            client.end()


if sys.argv[1] == "--inside":
    inside(sys.argv[2])
else:
    main()
