"""A wrong PIN: the library closes its session. Usage wrong_pin.py PORT PIN."""

import sys
import time

import trueconf_room

session = trueconf_room.open_session(ip="127.0.0.1", port=int(sys.argv[1]), pin=sys.argv[2])
answers = []
session.add_handler({"method": "auth", "resultCode": None, "error": None, "result": None}, answers.append)
end = time.monotonic() + 10
while session.isConnected() and time.monotonic() < end:
    time.sleep(0.05)
assert not session.isReady() and not session.isConnected(), session.session_status
print("refused as it should be")
