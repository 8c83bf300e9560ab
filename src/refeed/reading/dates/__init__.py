"""Reads dates as people and programs write them."""
