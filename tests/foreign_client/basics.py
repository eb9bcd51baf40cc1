"""A day in the life of an application of python-trueconf-room: usage basics.py PORT PIN."""

import sys

from harness import Room

room = Room(int(sys.argv[1]), sys.argv[2])
session = room.session
room.wait("the system information", lambda: session.TrueConfID() == "room@example.org")
room.wait("the state", lambda: session.getAppState() == 3)
room.wait("the settings", lambda: session.settings.get("settings"))
room.wait("the monitors", lambda: len(session.monitors_info.get("monitors", [])) == 2)

# Somebody who takes the call.
start = len(room.messages)
room.do("call", "john.smith@example.org", events=["inviteSent"])
room.state(4, start)
room.event("conferenceCreated", start)
room.state(5, start)
room.wait("the conference to be known", lambda: session.current_conference)
assert session.current_conference["peerId"] == "john.smith@example.org", session.current_conference
room.do("setMicMute", True, events=["audioCapturerMute"])
assert room.do("getMicMute")["mute"] is True
room.do("hangUp", events=["conferenceDeleted"])
room.wait("the idle state", lambda: session.getAppState() == 3)
assert session.app_state_list[:4] == [3, 6, 5, 4], session.app_state_list

# Somebody who is busy, and somebody who does not exist.
for peer, cause in [("robert.taylor@example.org", 2), ("nobody@example.org", 5)]:
    start = len(room.messages)
    room.do("call", peer)
    room.event("rejectReceived", start, cause=cause, peerId=peer)
    room.state(3, start)

# Somebody calls, gives up, calls again and is answered; the other side hangs up.
start = len(room.messages)
room.control("ring", who="Maria Garcia")
room.event("inviteReceived", start, peerDn="Maria Garcia", type=0)
room.control("give_up")
room.event("stopCalling", start, side=1)
start = len(room.messages)
room.control("ring", who="Maria Garcia")
room.event("inviteReceived", start)
room.do("accept")
room.state(5, start)
room.control("leave")
room.state(3, start)

# The self view that a page would show.
room.do("setBroadcastSelfie", True, 5, events=["broadcastSelfieChanged"])
import requests  # noqa: E402

picture = requests.get(session.getSelfViewURL(), timeout=5)
assert picture.status_code == 200 and picture.content.startswith(b"\x89PNG"), picture.status_code
print("all is well")
