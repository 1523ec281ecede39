"""The token passes: named, ordered, one thing each. A word means something only beside its partner; alone it is text."""

from collections.abc import Callable

from rulebook import lexicon
from rulebook.parser.tokens import Token

Tokens = list[Token]

VERBS, CAPS, COMPLETE = (lexicon.role(name) for name in ("verb", "cap", "complete"))
COMPARATORS, ADVERBS = (lexicon.role(name) for name in ("comparator", "adverb"))
AMOUNTS = frozenset({"FIGURE", "RANGE", "LIST", "SHARE"})
MEASURES = ("MEASURE", "TIME_UNIT", "STEP_UNIT")


def choose_governing(tokens: Tokens) -> Tokens:
    """A verb or a cap is one only where an amount follows it, fillers between; else its other class, or text."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        kind = _first(token, VERBS | CAPS)
        if kind and _amount_after(tokens, index):
            out.append(token.of(kind))
        else:
            out.append(token)
    return out


def choose_complete(tokens: Tokens) -> Tokens:
    """Words that move points by themselves (不得分, 扣完为止) are chosen; a veto needs 实行 or 予以 before it, or stands for itself."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        kind = _first(token, COMPLETE)
        if kind:
            out.append(token.of(kind))
        elif token.has("VETO"):
            veto = token.of("VETO")
            before = tokens[index - 1] if index else None
            opens = before is None or before.kind == "STOP"  # …的，一票否决
            governed = (
                veto.value != "declared"
                or opens
                or (before is not None and (before.has("GOVERN") or before.has("OWN")))
            )
            out.append(veto if governed and _ends_phrase(tokens, index) else token.as_text())
        elif token.kind == "VETO" and not _ends_phrase(tokens, index):
            out.append(token.as_text())
        else:
            out.append(token)
    return out


def _ends_phrase(tokens: Tokens, index: int) -> bool:
    return index + 1 == len(tokens) or tokens[index + 1].kind == "STOP"


def choose_numbered(tokens: Tokens) -> Tokens:
    """每, measure words, comparators and directions are kept where a number or 每 stands beside them."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        before = out[-1] if out else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        out.append(_numbered(token, before, after, _number_ahead(tokens, index)))
    return out


def _number_ahead(tokens: Tokens, index: int) -> bool:
    """True where a number follows in the same phrase, nothing but a few plain words before it."""
    room = 10
    for token in tokens[index + 1 : index + 9]:
        if token.kind == "NUM":
            return True
        room -= len(token.text)
        if token.kind == "STOP" or room < 0:
            return False
    return False


def _numbered(token: Token, before: Token | None, after: Token | None, number_ahead: bool) -> Token:
    if (
        token.text == "/"
        and before is not None
        and before.kind in AMOUNTS
        and after is not None
        and (after.has("MEASURE") or after.has("TIME_UNIT"))
    ):
        return token._replace(kind="SLASH", classes=())
    if not token.classes:
        return token
    if before is not None and before.kind == "SLASH":
        for kind in ("MEASURE", "TIME_UNIT"):
            if token.has(kind):
                return token.of(kind)
    counted = before is not None and before.kind in ("NUM", "EACH", "LACK", "FIND", "OVERDUE")
    number_next = after is not None and (after.kind == "NUM" or after.kind in AMOUNTS)
    each_before = before is not None and before.kind == "EACH"
    if counted and before is not None and (before.kind in ("NUM", "EACH") or _each_word(before)):
        for kind in MEASURES:
            if token.has(kind):
                return token.of(kind)
    if before is not None and before.kind == "MEASURE" and before.value == "generic" and token.has("NOUN"):
        return token.of("NOUN")
    if before is not None and before.kind == "MEASURE" and token.has("MEASURE") and token.has("SECOND"):
        return token.of("MEASURE")
    if token.has("EACH") and number_ahead:
        return token.of("EACH")
    if (
        token.has("EACH")
        and after is not None
        and (
            after.kind == "NUM" or any(after.has(k) for k in (*MEASURES, "LACK", "FIND", "LOWER", "HIGHER", "OVERDUE"))
        )
    ):
        return token.of("EACH")
    if each_before and number_next:
        for kind in ("LOWER", "HIGHER", "LACK", "FIND", "OVERDUE"):
            if token.has(kind):
                return token.of(kind)
    if number_next:
        for kind in ("LACK", "FIND", "OVERDUE", "LESS", "AT_LEAST", "MORE", "AT_MOST"):
            if token.has(kind):
                return token.of(kind)
    if token.has("OVERDUE") and after is not None and after.has("EACH"):
        return token.of("OVERDUE")
    if each_before and after is not None and any(after.has(k) for k in MEASURES):
        for kind in ("LACK", "FIND", "OVERDUE"):
            if token.has(kind):
                return token.of(kind)._replace(value="each")
    if token.has("AT_LEAST") and number_ahead:
        return token.of("AT_LEAST")
    if before is not None and (before.kind in MEASURES or before.kind in ("NUM", "NOUN", *AMOUNTS)):
        for kind in ("OR_MORE", "OR_LESS", "ONWARD"):
            if token.has(kind):
                return token.of(kind)
    if token.has("ORDINAL") and after is not None and (after.kind == "NUM" or after.has("MEASURE")):
        return token.of("ORDINAL")
    if before is not None and before.kind == "ORDINAL" and token.has("MEASURE"):
        return token.of("MEASURE")
    if token.has("PERIOD"):
        return token.of("PERIOD")
    return token


def _each_word(token: Token) -> bool:
    return token.value == "each"


def choose_bare(tokens: Tokens) -> Tokens:
    """1项1分, 每项1分: a figure right after a count that is all its phrase says is earned, though no verb says so."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        if token.kind == "FIGURE" and out and out[-1].kind == "MEASURE" and _ends_phrase(tokens, index):
            start = next((n for n in range(len(out) - 1, -1, -1) if out[n].kind == "STOP"), -1)
            if all(before.kind in ("EACH", "NUM", "MEASURE", "NOUN") for before in out[start + 1 :]):
                out.append(Token("EARN", "", token.start, token.start))
        out.append(token)
    return out


