"""Boilerplate: what stands in an article and is none of it, known on any site."""
