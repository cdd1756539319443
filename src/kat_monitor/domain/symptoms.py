"""The catalogue of symptoms (design 6.4): a name has to mean the same however it is typed, above all a red flag's."""

from dataclasses import dataclass
from difflib import get_close_matches

WORST = 3
"""The highest severity."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """One entry. `term` is stored and judged; `also` are other words for it, in any case, singular or plural."""

    term: str
    text: str
    also: tuple[str, ...] = ()
    red_flag: bool = False
    worst_is: str | None = None
    """The term that it is at the highest severity: the worst headache is a severe one, whichever way it is told."""


CATALOGUE: tuple[Symptom, ...] = (
    Symptom(
        "chest_pain",
        "Chest pain",
        ("pain in chest", "chest tightness", "tight chest", "chest pressure", "chest discomfort", "angina"),
        red_flag=True,
    ),
    Symptom(
        "breathlessness",
        "Breathlessness",
        (
            "breathless", "short of breath", "shortness of breath", "out of breath", "sob", "dyspnoea", "dyspnea",
            "difficulty breathing", "trouble breathing", "can't breathe", "cannot breathe", "respiratory distress",
        ),
        red_flag=True,
    ),
    Symptom(
        "severe_headache",
        "Severe headache",
        ("headache severe", "worst headache", "worst headache ever", "thunderclap headache", "severe head pain"),
        red_flag=True,
    ),
    Symptom(
        "visual_loss",
        "Loss of vision",
        (
            "loss of vision", "vision loss", "loss of sight", "sight loss", "lost vision", "blind", "blindness",
            "can't see", "cannot see",
        ),
        red_flag=True,
    ),
    Symptom(
        "new_confusion",
        "New confusion",
        ("newly confused", "confusion new", "acute confusion", "sudden confusion", "suddenly confused", "delirium"),
        red_flag=True,
    ),
    Symptom(
        "seizure",
        "Seizure",
        ("seizing", "fit", "fitting", "convulsion", "convulsing", "tonic-clonic", "epileptic fit"),
        red_flag=True,
    ),
    Symptom(
        "weakness",
        "Weakness of face, arm or leg",
        (
            "facial weakness", "arm weakness", "leg weakness", "limb weakness", "one-sided weakness", "facial droop",
            "face droop", "paralysis", "hemiparesis", "hemiplegia", "weak arm", "weak leg", "weakness of face",
            "weakness of arm", "weakness of leg",
        ),
        red_flag=True,
    ),
    Symptom(
        "speech_change",
        "Change of speech",
        (
            "change of speech", "change in speech", "slurred speech", "slurring", "speech slurred", "aphasia",
            "dysarthria", "can't speak", "cannot speak", "loss of speech", "speech loss",
        ),
        red_flag=True,
    ),
    Symptom(
        "collapse",
        "Collapse",
        (
            "collapsed", "collapsing", "syncope", "faint", "fainted", "fainting", "passed out", "unconscious",
            "loss of consciousness", "lost consciousness", "unresponsive", "blackout", "blacked out",
        ),
        red_flag=True,
    ),
    Symptom("nausea", "Nausea", ("nauseous", "nauseated", "feels sick", "feeling sick", "queasy")),
    Symptom("vomiting", "Vomiting", ("vomited", "vomit", "emesis", "being sick")),
    Symptom("dizziness", "Dizziness", ("dizzy", "lightheaded", "light-headed", "lightheadedness", "vertigo")),
    Symptom("headache", "Headache", ("head pain", "head ache"), worst_is="severe_headache"),
    Symptom("blurred_vision", "Blurred vision", ("blurry vision", "vision blurred", "double vision")),
    Symptom("dissociation", "Dissociation", ("dissociated", "dissociating", "derealisation", "depersonalisation")),
    Symptom("anxiety", "Anxiety", ("anxious", "panic", "panic attack", "panicking", "fear", "distress", "distressed")),
    Symptom("confusion", "Confusion", ("confused", "disorientated", "disoriented", "disorientation")),
    Symptom("hallucination", "Hallucination", ("hallucinating", "seeing things", "hearing voices")),
    Symptom("drowsiness", "Drowsiness", ("drowsy", "sleepy", "sleepiness", "sedated", "sedation", "somnolence")),
    Symptom("unsteadiness", "Unsteadiness", ("unsteady", "unsteady gait", "ataxia", "wobbly", "poor balance")),
    Symptom("agitation", "Agitation", ("agitated", "restless", "restlessness")),
    Symptom("palpitations", "Palpitations", ("racing heart", "heart racing", "pounding heart")),
    Symptom("sweating", "Sweating", ("sweaty", "diaphoresis")),
    Symptom("numbness", "Numbness or tingling", ("numb", "tingling", "paraesthesia", "pins and needles")),
    Symptom("itching", "Itching or rash", ("itchy", "itch", "rash", "hives")),
    Symptom("urinary_urgency", "Urge or pain when passing water", ("dysuria", "urgency", "painful urination")),
)  # fmt: skip
"""What screens offer. A term that is not here is recorded as told, and the person is told that nothing knows it."""

RED_FLAGS = frozenset(symptom.term for symptom in CATALOGUE if symptom.red_flag)
"""Terms that alarm by themselves at any severity but 0."""

_BESIDES = frozenset(
    "a an and the of in her his their patient is has had having some slight mild moderate sudden".split()
)
"""Words that change nothing of what it is. Never `no` or `not`: a denial must not become what it denies."""


def _words(told: str) -> list[str]:
    """Lower case, without the marks between words, singular."""
    text = told.casefold().replace("\u2019", "").replace("'", "")
    return [_singular(word) for word in "".join(c if c.isalnum() else " " for c in text).split()]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _key(told: str) -> str:
    return " ".join(_words(told))


def _bare(told: str) -> str:
    return " ".join(word for word in _words(told) if word not in _BESIDES)


def _index() -> dict[str, Symptom]:
    """Every way to say it, whole, and where that is free also without the words that change nothing, to its entry."""
    names = [(name, symptom) for symptom in CATALOGUE for name in (symptom.term, symptom.text, *symptom.also)]
    known: dict[str, Symptom] = {}
    for name, symptom in names:
        if known.setdefault(_key(name), symptom) is not symptom:
            raise ValueError(f"{name} means both {known[_key(name)].term} and {symptom.term}")
    for name, symptom in names:
        known.setdefault(_bare(name), symptom)
    return known


_KNOWN = _index()


def term_of(told: str, severity: int = 0) -> str | None:
    """The catalogue's term for what was told, at this severity. None: nobody knows it."""
    found = _KNOWN.get(_key(told)) or _KNOWN.get(_bare(told))
    if found is None:
        return None
    return found.worst_is if found.worst_is is not None and severity >= WORST else found.term


def near(told: str) -> list[str]:
    """Terms that look like what was told: for a person to choose from, never to be taken for it."""
    keys = get_close_matches(_key(told), _KNOWN, n=3, cutoff=0.75)
    return list(dict.fromkeys(_KNOWN[key].term for key in keys))
