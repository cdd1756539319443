"""A refusal says what stands in the way, and nothing it adds hides its own code."""

from kat_monitor.errors import refused
from kat_monitor.ingest.door import problem_json


def test_what_stands_in_the_way_is_said_beside_the_code() -> None:
    said = problem_json(refused("has_chairs", "Hand them over.", more={"chairs": ["a"], "code": "another"}))
    assert (said["status"], said["code"], said["chairs"]) == (409, "has_chairs", ["a"])
