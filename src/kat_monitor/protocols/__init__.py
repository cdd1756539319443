"""The protocol packs a clinic starts from, and the one way a pack's TOML becomes a `Protocol`."""
