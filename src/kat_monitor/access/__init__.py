"""Who may do what, and the trail of who did: users, roles, logins, gateway keys, audit."""
