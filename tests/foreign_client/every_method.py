"""Calls every method of python-trueconf-room and waits for what the library expects. Usage: every_method.py PORT."""

import inspect
import sys

import trueconf_room
from harness import Room, event_schema
from trueconf_room import consts
from trueconf_room.methods import Methods

room = Room(int(sys.argv[1]))
called = set()


def do(call, *args, **kwargs):
    called.add(call)
    return room.do(call, *args, **kwargs)


def idle():
    room.wait("the idle state", lambda: room.session.getAppState() == 3)


def in_conference():
    room.wait("a conference", lambda: room.session.getAppState() == 5)


JOHN, MARIA, ANNA, DAVID = (
    f"{user}@example.org" for user in ["john.smith", "maria.garcia", "anna.novak", "david.chen"]
)
SELF, SLIDES = "#self:0", "SlideShowSlot"
idle()

# The application and what it says about itself.
for name in ["getAppState", "getSystemInfo", "getProperties", "getRenderInfo", "getInfoWidgetsState", "getAuthInfo",
             "getLicenseType", "getLicenseServerStatus", "getHardwareKey", "getTrueConfRoomProKey", "getConnected",
             "getLogin", "getServerDomain", "getCurrentUserProfileUrl", "getTariffRestrictions", "getScheduler",
             "getMaxConfTitleLength", "getLastSelectedConference", "getOutgoingBitrate", "getMonitorsInfo"]:
    do(name)
do("setUsedApiVersion", "1")
do("changeWindowState", 1, False, events=["windowStateChanged"])
do("showMainWindow", True, events=["windowStateChanged"])
do("showMainWindow", False)
do("restoreWindow", events=["windowStateChanged"])
do("changeCurrentMonitor", 1, events=["monitorsInfoUpdated"])
do("changeCurrentMonitor", 0, events=["monitorsInfoUpdated"])
do("fireMyEvent", "hello", events=["myEvent"])
do("saveData", "notes", "text", "", events=["dataSaved"])
assert do("loadData", "notes")["data"] == "text"
assert do("getAllUserContainersNames")["containersNames"] == ["notes"]
do("deleteData", "notes", events=["dataDeleted"])
do("loadData", "notes", result=False)
do("activateLicense", "AAAA-BBBB", events=["licenseActivation", "licenseStatusChanged"])

# Settings.
settings = {item["name"]: item["value"] for item in do("getSettings")["settings"]}
do("setSettings", {"audioPlayLevel": 0.25}, events=["settingsChanged"])
do("setSettings", {"audioPlayLevel": settings["audioPlayLevel"]})
do("setSettings", {"noSuchSetting": 1}, result=False)

# Devices.
hardware = do("getHardware")
for method, key in [("setAudioCapturer", "audioCapturers"), ("setAudioRenderer", "audioRenderers"),
                    ("setVideoCapturer", "videoCapturers")]:
    for device in reversed(hardware[key]):
        do(method, device["name"], device["description"], events=["hardwareChanged"])
speaker = hardware["audioRenderers"][1]
do("setAppSndDev", speaker["name"], speaker["description"], events=["appSndDevChanged"])
assert do("getAppSndDev")["name"] == speaker["name"]
modes = do("getModes")
do("setModes", modes["pinList"][1], modes["modeList"][1], events=["deviceModesDone"])
do("testAudioCapturerStart", events=["testAudioCapturerStateChanged", "testAudioCapturerLevel", "appStateChanged"])
do("testAudioCapturerStop", events=["testAudioCapturerStateChanged"])
do("testAudioRenderer")
do("startAudioDelayDetectorTest", events=["audioDelayDetectorTestStateChanged"])
do("getAudioDelayDetectorInfo")
do("stopAudioDelayDetectorTest", events=["audioDelayDetectorTestStateChanged"])
do("getCrop")
do("setCrop", True, events=["cropChanged"])
do("getOutputSelfVideoRotateAngle")
do("setOutputSelfVideoRotateAngle", 90, events=["outputSelfVideoRotateAngleChanged"])
for what, event in [("Audio", "audioRendererMute"), ("Mic", "audioCapturerMute"), ("Video", "videoCapturerMute")]:
    do(f"set{what}Mute", True, events=[event])
    assert do(f"get{what}Mute")["mute"] is True
    do(f"set{what}Mute", False, events=[event])

# The camera. The library sends no position with setPanPos.
controls = do("getPtzControls")
for move in ["Up", "Down", "Left", "Right", "ZoomInc", "ZoomDec"]:
    do(f"ptz{move}")
