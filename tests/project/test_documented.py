"""Makes words part of the build: what the documents name exists, and what can be set is documented."""

import re

from kat_monitor.settings import Settings
from tests.project.source_tree import ROOT, name, with_suffix

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)\s]*)?\)")


def test_every_setting_is_documented() -> None:
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    prefix = Settings.model_config.get("env_prefix", "")
    assert prefix == "KAT_"
    variables = {f"{prefix}{field}".upper() for field in Settings.model_fields}
    assert {v for v in variables if not re.search(rf"\b{v}\b", operations)} == set()


def test_every_documented_setting_exists() -> None:
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    fields = {f"KAT_{field}".upper() for field in Settings.model_fields}
    assert set(re.findall(r"\bKAT_[A-Z0-9_]+\b", operations)) <= fields


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{name(page)}: {target}"
        for page in with_suffix(".md")
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert not broken


def test_promises_name_tests_that_exist() -> None:
    named = re.findall(r"\btests/[\w./-]+\.py\b", (ROOT / "docs/promises.md").read_text(encoding="utf-8"))
    assert named
    assert not [path for path in named if not (ROOT / path).is_file()]


def test_documents_name_verbs_that_exist() -> None:
    verbs = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"setup", "demo", "test", "check", "bench", "validate-simulator", "test-long", "lock"} <= verbs
    used = {
        (name(page), verb)
        for page in [*with_suffix(".md"), ROOT / ".ci/run"]
        for verb in re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {(page, verb) for page, verb in used if verb not in verbs} == set()
