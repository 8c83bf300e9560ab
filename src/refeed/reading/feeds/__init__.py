"""Reads saved feeds: RSS, RDF, Atom, JSON Feed."""
