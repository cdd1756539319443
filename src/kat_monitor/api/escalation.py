"""`/settings/escalation`: where calls for help go when nobody here takes them, and whether they arrive."""

from uuid import UUID

from fastapi import APIRouter

from kat_monitor.access.audit import act
from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Body, Shown
from kat_monitor.api.parts import GivenParts
from kat_monitor.ingest.works import Audited
from kat_monitor.protocols.describe import describe

router = APIRouter(tags=["settings"])


class Ladder(Shown):
    """The times of a protocol's newest version, seconds; they are changed with the protocol."""

    code: str
    version: int
    escalation: dict[str, float]


class EscalationShown(Shown):
    webhook_configured: bool
    """`KAT_WEBHOOK_URL` is set; the address itself is a secret."""
    webhook_signed: bool
    """`KAT_WEBHOOK_SECRET` is set."""
    protocols: list[Ladder]


class TrialBody(Body):
    """Nothing needs to be said."""


class TrialShown(Shown):
    sent: bool
    """The receiver answered 2xx."""
    status: int | None
    """What it answered; null when it did not."""
    detail: str


@router.get("/settings/escalation")
async def show_escalation(who: Who, parts: GivenParts) -> EscalationShown:
    """What is set. The webhook is set where the server is started, not here."""
    clinic = parts.pipeline.clinics[who.clinic_id]
    newest = [version for code in _codes(parts, who.clinic_id) if (version := clinic.newest_version(code)) is not None]
    return EscalationShown(
        webhook_configured=parts.settings.webhook_url is not None,
        webhook_signed=parts.settings.webhook_secret is not None,
        protocols=[
            Ladder(code=one.code, version=one.version, escalation=describe(one.protocol)["escalation"])
            for one in newest
        ],
    )


@router.post("/settings/escalation/test")
async def try_escalation(who: Who, parts: GivenParts, given: TrialBody | None = None) -> TrialShown:
    """Sends one test notice now, signed as any other, and says what became of it. It is not sent again."""
    await parts.pipeline.submit(
        Audited(who.clinic_id, act(who, parts.clock.now_us(), "escalation.test", who.clinic_id))
    )
    if parts.webhook is None:
        return TrialShown(sent=False, status=None, detail="No webhook is configured (KAT_WEBHOOK_URL).")
    trial = await parts.webhook.test(who.clinic_id)
    return TrialShown(sent=trial.sent, status=trial.status, detail=trial.detail)


def _codes(parts: GivenParts, clinic_id: UUID) -> list[str]:
    return sorted({code for code, _ in parts.pipeline.clinics[clinic_id].protocols})
