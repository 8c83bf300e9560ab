"""Archived feeds (RFC 5005, section 4): their pages, and the entries of each."""
