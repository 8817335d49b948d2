"""A Chromium without a window, asked over its DevTools pipe: what it shows and what it fetches."""

import fcntl
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from servers import end

_SECONDS = 60.0
_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
            "--disable-default-apps", "--remote-debugging-pipe")
# The pipe is where the browser looks for it: at 3 and 4.
_EXEC = ("import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
         "os.execv(sys.argv[3], sys.argv[3:])")


class Browser:
    """One tab; `events` are all that the browser said of it by itself since the last page."""

    def __init__(self, sent: int, got: int):
        self._sent, self._got = sent, got
        self._held, self._number, self._session = b"", 0, ""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target,
                                  flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its result."""
        self._number += 1
        said = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            said["sessionId"] = self._session
        os.write(self._sent, json.dumps(said).encode() + b"\0")
        number = self._number
        answer = self._wait(lambda one: one.get("id") == number)
        assert "error" not in answer, (method, answer)
        found: dict[str, Any] = answer["result"]
        return found

    def open(self, url: str, width: int = 1280, *, script: bool = True) -> None:
        """Open a page and wait until it is loaded."""
        self.events.clear()
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=800,
                  deviceScaleFactor=1, mobile=width < 500)
        self.call("Page.navigate", url=url)
        self.arrive()

    def arrive(self) -> None:
        """Wait until the page that was asked for is loaded."""
        if not any(one.get("method") == "Page.loadEventFired" for one in self.events):
            self._wait(lambda one: one.get("method") == "Page.loadEventFired")

    def value(self, expression: str) -> Any:
        """Evaluate an expression in the page; ours, so that the page's own policy is no matter."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def requested(self) -> list[str]:
        """List the addresses that the page had fetched, itself among them."""
        return [one["params"]["request"]["url"] for one in self.events
                if one.get("method") == "Network.requestWillBeSent"]

    def complaints(self) -> list[str]:
        """List what the browser found wrong: broken policies, failed requests, errors."""
        return [one["params"]["entry"]["text"] for one in self.events
                if one.get("method") == "Log.entryAdded"
                and one["params"]["entry"]["level"] in ("error", "warning")]

    def _wait(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        ends = time.monotonic() + _SECONDS
        while True:
            while b"\0" in self._held:
                line, _, self._held = self._held.partition(b"\0")
                one: dict[str, Any] = json.loads(line)
                if "id" not in one:
                    self.events.append(one)
                if fits(one):
                    return one
            left = ends - time.monotonic()
            if left <= 0 or not select.select([self._got], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self._got, 1 << 20)
            if not data:
                raise ConnectionError("the browser has ended")
            self._held += data


@contextmanager
def opened(program: str, folder: Path) -> Iterator[Browser]:
    """Start a browser with a profile of its own; it ends with the block."""
    to_read, sent = os.pipe()
    got, to_write = os.pipe()
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 100) for fd in (to_read, to_write)]

    process = subprocess.Popen(
        [sys.executable, "-c", _EXEC, *map(str, high), program, *_OPTIONS,
         f"--user-data-dir={folder}"], pass_fds=high, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for fd in (to_read, to_write, *high):
        os.close(fd)
    try:
        yield Browser(sent, got)
    finally:
        os.close(sent)
        os.close(got)
        end(process)
