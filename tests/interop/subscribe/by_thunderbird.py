"""by_thunderbird.py PROGRAMS: Thunderbird subscribes, on a screen that nobody sees, and is driven through its Marionette."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from office import PATIENCE, fail, follow, office

CALENDAR = "11111111-2222-4333-8444-555555555555"
# No window asks anything at first, and nothing but this machine is ever asked for anything.
PREFERENCES = {
    "mail.accountmanager.accounts": "account1",
    "mail.accountmanager.localfoldersserver": "server1",
    "mail.account.account1.server": "server1",
    "mail.server.server1.type": "none",
    "mail.server.server1.hostname": "Local Folders",
    "mail.server.server1.userName": "nobody",
    "mail.server.server1.name": "Local Folders",
    "mail.server.server1.directory-rel": "[ProfD]Mail/Local Folders",
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.shell.checkDefaultClient": False,
    "mail.rights.version": 1,
    "mail.inappnotifications.enabled": False,
    "mailnews.start_page.enabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "app.update.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
    "calendar.timezone.local": "Asia/Seoul",
    "calendar.timezone.useSystemTimezone": False,
    "marionette.port": 0,
}
CAL = "const { cal } = ChromeUtils.importESModule('resource:///modules/calendar/calUtils.sys.mjs');"
FIND = CAL + f"const calendar = cal.manager.getCalendarById('{CALENDAR}');"


class Marionette:
    """Runs JavaScript in Thunderbird, over the socket that it opens for tests."""

    def __init__(self, profile: Path):
        until = time.monotonic() + PATIENCE
        while True:
            try:
                port = int((profile / "MarionetteActivePort").read_text())
                self.socket = socket.create_connection(("127.0.0.1", port), 5)
                break
            except (OSError, ValueError):
                if time.monotonic() > until:
                    fail("Thunderbird does not come up")
                time.sleep(0.3)
        self.socket.settimeout(PATIENCE)
        self.buffer, self.number = b"", 0
        self.receive()
        self.call("WebDriver:NewSession", {})
        self.call("Marionette:SetContext", {"value": "chrome"})

    def more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            fail("Thunderbird is gone")
        self.buffer += data

    def receive(self):
        while b":" not in self.buffer:
            self.more()
        length, self.buffer = self.buffer.split(b":", 1)
        while len(self.buffer) < int(length):
            self.more()
        message, self.buffer = self.buffer[: int(length)], self.buffer[int(length) :]
        return json.loads(message)

    def call(self, name: str, parameters: dict):
        self.number += 1
        message = json.dumps([0, self.number, name, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self.receive()
        if error:
            fail(f"{name}: {error.get('message')}")
        return result

    def run(self, script: str):
        """The value of the body of an async function."""
        wrapped = "const done = arguments[arguments.length - 1]; (async () => {%s})().then(v => done([true, v]), e => done([false, String(e)]));"
        asked = {"script": wrapped % script, "args": [], "sandbox": "system", "newSandbox": False}
        good, value = self.call("WebDriver:ExecuteAsyncScript", asked)["value"]
        if not good:
            fail(f"in Thunderbird: {value}")
        return value


class Thunderbird:
    # It takes 404 for a calendar that is new, so it says nothing; and what it has of that, which after a start is nothing, takes
    # the place of its copy. Any other 4xx or 5xx would switch the calendar off, events and all, for as long as it runs.
    name, renames, refused, silent, forgets = "Thunderbird", False, 404, True, True

    def __init__(self, home: Path, address: str):
        self.home, self.profile = home, home / "profile"
        self.profile.mkdir()
        registry = {"type": "ics", "name": "subscribed", "readOnly": True, "cache.enabled": True, "uri": address, "calendar-main-in-composite": True}
        # Only when it is told to, so that each request is one of this story.
        registry["refreshInterval"] = "0"
        preferences = PREFERENCES | {f"calendar.registry.{CALENDAR}.{key}": value for key, value in registry.items()}
        preferences["calendar.list.sortOrder"] = CALENDAR
        lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in preferences.items()]
        (self.profile / "user.js").write_text("".join(lines), "utf-8")
        read, write = os.pipe()
        self.screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL
        )
        os.close(write)
        with os.fdopen(read) as file:
            self.display = ":" + file.readline().strip()
        self.start()

    def start(self) -> None:
        (self.profile / "MarionetteActivePort").unlink(missing_ok=True)
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "DISPLAY": self.display, "LC_ALL": "C.UTF-8", "TZ": "Asia/Seoul"}
        command = ["thunderbird", "--profile", str(self.profile), "--no-remote", "--marionette", "-remote-allow-system-access", "-calendar"]
        self.log = open(self.home / "thunderbird.log", "ab")
        self.process = subprocess.Popen(
            command, env=environment | {"MOZ_CRASHREPORTER_DISABLE": "1"}, stdout=self.log, stderr=self.log, start_new_session=True
        )
        self.marionette = Marionette(self.profile)
        # The calendar is there a moment after the window.
        self.marionette.run(
            CAL + "const { setTimeout } = ChromeUtils.importESModule('resource://gre/modules/Timer.sys.mjs');"
            f"for (let n = 0; n < 200 && !cal.manager.getCalendarById('{CALENDAR}'); n++) await new Promise(r => setTimeout(r, 100));"
        )

    def refresh(self) -> str | None:
        # Refreshed means loaded, or failed, whichever is told of first; then a moment, for what is told later.
        return self.marionette.run(FIND + """
            const errors = [];
            const heard = new Promise(resolve => {
              calendar.addObserver({
                QueryInterface: ChromeUtils.generateQI(["calIObserver"]),
                onStartBatch() {}, onEndBatch() {}, onAddItem() {}, onModifyItem() {}, onDeleteItem() {},
                onPropertyChanged() {}, onPropertyDeleting() {},
                onLoad() { resolve(); },
                onError(which, number, message) { errors.push(message || String(number)); resolve(); },
              });
            });
            calendar.refresh();
            const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
            await Promise.race([heard, new Promise(r => setTimeout(r, 15000))]);
            await new Promise(r => setTimeout(r, 3000));
            const status = calendar.getProperty("currentStatus");
            if (!errors.length && status && !Components.isSuccessCode(status)) errors.push("status 0x" + (status >>> 0).toString(16));
            return errors[0] ?? null;
        """)

    def events(self) -> list[str]:
        return self.marionette.run(FIND + """
            const all = await calendar.getItemsAsArray(Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null);
            return all.map(item => item.icalString);
        """)

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def end(self) -> None:
        self.stop()
        self.screen.terminate()
        self.screen.wait()


def main() -> None:
    with office() as (serving, home):
        token, name = serving.token()
        client = Thunderbird(home, serving.address(token))
        try:
            follow(serving, client, token, name)
        finally:
            client.end()


main()
