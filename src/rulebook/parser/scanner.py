"""A clause's characters to tokens: opaque spans first, then points amounts with the word that governs each, then the rest.

An amount and its word are found before anything else and stand as barriers: no longer word may swallow the first
character of the one that counts (全扣|1分, 累计|5分).
"""

import re
from decimal import Decimal
from fractions import Fraction
from functools import cache

from rulebook import lexicon, numerals
from rulebook.bounds import BOUNDS
from rulebook.exact import decimal, finite, is_exact, show
from rulebook.parser import spans
from rulebook.parser.tokens import Text, Token

_AMOUNT = lexicon.pattern("amount")
_CHINESE_AMOUNT = lexicon.pattern("chinese_amount")
_BARE, _SIGNED = lexicon.pattern("bare_amount"), lexicon.pattern("signed_amount")
"""扣0.2, (-5): figures of points that leave out the word for points."""
_INCLUDED = lexicon.pattern("included_end")
_POINT, _SIGNS = lexicon.term("name_unit", "points"), set(lexicon.terms()["sign"])
_CHINESE = re.compile(f"(?<![{numerals.CHARACTERS}])[{numerals.CHARACTERS}]{{1,12}}")
_ARABIC = re.compile(lexicon.NUMBER)
_HALF = Decimal(50)
_DEALT, _BY_EACH, _OBJECT = (lexicon.pattern(name) for name in ("dealt", "by_each", "object"))
_STOPS = frozenset("，。；：、（）！？\n")
_SIGN_OPENS = _STOPS | {" "}

GOVERNING = lexicon.role("verb") | lexicon.role("cap") | lexicon.role("comparator") | lexicon.role("worth") | lexicon.role("copula") | {"TRAP"}
"""Classes of words that may govern an amount to their right."""
_COMPLETE = frozenset({"ZERO", "FLOOR", "VETO"})
_COMPARING = tuple(lexicon.of_class("OR_LESS") | lexicon.of_class("OR_MORE"))
_NUMERALS = frozenset(numerals.CHARACTERS + "0123456789")
_LINKING = tuple(w for kind in ("OR", "OR_MORE", "OR_LESS") for w in lexicon.of_class(kind) if not w[0].isalnum())
"""Words that begin with a mark of punctuation."""
_DEALING = tuple(word for word in lexicon.of_class("RESPECTIVELY") if len(word) > 1)
_VERBS = frozenset({"DEDUCT", "DEDUCT_MORE", "AWARD", "AWARD_MORE"})
_FILLERS = ("TOTAL", "OWN", "FILL")
_LONGEST = {
    name: tuple(sorted(lexicon.terms()[name], key=lambda w: (-len(w), w))) for name in ("by", "given", "gives")
}
_FILLING = tuple(sorted({w for kind in _FILLERS for w in lexicon.of_class(kind)}, key=lambda w: (-len(w), w)))


def scan(text: Text) -> list[Token]:
    """The tokens of a clause, in order, every character in exactly one."""
    folded = text.folded
    opaque = spans.found(folded)
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


def _amounts(folded: str, opaque: list[Token]) -> list[Token]:
    found = []
    taken = [(token.start, token.end) for token in opaque]
    for pattern in (_AMOUNT, _CHINESE_AMOUNT):
        position = 0
        while match := pattern.search(folded, position):
            position = match.end()
            start, end = match.span()
            if groups_several(match) and _trapped(folded, end - 1):
                shorter = pattern.match(folded, start, end - 1)  # 扣1分、10|分钟
                if shorter is not None and not _trapped(folded, shorter.end() - 1):
                    match = shorter
                    end = position = match.end()
            if any(a < end and start < b for a, b in taken) or _trapped(folded, end - 1):
                position = start + 1 if pattern is _CHINESE_AMOUNT else end
                continue
            if start and folded[start - 1] in ".0123456789" and pattern is _AMOUNT:
                continue
            token = _amount(match, pattern is _CHINESE_AMOUNT, folded)
            if token is not None:
                found.append(token)
                taken.append((token.start, token.end))
    unmarked = [_BARE] if found or "." in folded else []
    for pattern in (*unmarked, *((_SIGNED,) if _SIGNS & set(folded) else ())):
        for match in pattern.finditer(folded):
            start, end = match.span("figure")
            plain = pattern is _SIGNED or "." in match["figure"] or any(token.text.endswith(_POINT) or "." in token.text for token in found)
            if plain and _is_sound(match["figure"]) and not any(a < end and start < b for a, b in taken):
                found.append(Token("FIGURE", match["figure"], start, end, numbers=(decimal(match["figure"]),)))
                taken.append((start, end))
    return sorted(found, key=lambda token: token.start)


