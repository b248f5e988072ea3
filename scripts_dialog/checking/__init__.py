"""What is wrong, or likely to go wrong, with a script that loads."""

from scripts_dialog.checking.check import check, check_script

__all__ = ["check", "check_script"]
