"""Snapshot files to index, index to feeds: the order is written here, once."""
