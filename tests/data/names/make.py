#!/usr/bin/env python3
"""Writes names.jsonl: display names as directories hold them, and how people say them.

    python3 make.py > names.jsonl

The people are made up: given names and surnames are common ones, put together by hand. The expected phrases follow
from the parts written here, not from heyroom. Each line: the language spoken, the display name, what means this entry
and nobody else (said), what may also mean others (part), what must not mean it (not).
"""
import json
import sys

# given, surname, other names for the given one, company or place
ENGLISH = [
    ("John", "Ashworth", ["jack", "johnny"]), ("Robert", "Pemberton", ["bob", "rob"]),
    ("Elizabeth", "Hargreaves", ["liz", "beth"]), ("William", "Thackeray", ["bill", "will"]),
    ("Margaret", "Whitfield", ["maggie", "peggy"]), ("James", "Colbourne", ["jim"]),
    ("Katherine", "Ridgeway", ["kate", "kathy"]), ("Michael", "O'Neill", ["mike"]),
    ("Sinead", "O'Connor-Walsh", []), ("Anthony", "D'Angelo", ["tony"]), ("Thomas", "Blackwood", ["tom"]),
    ("Rebecca", "Stonehouse", ["becky"]), ("Charles", "McAllister", ["charlie"]), ("Susan", "Fairweather", ["sue"]),
    ("Richard", "Holloway", ["dick", "rick"]), ("Jennifer", "Okafor", ["jenny"]), ("David", "Ben-Ami", ["dave"]),
    ("Priya", "Ramanathan", []), ("Wei", "Zhang", []), ("Fatima", "Al-Sayed", []), ("Chidi", "Nwosu", []),
    ("Mei-Ling", "Chow", []), ("Patrick", "St. Clair", ["pat"]), ("Daniel", "Van Houten", ["dan"]),
    ("Edward", "Lindqvist", ["ed", "ted"]), ("Victoria", "Abernathy", ["vicky"]), ("Samuel", "Goldfarb", ["sam"]),
    ("Joseph", "Mbeki", ["joe"]), ("Andrew", "Castellano", ["andy"]), ("Christopher", "Yamamoto", ["chris"]),
]
GERMAN = [
    ("Jürgen", "Weiß"), ("Björn", "Großmann"), ("Käthe", "Müller-Lüdenscheidt"), ("Sören", "Jäger"),
    ("Günther", "Schröder"), ("Ännchen", "Öztürk"), ("Uwe", "Straßburger"), ("Heike", "Überall"),
    ("Wolfgang", "von der Heide"), ("Anneliese", "zu Hohenfels"), ("Karl-Heinz", "Böhm"), ("Hans", "Löffelholz"),
    ("Ingrid", "Kühn"), ("Dörte", "Vögele"), ("Rüdiger", "Preuß"), ("Sabine", "Roßkopf"), ("Matthias", "Fürst"),
    ("Lea", "Schäfer"),
]
ROMANCE = [
    ("José", "Núñez"), ("María", "Ibáñez"), ("Begoña", "Peña"), ("Íñigo", "Gutiérrez"), ("Ángel", "Muñoz"),
    ("Inés", "Jiménez"), ("François", "Lefèvre"), ("Hélène", "Dubœuf"), ("Zoë", "Châtelet"), ("Benoît", "Garçon"),
    ("João", "Conceição"), ("Inês", "Magalhães"), ("Niccolò", "Forlì"), ("Łukasz", "Wałęsa"),
    ("Agnieszka", "Dąbrowska"), ("Zbigniew", "Śliwiński"), ("Małgorzata", "Żółć"), ("Jiří", "Dvořák"),
    ("Šárka", "Čížková"), ("Zoltán", "Szűcs"), ("Erzsébet", "Kőrösi"), ("Ștefan", "Țepeș"), ("Çağla", "Yıldız"),
    ("Ayşe", "Gündoğdu"), ("Nguyễn", "Hương"), ("Åsa", "Sjöström"), ("Bjørn", "Ødegård"), ("Søren", "Kjærsgaard"),
]
# given, patronymic, surname, other names, in Latin letters: given, surname
RUSSIAN = [
    ("Иван", "Петрович", "Смирнов", ["ваня"], "ivan", "smirnov"),
    ("Мария", "Сергеевна", "Кузнецова", ["маша"], "mariya", "kuznetsova"),
    ("Александр", "Иванович", "Жуковский", ["саша"], "aleksandr", "zhukovskiy"),
    ("Татьяна", "Николаевна", "Щербакова", ["таня"], "tatyana", "shcherbakova"),
    ("Дмитрий", "Олегович", "Чернышёв", ["дима", "митя"], "dmitriy", "chernyshyov"),
    ("Юлия", "Андреевна", "Хомякова", ["юля"], "yuliya", "khomyakova"),
    ("Семён", "Ильич", "Воробьёв", ["сёма"], "semyon", "vorobyov"),
    ("Пётр", "Алексеевич", "Королёв", ["петя"], "pyotr", "korolyov"),
    ("Екатерина", "Павловна", "Цветкова", ["катя"], "ekaterina", "tsvetkova"),
    ("Михаил", "Юрьевич", "Ястребов", ["миша"], "mikhail", "yastrebov"),
    ("Ольга", "Викторовна", "Зайцева", ["оля"], "olga", "zaytseva"),
    ("Николай", "Фёдорович", "Эйдельман", ["коля"], "nikolay", "eydelman"),
    ("Евгений", "Борисович", "Голубев", ["женя"], "evgeniy", "golubev"),
    ("Наталья", "Игоревна", "Белоусова", ["наташа"], "natalya", "belousova"),
    ("Алексей", "Дмитриевич", "Тихомиров", ["лёша", "леша"], "aleksey", "tikhomirov"),
    ("Светлана", "Романовна", "Мельникова", ["света"], "svetlana", "melnikova"),
    ("Владимир", "Константинович", "Рыжиков", ["вова", "володя"], "vladimir", "ryzhikov"),
    ("Ксения", "Максимовна", "Шапошникова", ["ксюша"], "kseniya", "shaposhnikova"),
    ("Григорий", "Львович", "Абрамов", ["гриша"], "grigoriy", "abramov"),
    ("Анастасия", "Денисовна", "Фролова", ["настя"], "anastasiya", "frolova"),
]
UKRAINIAN = [
    ("Олексій", "Шевченко"), ("Ганна", "Ковальчук"), ("Юрій", "Гнатюк"), ("Оксана", "Їжакевич"),
    ("Євген", "Ґудзь"), ("Соломія", "Бондаренко"), ("Микола", "Щербина"), ("Тарас", "Лисенко"),
]
GREEK = [("Γιώργος", "Παπαδόπουλος", "giorgos", "papadopoulos"), ("Ελένη", "Νικολαΐδου", "eleni", "nikolaidou"),
         ("Δημήτρης", "Κωνσταντίνου", "dimitris", "konstantinou"), ("Σοφία", "Αλεξίου", "sofia", "alexiou")]