def groups_several(match: re.Match[str]) -> bool:
    """True for a list or a range of amounts."""
    return bool(match["list"] or match["range"])


def _trapped(folded: str, at: int) -> bool:
    """True where a word that means something else begins at the last character of a match (分|钟, 分|包)."""
    several = lexicon.traps().get(folded[at])
    if several is None or not folded.startswith(several, at):
        return False
    return not folded.startswith(_COMPARING, at + 1)


def _amount(match: re.Match[str], chinese: bool, folded: str) -> Token | None:
    start, end = match.span()
    if chinese:
        governing = _word_before(folded, start)
        if governing is None and folded.endswith(_FILLING, 0, start):  # 扣总成绩三分
            governing = _word_before(folded, start - next(len(word) for word in _FILLING if folded.endswith(word, 0, start)))
        read = [numerals.read(figure) for figure in _CHINESE.findall(match.group())]
        numbers = tuple(number for number in read if number is not None)
        if governing is None or len(numbers) < len(read) or not (GOVERNING - {"TRAP"}) & {entry[0] for entry in governing[1]}:
            return None
        if match["half"]:
            numbers = (sum(numbers, Decimal(0)),)  # 一分半
        kind = "RANGE" if match["range"] else "LIST" if match["list"] else "FIGURE"
        return Token(kind, match.group(), start, end, numbers=numbers)
    if not all(map(_is_sound, _ARABIC.findall(match.group()))):
        return None
    if match["range"]:
        return Token("RANGE", match.group(), start, end, numbers=(decimal(match["low"]), decimal(match["high"])))
    if match["upto"]:
        return Token("RANGE", match.group(), start, end, numbers=(Decimal(0), decimal(match["upto"])))
    if match["list"]:
        numbers = tuple(decimal(figure) for figure in _ARABIC.findall(match.group()))
        return Token("LIST", match.group(), start, end, numbers=numbers)
    if match["share"]:
        if match["portion"] or match["portioned"]:
            portion = _percent(match["portion"] or match["portioned"])
            return None if portion is None else Token("SHARE", match.group(), start, end, numbers=(portion,))
        share = match["percent"] or match["part"] or match["bare"]
        return Token("SHARE", match.group(), start, end, numbers=(decimal(share) if share else _HALF,))
    return Token("FIGURE", match.group(), start, end, numbers=(decimal(match["figure"]),))


def _percent(fraction: str) -> Decimal | None:
    """1/5 or 五分之一 of a hundred; None where it is no part, or has no end."""
    match = lexicon.pattern("fraction").fullmatch(fraction)
    over, under = (numerals.read(words) for words in (match["over"] or match["taken"], match["under"] or match["parts"])) if match else (None, None)
    portion = finite(Fraction(over) * 100 / Fraction(under)) if over and under and over < under else None
    return portion if portion is not None and is_exact(show(portion)) else None


def _is_sound(figure: str) -> bool:
    """True for a figure that points may have; 扣05分 has lost something."""
    whole = figure.split(".")[0]
    return is_exact(figure) and len(whole) <= BOUNDS.points_digits and (whole == "0" or whole[0] != "0")


def _word_before(folded: str, end: int) -> tuple[str, tuple[tuple[str, str], ...], int] | None:
    """The longest word that ends at a place and may govern what follows it."""
    if end <= 0:
        return None
    words = lexicon.words()
    for length in lexicon.lengths_back().get(folded[end - 1], ()):
        word = folded[end - length : end] if length <= end else ""
        entries = words.get(word)
        if entries is None or (length > 1 and folded.endswith(_tails(), 0, end - length + 1)):
            continue  # 参加|扣1分, not 参|加扣
        if any(entry[0] in GOVERNING for entry in entries):
            return word, entries, end - length
        denies = any(entry[0] in ("ZERO", "NO_EFFECT") for entry in entries)
        if denies and word.endswith(lexicon.term("name_unit", "points")):
            return None  # 不得分|0.5分 says two things at once
    return None


