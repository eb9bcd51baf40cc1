#!/usr/bin/env python3
"""Makes generated.jsonl, talk.jsonl and near_misses.jsonl (see README.md). The same every time.

Usage: make.py    (needs PyYAML)
"""
import hashlib
import itertools
import json
import random
import re
from pathlib import Path

import yaml

HERE = Path(__file__).parent
GRAMMARS = HERE.parents[2] / "grammars"

FILLERS = ["um", "uh", "er", "so", "well", "okay", "oh", "like", "hey"]
FUNCTION = {"a", "an", "the", "my", "our", "to", "of", "for", "with", "us", "me", "at", "is", "it", "this"}
# What a recogniser writes instead.
SOUNDS_LIKE = {
    "mute": ["moot", "mewt", "muse"], "unmute": ["unmoot", "unmuted"], "call": ["cole", "calls", "called"],
    "slide": ["slides", "slight", "sly"], "next": ["necks", "nest", "text"], "previous": ["previews"],
    "camera": ["cameras", "camra"], "volume": ["volumes", "volley"], "left": ["lest", "laughed"],
    "right": ["write", "rite", "wright"], "zoom": ["zooms", "doom"], "share": ["shares", "chair"],
    "screen": ["screens", "scream", "green"], "sharing": ["sharon", "shearing"], "hang": ["hanks", "hung"],
    "invite": ["invites", "in vite"], "speaker": ["speakers", "speeker"], "louder": ["ladder", "lauder"],
    "quieter": ["quieta", "quiet her"], "answer": ["answers", "anser"], "accept": ["except"],
    "decline": ["declined", "recline"], "microphone": ["micro phone", "microphones"], "help": ["helped", "held"],
    "meeting": ["meetings", "meting", "meaning"], "smith": ["smyth", "smiths"], "anna": ["ana", "hannah"],
    "lee": ["leigh", "lea"], "stop": ["stopped", "stock"], "start": ["started", "stark"], "turn": ["turned", "tern"],
    "first": ["furst", "thirst"], "last": ["lust", "lasts"], "slides": ["slide"], "presentation": ["presentations"],
    "disconnect": ["disconnects", "this connect"], "conference": ["conferences"], "join": ["joined", "joint"],
    "connect": ["connects"], "up": ["op"], "phone": ["fone", "phones"], "here": ["hear"], "who": ["hoo"],
    "brown": ["browne"], "clark": ["clarke"], "white": ["wight"], "wright": ["right", "write"], "green": ["greene"],
    "walker": ["walkers"], "pan": ["pen"], "tilt": ["tilts", "tilth"], "speakers": ["speaker"], "video": ["videos"],
}


def say(sentence):
    for digits, words in (("50", "fifty"), ("17", "seventeen"), ("1255", "one two five five")):
        sentence = re.sub(rf"\b{digits}\b", words, sentence)
    return sentence


def sentences():
    """The English pack's own test sentences that mean something in any state of the room."""
    found = {}
    for path in sorted((GRAMMARS / "en").glob("*.yaml")):
        for test in yaml.safe_load(path.read_text()).get("tests", []):
            if test.get("intent") not in (None, "Yes", "No", "Pick", "Correction") and not test.get("context"):
                for sentence in test["sentences"]:
                    found.setdefault(say(sentence), test["intent"])
    return list(found.items())


def doubled(words, r):
    at = r.randrange(len(words))
    return words[:at + 1] + words[at:]


def begun_again(words, r):
    return words[:2] + words


def dropped(words, r):
    places = [at for at, word in enumerate(words) if word in FUNCTION]
    if not places:
        return None
    at = r.choice(places)
    return words[:at] + words[at + 1:]


def filled(words, r):
    at = r.randrange(len(words) + 1)
    return words[:at] + [r.choice(FILLERS)] + words[at:]


def article(words, r):
    places = [at for at, word in enumerate(words) if at and words[at - 1] not in FUNCTION and word not in FUNCTION]
    if not places:
        return None
    at = r.choice(places)
    return words[:at] + [r.choice(["the", "a", "our"])] + words[at:]


def misheard(words, r):
    places = [at for at, word in enumerate(words) if word in SOUNDS_LIKE]
    if not places:
        return None
    at = r.choice(places)
    return words[:at] + [r.choice(SOUNDS_LIKE[words[at]])] + words[at + 1:]


NOISE = {"doubled": doubled, "begun again": begun_again, "dropped": dropped, "filler": filled, "article": article,
         "misheard": misheard}


