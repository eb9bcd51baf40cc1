#!/usr/bin/env python3
"""Compares the matcher with hassil on the language packs of Home Assistant.

Usage: packs.py HEYROOM [SENTENCES [SEED [LANGUAGE...]]]
HEYROOM is the program. For each language the pack of the package home-assistant-intents becomes a grammar, with names
made of its own words in the lists that it leaves open. Sentences are drawn from its templates, half of them are
disturbed, and both programs are asked. Differences that are meant are listed in `is_meant`.
Exit status 1 if there is an unexplained difference.
"""
import importlib.resources
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

from hassil import Intents, recognize_best
from hassil.expression import Alternative, ListReference, Permutation, RuleReference, Sequence, TextChunk
from hassil.intents import RangeSlotList, TextSlotList, WildcardSlotList
from hassil.numbers import get_rbnf_engine

LANGUAGES = ["ar", "cs", "de", "el", "en", "es", "fr", "he", "it", "ja", "ko", "nl", "pl", "ru", "sr", "sv", "th", "tr",
             "vi", "zh-CN", "zh-TW"]
DOMAINS = ["light", "cover", "fan", "media_player", "climate", "switch", "lock", "sensor", "binary_sensor", "vacuum",
           "script", "scene", "todo", "person", "valve", "weather", "input_boolean", "input_number", "timer"]
CLASSES = ["curtain", "blind", "door", "window", "garage", "motion", "battery", "humidity", "temperature"]


def expressions(node):
    yield node
    for item in getattr(node, "items", []):
        yield from expressions(item)


