"""A clause's characters to tokens: opaque spans first, then points amounts with the word that governs each, then the rest.

An amount and its word are found before anything else and stand as barriers: no longer word may swallow the first
character of the one that counts (全扣|1分, 累计|5分).
"""

import re
from decimal import Decimal
from functools import cache

from rulebook import lexicon, numerals
from rulebook.bounds import BOUNDS
from rulebook.exact import decimal
from rulebook.parser.tokens import Text, Token

_AMOUNT = lexicon.pattern("amount")
_CHINESE_AMOUNT = lexicon.pattern("chinese_amount")
_CHINESE = re.compile(f"(?<![{numerals.CHARACTERS}])[{numerals.CHARACTERS}]{{1,12}}")
_ARABIC = re.compile(lexicon.NUMBER)
_OPAQUE = tuple(lexicon.pattern(name) for name in ("names", "standards", "documents", "dates"))
_ENUMERATOR = lexicon.pattern("enumerator")
_FORMULA, _POOL, _OVER, _PART = (lexicon.pattern(name) for name in ("formula", "pool", "over", "part"))
_VETOES = tuple((kind, lexicon.pattern(f"veto_{kind}")) for kind in ("no_honours", "lowest_grade", "declared"))
_STOPS = frozenset("，。；：、（）！？\n")
_SIGN_OPENS = _STOPS | {" "}

GOVERNING = lexicon.role("verb") | lexicon.role("cap") | lexicon.role("comparator") | lexicon.role("worth") | lexicon.role("copula") | {"TRAP"}
"""Classes of words that may govern an amount to their right."""
_COMPLETE = frozenset({"ZERO", "FLOOR", "VETO"})
_COMPARING = tuple(lexicon.of_class("OR_LESS") | lexicon.of_class("OR_MORE"))
_NUMERALS = frozenset(numerals.CHARACTERS + "0123456789")
_LINKING = tuple(w for kind in ("OR", "OR_MORE", "OR_LESS") for w in lexicon.of_class(kind) if not w[0].isalnum())
"""Words that begin with a mark of punctuation."""
_VERBS = frozenset({"DEDUCT", "DEDUCT_MORE", "AWARD", "AWARD_MORE"})
_FILLERS = ("TOTAL", "OWN", "FILL")


def scan(text: Text) -> list[Token]:
    """The tokens of a clause, in order, every character in exactly one."""
    folded = text.folded
    opaque = _opaque(folded) + [
        Token("STOP", "，", match.start("mark"), match.end("mark")) for match in _ENUMERATOR.finditer(folded)
    ]
    fixed: list[Token] = list(opaque)
    for amount in _amounts(folded, opaque):
        fixed.extend(_governed(folded, amount))
    fixed.sort(key=lambda token: token.start)
    tokens: list[Token] = []
    position = 0
    for token in fixed:
        if token.start < position:
            continue
        _words(folded, position, token.start, tokens)
        tokens.append(token)
        position = token.end
    _words(folded, position, len(folded), tokens)
    return tokens