do("ptzStop", events=["ptzControlsChanged"])
do("setTiltPos", controls["tilt"]["maxValue"], events=["ptzControlsChanged"])
do("setTiltPos", controls["tilt"]["maxValue"] + 1, result=False)
do("setZoomPos", controls["zoom"]["maxValue"], events=["ptzControlsChanged"])
do("setPanPos", result=False)
do("setPtzDefaults", events=["ptzControlsChanged"])

# Files and pictures.
picture = room.upload("b.png", b"\x89PNG not really")
other = room.upload("a.png", b"\x89PNG neither")
do("getFileList")
do("setBackground", picture, events=["backgroundImageChanged"])
assert do("getBackground")["fileId"] == picture
do("setDefaultBackground", events=["backgroundImageChanged"])
do("setLogo", picture, 0, events=["logoImageChanged", "customLogoUsageChanged"])
do("getLogo")
do("setDefaultLogo", events=["logoImageChanged"])
do("startBroadcastPicture", picture, events=["broadcastPictureStateChanged", "appStateChanged"])
do("getBroadcastPicture")
do("stopBroadcastPicture", events=["broadcastPictureStateChanged"])
do("setBroadcastSelfie", True, 3, events=["broadcastSelfieChanged"])
do("getBroadcastSelfie")
do("productRegistrationOffline", picture, events=["licenseActivation"])
do("sendFile", picture, JOHN, events=["fileSent", "fileUploadingProgress", "fileStatus"])
do("getFileUploads")
do("getFileTransferAvailability")
start = len(room.messages)
room.control("file", who="Anna Novak", name="minutes.txt", size=4096)
offered = room.event("receivedFileRequest", start)["id"]
assert do("getFileInfo", offered)["status"] == 1
assert len(do("getFileRequests")["files"]) == 1
do("acceptFile", offered, events=["fileAccepted", "fileDownloadingProgress", "fileStatus"])
start = len(room.messages)
room.control("file", who="Anna Novak", name="more.txt")
do("rejectFile", room.event("receivedFileRequest", start)["id"], events=["fileRejected"])
assert len(do("getFileTransferInfo")["files"]) == 2
do("deleteFileTransferFile", picture, events=["fileTransferFileDeleted"])
do("clearFileTransfer", events=["fileTransferCleared"])

# Services.
do("getHttpServerSettings")
do("setHttpServerSettings", {"port": 8766}, events=["httpServerSettingChanged"])
do("getHttpServerState")
do("stopHttpServer", events=["httpServerStateChanged"])
do("startHttpServer", events=["httpServerStateChanged"])
do("getTokenForHttpServer")
do("getNDIState")
do("setNDIState", True, events=["NDIStateChanged"])
do("createNDIDevice", "#mixed:0", events=["NDIDeviceCreated"])
assert len(do("getCreatedNDIDevices")["createdNDIDevices"]) == 1
do("deleteNDIDevice", "#mixed:0", events=["NDIDeviceDeleted"])

# People.
assert len(do("getAbook")["abook"]) == 12
do("addToAbook", "eve@example.net", "Eve", events=["contactsAdded"])
do("renameInAbook", "eve@example.net", "Eva", events=["contactsRenamed"])
assert do("getDisplayNameById", "eve@example.net")["peerDn"] == "Eva"
do("getContactDetails", "eve@example.net", events=["detailsInfo"])
do("createGroup", "Friends", events=["groupsAdded"])
group = do("getGroups")["groups"][0]["groupId"]
do("renameGroup", group, "Good friends", events=["groupsRenamed"])
do("addToGroup", group, "eve@example.net", events=["usersAddedToGroups"])
do("removeFromGroup", group, "eve@example.net", events=["usersRemovedFromGroups"])
do("removeGroup", group, events=["groupsRemoved"])
do("block", "eve@example.net", events=["contactBlocked"])
assert len(do("getBanList")["banList"]) == 1
do("unblock", "eve@example.net", events=["contactUnblocked"])
do("removeFromAbook", "eve@example.net", events=["contactsDeleted"])

# Chats.
do("sendMessage", JOHN, "hello", events=["chatMessageSent"])
room.control("message", who="John Smith", text="hello yourself")
room.event("incomingChatMessage")
do("getListOfChats")
messages = do("getChatLastMessages", JOHN, 0, 10)["messages"]
assert [message["direction"] for message in messages] == [0, 1], messages
do("chatClear", JOHN, events=["cmdChatClear"])

