"""Recognition in a process of its own: decoding never holds the interpreter lock of the audio, and an engine that
crashes costs a moment, not the calls.

`proxy` fulfils the port `Recognizer` beside the calls, `serve` runs the engine, `wire` is what they say to each other.
"""
