"""From a YAML file to a `Script`, with every mistake named by file, line, phrase and remedy."""
