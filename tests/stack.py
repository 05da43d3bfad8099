"""The real thing for tests: web server, worker and beat as the Procfile starts them.

Everything it keeps is in one folder. It loads the demo organization through the same command
that `make demo` uses.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from honcho.environ import parse_procfile

from tests.database import ROOT, migrated_sqlite

PATIENCE = 60


@dataclass(frozen=True)
class Account:
    login: str
    name: str
    role: str
    password: str


@dataclass
class Stack:
    """Start and stop its processes by their names in the Procfile; kill them as a power cut would."""

    folder: Path
    port: int = 0
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = self.port or free_port()
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a shell without any setting has, and where to keep things."""
        ours = ("DATABASE_URL", "REDIS_URL", "PRECEPTOR_", "DJANGO_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {
            **inherited,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{inherited['PATH']}",
            "PRECEPTOR_DEMO": "1",
            "PRECEPTOR_VAR": str(self.folder),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SITE_URL": self.url,
        }

    def load(self) -> None:
        shutil.copyfile(migrated_sqlite(), self.folder / "db.sqlite3")
        self.manage("load_demo")

    def manage(self, *arguments: str) -> str:
        """A management command's output. Fails loudly when the command does."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments} failed.\n{done.stdout}{done.stderr}"
        return done.stdout

    def accounts(self) -> list[Account]:
        return [
            Account(**{key: row[key] for key in ("login", "name", "role", "password")})
            for row in json.loads(self.manage("demo_accounts", "--json"))
        ]

    def start(self, *names: str) -> None:
        """All processes, or the named ones. Returns when the web server answers."""
        commands = parse_procfile((ROOT / "Procfile").read_text()).processes
        for name in names or commands:
            with self.log(name).open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    commands[name],
                    cwd=ROOT,
                    env=self.environment,
                    shell=True,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        if "web" in self.processes:
            self.wait_for_web()

    def wait_for_web(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.answers():
                return
            time.sleep(0.1)
        raise AssertionError(f"The web server did not start.\n{self.tail('web')}")

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=5):
                return True
        except (URLError, OSError):
            return False

    def stop(self, *names: str) -> None:
        """As honcho does it: ask each process and its children, after 5 s insist."""
        stopping = names or tuple(self.processes)
        for name in stopping:
            self.signal(name, signal.SIGTERM)
        for name in stopping:
            try:
                self.processes[name].wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.signal(name, signal.SIGKILL)
            self.processes.pop(name).wait()

    def kill(self, name: str) -> None:
        """As a power cut does it."""
        self.signal(name, signal.SIGKILL)
        self.processes.pop(name).wait()

    def signal(self, name: str, number: signal.Signals) -> None:
        try:
            os.killpg(self.processes[name].pid, number)
        except ProcessLookupError:
            return

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def tail(self, name: str) -> str:
        """What a process said last."""
        return f"{name} said last:\n" + "\n".join(self.log(name).read_text().splitlines()[-30:])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
