#!/usr/bin/env python3
"""Learns how English letters sound from a pronunciation dictionary in the format of CMUdict.

    python3 train.py cmudict.dict common.txt > en.txt

Letters and sounds are aligned (expectation maximisation over zero to three sounds per letter); then, for each letter,
contexts are widened right, left, right, ... and a context is kept where most of its words differ in sound from what
the narrower context says, and enough words have it. Words of common.txt (one per line)
that still come out wrong (longer ones: by a third of their sounds) are listed whole. A twentieth of
the words is held out to measure.
"""
import collections, math, random, re, sys

SOUNDS = {
    "AA": "a", "AE": "&", "AH": "@", "AO": "o", "AW": "aw", "AY": "ay", "B": "b", "CH": "C", "D": "d", "DH": "T",
    "EH": "e", "ER": "@r", "EY": "e", "F": "f", "G": "g", "HH": "h", "IH": "i", "IY": "i", "JH": "J", "K": "k",
    "L": "l", "M": "m", "N": "n", "NG": "N", "OW": "o", "OY": "oy", "P": "p", "R": "r", "S": "s", "SH": "S",
    "T": "t", "TH": "T", "UH": "u", "UW": "u", "V": "v", "W": "w", "Y": "y", "Z": "z", "ZH": "Z",
}
LEFT, RIGHT, FEWEST = 4, 4, 4


def read(path):
    words = []
    for line in open(path, encoding="utf-8"):
        word, *phones = line.split("#")[0].split()
        if re.fullmatch(r"[a-z']+", word):
            words.append((word, "".join(SOUNDS[re.sub(r"\d", "", phone)] for phone in phones)))
    return words


def align(words, rounds=6):
    """For each word its sounds letter by letter."""
    cost = collections.defaultdict(lambda: 6.0)
    for word, sounds in words:
        for letter in set(word):
            for sound in set(sounds):
                cost[letter, sound] = min(cost[letter, sound], 5.0)
            cost[letter, ""] = 5.5
    result = []
    for _ in range(rounds):
        counts, result = collections.Counter(), []
        for word, sounds in words:
            n, m = len(word), len(sounds)
            best = [[math.inf] * (m + 1) for _ in range(n + 1)]
            back = [[0] * (m + 1) for _ in range(n + 1)]
            best[0][0] = 0
            for i in range(n):
                for j in range(m + 1):
                    if best[i][j] < math.inf:
                        for take in range(min(3, m - j) + 1):
                            new = best[i][j] + cost[word[i], sounds[j : j + take]] + (2 if take > 1 else 0)
                            if new < best[i + 1][j + take]:
                                best[i + 1][j + take], back[i + 1][j + take] = new, take
            if best[n][m] == math.inf:
                continue
            pieces, j = [], m
            for i in range(n, 0, -1):
                pieces.append(sounds[j - back[i][j] : j])
                j -= back[i][j]
            pieces.reverse()
            result.append((word, pieces))
            counts.update(zip(word, pieces))
        totals = collections.Counter()
        for (letter, _), count in counts.items():
            totals[letter] += count
        cost = collections.defaultdict(lambda: 9.0)
        for (letter, piece), count in counts.items():
            cost[letter, piece] = -math.log(count / totals[letter])
    return result


def windows(word, at):
    """The contexts of a letter, wider and wider: (left, letter, right)."""
    padded = "_" * LEFT + word + "_" * RIGHT
    at += LEFT
    left = right = 0
    yield padded[at]
    while left < LEFT or right < RIGHT:
        if right < RIGHT and right <= left:
            right += 1
        else:
            left += 1
        yield f"{padded[at - left : at]}<{padded[at]}>{padded[at + 1 : at + 1 + right]}"


def learn(aligned):
    table = collections.defaultdict(collections.Counter)
    for word, pieces in aligned:
        for at, piece in enumerate(pieces):
            for window in windows(word, at):
                table[window][piece] += 1
    rules = {}
    for word, pieces in aligned:
        for at in range(len(word)):
            said = None
            for window in windows(word, at):
                counts = table[window]
                if sum(counts.values()) < FEWEST:
                    break
                piece, most = counts.most_common(1)[0]
                if piece != said:
                    if said is None or most - counts[said] >= FEWEST - 1:
                        rules[window] = said = piece
    return rules


def pronounce(rules, word):
    out = ""
    for at in range(len(word)):
        said = ""
        for window in windows(word, at):
            said = rules.get(window, said)
        out += said
    return out


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def main():
    words = read(sys.argv[1])
    kept = list(words)
    random.Random(1).shuffle(words)
    cut = len(words) // 20
    aligned = align(words)
    held_words = {word for word, _ in words[:cut]}
    rules = learn([entry for entry in aligned if entry[0] not in held_words])
    wrong = total = exact = 0
    for word, sounds in words[:cut]:
        errors = distance(pronounce(rules, word), sounds)
        wrong, total, exact = wrong + errors, total + len(sounds), exact + (errors == 0)
    print(f"held out: {cut} words, {wrong / total:.2%} of sounds wrong, {exact / cut:.1%} of words right", file=sys.stderr)
    rules = learn(aligned)
    by_sound = collections.defaultdict(list)
    for window, sounds in rules.items():
        by_sound[sounds or "-"].append(window)
    for sounds, contexts in sorted(by_sound.items()):
        print(sounds, *sorted(contexts))
    common = {line.strip() for line in open(sys.argv[2], encoding="utf-8")}
    first = {}
    for word, sounds in kept:
        if word in common:
            first.setdefault(word, sounds)
    for word, sounds in first.items():
        wrong = distance(pronounce(rules, word), sounds)
        if wrong > (0 if len(word) < 6 else len(sounds) / 3):
            print(f"!{sounds} {word}")


main()
