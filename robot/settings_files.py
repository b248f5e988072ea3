"""Secrets as files: ZVONAR_ASTERISK__AMI_SECRET_FILE=/run/secrets/ami is ZVONAR_ASTERISK__AMI_SECRET with what that
file holds. Docker, Kubernetes and systemd hand secrets over like this: whoever may look at a process sees its
environment, but not its files.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from robot.wording import Wrong

SUFFIX = "_file"
NO_SECRETS = ("zvonar_env_file",)
LARGEST_BYTES = 64 * 1024


def with_files(given: Mapping[str, str | None]) -> dict[str, str | None]:
    """Variables by their names in lower case, with those that name files replaced by what the files hold, without the
    line break at its end. A part of a section may itself be named `file` (…__FILE): it stays. Raises Wrong."""
    found = dict(given)
    for name in [name for name in given if _names_a_file(name)]:
        meant = name.removesuffix(SUFFIX)
        if given.get(meant):
            raise Wrong(
                f"{meant.upper()} и {name.upper()} заданы вместе: оставьте одну из них",
                f"{meant.upper()} and {name.upper()} are both given: leave one of them",
            )
        path = found.pop(name)
        if path:
            found[meant] = _content(name.upper(), Path(path))
    return found


def with_password(address: str, password: str) -> str:
    """A database's address with the password of its user. Raises Wrong where there is no place for one."""
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    if not parts.scheme.startswith("postgresql") or not at or not user or ":" in user:
        raise Wrong(
            "нужен ZVONAR_DATABASE_URL вида postgresql+asyncpg://user@host/zvonar, без пароля в нём",
            "ZVONAR_DATABASE_URL must look like postgresql+asyncpg://user@host/zvonar, with no password in it",
        )
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()


def _names_a_file(name: str) -> bool:
    ours = name.startswith("zvonar_") and name not in NO_SECRETS
    return ours and name.endswith(SUFFIX) and not name.endswith(f"_{SUFFIX}")


def _content(name: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            raise Wrong(f"{name}: файл больше 64 КБ", f"{name}: the file exceeds 64 KB")
        return content.decode().rstrip("\r\n")
    except OSError as error:
        raise Wrong(
            f"{name}: файл {path} не открыть ({error.strerror})", f"{name}: {path} cannot be opened ({error.strerror})"
        ) from None
    except UnicodeDecodeError:
        raise Wrong(f"{name}: в файле не текст UTF-8", f"{name}: the file is no UTF-8 text") from None
