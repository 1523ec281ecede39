"""How much input is accepted: one documented object."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InputBounds:
    """Largest accepted sizes. What exceeds one is refused at once with a diagnostic that names the bound. Input cannot change them."""

    rulebook_bytes: int = 1 << 20
    """Bytes in a rulebook file."""
    rulebook_lines: int = 20_000
    """Lines in a rulebook file."""
    line_length: int = 4_096
    """Code points in one line, and in one clause read by itself."""
    nesting: int = 32
    """Open brackets and quotation marks at one place."""
    clauses: int = 20_000
    """Clauses in a rulebook."""
    evidence_bytes: int = 2 << 20
    """Bytes in one YAML evidence file (JSON: five times as many)."""
    evidence_depth: int = 20
    """Nested lists and mappings in evidence."""
    evidence_scalars: int = 100_000
    """Values in one evidence file."""
    scalar_length: int = 32_768
    """Code points in one value of an evidence file."""
    records: int = 10_000
    """Records in one list of dated records or amounts."""
    count: int = 1_000_000_000
    """The largest count that may be observed."""
    name_length: int = 64
    """Code points in the name of a fact."""
    points_digits: int = 7
    """Digits before the decimal point of a number of points (at most 1,000,000 points)."""
    decimals: int = 4
    """Digits after the decimal point of any number."""
    office_bytes: int = 20 << 20
    """Bytes of a document that is imported, packed as it comes."""
    page_bytes: int = 4 << 20
    """Bytes of a web page."""
    office_unpacked: int = 200 << 20
    """Bytes of all parts of an office file, counted while they are unpacked."""
    office_part: int = 64 << 20
    """Bytes of one part of an office file, unpacked."""
    office_parts: int = 2_000
    """Parts of an office file."""
    sheet_rows: int = 20_000
    """Rows read of a sheet."""
    sheet_columns: int = 100
    """Columns read of a sheet."""
    sheet_cells: int = 500_000
    """Cells of a workbook."""
    tables: int = 500
    """Tables of a document."""
    table_rows: int = 5_000
    """Rows of all tables of a Word document or web page."""
    table_columns: int = 64
    """Columns of a table of a Word document or web page."""
    table_nesting: int = 2
    """Tables within each other."""


BOUNDS = InputBounds()
