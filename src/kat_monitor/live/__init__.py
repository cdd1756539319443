"""What nurses see now: a snapshot and numbered changes, with a mailbox of its own for each screen."""
