"""What the scripts share: a session of python-trueconf-room and patient expectations.

Handlers are those of the library: a message counts as received only when the library's own matching
(`check_schema`) lets it through to a handler that was registered with the library's own schema.
"""

import sys
import threading
import time

import requests
import trueconf_room
from trueconf_room import consts

PATIENCE = 10


class Room:
    """One session, with everything that its handlers were given."""

    def __init__(self, port, pin=None):
        self.port = port
        self.messages = []
        self.changed = threading.Condition()
        self.session = trueconf_room.open_session(ip="127.0.0.1", port=port, pin=pin)
        self.session.add_handler({}, self.on_message)
        self.wait("the session to be ready", self.session.isReady)

    def on_message(self, message):
        with self.changed:
            self.messages.append(message)
            self.changed.notify_all()

    def wait(self, what, holds):
        end = time.monotonic() + PATIENCE
        with self.changed:
            while True:
                found = holds()
                if found:
                    return found
                if time.monotonic() > end:
                    sys.exit(f"waited {PATIENCE} s for {what}; the last messages: {self.messages[-8:]}")
                self.changed.wait(0.05)

    def expect(self, schema, start=0, **values):
        """Waits for a message, after the first `start` ones, that the library's matching lets through."""

        def holds():
            for message in self.messages[start:]:
                if trueconf_room.check_schema(schema, message):
                    if all(message.get(key) == value for key, value in values.items()):
                        return message
            return None

        return self.wait(f"{schema} {values}", holds)

    def event(self, name, start=0, **values):
        """Waits for an event in the shape that the library wants."""
        return self.expect(event_schema(name), start, **values)

    def state(self, number, start=0):
        return self.event("appStateChanged", start, appState=number)

    def do(self, call, *args, result=True, events=(), **kwargs):
        """Calls one method of the library and waits for its answer and for what it leads to."""
        start = len(self.messages)
        getattr(self.session.methods, call)(*args, **kwargs)
        wire = "changeWindowState" if call == "showMainWindow" else call
        answer = self.expect(response_schema(wire), start)
        if answer["result"] is not result:
            sys.exit(f"{call}{args}: wanted result {result}, got {answer}")
        if not result and not answer.get("error"):
            sys.exit(f"{call}{args}: refused without a reason: {answer}")
        for name in events:
            self.event(name, start)
        return answer

    def control(self, action, **values):
        """Makes something happen at the terminal."""
        reply = requests.post(f"http://127.0.0.1:{self.port}/control/{action}", json=values, timeout=PATIENCE)
        if reply.status_code != 200:
            sys.exit(f"control {action} {values}: {reply.status_code} {reply.text}")

    def upload(self, name, content):
        """Puts a file on the built-in HTTP server; its id."""
        token = self.session.getTokenForHttpServer()
        url = f"http://127.0.0.1:{self.session.http_port}/files/"
        reply = requests.post(url, params={"token": token}, files={"file": (name, content)}, timeout=PATIENCE)
        reply.raise_for_status()
        return int(reply.headers["FileId"])

    def others(self):
        """The ids of the other participants, in instance form."""
        own = self.session.TrueConfID()
        people = self.do("getConferenceParticipants")["participants"]
        return [one["peerId"] for one in people if one["peerId"].split("/")[0] != own]

    def wait_for_others(self, count):
        end = time.monotonic() + PATIENCE
        while len(others := self.others()) < count:
            if time.monotonic() > end:
                sys.exit(f"waited {PATIENCE} s for {count} other participants; there are {others}")
        return others


def response_schema(method):
    schema = dict(consts.METHOD_RESPONSE.get(method, {"method": method, "result": None}))
    # Three slips of the library, which keep its own handlers from ever firing.
    schema["method"] = method
    schema["result"] = None
    return schema


def event_schema(name):
    schema = dict(consts.EVENT.get(name, {"event": name}))
    if name == "currentUserDisplayNameChanged":
        schema = {"event": name, "peerDn": None}
    return schema
