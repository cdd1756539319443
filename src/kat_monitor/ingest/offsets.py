"""How a gateway's clock is understood: one offset per gateway, learned from `sent_at` (design 4)."""

from dataclasses import dataclass

from kat_monitor.domain.vitals import SECOND_US

STEADY_US = 2 * SECOND_US
JUMP_US = 60 * SECOND_US


@dataclass(slots=True)
class Offset:
    """`offset_us` None until the first message. `candidate_us` is a delay that may turn out to be a clock."""

    offset_us: int | None = None
    candidate_us: int | None = None

    def hear(self, sent_at: int, received_at: int, rate: float = 1.0) -> bool:
        """Take one message's clock into account; True if the offset changed. The tolerances grow with a demo's rate."""
        d = received_at - sent_at
        steady, jump = int(STEADY_US * rate), int(JUMP_US * rate)
        before = self.offset_us
        if before is None:
            self.offset_us = d
        elif abs(d - before) <= steady:
            self.candidate_us = None
        elif d < before or d - before > jump:
            self.offset_us, self.candidate_us = d, None
        elif self.candidate_us is not None and abs(d - self.candidate_us) <= steady:
            self.offset_us, self.candidate_us = d, None
        else:
            self.candidate_us = d
        if self.offset_us is not None and abs(self.offset_us) <= steady:
            self.offset_us = 0
        return self.offset_us != before
