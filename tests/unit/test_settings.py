"""Every setting says what it is, comes from where it says, and cannot be changed once read."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from kat_monitor.settings import Settings, load_settings

UNITS = ("Folder", "Address", "TCP port", "Seconds", "Connections", "Readings", "Bytes")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_is_documented(name: str) -> None:
    """Its default and why; a number says its unit."""
    field = Settings.model_fields[name]
    text = field.description or ""
    assert "Default" in text, name
    assert text.endswith("."), name
    if field.annotation in (int, float):
        assert text.startswith(UNITS), name


def test_from_the_environment_and_below_it_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kat.env"
    file.write_text('KAT_PORT=8123\nKAT_HOST=0.0.0.0\nKAT_ALLOWED_ORIGINS=["https://kat.example"]\n')
    monkeypatch.setenv("KAT_PORT", "9000")

    settings = load_settings(file)

    assert (settings.port, settings.host, settings.allowed_origins) == (9000, "0.0.0.0", ("https://kat.example",))


@pytest.mark.parametrize(("name", "value"), [("PORT", "70000"), ("READ_S", "0"), ("BATCH_READINGS", "30000")])
def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"KAT_{name}", value)
    with pytest.raises(ValidationError):
        load_settings()


def test_a_misspelt_line_of_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "kat.env"
    file.write_text("KAT_PROT=8123\n")
    with pytest.raises(ValidationError):
        load_settings(file)


def test_secrets_do_not_print_and_nothing_changes() -> None:
    settings = Settings(database_url="postgresql://kat:hush@db/kat")
    assert "hush" not in repr(settings)
    with pytest.raises(ValidationError):
        settings.__setattr__("port", 1)
