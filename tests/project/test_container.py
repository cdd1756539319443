"""Keeps the container files in step with the server: their settings exist, nothing runs as root, no secret is kept."""

import re
import tomllib
from typing import Any

import yaml

from kat_monitor.settings import Settings
from tests.project.source_tree import ROOT


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load(_text("compose.yaml"))["services"]
    return services


def test_settings_of_the_container_exist() -> None:
    known = {f"KAT_{field}".upper() for field in Settings.model_fields}
    used = set(
        re.findall(r"\bKAT_[A-Z0-9_]+", _text("Dockerfile") + _text("compose.yaml") + _text("compose.env.example"))
    )
    assert used
    assert used <= known


def test_the_image_runs_as_its_own_user() -> None:
    last_stage = _text("Dockerfile").split("\nFROM ")[-1]
    assert re.findall(r"^USER (\S+)$", last_stage, re.MULTILINE) == ["kat"]


def test_every_service_is_watched_and_waits_for_the_one_it_needs() -> None:
    services = _services()
    assert "HEALTHCHECK" in _text("Dockerfile")
    assert services["database"]["healthcheck"]["test"]
    assert services["server"]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_secrets_stay_out_of_the_repository() -> None:
    example = dict(line.split("=", 1) for line in _text("compose.env.example").splitlines() if "=" in line)
    assert {service["env_file"] for service in _services().values()} == {"compose.env"}
    assert "/compose.env" in _text(".gitignore").splitlines()
    assert all("change-me" in value for value in example.values())


def test_the_image_builds_from_all_that_the_wheel_needs() -> None:
    allowed = {line[1:] for line in _text(".dockerignore").splitlines() if line.startswith("!")}
    project = tomllib.loads(_text("pyproject.toml"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    needed = {path.split("/")[0] for path in packages}
    needed |= {project["tool"]["hatch"]["build"]["hooks"]["custom"]["path"].split("/")[0]}
    needed |= {
        project["project"]["readme"],
        *project["project"]["license-files"],
        "alembic",
        "frontend",
        "requirements",
    }
    assert needed <= allowed