# Calls.
do("getConferences")
do("getConferenceParticipants")
do("accept", result=False)
do("hangUp", result=False)
start = len(room.messages)
room.control("ring", who="Maria Garcia")
room.state(4, start)
do("reject", events=["rejectSent"])
idle()
start = len(room.messages)
room.control("ring", who="Maria Garcia")
room.state(4, start)
do("accept", events=["conferenceCreated"])
in_conference()
maria = room.wait_for_others(1)[0]
do("sendCommand", maria, "lights on", events=["commandSent"])
do("toneDial", "5", maria, events=["toneDial"])
do("getConferences")
do("expandCallToMulti", "Weekly", [JOHN], events=["conferenceDeleted", "conferenceCreated", "inviteSent"])
room.wait_for_others(2)
do("hangUp", True, events=["conferenceDeleted"])
idle()
assert len(do("getCallHistory", 10)["calls"]) >= 2
do("getLastCallsViewTime")
do("setLastCallsViewed", events=["lastCallsViewed"])
do("clearCallHistory", events=["callHistoryCleared"])

# A role-based conference of our own.
do("createConference", "Talks", consts.CONFTYPE_role, False, [JOHN, MARIA, ANNA],
   events=["conferenceCreated", "inviteSent", "newParticipantInConference"])
in_conference()
others = room.wait_for_others(3)
john, maria, anna = (next(one for one in others if one.startswith(peer)) for peer in [JOHN, MARIA, ANNA])
do("getConferences")
do("inviteToConference", DAVID, events=["inviteSent", "newParticipantInConference"])
do("kickPeer", DAVID, events=["participantLeftConference"])
start = len(room.messages)
room.control("knock", who="David Chen")
room.event("requestInviteReceived", start)
do("rejectPeer", DAVID)
start = len(room.messages)
room.control("knock", who="David Chen")
room.event("requestInviteReceived", start)
do("acceptPeer", DAVID, events=["peerAccepted", "newParticipantInConference"])
do("setModeratorRole", john, True)
do("turnRemoteCamera", john, False, events=["deviceStatusReceived"])
do("turnRemoteMic", john, False, events=["deviceStatusReceived"])
do("turnRemoteSpeaker", john, False)
do("enableAudioReceiving", john, False, events=["enableAudioReceivingChanged"])
do("enableVideoReceiving", john, False, events=["enableVideoReceivingChanged"])
do("setAudioReceivingLevel", john, 40)
assert do("getAudioReceivingLevel", john)["level"] == 40
do("switchVideoFlow", john, True)
do("sendGroupMessage", "welcome", events=["groupChatMessageSent"])
room.control("group_message", who="Anna Novak", text="thank you")
room.event("incomingGroupChatMessage")
do("leavePodium", events=["roleEventOccured"])
do("gotoPodium", events=["roleEventOccured"])
do("inviteToPodium", john, events=["roleEventOccured"])
room.event("roleEventOccured", broadcast=True, peerId=john)
do("kickFromPodium", john, events=["roleEventOccured"])
for method in ["acceptRequestToPodium", "rejectRequestToPodium"]:
    start = len(room.messages)
    room.control("ask_podium", who="Maria Garcia")
    room.event("roleEventOccured", start, role=3)
    do(method, maria, events=["incomingRequestToPodiumAnswered"])
    if method == "acceptRequestToPodium":
        do("kickFromPodium", maria)
for method in ["allowRecord", "denyRecord"]:
    start = len(room.messages)
    room.control("ask_record", who="Anna Novak")
    room.event("recordRequest", start)
    do(method, anna, events=["userRecordingMeStatusChanged"])

# Slides.
room_slides = len(do("getSlideShowInfo")["slides"])
do("addSlide", other, events=["slideAdded", "imageAddedToCachingQueue"])
do("removeImageFromCachingQueue", other, events=["imageRemovedFromCachingQueue"])
do("getSlideShowCache")
do("stopCachingAllImages", events=["allSlidesCachingStopped"])
do("setSlidePosition", 0, 1, events=["slidePositionChanged"])
do("sortSlides", events=["slidesSorted"])
do("startSlideShow", "Figures", 0, events=["mySlideShowStarted", "currentSlideIndexChanged", "videoMatrixChanged"])
do("showNextSlide", events=["currentSlideIndexChanged"])
do("showPrevSlide", events=["currentSlideIndexChanged"])
do("showPrevSlide", result=False)
do("showLastSlide", events=["currentSlideIndexChanged"])
do("showFirstSlide", events=["currentSlideIndexChanged"])
do("showSlide", room_slides, events=["currentSlideIndexChanged"])
do("removeSlide", room_slides, False, events=["slideRemoved"])

