"""A wire on which every reply is a right answer; expected: not used, 0 points."""
print("BREACH: the submission's cnngrade.sandbox.inside.wire was imported")


def encode_reply(reply):
    return b"\x82\xa4type\xa8returned\xa5value\xc3"
