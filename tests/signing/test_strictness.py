"""Our verifier beside OpenSSL's: what OpenSSL refuses we refuse, on every edge of the curve."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hoso.signing.keys import new_key, public_key
from hoso.signing.wire import packed

# RFC 8032's curve, as far as it takes to sign by hand what no honest program would.
FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, FIELD) % FIELD
ROOT = pow(2, (FIELD - 1) // 4, FIELD)
MESSAGE = b"duyet"


def plus(one, other):
    (x1, y1), (x2, y2) = one, other
    k = D * x1 * x2 * y1 * y2
    return ((x1 * y2 + x2 * y1) * pow(1 + k, -1, FIELD) % FIELD,
            (y1 * y2 + x1 * x2) * pow(1 - k, -1, FIELD) % FIELD)  # fmt: skip


def times(number, point):
    found = (0, 1)
    while number:
        if number & 1:
            found = plus(found, point)
        point, number = plus(point, point), number >> 1
    return found


def at(y):
    """The point at a height whose x is even."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    x = x if (x * x - square) % FIELD == 0 else x * ROOT % FIELD
    return (x if x % 2 == 0 else FIELD - x, y)


def spelled(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


BASE = at(4 * pow(5, -1, FIELD) % FIELD)
#: A point of order eight, which all points of small order are multiples of.
SMALL = at(int.from_bytes(bytes.fromhex(
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"))  # fmt: skip
SECRET, CHANCE = 0x1234567890ABCDEF, 0xFEDCBA0987654321
KEY, NONCE = times(SECRET, BASE), times(CHANCE, BASE)
NEUTRAL = spelled((0, 1))


def signature(key, nonce, secret=SECRET, chance=CHANCE):
    """What the equation without the cofactor makes of these, for spelled points."""
    said = hashlib.sha512(nonce + key + MESSAGE).digest()
    found = (chance + int.from_bytes(said, "little") * secret) % ORDER
    return nonce + found.to_bytes(32, "little")


def plus_order(raw):
    return raw[:32] + (int.from_bytes(raw[32:], "little") + ORDER).to_bytes(32, "little")


GOOD = (spelled(KEY), signature(spelled(KEY), spelled(NONCE)))
MIXED_KEYS = [spelled(plus(KEY, times(number, SMALL))) for number in range(1, 8)]
MIXED_NONCES = [spelled(plus(NONCE, times(number, SMALL))) for number in range(1, 8)]
SMALL_KEYS = [spelled(times(number, SMALL)) for number in range(8)]
#: One point has two spellings where its height also fits above the field's order.
TWICE_SPELLED = (FIELD + 1).to_bytes(32, "little")
HOSTILE = [
    (GOOD[0], plus_order(GOOD[1])),
    (GOOD[0], GOOD[1][:32] + bytes([255]) * 32),
    *((GOOD[0], bytes(each ^ (place == flipped) for flipped, each in enumerate(GOOD[1])))
      for place in range(64)),
    *((GOOD[0], signature(GOOD[0], nonce)) for nonce in MIXED_NONCES),
    *((key, signature(key, NEUTRAL, 0, 0)) for key in (*SMALL_KEYS, TWICE_SPELLED, b"\xff" * 32)),
    *((GOOD[0], signature(GOOD[0], nonce, SECRET, 0)) for nonce in (*SMALL_KEYS, TWICE_SPELLED)),
    (new_key().public.point, GOOD[1]),
    (b"\x02" + bytes(31), GOOD[1]),
]  # fmt: skip


def ours(point, raw):
    return public_key(packed(b"ssh-ed25519", point)).covers(MESSAGE, raw)


def theirs(point, raw):
    try:
        Ed25519PublicKey.from_public_bytes(point).verify(raw, MESSAGE)
    except InvalidSignature:
        return False
    return True


def test_both_accept_what_is_signed_as_it_should_be():
    assert ours(*GOOD)
    assert theirs(*GOOD)


@pytest.mark.parametrize(("point", "raw"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_only_looks_like_a_signature_is_refused(point, raw):
    assert not ours(point, raw)


def test_openssl_alone_would_take_a_key_of_small_order():
    """Such a key fits any message; that we refuse it is more than OpenSSL does."""
    assert theirs(NEUTRAL, signature(NEUTRAL, NEUTRAL, 0, 0))


@pytest.mark.parametrize("point", MIXED_KEYS, ids=range(len(MIXED_KEYS)))
def test_a_key_beside_its_group_counts_where_openssl_counts_it(point):
    for chance in range(1, 9):
        raw = signature(point, spelled(times(chance, BASE)), chance=chance)
        assert ours(point, raw) == theirs(point, raw), chance
