"""What a journal entry means for a session: limits, alerts, gates, readiness; pure, so that it can be replayed."""
