"""Passes over what is left: adverbs, links between alternatives, brackets, and the words that stay words."""

from rulebook import lexicon
from rulebook.parser.passes.kinds import (
    ACTING,
    ADVERBS,
    AMOUNTS,
    CAPS,
    COMPLETE,
    FILLERS,
    MEASURES,
    VERBS,
    Tokens,
    first,
    is_words,
    kind_at,
)
from rulebook.parser.tokens import Token


def choose_documents(tokens: Tokens) -> Tokens:
    """在 … 中明确分数的 and 按 … 比例得分 are kept where both halves stand in one phrase."""
    out = list(tokens)
    for index, token in enumerate(tokens):
        opener = "IN" if token.has("STATES") else "BY" if token.kind in ("PRORATE", "LINEAR", "STATED") else ""
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


_EFFECTS = ACTING | {"VETO", "OPEN"}
_VETOING = ADVERBS | {"GOVERN"}


def choose_adverbs(tokens: Tokens) -> Tokens:
    """Adverbs (各, 酌情, 再) are kept in the run that touches an effect; elsewhere a binding word stays one, the rest is text."""
    out: Tokens = []
    touching = False
    for token in reversed(tokens):
        if token.kind in _EFFECTS:
            touching = True
        elif out and out[-1].kind in AMOUNTS and first(token, FILLERS):
            token = token.of(first(token, FILLERS))  # 扣该项1分
        elif touching:
            kind = first(token, _VETOING if out and out[-1].kind == "VETO" else ADVERBS)
            if kind:
                token = token.of(kind)
            else:
                touching = False
        out.append(token)
    out.reverse()
    return out


def choose_links(tokens: Tokens) -> Tokens:
    """否则 and 其他 open a phrase; 或 links alternatives; binding words keep their name so that the grammar must consume them."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        opens = not out or out[-1].kind == "STOP"
        if token.has("OTHERWISE") and opens:
            out.append(token.of("OTHERWISE"))
        elif token.has("OR") and (opens or out[-1].kind in AMOUNTS | COMPLETE):
            cut = token.start + (token.text[:1] == "，")  # …扣2分，或未建立…扣1分: another rule, no alternative
            if cut > token.start:
                out.append(Token("STOP", "，", token.start, cut))
            out.append(Token("TEXT", token.text[cut - token.start :], cut, token.end))
        elif token.has("OR"):
            out.append(token.of("OR"))
        elif token.has("AGAIN") and _measured(tokens, index + 1):
            out.append(token.of("AGAIN"))
        elif token.has("EACH"):
            out.append(token._replace(kind="BINDING", classes=()))
        elif (
            token.has("BINDING") and token.text in lexicon.terms()["gathers"] and opens and _counted(tokens, index + 1)
        ):
            out.append(token.as_text())  # 其中有一项, 累计缺一天: what is counted says it all
        elif token.has("BINDING") and opens and kind_at(tokens, index + 1) == "VETO" and token.text in lexicon.terms()["also"]:
            out.append(token._replace(kind="ADVERB", classes=()))  # 每起扣2分，同时取消评优资格
        elif token.has("BINDING") and (_amid(tokens, out, index) or _sums(tokens, index)):
            out.append(token.as_text())  # 累计参加活动, 警告及以上: one of the words of a condition
        elif token.has("BINDING") and (len(token.text) > 1 or _measured(tokens, index + 1)):
            out.append(token.of("BINDING"))
        else:
            out.append(token)
    return out


def _sums(tokens: Tokens, index: int) -> bool:
    """累计2次以上: the figure that is compared is a sum."""
    return tokens[index].text in lexicon.terms()["gathers"] and kind_at(tokens, index + 1) == "QUANTITY"


def _amid(tokens: Tokens, out: Tokens, index: int) -> bool:
    """True for 累计 or 平均 before words that say of what, 每高出全市平均1个百分点, and for 及以上 behind words that are no figure."""
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if tokens[index].text in lexicon.terms()["sums"]:
        stepped = any(before.kind in ("HIGHER", "LOWER") for before in out[-3:])
        if after is not None and after.kind in VERBS and out and lexicon.pattern("below_mean").search("".join(before.text for before in out[-4:])):
            return True  # 低于全市平均扣2分
        return after is not None and (is_words(after) or (stepped and after.kind == "QUANTITY"))
    words = after is not None and (is_words(after) or after.kind == "EACH")
    plain = bool(out) and (out[-1].kind == "TEXT" or bool(out[-1].classes))
    return tokens[index].text in lexicon.terms()["ranks_up"] and plain and words


def _counted(tokens: Tokens, index: int) -> bool:
    return index < len(tokens) and tokens[index].kind in (
        "FIND",
        "LACK",
        "OVERDUE",
        "NUM",
        "EACH",
        "LESS",
        "MORE",
        "QUANTITY",
    )


def _measured(tokens: Tokens, index: int) -> bool:
    """True where a number, an amount or a verb comes next: a short binding word (约, 限, 另) then means what it says."""
    return index < len(tokens) and tokens[index].kind in _MEASURING


_MEASURING = AMOUNTS | VERBS | CAPS | ADVERBS | {"NUM", "QUANTITY", "EACH", "LACK", "FIND", "OVERDUE"}


_SPEAKING = ACTING | AMOUNTS | {"VETO", "EACH", "WORTH"}


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
                behind = back > 0 and out[back - 1].kind in AMOUNTS and any(t.kind == "PART" for t in inner)  # 扣1分（不足5%按5%计）
                said = _SPEAKING - {"EACH"} if any(t.kind == "QUANTITY" for t in inner) else _SPEAKING  # （每场5家以上）
                if not behind and not any(t.kind in said for t in inner):
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
