"""`/symptoms`: the catalogue that a screen offers, so that a symptom is chosen instead of spelled."""

from fastapi import APIRouter

from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Shown
from kat_monitor.domain.symptoms import CATALOGUE, WORST

router = APIRouter(tags=["sessions"])


class SymptomShown(Shown):
    """One entry of the catalogue."""

    term: str
    """What is stored."""
    text: str
    """What a screen shows."""
    also: list[str]
    """Other words that are taken for it, in any case, singular or plural."""
    red_flag: bool
    """It alarms by itself at any severity but 0."""
    worst_is: str | None
    """The term it is stored under at the highest severity."""


class Symptoms(Shown):
    severity: list[int]
    """Lowest and highest; 0 says that it is not there."""
    terms: list[SymptomShown]
    """Red flags first."""


@router.get("/symptoms")
async def list_symptoms(who: Who) -> Symptoms:
    """What a symptom may be called, red flags first."""
    return Symptoms(
        severity=[0, WORST],
        terms=[
            SymptomShown(term=s.term, text=s.text, also=list(s.also), red_flag=s.red_flag, worst_is=s.worst_is)
            for s in CATALOGUE
        ],
    )