ROOMS = [
    ("Board Room 3", "board room three"), ("Meeting Room 12", "meeting room twelve"), ("Studio B2", "studio b two"),
    ("Konferenz 401", "konferenz four oh one"), ("Huddle-Space 7", "huddle space seven"), ("Aula 21", "aula twenty one"),
    ("123-456", "one two three four five six"), ("Room_5", "room five"), ("BoardRoomNorth", "board room north"),
    ("LAB 1.14", "lab one fourteen"), ("Kitchen", "kitchen"), ("Auditorium (2nd floor)", "auditorium"),
    ("Zoom Room #8", "zoom room eight"), ("Reception Desk", "reception desk"), ("HQ/Lobby", "lobby"),
    ("CONFERENCE HALL", "conference hall"), ("svc-backup-01", "backup zero one"), ("IT Helpdesk", "it helpdesk"),
    ("Room 007", "room zero zero seven"), ("Gate A9", "gate a nine"),
]


def fold(word):
    """Letters without their marks, as people type and models write them."""
    import unicodedata

    table = {"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "đ": "d"}
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(table.get(c, c) for c in plain if not unicodedata.combining(c))


def words(name):
    return " ".join(name.lower().replace("-", " ").replace(".", " ").split())


out = []


def entry(language, name, said, part=(), no=()):
    clean = [" ".join(phrase.split()) for phrase in said]
    out.append({"lang": language, "name": name, "said": sorted(set(clean)), "part": sorted(set(part) - set(clean)),
                "not": list(no)})


def latin(language, people):
    layouts = [
        "{g} {s}", "{s} {g}", "{s}, {g}", "{S} {g}", "{g} {s} (Sales)", "{g} {s} [EXT]", "{g} {s} – Northwind", "Dr. {g} {s}",
        "{g} {s} 🎉", "{g} {s} | Acme Ltd", "{G} {S}", "{u}@example.org", "{g} {s} / London", "★ {g} {s} ★", "{g}_{s}",
        "Prof. Dr. {g} {s}", "{g}  {s}", "{s} {g} (Zweigstelle 2)",
    ]
    for number, (given, surname, *rest) in enumerate(people):
        nicknames = rest[0] if rest else []
        for step in range(3):
            layout = layouts[(number * 3 + step) % len(layouts)]
            if "{u}" in layout and (not fold(given).isalpha() or not fold(surname).isalpha()):
                layout = "{g} {s} (guest)"
            user = f"{fold(given)}.{fold(surname)}"
            name = layout.format(g=given, s=surname, G=given.upper(), S=surname.upper(), u=user)
            g, s = words(given), words(surname)
            if "{u}" in layout:
                g, s = fold(g), fold(s)
            # Capitals have no "ß"; only Germans know where one was.
            lost = language != "de" and "ß" in given + surname and ("{S}" in layout or "{G}" in layout)
            pairs = {(fold(g), fold(s))} if lost else {(g, s), (fold(g), fold(s))}
            said = [phrase for a, b in pairs for phrase in (f"{a} {b}", f"{b} {a}")]
            said += [f"{nickname} {s}" for nickname in nicknames]
            if "'" in s:
                said += [f"{g} {s.replace(chr(39), '')}", f"{g} {s.replace(chr(39), ' ')}"]
            entry(language, name, said, [part for pair in pairs for part in pair] + nicknames, ["nobody at all", f"{g} nobody"])


def russian():
    layouts = [
        ("{s} {g} {p}", True), ("{s} {g} (МСК)", False), ("{g} {s}", False), ("{s} {i}.{j}.", None), ("{S} {g}", False),
        ("{g} {p} {s}", True), ("{s} {g} – Бухгалтерия", False), ("ООО «Ромашка» {g} {s}", False),
        ("{s} {g} 🚀", False), ("{s}, {g}", False),
    ]
    for number, (given, patronymic, surname, nicknames, lg, ls) in enumerate(RUSSIAN):
        for step in range(4):
            layout, whole = layouts[(number * 4 + step) % len(layouts)]
            name = layout.format(g=given, p=patronymic, s=surname, S=surname.upper(), i=given[0], j=patronymic[0])
            g, p, s = given.lower(), patronymic.lower(), surname.lower()
            plain = lambda text: text.replace("ё", "е")
            if whole is None:
                entry("ru", name, [], [s, plain(s)], [g])
                continue
            said = [f"{g} {s}", f"{s} {g}", plain(f"{g} {s}")] + [f"{nick} {s}" for nick in nicknames]
            if whole:
                said += [f"{g} {p}", f"{s} {g} {p}", f"{g} {p} {s}"]
            entry("ru", name, said, [g, s, plain(s)] + nicknames, ["никто", f"{g} никто"])
            if step == 0:
                entry("en", name, [f"{lg} {ls}", f"{ls} {lg}"], [ls], ["nobody"])


latin("en", ENGLISH)
latin("de", GERMAN)
latin("es", ROMANCE)
latin("en", ROMANCE)
latin("en", GERMAN)
russian()
for given, surname in UKRAINIAN:
    for name in (f"{given} {surname}", f"{surname} {given} (Київ)"):
        entry("ru", name, [f"{given} {surname}".lower(), f"{surname} {given}".lower()], [surname.lower()], ["никто"])
for given, surname, lg, ls in GREEK:
    entry("en", f"{given} {surname}", [f"{lg} {ls}", f"{ls} {lg}"], [ls], ["nobody"])
    entry("en", f"{surname} {given} (Αθήνα)", [f"{lg} {ls}"], [ls], ["nobody"])
for name, said in ROOMS:
    entry("en", name, [said], [], ["room ninety nine"])
for number in range(1, 41):
    numbers = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " \
              "eighteen nineteen twenty".split()
    said = numbers[number - 1] if number <= 20 else "twenty " + numbers[number - 21] if number < 30 else None
    if said:
        entry("en", f"Desk {number} – Floor {number % 5}", [f"desk {said}"], [], ["desk ninety nine"])
for row in out:
    json.dump(row, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
