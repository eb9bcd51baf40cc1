#!/usr/bin/env python3
"""How long hassil takes for the sentences of benches/matcher.rs.

Usage: bench.py [CONTACTS]
Sixty templates of the bundled English pack and CONTACTS names (default 10000); prints the median of each sentence.
"""
import statistics
import sys
import time
from pathlib import Path

import yaml
from hassil import Intents, recognize_best

FIRST = ["john", "anna", "maria", "peter", "olga", "wei", "fatima", "lars", "chloe", "ivan"]
LAST = ["smith", "brown", "garcia", "ivanov", "muller", "chen", "haddad", "larsen", "dubois", "petrov"]
VOWEL = ["", "a", "e", "i", "o"]
END = ["", "son", "man", "berg", "ov", "ski", "er", "ez", "ini", "ic", "ak", "el", "os", "u", "ar", "en", "an", "is",
       "it", "on"]
SENTENCES = ["turn off the microphone", "please call olgai petrov now", "set the volume to fifty",
             "the quarterly results were better than anyone expected", "call somebody who is not there", "hello"]

count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
names = [f"{FIRST[n % 10]}{VOWEL[n // 10 % 5]} {LAST[n // 50 % 10]}{END[n // 500 % 20]}" for n in range(count)]
pack = yaml.safe_load(Path(__file__).parents[2].joinpath("grammars/en.yaml").read_text())
left = 60
for name, intent in list(pack["intents"].items()):
    for block in intent["data"]:
        block["sentences"] = block["sentences"][:left]
        left -= len(block["sentences"])
    intent = {"data": [{"sentences": block["sentences"]} for block in intent["data"]]}
    pack["intents"][name] = intent
pack["lists"]["contact"] = {"values": names}
pack["lists"]["id"] = {"range": {"from": 0, "to": 999}}
intents = Intents.from_dict(pack)
for sentence in SENTENCES:
    recognize_best(sentence, intents, language="en")
    times = []
    for _ in range(30):
        started = time.perf_counter()
        recognize_best(sentence, intents, language="en")
        times.append(time.perf_counter() - started)
    print(f"{statistics.median(times) * 1e6:10.1f} us  {sentence}")
