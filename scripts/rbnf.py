#!/usr/bin/env python3
"""Makes src/grammar/numbers/data/cldr-rbnf.txt from the Unicode CLDR.

Usage: scripts/rbnf.py DIRECTORY > src/grammar/numbers/data/cldr-rbnf.txt
DIRECTORY is common/rbnf of a CLDR release (XML files, one per language).
Kept are the rules that spell out cardinal numbers; ordinals and years are left out.
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as ET


def wanted(name):
    return name.startswith(("spellout-cardinal", "spellout-numbering")) and not name.endswith("-year")


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.xml")):
    sets = {
        ruleset.get("type"): [
            (rule.get("value"), rule.get("radix"), rule.text or "") for rule in ruleset.iter("rbnfrule")
        ]
        for ruleset in ET.parse(path).iter("ruleset")
    }
    private = {
        ruleset.get("type") for ruleset in ET.parse(path).iter("ruleset") if ruleset.get("access") == "private"
    }
    needed, todo = set(), [name for name in sets if wanted(name) and name not in private]
    while todo:
        name = todo.pop()
        if name in needed or name not in sets:
            continue
        needed.add(name)
        for _, _, text in sets[name]:
            todo += re.findall(r"%+([\w-]+)", text)
    if not needed:
        continue
    print("@" + path.stem)
    for name, rules in sets.items():
        if name not in needed:
            continue
        print(("%%" if name in private else "%") + name)
        for value, radix, text in rules:
            if value in ("Inf", "NaN"):
                continue
            text = text.strip().removesuffix(";")
            print(value + ("/" + radix.replace(",", "") if radix else "") + "\t" + text)
