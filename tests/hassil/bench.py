#!/usr/bin/env python3
"""How long hassil takes for the sentences of benches/matcher.rs.

Reads {"sentences": [...], "names": [...], "templates": [...]} from standard input, where the templates are those of
blocks, each a list of sentences, and "rules", "lists" and "skip_words" are as in a grammar file; prints a JSON object
with the median time of each sentence and the time for a change of the names, in microseconds.
"""
import json
import statistics
import sys
import time

from hassil import Intents, recognize_best

given = json.load(sys.stdin)


def intents():
    return Intents.from_dict({
        "language": "en",
        "intents": {f"I{number}": {"data": [{"sentences": sentences}]}
                    for number, sentences in enumerate(given["templates"])},
        "expansion_rules": given["rules"],
        "lists": {**given["lists"], "contact": {"values": given["names"]}},
        "skip_words": given["skip_words"],
    })


def median(run, times):
    run()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1e6


known = intents()
result = {sentence: median(lambda: recognize_best(sentence, known, language="en"), 30)
          for sentence in given["sentences"]}
# The new names are there once a sentence was understood with them.
result["change"] = median(lambda: recognize_best(given["sentences"][0], intents(), language="en"), 3)
print(json.dumps(result))
