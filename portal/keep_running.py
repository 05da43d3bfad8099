"""Keeps one program running: `python -P portal/keep_running.py [options] program arguments...`.

For the Procfile: honcho ends all processes when one of them ends, and a killed worker must not
take the site with it. SIGTERM and SIGINT are passed on and end it; anything else that ends the
program starts it again after a pause, which doubles while the program keeps ending early.
It imports nothing of the portal: three of these wait beside every site.
"""

import argparse
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

LONGEST_PAUSE = 30.0
# Who ran this long had started well: the next pause is the shortest again.
LONG_RUN = 60.0
# A program that ends sooner than this never started (the port is taken, a setting is missing).
START_UP = 15.0


@dataclass
class Keeper:
    command: list[str]
    shortest_pause: float = 1.0
    must_start: bool = False
    child: subprocess.Popen[bytes] | None = None
    asked_to_end: int = 0

    def run(self) -> int:
        """The exit code: 0 after a signal, the program's own where it had to start and did not."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.end)
        pause = self.shortest_pause
        first = True
        while not self.is_ending():
            began = time.monotonic()
            code = self._once()
            lasted = time.monotonic() - began
            if self.is_ending():
                break
            if first and self.must_start and lasted < START_UP:
                return code or 1
            first = False
            pause = self.shortest_pause if lasted > LONG_RUN else pause
            self._say(f"ended with {code}; it starts again in {pause:g} s")
            self._wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        return 0

    def is_ending(self) -> bool:
        return self.asked_to_end != 0

    def end(self, number: int, _frame: Any) -> None:
        self.asked_to_end = number
        if self.child is not None:
            self.child.send_signal(number)

    def _once(self) -> int:
        self.child = subprocess.Popen(self.command)  # noqa: S603 - the Procfile's own words
        if self.asked_to_end:  # The signal came while the program was being started.
            self.child.send_signal(self.asked_to_end)
        code = self.child.wait()
        self.child = None
        return code

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_ending() and time.monotonic() < until:
            time.sleep(0.05)

    def _say(self, text: str) -> None:
        sys.stderr.write(f"{self.command[0]} {text}\n")
        sys.stderr.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="keep_running")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds before the first restart")
    parser.add_argument(
        "--must-start",
        action="store_true",
        help=f"end with the program when its first run ends within {START_UP:g} s",
    )
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    if not given.command:
        parser.error("which program?")
    return Keeper(given.command, given.pause, given.must_start).run()


if __name__ == "__main__":
    sys.exit(main())
