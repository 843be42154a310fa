"""One module per command; what is heavy is imported inside functions, so that `cnngrade --help` answers at once."""
