"""Archived feeds (RFC 5005, section 4): which documents there are, and what each holds."""
