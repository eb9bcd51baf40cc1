"""Measures python-trueconf-room against a terminal on this computer: foreign_client.py WEB_PORT"""
import sys
import threading
import time

import trueconf_room
from trueconf_room.methods import Methods

ROUND_TRIPS = 60
QUEUED = 100

room = trueconf_room.open_session(ip="127.0.0.1", port=int(sys.argv[1]), debug=False)
methods = Methods(room)
answers = 0
arrived = threading.Event()
wanted = 1


@room.handler({"method": "getMicMute", "result": None})
def on_answer(_):
    global answers
    answers += 1
    if answers >= wanted:
        arrived.set()


deadline = time.monotonic() + 10
while room.session_status != trueconf_room.SessionStatus.normal:
    if time.monotonic() > deadline:
        sys.exit("no session within 10 s")
    time.sleep(0.01)
time.sleep(0.5)

times = []
for _ in range(ROUND_TRIPS):
    answers = 0
    arrived.clear()
    start = time.perf_counter()
    methods.getMicMute()
    if not arrived.wait(5):
        sys.exit("no answer within 5 s")
    times.append(time.perf_counter() - start)
times.sort()

answers, wanted = 0, QUEUED
arrived.clear()
start = time.perf_counter()
for _ in range(QUEUED):
    methods.getMicMute()
if not arrived.wait(60):
    sys.exit("not all answers within 60 s")
rate = QUEUED / (time.perf_counter() - start)
p99 = times[min(len(times) - 1, len(times) * 99 // 100)]
print(f"python-trueconf-room: p50 {times[len(times) // 2] * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, {rate:.0f} requests/s")