@cache
def _tails() -> tuple[str, ...]:
    """Words that mean something else."""
    return tuple(word for word in lexicon.of_class("TRAP") if len(word) > 1)


def _governed(folded: str, amount: Token) -> list[Token]:
    """The amount, with the word that governs it and the filler between them as tokens of their own."""
    if amount.numbers == (Decimal(0),):
        for word in _zero_words():
            start = amount.start - word.find(amount.text)
            if amount.text in word and start >= 0 and folded.startswith(word, start):
                governing = _word_before(folded, start)
                if governing is None or not any(entry[0] in _VERBS for entry in governing[1]):
                    return [Token("WORD", word, start, start + len(word), classes=lexicon.words()[word])]
        plain = folded[: amount.start].rstrip(" ")
        if plain.endswith(tuple(lexicon.terms()["nought"])) and len(plain) < amount.start:  # 为 0 分
            return [Token("WORD", folded[len(plain) - 1 : amount.end], len(plain) - 1, amount.end, classes=(("ZERO", ""),))]
    tokens = [amount]
    position = amount.start
    sign = folded[position - 1 : position]
    if sign in lexicon.terms()["sign"] and _signs(folded, position - 1):
        verb = lexicon.terms()["sign"][sign]
        return [amount, Token("WORD", sign, position - 1, position, classes=((verb, "sign"),))]
    dealt = _DEALT.match(folded, amount.end)
    by = next((w for w in _LONGEST["by"] if folded.endswith(w, 0, position)), "") if dealt is not None else ""
    if dealt is not None and (by or _BY_EACH.search(folded, max(0, position - 10), position)):  # 按1分/件扣减, 按每处0.5分扣分
        kind = ((lexicon.terms()["dealt"][dealt["verb"]], "dealt"),)
        start, cut = dealt.span("tail")
        dealing = Token("WORD", by, position - len(by), position, classes=kind)
        return [dealing, amount, Token("TAIL", folded[start:cut], start, cut)]
    if folded.startswith(_LONGEST["given"], amount.end):
        given = next(w for w in _LONGEST["given"] if folded.startswith(w, amount.end))
        before = next((w for w in _LONGEST["gives"] if folded.endswith(w, 0, position)), "")
        start, verb = position - len(before), lexicon.terms()["given"][given]
        whole = amount._replace(text=folded[amount.start : amount.end + len(given)], end=amount.end + len(given))
        return [Token("WORD", before, start, position, classes=((verb, "given"),)), whole]
    for _ in range(3):
        while position and folded[position - 1] in " \n":
            position -= 1
        found = _word_before(folded, position)
        no_word = found is None or found[1] == _ONLY_TRAP or any(entry[0] == "FILL" for entry in found[1])
        who = _OBJECT.search(folded, max(0, position - 14), position) if no_word else None
        if who is not None and _word_before(folded, who.start("who")) is not None:  # 扣该主管3分
            tokens.append(Token("WORD", who["who"], who.start("who"), who.end("who"), classes=(("FILL", ""),)))
            position = who.start("who")
            continue
        if found is not None:
            word, entries, start = found
            ends = position if "\n" not in folded[position : amount.start] or len(tokens) > 1 else amount.start
            tokens.append(Token("WORD", word, start, ends, classes=entries))
            if not _fills(folded, entries, start):
                return tokens
            position = start
            continue
        filler = next((w for w in _FILLING if folded.endswith(w, 0, position)), None)
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
    if _INCLUDED.search(folded, max(0, at - 12), at):
        return False  # 60（不含）-80分
    if not before or before in _SIGN_OPENS:
        return True
    governing = _word_before(folded, at)
    governed = governing is not None and any(entry[0] in GOVERNING - {"TRAP"} for entry in governing[1])
    return "\u4e00" <= before <= "\u9fff" and before not in _NUMERALS and not governed


@cache
def _zero_words() -> tuple[str, ...]:
    """Words that hold the amount 0分 and move points by themselves, longest first."""
    found = (word for kind in _COMPLETE for word in lexicon.of_class(kind) if set(word) & set(numerals.ZEROS))
    return tuple(sorted(found, key=len, reverse=True))


