"""Which stretches of a sentence does a 不得, a 严禁 or a 已废止 cover?"""

import re

from marketplace.screening.rules import negation

_CLAUSE = re.compile(r"[^,:]+")
_TURN = re.compile(r"但是?|而是|然而|除外|即可|即享|直接(?:享受|兑付|兑现)|仍可")


def negated(sentence: str) -> list[tuple[int, int]]:
    """(where the negating word stands, where its reach ends) for each such word of a folded sentence."""
    words = negation()
    clauses = [(found.start(), found.end()) for found in _CLAUSE.finditer(sentence)]
    reaches = [
        (start + cue.start(), _reach(sentence, clauses, at, start + cue.end()))
        for at, (start, end) in enumerate(clauses)
        for cue in words.forward.finditer(sentence[start:end])
    ]
    ends = [found.end() for found in words.backward.finditer(sentence)]
    return [*reaches, *((-1, end) for end in ends)]


def _reach(sentence: str, clauses: list[tuple[int, int]], at: int, after: int) -> int:
    """To the end of the clause, and over the comma where the wording says that it goes on."""
    words = negation()
    start, end = clauses[at]
    if turn := _TURN.search(sentence, after, end):
        return turn.start()
    if again := re.search(r"、(?:不得|不准|严禁|禁止)", sentence[after:end]):
        return after + again.start()
    while at + 1 < len(clauses):
        following = sentence[slice(*clauses[at + 1])]
        goes_on = words.carried.search(sentence[start:end]) or words.joined.search(following)
        if not goes_on or _TURN.match(following):
            break
        at += 1
        start, end = clauses[at]
    return end
