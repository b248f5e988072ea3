"""The lab: two real Asterisks on this machine, one as our PBX, the other as the telephone company with subscribers."""
