"""Who acts, where several people work at one browser: the station of a request, and the person it names."""

from starlette.requests import HTTPConnection

from kat_monitor.access.secret import hash_secret
from kat_monitor.api.parts import Parts
from kat_monitor.domain.duty import Station
from kat_monitor.errors import FieldError, KatError
from kat_monitor.rules.clinic import ClinicState

STATION_COOKIE = "kat_station"


def station_of(connection: HTTPConnection, clinic: ClinicState) -> Station | None:
    """The station this browser is enrolled as in this clinic; None without a cookie, or for a retired one."""
    secret = connection.cookies.get(STATION_COOKIE)
    return None if secret is None else clinic.duty.station_of(hash_secret(secret))


def clinic_of(parts: Parts, connection: HTTPConnection) -> ClinicState:
    """Of whoever asks; `auth.authorize` has let them in."""
    return parts.pipeline.clinics[connection.state.identity.clinic_id]


def not_enrolled(path: str) -> KatError:
    """422: only a station may say this."""
    return _refusal(path, "not_enrolled", "This browser is no enrolled station.")


def not_on_shift(path: str) -> KatError:
    """422; also for somebody of another clinic, so that ids cannot be probed."""
    return _refusal(path, "not_on_shift", "This is nobody who is on shift here.")


def _refusal(path: str, code: str, detail: str) -> KatError:
    return KatError(422, code, detail, errors=(FieldError(path, code, detail),))