def _opaque(folded: str) -> list[Token]:
    spans: list[Token] = []
    for match in (match for pattern in _OPAQUE for match in pattern.finditer(folded)):
        if any(token.start < match.end() and match.start() < token.end for token in spans):
            continue
        inner = match.group()[1:-1]
        before = folded[: match.start()]
        if inner in lexicon.of_class("VETO") and any(before.endswith(word) for word in lexicon.of_class("GOVERN")):
            value = dict(lexicon.words()[inner])["VETO"]
            spans.append(Token("VETO", match.group(), match.start(), match.end(), value))
        else:
            spans.append(Token("OPAQUE", match.group(), match.start(), match.end()))
    for match in _FORMULA.finditer(folded):
        _add(spans, _formula(match))
    for match in _PART.finditer(folded):
        kind = next(kind for kind in ("started", "pro_rata", "whole") if match[kind])
        if kind != "started" or _size(match["size"]) == _size(match["started"]):
            _add(spans, Token("PART", match.group(), match.start(), match.end(), kind))
    for match in _OVER.finditer(folded):
        if decimal(match["over"]) == decimal(match["points"]):
            cut = match.start("points")
            words = Token("MOST_GAINED", folded[match.start() : cut], match.start(), cut)
            _add(spans, words)
            if words in spans:
                figure = folded[cut : match.end()]
                spans.append(Token("FIGURE", figure, cut, match.end(), numbers=(decimal(match["points"]),)))
    for match in _POOL.finditer(folded):
        if not any(token.start < match.end() and match.start() < token.end for token in spans):
            cut = match.start("points")
            spans.append(Token("MOST_LOST", folded[match.start() : cut], match.start(), cut))
            spans.append(Token("FIGURE", folded[cut : match.end()], cut, match.end(), numbers=(decimal(match["points"]),)))
    for kind, pattern in _VETOES:
        for match in pattern.finditer(folded):
            if not any(token.start < match.end() and match.start() < token.end for token in spans):
                spans.append(Token("VETO", match.group(), match.start(), match.end(), kind))
    return spans


def _size(words: str) -> Decimal | None:
    return decimal(words) if _ARABIC.fullmatch(words) else numerals.read(words)


def _formula(match: re.Match[str]) -> Token | None:
    """完成率×10: the rate, and the points it is multiplied with; none where the words say a whole that is not the same figure."""
    points, whole = match["points"], match["complement"]
    if whole is not None and whole != points:
        return None
    numbers = (decimal(points),) if _ARABIC.fullmatch(points) else ()
    value = "falling" if whole is not None else ""
    return Token("FORMULA", match["name"], match.start(), match.end(), value, numbers)


def _add(spans: list[Token], token: Token | None) -> None:
    """Adds a span unless another holds its place."""
    if token is not None and not any(other.start < token.end and token.start < other.end for other in spans):
        spans.append(token)


def _amounts(folded: str, opaque: list[Token]) -> list[Token]:
    found = []
    taken = [(token.start, token.end) for token in opaque]
    for pattern in (_AMOUNT, _CHINESE_AMOUNT):
        position = 0
        while match := pattern.search(folded, position):
            position = match.end()
            start, end = match.span()
            if any(a < end and start < b for a, b in taken) or _trapped(folded, end - 1):
                position = start + 1 if pattern is _CHINESE_AMOUNT else end
                continue
            if start and folded[start - 1] in ".0123456789" and pattern is _AMOUNT:
                continue
            token = _amount(match, pattern is _CHINESE_AMOUNT, folded)
            if token is not None:
                found.append(token)
                taken.append((token.start, token.end))
    return sorted(found, key=lambda token: token.start)


def _trapped(folded: str, at: int) -> bool:
    """True where a word that means something else begins at the last character of a match (分|钟, 分|包)."""
    if folded.startswith(_COMPARING, at + 1):
        return False
    traps = lexicon.of_class("TRAP")
    return any(
        len(word) > 1 and word in traps and folded.startswith(word, at)
        for word in lexicon.longest_first().get(folded[at], ())
    )


def _amount(match: re.Match[str], chinese: bool, folded: str) -> Token | None:
    start, end = match.span()
    groups = match.groupdict()
    if chinese:
        governing = _word_before(folded, start)
        number = numerals.read(groups["figure"])
        if governing is None or number is None or not (GOVERNING - {"TRAP"}) & {entry[0] for entry in governing[1]}:
            return None
        return Token("FIGURE", match.group(), start, end, numbers=(number,))
    try:
        digits = _ARABIC.findall(match.group())
        if any(len(figure.split(".")[0]) > BOUNDS.points_digits for figure in digits):
            return None
        if any(len(figure) > 1 and figure[0] == "0" and figure[1] != "." for figure in digits):
            return None  # 扣05分 has lost something
        if groups["range"]:
            return Token("RANGE", match.group(), start, end, numbers=(decimal(groups["low"]), decimal(groups["high"])))
        if groups["list"]:
            numbers = tuple(decimal(figure) for figure in _ARABIC.findall(match.group()))
            return Token("LIST", match.group(), start, end, numbers=numbers)
        if groups["share"]:
            return Token("SHARE", match.group(), start, end, numbers=(decimal(groups["percent"]),))
        return Token("FIGURE", match.group(), start, end, numbers=(decimal(groups["figure"]),))
    except ValueError:
        return None