# The layout.
do("getVideoMatrix")
do("changeVideoMatrixType", 3, events=["videoMatrixChanged"])
do("moveVideoSlotToMonitor", SLIDES, 1, events=["videoSlotMovedToMonitor", "videoMatrixChanged"])
do("removeVideoSlotFromMonitor", 1, events=["videoSlotRemovedFromMonitor", "videoMatrixChanged"])
do("hideVideoSlot", john, events=["videoMatrixChanged"])
do("showVideoSlot", john, events=["videoMatrixChanged"])
do("swapVideoSlots", SELF, john, events=["videoMatrixChanged"])
do("stopSlideShow", events=["mySlideShowStopped"])
do("removeAllSlides", False, events=["allSlidesRemoved"])
do("startCapture", hardware["DSCaptureList"][1]["id"], events=["dsStarted", "appStateChanged"])
do("stopCapture", events=["dsStopped"])
shared = room.upload("c.png", b"\x89PNG")
do("sendConferenceFile", shared, events=["fileConferenceSent"])

# Cameras of each other.
do("requestParticipantCameraControl", john,
   events=["requestCameraControlSent", "outgoingRequestCameraControlAccepted"])
do("getOutgoingCameraControlRequests")
assert do("getRemotelyControlledCameras")["callIdList"] == [john]
for move in ["Up", "Down", "Left", "Right", "ZoomInc", "ZoomDec"]:
    do(f"remotelyControlledCameraPtz{move}", john)
start = len(room.messages)
room.control("ask_camera", who="Maria Garcia")
room.event("requestCameraControlReceived", start)
assert do("getIncomingCameraControlRequests")["callIdList"] == [maria]
do("acceptRequestCameraControl", maria, events=["incomingRequestCameraControlAccepted"])
start = len(room.messages)
room.control("ask_camera", who="Anna Novak")
room.event("requestCameraControlReceived", start)
do("rejectRequestCameraControl", events=["incomingRequestCameraControlRejected"])
do("hangUp", True, events=["conferenceDeleted"])
idle()

# A role-based conference of somebody else.
start = len(room.messages)
room.control("ring", who="Emma Wilson", type="role", title="Lecture")
room.event("inviteReceived", start, type=3)
do("accept", events=["conferenceCreated"])
in_conference()
do("hangUp", True, result=False)
do("gotoPodium", events=["roleEventOccured"])
room.event("roleEventOccured", start, broadcast=True, role=1)
do("leavePodium", events=["roleEventOccured"])
for method in ["acceptInvitationToPodium", "rejectInvitationToPodium"]:
    room.control("invite_podium")
    do(method, events=["incomingPodiumInvitationRemoved", "roleEventOccured"])
    if method == "acceptInvitationToPodium":
        do("leavePodium")
do("startRemark", events=["remarkCountDown", "roleEventOccured"])
do("hangUp", False, events=["conferenceDeleted"])
idle()

# Outgoing.
do("call", JOHN, events=["inviteSent"])
in_conference()
do("hangUp")
idle()

# The server.
do("getAvailableServersList", events=["availableServersListLoaded"])
do("logout", events=["logout"])
do("connectToService", events=["serverConnected"])
do("connectToServer", "192.0.2.10", events=["serverConnected"])
do("getLastUsedServersList", 5)
do("removeFromServersList", "192.0.2.10")
do("login", "room@example.org", "secret", events=["login", "abReceivedAfterLogin", "tariffRestrictionsChanged"])
idle()

# Access, and the end.
do("clearTokens", events=["authorizationNeeded"])
do("setAuthParams", "admin", "password", "secret", events=["authorizationNeeded"])
do("setAuthParams", "admin", "unsecured")
do("shutdown", False)
messages = list(room.messages)

for last in ["shutdownSystem", "rebootSystem"]:
    # The application comes back after a while.
    for attempt in range(50):
        try:
            again = Room(int(sys.argv[1]))
            break
        except (Exception, SystemExit):  # noqa: BLE001
            continue
    else:
        sys.exit("the application did not come back")
    room = again
    do(last, *([False] if last == "shutdownSystem" else []))

# Every event that came, not only those waited for, is one that the library would hand to its handlers.
for message in messages:
    if message.get("event") and not trueconf_room.check_schema(event_schema(message["event"]), message):
        sys.exit(f"the library's handler would not fire for {message}")

functions = {name for name, _ in inspect.getmembers(Methods, inspect.isfunction) if not name.startswith("__")}
missing = sorted(functions - called)
if missing:
    sys.exit(f"{len(missing)} methods of the library were not called: {', '.join(missing)}")
print(f"{len(functions)} methods of the library were called and answered as it expects")
