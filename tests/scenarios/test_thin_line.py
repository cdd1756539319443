"""One reading followed from a gateway's post to a nurse's acknowledgement."""

from tests.server_fixtures import Running


async def test_alive(manual: Running) -> None:
    """The doors answer."""
    client = manual.client()
    answer = await client.get(f"{manual.url}/readyz")
    assert answer.status_code == 200, answer.text
    admin = await manual.as_("admin")
    chair = (await admin.post("/chairs", json={"label": "Chair 1"})).json()
    gateway = (await admin.post("/gateways", json={"label": "Gateway 1"})).json()
    body = {
        "code": "cuff",
        "label": "Cuff",
        "kind": "cuff",
        "gateway_id": gateway["id"],
        "chair_id": chair["id"],
        "interval_s": 60,
    }
    made = await admin.post("/devices", json=body)
    assert made.status_code == 201, made.text
    post = manual.client(Authorization=f"Bearer {gateway['key']}")
    reading = {
        "device": "cuff",
        "seq": 1,
        "observed_at": manual.now(),
        "source": "nibp",
        "systolic": 120,
        "diastolic": 80,
    }
    answer = await post.post("/readings", json={"sent_at": manual.now(), "readings": [reading]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted"] == 1
    assert answer.json()["unassigned"] == 1
