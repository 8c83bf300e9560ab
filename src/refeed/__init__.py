"""refeed keeps clean, valid feeds of folders of article snapshots."""

__version__ = "0.1.0"
