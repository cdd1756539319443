"""The clinic gets its name and its first admin, who is logged in: one commit, or nothing of it."""

from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from kat_monitor.access.audit import act
from kat_monitor.access.directory import Directory
from kat_monitor.access.first_run import FirstRun
from kat_monitor.access.identity import Identity, Via
from kat_monitor.access.logins import Login, login_row
from kat_monitor.access.people import user_row
from kat_monitor.domain.registry import User
from kat_monitor.errors import KatError, refused
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.store.batch import RowWrite


def already_set_up() -> KatError:
    return refused("already_set_up", "This server has its people already: log in.")


@dataclass(frozen=True, slots=True)
class SetUp:
    directory: Directory
    first_run: FirstRun
    clinic_name: str
    admin: User
    login: Login

    @property
    def clinic_id(self) -> UUID:
        return self.admin.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> User:
        """Raises KatError 409 when somebody has an account."""
        if self.directory.users or not self.first_run.needed:
            raise already_set_up()
        admin, login = self.admin, self.login
        turn.batch.rows.append(RowWrite("clinic", {"clinic_id": self.clinic_id}, {"name": self.clinic_name}, "update"))
        turn.batch.rows.append(user_row(admin, turn.now))
        turn.batch.rows.append(login_row(login))
        who = Identity(self.clinic_id, admin.id, admin.roles, Via.LOGIN, login.id, login.secret_sha256)
        turn.audits.append(act(who, turn.now, "clinic.set_up", self.clinic_id))
        turn.audits.append(act(who, turn.now, "user.create", admin.id, roles=sorted(admin.roles)))
        turn.audits.append(act(who, turn.now, "login.begin", login.id))
        turn.touch(clinic).chairs = True
        turn.after_commit.append(partial(self._done, clinic))
        return admin

    def _done(self, clinic: ClinicState) -> None:
        clinic.clinic = replace(clinic.clinic, name=self.clinic_name)
        clinic.put_user(self.admin)
        self.directory.put_user(self.admin)
        self.directory.add_login(self.login)
        self.first_run.end()
