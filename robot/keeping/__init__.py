"""Backups: everything that cannot be made again, in one checked file, and back from it.

manifest.py   what an archive holds, as JSON
archive.py    the file itself: a tar whose every byte is covered by one checksum
snapshot.py   a database as it is at one moment, while calls go on, and a database from that
sources.py    which files belong to an installation, and which of them are secret
backup.py     makes an archive, checks what was written, drops old ones
last.py       the note of the last one, for the monitoring
restore.py    checks an archive whole, then puts it in the place of what is there, all of it or nothing
"""
