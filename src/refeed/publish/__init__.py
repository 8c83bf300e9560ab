"""Publishes the feeds that changed: writes and verifies files, and puts them in place."""
