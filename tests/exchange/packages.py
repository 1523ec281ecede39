"""Office files made by hand: a Word file of the XML of its body, a workbook of the XML of its rows."""

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006"


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A zip with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def word(body: str, **parts: str) -> bytes:
    """A Word file with that XML in its body; further parts (`numbering`, `styles`, `footnotes`) with the XML in their root."""
    made: dict[str, str | bytes] = {"word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'}
    for name, inner in parts.items():
        made[f"word/{name}.xml"] = f'<w:{name} xmlns:w="{W}">{inner}</w:{name}>'
    return zipped(made)


def p(*runs: str, properties: str = "") -> str:
    """A paragraph; plain text becomes a run."""
    inner = "".join(run if run.startswith("<") else f"<w:r><w:t>{run}</w:t></w:r>" for run in runs)
    return f"<w:p>{properties and f'<w:pPr>{properties}</w:pPr>'}{inner}</w:p>"


def tc(*lines: str, span: int = 1, merge: str = "") -> str:
    """A cell: `merge` is "restart" or "continue" for one that is merged downwards."""
    properties = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    if merge:
        properties += '<w:vMerge w:val="restart"/>' if merge == "restart" else "<w:vMerge/>"
    inner = "".join(line if line.startswith("<w:p>") or line.startswith("<w:tbl>") else p(line) for line in lines or ("",))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    """A row; plain text becomes a cell."""
    inner = "".join(cell if cell.startswith("<") else tc(cell) for cell in cells)
    return f"<w:tr>{properties and f'<w:trPr>{properties}</w:trPr>'}{inner}</w:tr>"


def tbl(*rows: str) -> str:
    """A table."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


_STYLES = (
    f'<styleSheet xmlns="{S}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
    '<xf numFmtId="9" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def workbook(**sheets: str) -> bytes:
    """A workbook with the XML of each sheet's rows (and what may follow them). Style 1 is a date, style 2 a percentage."""
    names = list(sheets)
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_P}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for n in range(1, len(names) + 1)
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_P}/relationships">'
        f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_P}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{R}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(names) + 1)
        )
        + f'<Relationship Id="rId{len(names) + 1}" Type="{R}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }
    for n, name in enumerate(names, 1):
        data, _, rest = sheets[name].partition("<after/>")
        made[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{S}"><sheetData>{data}</sheetData>{rest}</worksheet>'
    return zipped(made)


def row(number: int, *values: str, hidden: bool = False) -> str:
    """A row of cells from column A on: text, or the XML of a cell without its place (`<c s="1"><v>1</v></c>`)."""
    cells = []
    for column, value in zip("ABCDEFGHIJ", values, strict=False):
        if value.startswith("<c"):
            cells.append(value.replace("<c", f'<c r="{column}{number}"', 1))
        elif value:
            cells.append(f'<c r="{column}{number}" t="inlineStr"><is><t>{value}</t></is></c>')
    shown = ' hidden="1"' if hidden else ""
    return f'<row r="{number}"{shown}>{"".join(cells)}</row>'
