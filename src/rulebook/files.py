"""Files written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path, *, suffix: str = ".part", lasting: bool = False) -> Iterator[Path]:
    """A path to write to. When the block ends it takes the place of `path`, with the rights that file had; where the block fails, what was there stays.

    Whoever reads meanwhile sees the old file or the new one. `lasting`: the words are on the disk before the old ones go. Raises OSError where the
    file or its folder may not be written, ValueError for a name that no file can have.
    """
    import tempfile  # which brings much, and is needed by who writes

    target = path.resolve()
    rights = target.stat().st_mode & 0o777 if target.exists() else None
    if rights is not None and not rights & 0o222:
        raise PermissionError(str(path))
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=suffix)
    os.close(handle)
    made = Path(name)
    try:
        yield made
        if rights is None:
            mask = os.umask(0)
            os.umask(mask)
            rights = 0o666 & ~mask
        made.chmod(rights)
        if lasting:
            with made.open("rb+") as file:
                os.fsync(file.fileno())
        made.replace(target)
    finally:
        made.unlink(missing_ok=True)


__all__ = ["whole"]
