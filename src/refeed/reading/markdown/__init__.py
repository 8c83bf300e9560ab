"""Markdown: notes, clippings, and the posts of site generators.

`recognition` tells Markdown from HTML, `reading_notes` finds what a note or post claims, and
`rendering` makes HTML of its body, when that is asked for. Only the modules that render import the
Markdown library.
"""
