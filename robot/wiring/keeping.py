"""The installation of the settings, for backups: what it is made of, who works on it, and who was erased from it."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args, get_origin

import sqlalchemy as sa
from pydantic import BaseModel, SecretStr

from robot.domain.clock import utc_now
from robot.keeping.snapshot import snapshots_of
from robot.keeping.sources import VARIABLES, Place
from robot.privacy.files import remove
from robot.privacy.ledger import FILE, keep_file, ledger_of, reapply
from robot.settings import Settings
from robot.storage.engine import connect
from robot.storage.errors import StorageError
from robot.storage.migrate import revisions
from robot.storage.store import Storage, open_storage

DOOMED_AT_ONCE = 1000


def installation(settings: Settings) -> Place:
    files = {VARIABLES: Path(os.environ.get("ZVONAR_ENV_FILE") or "zvonar.env")}
    if settings.rules.tariff is not None:
        files["tariff.csv"] = settings.rules.tariff
    if settings.triggers.file is not None:
        files["triggers" + settings.triggers.file.suffix] = settings.triggers.file
    return Place(
        data_dir=settings.data_dir,
        database=settings.database,
        studio=settings.speech.recordings,
        settings=files,
        secret_names=re.compile("|".join(_secret_names(Settings, "ZVONAR_")), re.IGNORECASE),
    )


def _secret_names(model: type[BaseModel], prefix: str) -> Iterable[str]:
    """Patterns of the variables a secret may stand in: its own, and those that hold it in JSON."""
    for name, field in model.model_fields.items():
        parts = {one for one in (field.annotation, *get_args(field.annotation)) if one is not type(None)}
        inner = next((one for one in parts if isinstance(one, type) and issubclass(one, BaseModel)), None)
        whole = get_origin(field.annotation) is None or type(None) in get_args(field.annotation)
        if inner is not None and whole:
            yield from ([re.escape(f"{prefix}{name}")] if _holds_secret(inner) else [])
            yield from _secret_names(inner, f"{prefix}{name}__")
        elif _holds_secret(field.annotation):
            yield re.escape(f"{prefix}{name}") + "(__.*)?"


def _holds_secret(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(_holds_secret(field.annotation) for field in annotation.model_fields.values())
    return annotation is SecretStr or any(_holds_secret(part) for part in get_args(annotation))


def known_schemas() -> frozenset[str]:
    return frozenset(revision.revision for revision in revisions().walk_revisions())


def newest_schema() -> str:
    return revisions().get_current_head() or ""


def schema_of(address: str) -> str:
    """The revision of the database's tables; blocking, in no loop."""
    return asyncio.run(_schema_of(address))


async def _schema_of(address: str) -> str:
    database = connect(address)
    try:
        async with database.read() as connection:
            return str((await connection.execute(sa.text("SELECT version_num FROM alembic_version"))).scalar_one())
    finally:
        await database.close()


async def erasures_of(settings: Settings, *files: Path) -> list[str]:
    """Every ledger that can be had: that of the database about to be replaced, that beside it, and those given. Raises
    OSError for one that was given and is not there."""
    documents = [await asyncio.to_thread(file.read_text) for file in files]
    beside = settings.data_dir / FILE
    if beside.is_file():
        documents.append(await asyncio.to_thread(beside.read_text))
    if snapshots_of(settings.database).empty:
        return documents
    database = connect(settings.database)
    try:
        documents.append(await ledger_of(Storage(database).persons))
    except StorageError:
        pass  # it is what is to be restored
    finally:
        await database.close()
    return documents


def purifier(settings: Settings, documents: Iterable[str]) -> Callable[[str, Path, Path], None]:
    """Erases again whoever the ledgers name, in a restored database and among its recordings. Raises BadLedger,
    ForeignLedger, StorageError."""
    ledgers = list(documents)

    def purify(address: str, data_dir: Path, ledger_folder: Path) -> None:
        if ledgers:
            keep_file(ledger_folder, asyncio.run(_purify(settings, ledgers, address, data_dir)))

    return purify


async def _purify(settings: Settings, ledgers: list[str], address: str, data_dir: Path) -> str:
    async with open_storage(address, settings.dialing_rules()) as storage:
        for ledger in ledgers:
            await reapply(storage.persons, ledger, now=utc_now)
        while doomed := await storage.old_data.doomed(settings.dialer.node, now=utc_now(), limit=DOOMED_AT_ONCE):
            gone = await asyncio.to_thread(remove, data_dir, doomed)
            if not gone:
                break  # another machine's, which removes them itself
            await storage.old_data.gone([one.path for one in gone], now=utc_now())
        return await ledger_of(storage.persons)
