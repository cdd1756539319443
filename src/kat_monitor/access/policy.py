"""The one page that says who may do what: a declared policy per route. A route without one does not start."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kat_monitor.access.identity import PEOPLE, READERS, Identity
from kat_monitor.domain.registry import Role
from kat_monitor.errors import KatError


class Signature(StrEnum):
    """Whether an act is signed with one's own PIN or password, when it comes from an enrolled station."""

    NEVER = "never"
    BODY = "body"
    """What is asked decides: `needs_signature` of the body."""
    FOR_OTHERS = "for_others"
    """By whoever is not the one who is logged in: what only they themselves may say."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Policy:
    """`roles` may use the route; `open`: no login needed; `when_locked`: also a login that is idle and locked.

    At a station, `by_person`: somebody else on shift than who is logged in may be named (`Kat-Person`) and acts;
    `by_name`: naming them is enough, whosever the login is and even when it is locked (the door looks after that).
    """

    roles: frozenset[Role] = frozenset()
    open: bool = False
    when_locked: bool = False
    by_person: bool = False
    by_name: bool = False
    signature: Signature = Signature.NEVER


OPEN = Policy(open=True)
ADMIN = Policy(frozenset({Role.ADMIN}))
SELF = Policy(PEOPLE)
SELF_LOCKED = Policy(PEOPLE, when_locked=True)
READ = Policy(READERS)
CARE = Policy(frozenset({Role.NURSE, Role.CLINICIAN}), by_person=True)
CLINICIAN = Policy(frozenset({Role.CLINICIAN}), by_person=True)
SIGNED = replace(CARE, signature=Signature.ALWAYS)
SIGNED_BY_CLINICIAN = replace(CLINICIAN, signature=Signature.ALWAYS)
SOME_SIGNED = replace(CARE, signature=Signature.BODY)
OWN_DEED = replace(CARE, signature=Signature.FOR_OTHERS)
BY_NAME = replace(CARE, by_name=True)
OWN = replace(CARE, by_person=False)
ADMIN_READ = Policy(frozenset({Role.ADMIN, Role.AUDITOR}))
MOVE = Policy(frozenset({Role.NURSE, Role.CLINICIAN, Role.ADMIN}), by_person=True)
GATEWAY = Policy(frozenset({Role.GATEWAY}))

POLICIES: Mapping[str, Policy] = {
    # Doors that need no login
    "GET /livez": OPEN,
    "GET /readyz": OPEN,
    "GET /metrics": OPEN,  # its own token, when one is configured
    "GET /openapi.json": OPEN,
    "GET /docs": OPEN,
    "GET /": OPEN,  # the page itself; what it shows asks for a login
    "GET /s/{id}": OPEN,
    "GET /{page}": OPEN,
    "GET /history/{session}": OPEN,
    "GET /setup/{part}": OPEN,
    # People and programs
    "GET /setup": OPEN,
    "POST /setup": OPEN,  # with the code that the server printed, while nobody has an account
    "POST /login": OPEN,
    "POST /logout": SELF_LOCKED,
    "GET /me": SELF_LOCKED,
    "GET /tokens": SELF,
    "POST /tokens": SELF,
    "DELETE /tokens/{id}": SELF,
    "GET /gateways": ADMIN_READ,
    "POST /gateways": ADMIN,
    "DELETE /gateways/{id}": ADMIN,
    "POST /gateways/heartbeat": GATEWAY,
    "GET /audit": ADMIN_READ,
    "GET /settings/escalation": ADMIN_READ,
    "POST /settings/escalation/test": ADMIN,
    "GET /users": ADMIN_READ,
    "POST /users": ADMIN,
    "PATCH /users/{id}": ADMIN,
    "PUT /me/pin": OWN,
    "DELETE /users/{id}/pin": ADMIN,
    # Places, devices, patients, protocols
    "GET /chairs": READ,
    "POST /chairs": ADMIN,
    "PATCH /chairs/{id}": ADMIN,
    "POST /chairs/{id}/ready": CARE,
    "GET /devices": READ,
    "POST /devices": ADMIN,
    "PATCH /devices/{id}": MOVE,  # all but `chair_id` needs an admin
    "GET /patients": READ,
    "GET /patients/{id}": READ,
    "GET /patients/{id}/history": READ,
    "GET /patients/{id}/sessions-by-minute": READ,
    "POST /patients": CARE,
    "PATCH /patients/{id}": CARE,
    "GET /protocols": READ,
    "GET /protocols/{code}": READ,
    "GET /protocols/{code}/versions": READ,
    "GET /protocols/{code}/versions/{n}": READ,
    "GET /protocols/{code}/versions/{n}/changes": READ,
    "POST /protocols": CLINICIAN,
    "GET /symptoms": READ,
    # Sessions
    "POST /sessions": CARE,
    "GET /sessions": READ,
    "GET /sessions/{id}": READ,
    "POST /sessions/{id}/transitions": SOME_SIGNED,  # going home as ready, an override
    "POST /sessions/{id}/emergency": BY_NAME,
    "POST /sessions/{id}/recheck": CARE,
    "POST /sessions/{id}/screening": CARE,
    "POST /sessions/{id}/baseline": CARE,
    "POST /sessions/{id}/events": SOME_SIGNED,  # a medicine, a correction
    "GET /sessions/{id}/events": READ,
    "POST /sessions/{id}/assessments": CARE,
    "GET /sessions/{id}/assessments": READ,
    "POST /sessions/{id}/readings": CARE,
    "GET /sessions/{id}/readings": READ,
    "POST /sessions/{id}/readings/void": SIGNED,
    "POST /sessions/{id}/readings/correct": SIGNED,
    "POST /sessions/{id}/move": CARE,
    "POST /sessions/{id}/correct-patient": SIGNED,
    "GET /sessions/{id}/alerts": READ,
    "GET /sessions/{id}/timeline": READ,
    "GET /sessions/{id}/readiness": READ,
    "PUT /sessions/{id}/limits/{code}": SIGNED_BY_CLINICIAN,
    # Alerts
    "GET /alerts": READ,
    "GET /alerts/{id}": READ,
    "POST /alerts/{id}/acknowledge": BY_NAME,
    "POST /alerts/{id}/escalate": CARE,
    # Who is on duty
    "GET /stations": READ,
    "GET /stations/here": SELF_LOCKED,
    "POST /stations": MOVE,
    "PATCH /stations/{id}": MOVE,
    "GET /shifts": READ,
    "POST /shifts": SELF_LOCKED,  # one's own needs an unlocked login of a nurse or clinician; to join, a password
    "POST /shifts/{id}/end": CARE,
    "GET /assignments": READ,
    "POST /assignments": CARE,
    "POST /assignments/release": CARE,
    "POST /offers": CARE,
    "GET /offers/{id}": READ,
    "POST /offers/{id}/accept": OWN_DEED,  # patients become theirs
    "POST /offers/{id}/decline": CARE,
    "POST /offers/{id}/withdraw": CARE,
    "POST /offers/{id}/end": CARE,
    "GET /opening-checks/draft": CARE,
    "POST /opening-checks": SIGNED,
    "GET /opening-checks": READ,
    # The wall: it shows names to those who may open a chart
    "WS /live": SELF_LOCKED,
}


def policy_of(method: str, path: str) -> Policy:
    """The policy of a route, by method (or WS) and its path below `/api/v1`.

    Raises:
        LookupError: nobody has declared who may use it.
    """
    policy = POLICIES.get(f"{method} {path}")
    if policy is None:
        raise LookupError(f"{method} {path} has no declared policy")
    return policy


def require(policy: Policy, identity: Identity) -> None:
    """Raises KatError 401 for a locked login and 403 for a role that may not."""
    if identity.locked and not policy.when_locked:
        raise KatError(401, "login_locked", "This login was idle; log in again.")
    if not identity.roles & policy.roles:
        raise KatError(403, "forbidden", "Your role does not allow this.")
