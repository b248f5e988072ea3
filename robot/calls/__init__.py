"""One call from the dial to the hang-up: turn-taking, the dialog engine's hands and ears, the recording."""
