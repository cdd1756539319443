"""Keys of gateways: shown once, kept as a hash, revocable."""

from uuid import UUID, uuid4

from kat_monitor.access.secret import new_secret
from kat_monitor.domain.registry import Gateway
from kat_monitor.store.batch import RowWrite


def new_gateway(clinic_id: UUID, label: str, at: int) -> tuple[Gateway, str]:
    """A gateway and its key."""
    key, hashed = new_secret("katg")
    return Gateway(uuid4(), clinic_id, label, hashed, at), key


def gateway_row(gateway: Gateway) -> RowWrite:
    return RowWrite(
        "gateway",
        {"clinic_id": gateway.clinic_id, "id": gateway.id},
        {"label": gateway.label, "key_sha256": gateway.key_sha256, "created_at": gateway.created_at},
    )


def gateway_end_row(gateway: Gateway, at: int) -> RowWrite:
    return RowWrite("gateway", {"clinic_id": gateway.clinic_id, "id": gateway.id}, {"revoked_at": at}, "update")
