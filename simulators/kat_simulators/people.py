"""Invents patients with names and bodies of their own, so that no two demo sessions look alike."""

from __future__ import annotations

import random
from dataclasses import replace

from kat_simulators.scenario import Who

FIRST = {
    "female": ("Ada", "Bea", "Clara", "Dora", "Edith", "Fatima", "Greta", "Hilda", "Ines", "Julia", "Kaya", "Leila"),
    "male": ("Adam", "Boris", "Carl", "David", "Emil", "Farid", "Gustav", "Henry", "Igor", "Jakob", "Kofi", "Leon"),
}
LAST = (
    "Adler", "Bennett", "Castillo", "Dubois", "Eriksen", "Fischer", "Green", "Hansen", "Ivanova", "Jansen", "Keller",
    "Lopez", "Meyer", "Novak", "Olsen", "Park", "Quinn", "Rossi", "Schmidt", "Tanaka", "Urban", "Varga", "Walker",
)  # fmt: skip


def somebody(dice: random.Random, like: Who) -> Who:
    """A new person whose body is near `like`: same build and response, other resting signs."""
    sex = like.sex if like.sex in FIRST else dice.choice(sorted(FIRST))
    born = dice.randint(-3, 3) + int(like.birth_date[:4])
    return replace(
        like,
        name=f"{dice.choice(FIRST[sex])} {dice.choice(LAST)}",
        birth_date=f"{born}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
        sex=sex,
        systolic=like.systolic + dice.uniform(-4, 4),
        diastolic=like.diastolic + dice.uniform(-3, 3),
        heart_rate=like.heart_rate + dice.uniform(-4, 4),
        respiratory_rate=like.respiratory_rate + dice.uniform(-0.5, 0.8),
    )