def _words(folded: str, start: int, end: int, tokens: list[Token]) -> None:
    """Longest-match words, numbers and separators of a stretch without amounts, appended to the tokens."""
    words, telling = lexicon.words(), _telling()
    at = plain = start
    while match := telling.search(folded, at, end):
        at = match.start()
        character = folded[at]
        if character in _STOPS and not folded.startswith(_LINKING, at):
            _plain(folded, plain, at, tokens)
            tokens.append(Token("STOP", character, at, at + 1))
            at = plain = at + 1
            continue
        if character == " ":
            _plain(folded, plain, at, tokens)
            at = plain = match.end()
            continue
        if character == "." and (not folded[at + 1 : at + 2].isalnum() or _between_words(folded, at)):
            _plain(folded, plain, at, tokens)
            tokens.append(Token("STOP", "。", at, at + 1))
            at = plain = at + 1
            continue
        if character in _NUMERALS:
            _plain(folded, plain, at, tokens)
            plain = at
            number = _number(folded, at, end, tokens)
        else:
            number = None
        word = _longest(folded, at, end)
        if number is not None and word is not None and len(word) > 1 and tokens and tokens[-1].kind == "NUM" and tokens[-1].end == at:
            number = None  # 10|万元
        vetoes = word is not None and any(entry[0] == "VETO" for entry in words[word])
        if number is not None and not vetoes and (word is None or len(word) <= number.end - at or _counts(tokens)):
            tokens.append(number)
            at = plain = number.end
        elif word is not None and words[word] != _ONLY_TRAP:
            _plain(folded, plain, at, tokens)
            tokens.append(Token("WORD", word, at, at + len(word), classes=words[word]))
            at += len(word)
            plain = at
        else:
            at += len(word or character)
    _plain(folded, plain, end, tokens)


@cache
def _telling() -> re.Pattern[str]:
    """Where plain words may end: at blanks, or a character that begins a word or a number, or that parts."""
    characters = "".join(map(re.escape, sorted(_STOPS | _NUMERALS | {"."} | lexicon.lengths().keys() - {" "})))
    return re.compile(f" +|[{characters}]")


def _plain(folded: str, start: int, end: int, tokens: list[Token]) -> None:
    """Words of no class, from a place to a place, appended; they join text that ends there."""
    if start == end:
        return
    before = tokens[-1] if tokens else None
    if before is not None and before.kind == "TEXT" and before.end == start:
        start = before.start
        del tokens[-1]
    tokens.append(Token("TEXT", folded[start:end], start, end))


def _longest(folded: str, at: int, end: int) -> str | None:
    """The longest word that begins at a place, ends before `end` and swallows nothing of a word that means something else."""
    words = lexicon.words()
    for length in lexicon.lengths().get(folded[at], ()):
        word = folded[at : at + length]
        if word in words and at + length <= end and not _crosses(folded, word, at):
            if words[word] == _ONLY_TRAP and length > 1 and folded.startswith(_DEALING, at + length - 1):
                continue  # 每处|分别, not 处分|别
            return word
    return None


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


def _measures(folded: str, at: int, end: int) -> bool:
    """True where what a number stands for follows its last character: 万|人次, 2千|-3千元. 万元 is a unit itself."""
    word, unit = _longest(folded, at, end), _longest(folded, at + 1, end)
    return (word is None or len(word) == 1) and unit is not None and any(entry[0] in _UNITS for entry in lexicon.words()[unit])


_UNITS = frozenset({"MEASURE", "TIME_UNIT", "STEP_UNIT", "DASH"})


def _number(folded: str, at: int, end: int, tokens: list[Token]) -> Token | None:
    match = _ARABIC.match(folded, at, end)
    if match and at and folded[at - 1].isascii() and folded[at - 1].isalpha():
        return Token("TEXT", match.group(), at, match.end())  # PM2.5
    if match:
        thousands = folded[match.end() : match.end() + 1]
        power = numerals.POWERS.get(thousands) if match.end() < end else None
        try:
            if power is not None and _measures(folded, match.end(), end):  # 10万人次, not 10|万元
                return Token("NUM", match.group() + thousands, at, match.end() + 1, numbers=(decimal(match.group()) * power,))
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
    words = lexicon.words()
    measured = any(
        entry[0] in ("MEASURE", "TIME_UNIT", "STEP_UNIT")
        for length in lexicon.lengths().get(folded[after : after + 1], ())
        for entry in words.get(folded[after : after + length], ())
        if after + length <= len(folded)
    )
    return Token("NUM", match.group(), at, match.end(), numbers=(number,)) if measured else None
