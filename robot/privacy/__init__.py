"""People's data: what is known of one is shown to him, erased when he asks for it, and forgotten in time.

erasure.py     ends his call, bars his number, has everything erased; a certificate tells what
disclosure.py  what is known of one person, with his recordings
retention.py   what is old enough goes: recordings, words, numbers of people never reached
keeper.py      the worker of each node: files and phrases of people who were erased elsewhere, and retention
ledger.py      who was erased, to be erased again out of a backup that knows him still
"""
