"""Telling a WebSub hub which feed documents changed."""