def _word_before(folded: str, end: int) -> tuple[str, tuple[tuple[str, str], ...], int] | None:
    """The longest word that ends at a place and may govern what follows it."""
    if end <= 0:
        return None
    for word in lexicon.by_last().get(folded[end - 1], ()):
        entries = lexicon.words()[word]
        if folded.endswith(word, 0, end):
            if any(entry[0] in GOVERNING for entry in entries):
                return word, entries, end - len(word)
            denies = any(entry[0] in ("ZERO", "NO_EFFECT") for entry in entries)
            if denies and word.endswith(lexicon.term("name_unit", "points")):
                return None  # 不得分|0.5分 says two things at once
    return None


def _governed(folded: str, amount: Token) -> list[Token]:
    """The amount, with the word that governs it and the filler between them as tokens of their own."""
    if amount.numbers == (Decimal(0),):
        for word in _zero_words():
            start = amount.start - word.find(amount.text)
            if amount.text in word and start >= 0 and folded.startswith(word, start):
                governing = _word_before(folded, start)
                if governing is None or not any(entry[0] in _VERBS for entry in governing[1]):
                    return [Token("WORD", word, start, start + len(word), classes=lexicon.words()[word])]
    tokens = [amount]
    position = amount.start
    sign = folded[position - 1 : position]
    if sign in lexicon.terms()["sign"] and _signs(folded, position - 1):
        verb = lexicon.terms()["sign"][sign]
        return [amount, Token("WORD", sign, position - 1, position, classes=((verb, "sign"),))]
    given = next((w for w in lexicon.terms()["given"] if folded.startswith(w, amount.end)), None)
    if given is not None:
        before = next((w for w in lexicon.terms()["gives"] if folded.endswith(w, 0, position)), "")
        start, verb = position - len(before), lexicon.terms()["given"][given]
        whole = amount._replace(text=folded[amount.start : amount.end + len(given)], end=amount.end + len(given))
        return [Token("WORD", before, start, position, classes=((verb, "given"),)), whole]
    for _ in range(3):
        while position and folded[position - 1] in " \n":
            position -= 1
        found = _word_before(folded, position)
        if found is not None:
            word, entries, start = found
            ends = position if "\n" not in folded[position : amount.start] or len(tokens) > 1 else amount.start
            tokens.append(Token("WORD", word, start, ends, classes=entries))
            if not _fills(folded, entries, start):
                return tokens
            position = start
            continue
        filler = next((w for kind in _FILLERS for w in lexicon.of_class(kind) if folded.endswith(w, 0, position)), None)
        if filler is None:
            return tokens
        entries = lexicon.words()[filler]
        tokens.append(Token("WORD", filler, position - len(filler), position, classes=entries))
        position -= len(filler)
    return tokens


def _fills(folded: str, entries: tuple[tuple[str, str], ...], start: int) -> bool:
    """True for 总分 or 该项 between a verb and its amount: a word that elsewhere says what something is worth."""
    if not {entry[0] for entry in entries} & set(_FILLERS) or not any(entry[0] == "WORTH" for entry in entries):
        return False
    before = _word_before(folded, start)
    return before is not None and any(entry[0] in _VERBS | {"EARN"} for entry in before[1])


def _signs(folded: str, at: int) -> bool:
    """True for a sign that opens its phrase or stands right behind words; 扣-1分 says two things at once."""
    before = folded[at - 1 : at]
    if not before or before in _SIGN_OPENS:
        return True
    return "\u4e00" <= before <= "\u9fff" and before not in _NUMERALS and _word_before(folded, at) is None


