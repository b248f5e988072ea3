"""Who was erased: asked of digests, since nothing else of them is known.

The key is read once for a database. Whoever stores people holds it with a shared lock until his transaction is written
(`erased_now`), whoever bars a number takes it alone for a moment: so an import that did not see the number barred is
written before what it brought is erased.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.erased import digest
from robot.storage import tables as t
from robot.storage.errors import DatabaseDamaged
from robot.storage.rows import chunks
from robot.storage.tables_privacy import PERSONS_KEY

_KEYS: WeakKeyDictionary[sa.Engine, bytes] = WeakKeyDictionary()
_KEY = sa.select(t.server_keys.c.key).where(t.server_keys.c.name == PERSONS_KEY)


async def key_of(connection: AsyncConnection) -> bytes:
    """Raises DatabaseDamaged: who cannot tell whom not to call calls nobody."""
    engine = connection.engine.sync_engine
    if engine not in _KEYS:
        kept = (await connection.execute(_KEY)).scalar_one_or_none()
        if kept is None:
            raise DatabaseDamaged(
                "the key by which erased people are known is not in the database",
                remedy="restore the table server_keys from a backup: without it they would be called again",
            )
        _KEYS[engine] = bytes(kept)
    return _KEYS[engine]


async def digests(connection: AsyncConnection, phones: Collection[str]) -> Mapping[str, str]:
    """Digest -> number."""
    key = await key_of(connection)
    return {digest(key, phone): phone for phone in phones}


async def erased_now(connection: AsyncConnection, phones: Sequence[str]) -> set[str]:
    """Those of the numbers that must not be stored; nobody bars another one before this transaction has ended."""
    await connection.execute(_KEY.with_for_update(read=True, key_share=True))
    found: set[str] = set()
    for some in chunks(phones):
        known = await digests(connection, some)
        query = sa.select(t.erasures.c.digest).where(t.erasures.c.digest.in_(list(known)))
        found.update(known[one] for one in (await connection.execute(query)).scalars())
    return found


async def alone_with_key(connection: AsyncConnection) -> bytes:
    """Once everybody who stores people now has ended; others wait until this transaction has."""
    return bytes((await connection.execute(_KEY.with_for_update())).scalar_one())


def forget_key(connection: AsyncConnection) -> None:
    """It was replaced: to be read again."""
    for engine in [one for one in _KEYS if one.url == connection.engine.sync_engine.url]:
        del _KEYS[engine]
