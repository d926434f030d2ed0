"""The file that a backup is: a gzipped tar with a manifest and the parts that it names."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path

from amends.cli.failing import Failed

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup.

    `schema` holds the last migrations of every app, `rows` how many rows each table has, `parts` the SHA-256 of each
    file beside the manifest. `made_at` is ISO 8601, in UTC.
    """

    format: int
    amends: str
    made_at: str
    database: str
    schema: dict[str, list[str]]
    rows: dict[str, int]
    parts: dict[str, str]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def fingerprint(file: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def pack(file: Path, folder: Path, manifest: Manifest) -> None:
    """Write an archive that only its owner may read: it holds what customers said. Whole, or not at all."""
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        unfinished.touch(mode=0o600)
        with tarfile.open(unfinished, "w:gz") as tar:
            for name in (MANIFEST, *manifest.parts):
                tar.add(folder / name, arcname=name)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _take_out(tar: tarfile.TarFile, folder: Path) -> None:
    """Its files, and nothing that would lead out of the folder. (Debian's Python 3.11.2 has no filter=.)"""
    for member in tar:
        content = tar.extractfile(member) if member.isreg() and Path(member.name).name == member.name else None
        if content is None:
            raise tarfile.TarError(f"{member.name} has no place in a backup.")
        with (folder / member.name).open("xb") as file:
            shutil.copyfileobj(content, file)


def unpack(file: Path, folder: Path) -> Manifest:
    """Take an archive apart into an empty folder. Refuses what is no backup, or is damaged."""
    try:
        with tarfile.open(file, "r:gz") as tar:
            _take_out(tar, folder)
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except FileNotFoundError as error:
        missing = f"There is no file {file}." if not file.exists() else _no_backup(file)
        raise Failed(missing) from error
    except (tarfile.TarError, EOFError, OSError, ValueError, TypeError) as error:
        raise Failed(_no_backup(file)) from error
    if manifest.format != FORMAT:
        raise Failed(f"{file} was made by Amends {manifest.amends}, in a format that this version does not know.")
    for name, expected in manifest.parts.items():
        if not (folder / name).is_file() or fingerprint(folder / name) != expected:
            raise Failed(f"{file} is damaged: {name} is not what was backed up. Take another backup.")
    return manifest


def _no_backup(file: Path) -> str:
    return f"{file} is no backup of Amends, or is damaged."