def generated():
    r = random.Random(20)
    known = sentences()
    valid = {sentence for sentence, _ in known}
    made = {}
    for kind, noise in NOISE.items():
        pool = known * 3
        r.shuffle(pool)
        count = 0
        for sentence, intent in pool:
            words = noise(sentence.split(), r)
            text = " ".join(words) if words else ""
            if text and text not in valid and text not in made:
                made[text] = {"text": text, "intent": intent, "said": sentence, "kind": kind}
                count += 1
            if count == (160 if kind == "misheard" else 80):
                break
    return list(made.values())


PEOPLE = ["my brother", "the new manager", "our customer", "anna", "the driver", "everybody", "his sister",
          "the team", "nobody", "that guy", "john", "the lady from sales", "the client", "our boss", "the teacher"]
PAST = ["went to the market", "bought a new house", "called the doctor yesterday", "forgot the keys again",
        "wrote a long letter", "moved the table to the left", "turned the corner too fast", "stopped at the bakery",
        "left the office early", "showed me the pictures", "answered all the questions", "joined the army in may",
        "started a small company", "zoomed past us on a bike", "muted the radio in the kitchen",
        "shared a room with two friends", "invited half the village", "declined the offer politely",
        "opened the window", "lost the tickets", "hung up the coats", "put the camera into the bag",
        "played the first song twice", "raised the price by ten percent", "closed the shop for the winter"]
WHEN = ["last week", "in the morning", "after lunch", "on monday", "two years ago", "before the holidays", "at night",
        "when it rained", "without a word", "for the second time"]
MEETING = [
    "the numbers for {q} look {adj}", "i think the {thing} is {adj}", "we need to talk about the {thing}",
    "did you see the {thing} from {q}", "what did {who} say about the {thing}", "the {thing} was {adj} in {q}",
    "maybe we should look at the {thing} again", "i am not sure about the {thing}", "the {thing} costs too much",
    "{who} will send the {thing} after the meeting", "can somebody explain the {thing} to me",
    "let us go back to the {thing} next time", "who is responsible for the {thing}", "is the {thing} ready for {q}",
    "the next {thing} is about money", "i have a question about the {thing}", "our {thing} is better than theirs",
    "in {q} the {thing} was not so {adj}", "yes the {thing} is very {adj}", "no i did not read the {thing}",
]
THINGS = ["report", "budget", "contract", "slide", "camera", "microphone", "schedule", "screen", "call", "phone bill",
          "presentation", "volume of sales", "picture", "plan", "conference room", "project", "speaker list", "page"]
QUARTERS = ["march", "the first quarter", "the last year", "summer", "the second half", "october"]
ADJECTIVES = ["good", "bad", "too quiet", "loud", "expensive", "interesting", "off", "late", "wrong", "quite nice"]
SMALL_TALK = [
    "how are you today", "nice weather isn't it", "i had a terrible night", "the coffee here is great",
    "did you watch the game", "my train was late again", "see you tomorrow", "have a nice weekend",
    "what time is it", "are you hungry", "let us have lunch", "the food was cold", "where did you park",
    "it is getting dark", "that reminds me of my school days", "the kids are fine", "i will be home at seven",
    "could be worse", "that is what i said", "you must be joking", "thank you very much for coming",
    "long time no see", "take your time", "that sounds good to me", "i have no idea", "what a surprise",
    "he is always late", "she sings beautifully", "we are all very tired", "the door is open", "it smells good in here",
]


def talk():
    """Ordinary sentences that ask the assistant for nothing."""
    r = random.Random(21)
    texts = list(SMALL_TALK)
    stories = [f"{who} {past}" for who in PEOPLE for past in PAST]
    stories += [f"{who} {past} {when}" for who in PEOPLE for past in PAST for when in WHEN]
    meeting = [
        template.format(thing=thing, q=q, adj=adj, who=who)
        for template, thing, q, adj, who in itertools.product(MEETING, THINGS, QUARTERS, ADJECTIVES[:6], PEOPLE[:6])
    ]
    r.shuffle(stories)
    meeting = sorted(set(meeting))
    r.shuffle(meeting)
    texts += stories[:1000] + meeting[:1000]
    texts += [" ".join(text.split()[:r.randint(1, 3)]) for text in r.sample(stories + meeting, 250)]
    return [{"text": text} for text in sorted(set(texts))]


AROUND = [
    "do not {}", "never {} again", "why did you {}", "he told me to {}", "i forgot to {}", "we did not {} yesterday",
    "how do i {} on my phone", "she always wants to {}", "{} is what he said", "you cannot {} in here",
    "if you {} i will be angry", "before you {} let me say something", "i will {} later", "nobody can {} from home",
    "{} did not work last time", "he tried to {} twice and failed", "should we {} or not", "not {}",
]
COMMANDS = ["mute", "hang up", "call john smith", "turn off the camera", "next slide", "share the screen",
            "end the call", "turn up the volume", "zoom in", "invite anna lee", "stop sharing", "unmute",
            "mute the microphone", "answer the call", "set the volume to fifty", "go to slide seventeen"]
