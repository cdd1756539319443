"""The shared vocabulary: nouns without I/O and without a clock, so that every other part can mean the same thing."""