def choose_period(tokens: Tokens) -> Tokens:
    """每天 right before an effect counts days; elsewhere it is the rhythm of a requirement."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        if token.kind == "PERIOD" and token.text[:1] in lexicon.of_class("EACH"):
            rest = index + 1
            while rest < len(tokens) and (tokens[rest].kind in ADVERBS or _first(tokens[rest], ADVERBS)):
                rest += 1
            if rest < len(tokens) and tokens[rest].text == "，":
                rest += 1
            if rest < len(tokens) and (tokens[rest].kind in VERBS or tokens[rest].kind in COMPLETE):
                out.append(Token("EACH", token.text[:1], token.start, token.start + 1))
                out.append(Token("TIME_UNIT", token.text[1:], token.start + 1, token.end))
                continue
        out.append(token)
    return out


def join_quantities(tokens: Tokens) -> Tokens:
    """A number with its unit beside a comparator or a direction is one quantity; so are both ends of a range."""
    out: Tokens = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        before = out[-1].kind if out else ""
        if (
            token.kind == "FIGURE"
            and before not in VERBS | CAPS
            and (before in COMPARATORS or _compared(tokens, index + 1))
        ):
            out.append(token._replace(kind="QUANTITY", value=lexicon.term("name_unit", "points")))
            index += 1
            continue
        if token.kind == "NUM":
            unit = tokens[index + 1] if index + 1 < len(tokens) and tokens[index + 1].kind in MEASURES else None
            ends = index + (2 if unit else 1)
            stepped = unit is not None and unit.kind == "STEP_UNIT"
            ranged = ends < len(tokens) and tokens[ends].text in lexicon.of_class("DASH") and ends + 1 < len(tokens)
            ranged = ranged and tokens[ends + 1].kind in ("NUM", "FIGURE")
            dashed = bool(out) and out[-1].kind in ("DASH", "SEP")
            if before in COMPARATORS | {"LOWER", "HIGHER"} or _compared(tokens, ends) or stepped or ranged or dashed:
                end = unit.end if unit else token.end
                text = token.text + (unit.text if unit else "")
                out.append(token._replace(kind="QUANTITY", text=text, end=end, value=unit.text if unit else ""))
                index = ends
                continue
        if token.text in lexicon.of_class("DASH") and before == "QUANTITY":
            out.append(token._replace(kind="DASH", classes=()))
            index += 1
            continue
        if token.text == "、" and before == "QUANTITY" and index + 1 < len(tokens) and tokens[index + 1].kind == "NUM":
            out.append(token._replace(kind="SEP"))
            index += 1
            continue
        out.append(token)
        index += 1
    return out


def _compared(tokens: Tokens, index: int) -> bool:
    return index < len(tokens) and tokens[index].kind in ("OR_MORE", "OR_LESS")


_FILLERS = frozenset({"OWN", "TOTAL"})


def choose_adverbs(tokens: Tokens) -> Tokens:
    """Adverbs (各, 酌情, 再) are kept in the run that touches an effect; elsewhere a binding word stays one, the rest is text."""
    out: Tokens = []
    touching = False
    for token in reversed(tokens):
        if token.kind in VERBS | CAPS | COMPLETE or token.kind == "VETO":
            touching = True
        elif out and out[-1].kind in AMOUNTS and _first(token, _FILLERS):
            token = token.of(_first(token, _FILLERS))  # 扣该项1分
        elif touching:
            kind = _first(token, ADVERBS | ({"GOVERN"} if out and out[-1].kind == "VETO" else set()))
            if kind:
                token = token.of(kind)
            else:
                touching = False
        out.append(token)
    out.reverse()
    return out


def choose_documents(tokens: Tokens) -> Tokens:
    """在 … 中明确分数的 and 按 … 比例得分 are kept where both halves stand in one phrase."""
    out = list(tokens)
    for index, token in enumerate(tokens):
        opener = "IN" if token.has("STATES") else "BY" if token.kind in ("PRORATE", "LINEAR") else ""
        if not opener:
            continue
        for back in range(index - 1, -1, -1):
            if tokens[back].kind == "STOP":
                break
            if tokens[back].has(opener):
                out[back] = tokens[back].of(opener)
                if opener == "IN":
                    out[index] = token.of("STATES")
                break
    return out


def choose_links(tokens: Tokens) -> Tokens:
    """否则 and 其他 open a phrase; 或 links alternatives; binding words keep their name so that the grammar must consume them."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        opens = not out or out[-1].kind == "STOP"
        if token.has("OTHERWISE") and opens:
            out.append(token.of("OTHERWISE"))
        elif token.has("OR"):
            out.append(token.of("OR"))
        elif token.has("AGAIN") and _measured(tokens, index + 1):
            out.append(token.of("AGAIN"))
        elif token.has("EACH"):
            out.append(token._replace(kind="BINDING", classes=()))
        elif token.has("BINDING") and (len(token.text) > 1 or _measured(tokens, index + 1)):
            out.append(token.of("BINDING"))
        else:
            out.append(token)
    return out