WRITTEN = """who muted john|the next slide was bad|the call was good|that call costs a fortune|camera man|i like the camera
the volume of the box is fifty liters|volume two of the book|page seventeen is missing|slide guitar|he slides to the left
the left camera is broken|my right arm hurts|the right answer is seven|what is the answer|no answer from john smith
john smith called|john smith will call|did john smith call|call it what you want|call of duty|call me old fashioned
a close call|it was a wake up call|call the police|call a taxi|call it a day|call his bluff|the call of nature
i have to hang up the laundry|hang on a second|hang in there|hang the picture on the wall|hung up on details
mute swans are white|he is deaf and mute|a mute point|mute or not mute|they are all mute
share your thoughts|share the cake|share prices are falling|our share of the market|stop sharing secrets
start the car|start over with the first point|start the engine|stop it|stop the music|stop the car|stop talking
turn left at the corner|turn the page|turn around|turn off the light|turn on the heating|turn down the offer
turn up at nine|turn it off|turn that frown upside down|in turn|it is your turn|next in line|next week is fine
next year we start|who is next|the last slide was better|the first slide is mine|first things first|last but not least
zoom is a company|zoom meetings are boring|we use zoom every day|i saw it on zoom|the zoom is broken
invite the customer to dinner|we invite you to join us next year|anna lee was invited|anna lee is on holiday
join the club|join us for lunch|the joint is open|end of story|end this misery|in the end the call was short
answer my question|nobody answers the phone|the answer is no|accept my apologies|accept the terms|take it easy
pick up the kids|pick up some milk|pick up where we left off|decline in sales|sales decline every year
the speakers were boring|the speaker is late|our speaker today is doctor brown|louder than bombs|it got louder outside
quiet please everybody|it was quieter yesterday|help yourself|help wanted|help me carry this box|how does this sell
never mind the weather|forget it happened|cancel my subscription|cancel the order|leave it to me|leave me alone
show me the money|show me your hands|show must go on|show off|look up the word|look at the right side
move the table|move on|move to berlin|the camera moves up slowly|look down on people|look left and right before you cross
who is here from sales tomorrow|who is in charge|who is there knock knock|list the reasons|how many people were there
what can i say to him|what can i do about it|tell me about the commands of the king|what do you understand by that
set the table for fifty|set the volume knob on the amplifier|make it quick|make it fifty fifty|fifty percent of the people
one two three four|seventeen people came|one one two is the emergency number|number seventeen please collect your order
the video was off topic|video killed the radio star|camera shy|cameras are forbidden|switch off your phone at the airport
switch on your brain|switch sides|put me through hell|put john smith on the list|get john smith a coffee
get me out of here|talk to the hand|talk to my lawyer|speak up for yourself|speak for yourself|connect the dots
disconnect the battery|reject the hypothesis|refuse to answer|ignore john smith|ignore the noise|dismiss the class
close the meeting room door|close the window|finish it tomorrow|finish your plate|send everyone a copy|send everyone the file
drop the subject|drop the ball|bring anna lee a glass of water|bring it on|add anna lee to the list of names
add some sugar|let anna lee speak|let it go|ask anna lee about the budget|ask him tomorrow|raise the volume of production
increase the budget|lower the price|lower the table|silence is golden|silence of the lambs|unmute is a strange word
enable the alarm|stop camera theft|start video games at home|hide and seek|hide the body|remove the stain
begin again tomorrow|begin at the top of the page|from the bottom|from the top of my head|back to the roots
the presentation starts at nine|our presentation was good|presentation of the results|restart the computer
sharing is caring|screen time is bad for kids|the screen is dirty|wash the screen|desktop computers are cheap
go closer to the edge|go back to bed|go on holiday|go one better|open the door|jump to conclusions|skip to my lou
""".replace("\n", "|").split("|")


def near_misses():
    texts = [around.format(command) for around in AROUND for command in COMMANDS] + WRITTEN
    return [{"text": text} for text in sorted({" ".join(text.split()) for text in texts if text.strip()})]


def write(name, records):
    with (HERE / name).open("w") as out:
        for record in records:
            half = "ab"[hashlib.sha256(record["text"].encode()).digest()[0] % 2]
            out.write(json.dumps({**record, "half": half}) + "\n")
    print(len(records), name)


write("generated.jsonl", generated())
write("talk.jsonl", talk())
write("near_misses.jsonl", near_misses())