class Sampler:
    """Draws sentences from the templates of a pack."""

    def __init__(self, rng, pack):
        self.rng = rng
        self.pack = pack
        self.language = pack["language"]
        self.squash = bool(pack.get("settings", {}).get("ignore_whitespace"))
        self.spaced = self.language.split("-")[0] not in ("ja", "th", "zh")
        intents = Intents.from_dict(pack)
        self.rules = intents.expansion_rules
        self.blocks = [
            (block, sentence) for intent in intents.intents.values() for block in intent.data for sentence in block.sentences
        ]
        self.words = self.vocabulary()
        open_lists = self.references() - set(pack.get("lists", {}))
        for name in sorted(open_lists):
            pack.setdefault("lists", {})[name] = {"values": self.names(name)}
        self.intents = Intents.from_dict(pack)
        self.lists = self.intents.slot_lists
        wildcards = {name for name, value in self.lists.items() if isinstance(value, WildcardSlotList)}
        lists = [part for part in self.parts() if isinstance(part, ListReference)]
        self.free = {part.slot_name for part in lists if part.list_name in wildcards}
        try:
            self.engine = get_rbnf_engine(self.language)
        except ValueError:
            self.engine = None

    def parts(self):
        for sentence in [sentence for _, sentence in self.blocks] + list(self.rules.values()):
            yield from expressions(sentence.expression)

    def vocabulary(self):
        words = set()
        for part in self.parts():
            if isinstance(part, TextChunk):
                words.update(word for word in re.split(r"[^\w'-]+", part.text) if len(word) > 1)
        return sorted(words)

    def references(self):
        return {part.list_name for part in self.parts()
                if isinstance(part, ListReference) and not part.is_inline_range}

    def names(self, list_name):
        """Values for a list: words of the language, some as templates, with what Home Assistant knows about them."""
        rng, between = self.rng, "" if self.squash else " "
        values, seen = [], set()
        for number in range(12):
            words = [rng.choice(self.words) for _ in range(rng.choice([1, 2, 2, 3]))]
            text = between.join(words)
            # What is said in the same words is asked about here; hassil takes the first one.
            forms = {form.lower() for form in (text, between.join(words[1:]), between.join(reversed(words)))}
            if forms & seen:
                continue
            seen |= forms
            spoken = text
            if rng.random() < 0.2:
                spoken = f"[{words[0]}{between}]{between.join(words[1:]) or words[0]}"
            elif rng.random() < 0.1:
                spoken = f"({text}|{between.join(reversed(words))})"
            elif rng.random() < 0.1 and self.spaced:
                # Elsewhere a number may follow at once, and nobody can tell where it begins.
                spoken = text = f"{text} {number}"
            elif rng.random() < 0.1:
                spoken = text = text.capitalize()
            value = {"in": spoken, "out": f"{list_name}.{number}" if rng.random() < 0.3 else text}
            if list_name == "name":
                value["context"] = {"domain": rng.choice(DOMAINS)}
                if rng.random() < 0.3:
                    value["context"]["device_class"] = rng.choice(CLASSES)
                if rng.random() < 0.2:
                    value["context"]["area"] = rng.choice(self.words)
                value["metadata"] = {"number": number}
            values.append(value)
        return values

    def number(self, range_list):
        rng = self.rng
        start, stop = range_list.start, range_list.stop
        value = rng.randrange(start, stop + 1, range_list.step)
        kind = rng.random()
        if kind < 0.08:
            value = rng.choice([stop + 1, start - 1, stop + 23, value + 1])
        if range_list.fraction_type and rng.random() < 0.3:
            value += rng.choice([0.5, 0.1, 0.3])
        if self.engine and rng.random() < 0.5:
            try:
                forms = self.engine.format_number(value).text_by_ruleset.values()
            except ValueError:
                return str(value)
            # In a sentence a comma is removed.
            form = rng.choice(sorted(set(forms))).replace(",", "")
            return form if rng.random() < 0.5 else form.replace("-", " ")
        return str(value)

    def text(self, node):
        rng = self.rng
        if isinstance(node, TextChunk):
            return node.original_text
        if isinstance(node, Alternative):
            return self.text(rng.choice(node.items)) if node.items else ""
        if isinstance(node, Permutation):
            return " ".join(self.text(item) for item in rng.sample(node.items, len(node.items)))
        if isinstance(node, Sequence):
            return "".join(self.text(item) for item in node.items)
        if isinstance(node, RuleReference):
            return self.text(self.rules[node.rule_name].expression)
        assert isinstance(node, ListReference)
        values = self.lists.get(node.list_name)
        if values is None:
            start, stop, step = node.get_inline_range()
            values = RangeSlotList(name=None, start=start, stop=stop, step=step)
        if isinstance(values, TextSlotList):
            return self.text(rng.choice(values.values).text_in) if values.values else ""
        if isinstance(values, RangeSlotList):
            return self.number(values)
        between = "" if self.squash and rng.random() < 0.7 else " "
        return between.join(rng.choice(self.words) for _ in range(rng.randint(1, 3)))

    def sentence(self):
        block, sentence = self.rng.choice(self.blocks)
        text = " ".join(self.text(sentence.expression).split())
        context = {}
        for key, wanted in block.requires_context.items():
            if self.rng.random() < 0.8:
                wanted = wanted.get("value") if isinstance(wanted, dict) else wanted
                wanted = self.rng.choice(wanted) if isinstance(wanted, list) and wanted else wanted
                if key == "domain":
                    # What is controlled comes from the name, not from the caller.
                    continue
                context[key] = wanted if wanted is not None else self.rng.choice(self.words)
        if self.rng.random() < 0.1:
            context[self.rng.choice(["area", "domain", "other"])] = self.rng.choice(self.words + DOMAINS)
        return text, context

    def disturbed(self, text):
        """The sentence as somebody may say or write it, or another one that is nearly so."""
        rng = self.rng
        units = text.split(" ") if " " in text else list(text)
        between = " " if " " in text else ""
        if not units:
            return text
        at = rng.randrange(len(units))
        kind = rng.randrange(17)
        # In Turkish two letters have the same capital for a program that does not know the language.
        if kind == 0 and self.language != "tr":
            return text.upper()
        if kind == 1:
            return text.capitalize() + rng.choice([".", "?", "!", " !", "..."])
        if kind == 2:
            return unicodedata.normalize("NFD", text)
        if kind == 3 and between:
            units[at] += rng.choice([",", ";", "?", ":"])
        elif kind == 4:
            del units[at]
        elif kind == 5:
            units.insert(at, units[at])
        elif kind == 6:
            units[at] = rng.choice(self.words)
        elif kind == 7:
            units.insert(at, rng.choice(self.words))
        elif kind == 8:
            other = rng.randrange(len(units))
            units[at], units[other] = units[other], units[at]
        elif kind == 9:
            units = units[:at] if rng.random() < 0.5 else units[at:]
        elif kind == 10:
            units.insert(at, rng.choice(["foo", "xyz", "42", "qua"]))
        elif kind in (11, 12, 13) and self.pack.get("skip_words"):
            units.insert(rng.choice([0, at, len(units)]), rng.choice(self.pack["skip_words"]))
        elif kind == 14:
            return "  " + text.replace(" ", "   ") + " "
        elif kind == 15:
            return text.replace("'", "’").replace(" ", rng.choice([" ", "-"]), 1)
        elif kind == 16 and at:
            units[at - 1 : at + 1] = [units[at - 1] + units[at]]
        return between.join(units)


def number(value):
    return int(value) if isinstance(value, float) and value == int(value) else value


def flat(text):
    """What is said, however it is written: spaces, hyphens, marks where a word may be broken."""
    return " ".join(re.sub("[\u00ad\u200b]", "", text).replace("-", " ").split()) if isinstance(text, str) else text


