"""Posts in reStructuredText, as Pelican and Nikola have them, rendered by docutils."""