@cache
def _zero_words() -> tuple[str, ...]:
    """Words that hold the amount 0分 and move points by themselves, longest first."""
    found = (word for kind in _COMPLETE for word in lexicon.of_class(kind) if set(word) & set(numerals.ZEROS))
    return tuple(sorted(found, key=len, reverse=True))


def _words(folded: str, start: int, end: int, tokens: list[Token]) -> None:
    """Longest-match words, numbers and separators of a stretch without amounts, appended to the tokens."""
    at = start
    while at < end:
        character = folded[at]
        if character in _STOPS and not any(folded.startswith(word, at) for word in _LINKING):
            tokens.append(Token("STOP", character, at, at + 1))
            at += 1
            continue
        if character == " ":
            at += 1
            continue
        if character == "." and (not folded[at + 1 : at + 2].isalnum() or _between_words(folded, at)):
            tokens.append(Token("STOP", "。", at, at + 1))
            at += 1
            continue
        number = _number(folded, at, end, tokens) if character in _NUMERALS else None
        word = next(
            (
                w
                for w in lexicon.longest_first().get(character, ())
                if folded.startswith(w, at) and at + len(w) <= end and not _crosses(folded, w, at)
            ),
            None,
        )
        if number is not None and (word is None or len(word) <= number.end - at or _counts(tokens)):
            tokens.append(number)
            at = number.end
        elif word is not None and lexicon.words()[word] != _ONLY_TRAP:
            tokens.append(Token("WORD", word, at, at + len(word), classes=lexicon.words()[word]))
            at += len(word)
        else:
            plain = word or character
            before = tokens[-1] if tokens else None
            if before is not None and before.kind == "TEXT" and before.end == at:
                tokens[-1] = Token("TEXT", before.text + plain, before.start, at + len(plain))
            else:
                tokens.append(Token("TEXT", plain, at, at + len(plain)))
            at += len(plain)


def _between_words(folded: str, at: int) -> bool:
    """True for a full stop typed as a point: 市级1分.附证书."""
    return at > 0 and all("\u4e00" <= folded[n : n + 1] <= "\u9fff" for n in (at - 1, at + 1))


_ONLY_TRAP = (("TRAP", ""),)


def _crosses(folded: str, word: str, at: int) -> bool:
    """True where the last character of the word begins a longer word that means something else (不得分|包)."""
    return len(word) > 1 and word not in lexicon.of_class("TRAP") and _trapped(folded, at + len(word) - 1)


def _counts(tokens: list[Token]) -> bool:
    """True where what stands before asks for a number (每, 发现, 缺)."""
    if tokens and any(tokens[-1].has(kind) for kind in ("EACH", "FIND", "LACK", "OVERDUE")):
        return True
    for token in tokens[:-7:-1]:
        if token.kind == "STOP":
            return False
        if token.has("EACH"):
            return True
    return False


def _number(folded: str, at: int, end: int, tokens: list[Token]) -> Token | None:
    match = _ARABIC.match(folded, at, end)
    if match:
        try:
            return Token("NUM", match.group(), at, match.end(), numbers=(decimal(match.group()),))
        except ValueError:
            return Token("TEXT", match.group(), at, match.end())
    match = _CHINESE.match(folded, at, end)
    if match is None:
        return None
    number = numerals.read(match.group())
    if number is None:
        return None
    after = match.end()
    while after < end and folded[after] == " ":
        after += 1
    measured = any(
        folded.startswith(w, after)
        and any(entry[0] in ("MEASURE", "TIME_UNIT", "STEP_UNIT") for entry in lexicon.words()[w])
        for w in lexicon.longest_first().get(folded[after : after + 1], ())
    )
    return Token("NUM", match.group(), at, match.end(), numbers=(number,)) if measured else None
