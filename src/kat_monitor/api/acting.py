"""Who acts, where several people work at one browser: the station of a request, and the person who signs or is named.

From an enrolled station a request may say `Kat-Person: <account id>`; `Kat-Pin` or `Kat-Password` proves it.
"""

import re
from dataclasses import replace
from urllib.parse import unquote
from uuid import UUID

from starlette.requests import HTTPConnection

from kat_monitor.access.identity import Identity, Signed
from kat_monitor.access.policy import CARE, Policy, Signature, require
from kat_monitor.access.secret import hash_secret
from kat_monitor.access.sign_in import MOST_WRONG_PINS
from kat_monitor.api.parts import Parts
from kat_monitor.domain.duty import CARE_ROLES, Station
from kat_monitor.domain.registry import Role, User
from kat_monitor.errors import FieldError, KatError, bad_value
from kat_monitor.ingest.pins import ForgivePin, WrongPin
from kat_monitor.rules.clinic import ClinicState

STATION_COOKIE = "kat_station"
PERSON, PIN, PASSWORD = "Kat-Person", "Kat-Pin", "Kat-Password"
LONGEST_PASSWORD = 2_000
_SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)


def station_of(connection: HTTPConnection, clinic: ClinicState) -> Station | None:
    """The station this browser is enrolled as in this clinic; None without a cookie, or for a retired one."""
    secret = connection.cookies.get(STATION_COOKIE)
    return None if secret is None else clinic.duty.station_of(hash_secret(secret))


def seen_from(connection: HTTPConnection, parts: Parts, login: Identity) -> Identity:
    """The login, with the station it comes from."""
    station = station_of(connection, parts.pipeline.clinics[login.clinic_id])
    return login if station is None else replace(login, station_id=station.id)


async def who_acts(connection: HTTPConnection, parts: Parts, login: Identity, policy: Policy, address: str) -> Identity:
    """Whose act a writing request is, when the policy lets them.

    Raises KatError 401 for a locked login without a signature, 403 for a role that may not or an act that is to be
    signed, 422 for a person who cannot act here.
    """
    login = seen_from(connection, parts, login)
    if PERSON not in connection.headers:
        if not (policy.by_name and login.station_id is not None):
            require(policy, login)
        who = login
    else:
        if not policy.by_person:
            raise _refusal(PERSON, "own_login_required", "This is done at one's own login.")
        user = on_shift_here(parts, login, _named(connection), PERSON)
        signed = await _signature(connection, parts, login, user, address)
        who = _person(login, user, signed)
        if signed is None and not policy.by_name:
            # A name alone is worth no more than the login that it is said at.
            require(CARE, login)
        require(policy, who)
    for_other = policy.signature is Signature.FOR_OTHERS and who.login_of not in (None, who.id)
    if for_other or policy.signature is Signature.ALWAYS:
        require_signature(who)
    return who


def by_name(parts: Parts, who: Identity, named: UUID | None, path: str) -> Identity:
    """Who takes something by name alone: one tap at a station, whosever its login is and even when it is locked.

    Raises KatError 422 for nobody on shift or a browser that is no station; without a name, as `require` does.
    """
    if named is None:
        require(CARE, who)
        return who
    if who.login_of is not None:
        if who.id != named:
            raise bad_value(path, "not_who_acts", f"{PERSON} says somebody else.")
        return who
    return _person(who, on_shift_here(parts, who, named, path), None)


def require_signature(who: Identity, needed: bool = True) -> None:
    """Raises KatError 403 for an act at a station that nobody has signed."""
    if needed and who.station_id is not None and who.signed is None:
        raise KatError(403, "signature_required", f"At a station this is signed: {PERSON} with {PIN} or {PASSWORD}.")


def on_shift_here(parts: Parts, login: Identity, person_id: UUID, path: str) -> User:
    """Who may act at this station. Raises KatError 422, and says nothing about people of other clinics."""
    if login.station_id is None:
        raise not_enrolled(path)
    user = parts.directory.user_of(login.clinic_id, person_id)
    on = parts.pipeline.clinics[login.clinic_id].duty.is_on(person_id)
    if user is None or not on or not user.active or not user.roles & CARE_ROLES:
        raise _refusal(path, "not_on_shift", "This is nobody who is on shift here.")
    return user


def not_enrolled(path: str) -> KatError:
    """422: only a station may say this."""
    return _refusal(path, "not_enrolled", "This browser is no enrolled station.")


def _named(connection: HTTPConnection) -> UUID:
    try:
        return UUID(connection.headers[PERSON])
    except ValueError:
        raise bad_value(PERSON, "uuid_parsing", "Must be a UUID.") from None


def _person(login: Identity, user: User, signed: Signed | None) -> Identity:
    """The act is theirs; `login` says where it was done. Nothing but care: an admin has a login of their own."""
    roles = user.roles & CARE_ROLES
    if signed is None and not roles <= login.roles:
        # Nobody decides as a clinician because somebody has tapped on a clinician's name.
        roles = frozenset({Role.NURSE})
    return replace(login, id=user.id, roles=roles, locked=False, login_of=login.id, signed=signed)


async def _signature(
    connection: HTTPConnection, parts: Parts, login: Identity, user: User, address: str
) -> Signed | None:
    """Whether the person has said their PIN or password, and it is right."""
    if PASSWORD in connection.headers:
        await _require_password(connection, parts, user, address)
        return Signed.PASSWORD
    if PIN in connection.headers:
        await _require_pin(parts, login, user, connection.headers[PIN], address)
        return Signed.PIN
    return None


async def _require_password(connection: HTTPConnection, parts: Parts, user: User, address: str) -> None:
    # Percent-encoded, since a header bears neither every letter nor blanks at its ends.
    given = unquote(connection.headers[PASSWORD], errors="replace")[:LONGEST_PASSWORD]
    try:
        await parts.sign_in.check(user.username, given, address)
    except KatError as error:
        if error.status != 401:
            raise
        raise KatError(403, "wrong_password", "This is not their password.") from None
    pin = parts.pipeline.clinics[user.clinic_id].duty.pins.get(user.id)
    if pin is not None and pin.failures:
        await parts.pipeline.submit(ForgivePin(user.clinic_id, user.id))


async def _require_pin(parts: Parts, login: Identity, user: User, given: str, address: str) -> None:
    pin = parts.pipeline.clinics[user.clinic_id].duty.pins.get(user.id)
    if pin is None:
        raise KatError(403, "no_pin", "This person has set no PIN: sign with the password.")
    if not _SIX_DIGITS.fullmatch(given):
        raise bad_value(PIN, "not_six_digits", "A PIN is six digits.")
    async with parts.sign_in.trying_pin(pin, given, address) as right:
        if not right:
            failures: int = await parts.pipeline.submit(WrongPin(login, user.id))
            left = max(0, MOST_WRONG_PINS - failures)
            raise KatError(403, "wrong_pin", "This is not their PIN.", more={"left": left})
        if pin.failures:
            await parts.pipeline.submit(ForgivePin(user.clinic_id, user.id))


def _refusal(path: str, code: str, detail: str) -> KatError:
    return KatError(422, code, detail, errors=(FieldError(path, code, detail),))
