"""Pictures that are published as files of refeed's own, named by their content."""
