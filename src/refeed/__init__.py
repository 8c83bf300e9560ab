"""refeed keeps clean, valid feeds of folders of article snapshots."""
