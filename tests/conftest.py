"""What every test shares: the choice between everyday and long sizes of the generated properties."""

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ("tests.store_fixtures", "tests.api.doors", "tests.server_fixtures")

LONG_FACTOR = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--long`, which `make test-long` gives."""
    parser.addoption("--long", action="store_true", help="run generated properties at their long size")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many examples hypothesis draws; a loaded machine must not fail a property, so none has a deadline."""
    slow = [HealthCheck.too_slow]
    for name, factor in (("everyday", 1), ("long", LONG_FACTOR)):
        settings.register_profile(
            name, max_examples=100 * factor, deadline=None, print_blob=True, suppress_health_check=slow
        )
    settings.load_profile("long" if config.getoption("--long") else "everyday")


@pytest.fixture(scope="session")
def long_factor(request: pytest.FixtureRequest) -> int:
    """By how much a generated property is larger in this run: 1, or 20 with `--long`."""
    return LONG_FACTOR if request.config.getoption("--long") else 1
