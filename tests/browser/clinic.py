"""A running clinic as the browser tests use it: what a nurse, an administrator and a gateway do to it over REST."""

import secrets
import signal
import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

STARTING_S, STOPPING_S = 90, 20


class ServerError(RuntimeError):
    """The server did not come up, or ended by itself; the message ends with its last words."""


@dataclass(frozen=True)
class Place:
    """A chair with a monitor and a cuff, and the session of one patient at it."""

    label: str
    session_id: str
    monitor: str
    cuff: str
    patient: str


@dataclass
class Server:
    """A running `kat-monitor demo`, and the ways a nurse, an administrator and a gateway change things in it."""

    url: str
    nurse: tuple[str, str]
    admin: tuple[str, str]
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[str] | None = None
    gateway_key: str = ""
    gateway_id: str = ""
    _clients: dict[str, httpx.Client] = field(default_factory=dict)
    _seq: int = 0

    def start(self) -> None:
        """Start it, or start it again on the same port and data; returns when it is ready."""
        with self.log.open("a", encoding="utf-8") as output:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=output, stderr=subprocess.STDOUT, text=True
            )
        deadline, pause = time.monotonic() + STARTING_S, threading.Event()
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}readyz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            pause.wait(0.2)
        raise ServerError(f"the server did not become ready:\n{self._last_words()}")

    def _last_words(self) -> str:
        return self.log.read_text(encoding="utf-8")[-6000:]

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """As if the power went: no chance to finish anything."""
        self.signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def stop(self) -> None:
        for client in self._clients.values():
            client.close()
        if self.process is None:
            return
        if self.process.poll() is not None:
            raise ServerError(f"the server ended by itself with {self.process.returncode}:\n{self._last_words()}")
        self.signal(signal.SIGINT)
        try:
            self.process.wait(STOPPING_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def client(self, login: tuple[str, str]) -> httpx.Client:
        """A client logged in as that person; unsafe calls carry the Origin the server asks for."""
        if login[0] not in self._clients:
            client = httpx.Client(base_url=f"{self.url}api/v1/", headers={"Origin": self.url.rstrip("/")}, timeout=10)
            answer = client.post("login", json={"username": login[0], "password": login[1]})
            assert answer.status_code == 200, answer.text
            self._clients[login[0]] = client
        return self._clients[login[0]]

    def post(self, login: tuple[str, str], path: str, body: dict[str, Any]) -> Any:
        answer = self.client(login).post(path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.client(self.nurse).get(path)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def painted(self) -> float:
        """How many alerts some screen has said it painted."""
        text = httpx.get(f"{self.url}metrics", timeout=10).text
        found = [line for line in text.splitlines() if line.startswith("kat_time_to_glass_seconds_count ")]
        return float(found[0].split()[1])

    def chair(self, label: str) -> str:
        return str(self.post(self.admin, "chairs", {"label": label, "room": "Test"})["id"])

    def device(self, code: str, chair_id: str, kind: str, interval_s: float) -> None:
        """A device of the tests' own gateway, standing at the chair."""
        if not self.gateway_key:
            made = self.post(self.admin, "gateways", {"label": "browser tests"})
            self.gateway_key, self.gateway_id = made["key"], made["id"]
        body = {"code": code, "label": code, "kind": kind, "gateway_id": self.gateway_id, "chair_id": chair_id}
        self.post(self.admin, "devices", body | {"interval_s": interval_s})

    def session(self, chair_id: str, name: str) -> str:
        """A new patient, checked in at the chair: preparing."""
        born = "1980-05-17"
        mrn = f"T{secrets.token_hex(4)}"
        patient = self.post(self.nurse, "patients", {"mrn": mrn, "name": name, "birth_date": born, "sex": "female"})
        body = {"patient_id": patient["id"], "chair_id": chair_id, "protocol": "iv_infusion", "weight_kg": 70.0}
        session = self.post(self.nurse, "sessions", body)
        check_in = {"to": "preparing", "identifiers": ["name", "birth_date"]}
        self.post(self.nurse, f"sessions/{session['id']}/transitions", check_in)
        return str(session["id"])

    def wallboard(self) -> tuple[str, str]:
        """A login for a screen in a corridor: it may show no names."""
        name, password = f"board-{secrets.token_hex(4)}", secrets.token_urlsafe(18)
        body = {"username": name, "name": "Corridor", "password": password, "roles": ["wallboard"]}
        self.post(self.admin, "users", body)
        return name, password

    def discharge(self, session_id: str) -> None:
        """Left before ready: accepted from every phase with a patient in the chair. Again changes nothing."""
        if self.get(f"sessions/{session_id}")["phase"] in {"discharged", "cancelled"}:
            return
        body = {"to": "discharged", "outcome": "left_before_ready", "reason": "end of test"}
        self.post(self.nurse, f"sessions/{session_id}/transitions", body)

    def read(self, device: str, source: str, **values: float) -> None:
        """One reading, measured now, through the real door."""
        self._seq = max(self._seq + 1, time.time_ns() // 1000)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        reading = {"device": device, "seq": self._seq, "observed_at": now, "source": source, **values}
        body = {"sent_at": now, "readings": [reading]}
        bearer = {"Authorization": f"Bearer {self.gateway_key}"}
        answer = httpx.post(f"{self.url}api/v1/readings", json=body, headers=bearer, timeout=10)
        assert answer.is_success, answer.text
        assert answer.json()["accepted"] == 1, answer.text