def hassil_answer(sampler, sentence, context):
    result = recognize_best(sentence, sampler.intents, intent_context=context, language=sampler.language)
    if result is None:
        return None
    slots = {name: [flat(number(entity.value)), flat(entity.text).lower()] for name, entity in result.entities.items()}
    wildcards = {entity.name: entity.text_span for entity in result.entities_list if entity.is_wildcard}
    return result.intent.name, slots, wildcards


def our_answer(record):
    if "error" in record:
        return "ERROR", record["error"]
    if record["intent"] is None:
        return None if record["reason"] == "unknown" else ("AMBIGUOUS", {})
    slots = {name: [flat(slot["value"]), flat(slot["text"]).lower()] for name, slot in record["slots"].items()}
    return record["intent"], slots


def is_meant(sampler, sentence, theirs, ours):
    """Where hassil is known to be wrong, or undefined."""
    # A hyphen stands for a space; hassil loses the beginning of a word behind it, and the minus of numbers.
    if ours and re.search("[-_]", sentence) and (theirs is None or theirs[2]):
        return True
    if theirs is None:
        # Spaces that it leaves at the ends of a sentence from which a skip word was taken, and beside other scripts.
        if sampler.squash and re.search(r"\s", sentence):
            return True
        # Behind free text it looks for digits, and only if there are none for numbers in words.
        said = sentence.lower()
        free = sampler.free
        if re.search(r"\d", said) and ours[1].keys() & free:
            return True
        # ... and each number word only where it stands first.
        words = said.split()
        if ours[1].keys() & free and len(words) > len(set(words)):
            return True
        # It removes skip words even from templates that have them, where free text stands at the other end.
        skipped = any(word.lower() in said for word in sampler.pack.get("skip_words", []))
        return skipped and bool(ours[1].keys() & free)
    intent, slots, wildcards = theirs
    # Free text ends in the middle of a word.
    whole = unicodedata.normalize("NFC", sentence)
    for start, end in wildcards.values():
        if not sampler.squash and re.fullmatch(r"\w\w", whole[end - 1 : end + 1]):
            return True
    if ours is None or ours[0] != intent:
        return False
    # Of the numbers behind free text it finds the last one only.
    if wildcards and set(slots) < set(ours[1]):
        return True
    # It takes a number in words from the first list with the same limits, even if that one is multiplied by -1.
    plain = lambda answer: {name: abs(value) if isinstance(value, (int, float)) else value
                            for name, (value, _) in answer.items()}
    return plain(slots) == plain(ours[1]) and any(slots[name][0] != ours[1][name][0] for name in slots)


def compare(program, language, count, seed, verbose):
    rng = random.Random(f"{seed} {language}")
    data = importlib.resources.files("home_assistant_intents").joinpath("data", f"{language}.json")
    pack = json.loads(data.read_text(encoding="utf-8"))
    sampler = Sampler(rng, pack)
    asked = []
    while len(asked) < count:
        sentence, context = sampler.sentence()
        if rng.random() < 0.5:
            sentence = sampler.disturbed(sentence)
        if sentence.strip():
            asked.append((sentence, context))
    with tempfile.TemporaryDirectory() as directory:
        document = {key: value for key, value in pack.items() if key != "responses"}
        lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in document.items())
        Path(directory, f"{language}.yaml").write_text("".join(lines), encoding="utf-8")
        lines = "".join(json.dumps({"text": text, "context": context}) + "\n" for text, context in asked)
        started = time.monotonic()
        answer = subprocess.run([program, "match", "--jsonl", "--grammars", directory], input=lines,
                                capture_output=True, text=True, encoding="utf-8")
        taken = time.monotonic() - started
    records = [json.loads(line) for line in answer.stdout.splitlines()]
    if len(records) != len(asked):
        print(f"{language}: {len(records)} answers to {len(asked)} sentences\n{answer.stderr[:2000]}")
        return 0, 0, 1
    matched = differences = 0
    started = time.monotonic()
    for (sentence, context), record in zip(asked, records):
        expected, got = hassil_answer(sampler, sentence, context), our_answer(record)
        matched += expected is not None
        if (expected and expected[:2]) != got and not is_meant(sampler, sentence, expected, got):
            differences += 1
            if differences <= verbose:
                print(f"{language}: {sentence!r} {context}\n  hassil:  {expected}\n  heyroom: {got}")
    theirs = time.monotonic() - started
    print(f"{language}: {len(asked)} sentences compared, {matched} of them understood by hassil, "
          f"{differences} differences ({taken:.1f} s, hassil {theirs:.1f} s)", flush=True)
    return len(asked), matched, differences


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    languages = sys.argv[4:] or LANGUAGES
    compared = matched = differences = 0
    for language in languages:
        all_of, understood, different = compare(program, language, count, seed, 20)
        compared, matched, differences = compared + all_of, matched + understood, differences + different
    print(f"{compared} sentences compared, {matched} of them understood by hassil, {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