def _measured(tokens: Tokens, index: int) -> bool:
    """True where a number, an amount or a verb comes next: a short binding word (约, 限, 另) then means what it says."""
    return index < len(tokens) and tokens[index].kind in (
        AMOUNTS | VERBS | CAPS | ADVERBS | {"NUM", "QUANTITY", "EACH", "LACK", "FIND", "OVERDUE"}
    )


def close_brackets(tokens: Tokens) -> Tokens:
    """A bracket in the middle of a phrase that moves no points is part of its words."""
    out: Tokens = []
    for token in tokens:
        out.append(token)
        if token.kind != "STOP" or token.text != "）":
            continue
        for back in range(len(out) - 2, -1, -1):
            if out[back].kind == "STOP" and out[back].text == "（":
                inner = out[back:]
                if not any(t.kind in VERBS | CAPS | COMPLETE | AMOUNTS or t.kind == "VETO" for t in inner):
                    words = "".join(t.text for t in inner)
                    out[back:] = [Token("TEXT", words, inner[0].start, inner[-1].end)]
                break
    return out


def rest_is_text(tokens: Tokens) -> Tokens:
    """What found no partner is text; neighbouring texts join."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        plain = token.as_text() if token.classes or token.kind in ("OPAQUE", "TEXT") else token
        if plain.kind == "NUM" and not (index + 1 < len(tokens) and tokens[index + 1].kind in MEASURES):
            plain = plain.as_text()  # a number that measures nothing is part of a name: 12350专线, CET-4
        if plain.kind == "TEXT" and out and out[-1].kind == "TEXT" and out[-1].end == plain.start:
            out[-1] = out[-1]._replace(text=out[-1].text + plain.text, end=plain.end)
        else:
            out.append(plain)
    return out


def _first(token: Token, kinds: frozenset[str] | set[str]) -> str:
    return next((entry[0] for entry in token.classes if entry[0] in kinds), "")


def _amount_after(tokens: Tokens, index: int) -> bool:
    for token in tokens[index + 1 : index + 3]:
        if token.kind in AMOUNTS:
            return True
        if not (token.has("TOTAL") or token.has("OWN")):
            return False
    return False


PASSES: tuple[Callable[[Tokens], Tokens], ...] = (
    choose_governing,
    choose_complete,
    choose_numbered,
    choose_bare,
    choose_period,
    join_quantities,
    choose_documents,
    choose_adverbs,
    choose_links,
    close_brackets,
    rest_is_text,
)
"""The passes in the order in which they run."""


def run(tokens: Tokens) -> Tokens:
    """The tokens after every pass."""
    for step in PASSES:
        tokens = step(tokens)
    return tokens
