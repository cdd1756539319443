"""What a journal entry means for a session: limits, alerts, gates and readiness, as pure functions that can be replayed."""
