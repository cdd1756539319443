"""What must happen when nothing arrives: timers, technical alerts, escalation and the webhook."""
