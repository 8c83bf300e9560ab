"""What a source's own articles teach: features, the periods that are counted together, verdicts."""
