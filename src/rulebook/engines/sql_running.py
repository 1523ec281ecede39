"""The query run where the data is: a Parquet file through DuckDB in this process, or through Spark, scores to Parquet; nothing is held in memory here."""

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from shutil import rmtree
from typing import Any, NamedTuple

from rulebook.codes import Language
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.engines.compiled import Compiled

VIEW = "evidence"
INTEGERS = re.compile(r"U?(TINY|SMALL)INT|U?INTEGER|INT|BIGINT", re.I)
FLOATS = re.compile(r"FLOAT|DOUBLE|REAL", re.I)


class Counted(NamedTuple):
    """How many rows there were, and how many of them have no score."""

    rows: int
    refused: int


def score_file(
    ready: Compiled, path: str | os.PathLike[str], out: str | os.PathLike[str], *, engine: str = "duckdb", keys: Iterable[str] = (),
    want: Iterable[str] = ("clauses",), language: Language = "zh",
) -> Counted:  # fmt: skip
    """The scores of the rows of a Parquet file are in `out`: a file, of Spark a folder of parts. `keys`: columns that go along.

    The columns of the file are those that `score_many` takes. Raises RulebookError; then nothing stands at `out` that did not before.
    """
    source, target = Path(path), Path(out)
    if not source.exists():
        raise RulebookError([Diagnostic("RB601", {"name": str(path)})])
    for name in (source, target):
        if name.suffix.lower() != ".parquet":
            raise RulebookError([Diagnostic("RB604", {"name": name.suffix, "allowed": ".parquet"})])
    return ENGINES[engine](ready, source.resolve(), target.resolve(), list(keys), list(want), language)


def kind(of: str) -> str:
    """What a column of a type holds, as queries are made for it."""
    if of.lower() == "boolean":
        return "boolean"
    if INTEGERS.fullmatch(of):
        return "integer"
    return "float" if FLOATS.fullmatch(of) else "text"


def _query(ready: Compiled, dialect: str, columns: Sequence[tuple[str, str]], keys: list[str], want: list[str], language: Language) -> str:
    from rulebook.engines.sql import query

    named = [name for name, _ in columns]
    missing = [key for key in keys if key not in named]
    if missing:
        raise RulebookError([Diagnostic("RB530", {"columns": "、".join(missing), "count": len(missing)})])
    types = {name: kind(of) for name, of in columns}
    return query(ready, dialect, table=VIEW, columns=types, keys=keys, want=want, language=language)


# --- DuckDB


def _duckdb(ready: Compiled, source: Path, target: Path, keys: list[str], want: list[str], language: Language) -> Counted:
    try:
        import duckdb
    except ImportError:
        raise RulebookError([Diagnostic("RB536", {"library": "duckdb"})]) from None
    made = _folder(target)
    scores = made / "scores.parquet"
    try:
        with duckdb.connect() as connection:
            table = connection.read_parquet(_literal(source))
            text = _query(ready, "duckdb", list(zip(table.columns, map(str, table.types), strict=True)), keys, want, language)
            table.create_view(VIEW)
            # From here on the query may read the one file and write into the one folder, and nothing lifts that.
            connection.execute("SET allowed_paths = ?", [[str(source), _literal(source)]])
            connection.execute("SET allowed_directories = ?", [[str(made)]])
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            connection.sql(text).write_parquet(str(scores), compression="zstd")
            result = connection.read_parquet(str(scores))
            counted = Counted(*connection.sql(_counting(str(scores), _last_refused(result.columns))).fetchall()[0])
        os.replace(scores, target)
        return counted
    except OSError:
        raise RulebookError([Diagnostic("RB602", {"name": str(target)})]) from None
    except duckdb.Error as error:
        raise _failed("DuckDB", error) from None
    finally:
        rmtree(made, ignore_errors=True)


def _folder(target: Path) -> Path:
    """A folder of its own beside what is to be written, so that it is there whole or not at all."""
    try:
        return Path(tempfile.mkdtemp(dir=target.parent, prefix=".scores."))
    except OSError:
        raise RulebookError([Diagnostic("RB602", {"name": str(target)})]) from None


def _last_refused(columns: Sequence[str]) -> str:
    """The column that says why a row has no score; a key may be called so as well, and stands before it."""
    return next(name for name in columns[::-1] if re.fullmatch(r"refused( \d+)?", name))


def _literal(path: Path) -> str:
    """A path that names one file, whatever it is called: no pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def _counting(path: str, column: str) -> str:
    """How many rows a file of scores has, and of how many something is said in the column."""
    from sqlglot import exp

    wanted = [exp.Count(this=exp.Star()), exp.Count(this=exp.column(column, quoted=True))]
    return exp.select(*wanted).from_(exp.func("read_parquet", exp.Literal.string(path))).sql("duckdb")


def _failed(engine: str, error: Exception) -> RulebookError:
    told = next(iter(str(error).strip().splitlines()), "")[:200]
    return RulebookError([Diagnostic("RB539", {"engine": engine, "why": told})])


# --- Spark


def _spark(ready: Compiled, source: Path, target: Path, keys: list[str], want: list[str], language: Language) -> Counted:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise RulebookError([Diagnostic("RB539", {"engine": "Spark", "why": 'pip install "rulebook-dsl[spark]"'})]) from None
    if target.exists():
        raise RulebookError([Diagnostic("RB605", {"name": str(target)})])
    running = SparkSession.getActiveSession()
    made, links = _folder(target), Path(tempfile.mkdtemp(prefix="rulebook."))  # Spark reads a path as a pattern: it is given plain ones
    session: Any = None
    try:
        (links / "in.parquet").symlink_to(source)
        (links / "out.parquet").symlink_to(made / "scores")
        session = running or SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").appName("rulebook").getOrCreate()
        table = session.read.parquet(str(links / "in.parquet"))
        text = _query(ready, "spark", table.dtypes, keys, want, language)
        table.createOrReplaceTempView(VIEW)
        session.sql(text).write.parquet(str(made / "scores"), compression="zstd")
        result = session.read.parquet(str(links / "out.parquet"))
        refused = result[_last_refused(result.columns)]
        counted = Counted(result.count(), result.filter(refused.isNotNull()).count())
        os.replace(made / "scores", target)
        return counted
    except RulebookError:
        raise
    except OSError:
        raise RulebookError([Diagnostic("RB602", {"name": str(target)})]) from None
    except Exception as error:  # Java's, by many names
        raise _failed("Spark", error) from None
    finally:
        rmtree(made, ignore_errors=True)
        rmtree(links, ignore_errors=True)
        if session is not None and running is None:
            session.stop()


ENGINES: dict[str, Callable[[Compiled, Path, Path, list[str], list[str], Language], Counted]] = {"duckdb": _duckdb, "spark": _spark}
"""Name of an engine → how it scores a file."""


