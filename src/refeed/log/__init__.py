"""The log: text for a terminal, JSON for the journal."""
