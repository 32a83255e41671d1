"""Keys and signatures: the same as OpenSSH's, and nothing but what was signed verifies."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso.signing.faults import Fault
from hoso.signing.keys import NeedsPassphrase, PublicKey, load_key, new_key, public_in, public_key
from hoso.signing.sshsig import Signature, armored, read_signature
from hoso.signing.wire import from_base64, packed, to_base64
from signing.keys import allowed, key, run, written
from tokens import Token

MESSAGE = "Lớp 3A, cuối học kỳ 1\n".encode()
SPACE = "hoso-phe-duyet-v1"


def refused(code, act, *arguments):
    with pytest.raises(Fault) as caught:
        act(*arguments)
    assert caught.value.code == code
    return caught.value


def test_ssh_keygen_accepts_what_we_sign(tmp_path):
    (tmp_path / "ky").write_text(armored(key().sign(MESSAGE, SPACE)))
    said = run("ssh-keygen", "-Y", "verify", "-f", allowed(tmp_path, key()), "-I", "NV0012@hoso",
               "-n", SPACE, "-s", tmp_path / "ky", stdin=MESSAGE)  # fmt: skip
    assert key().public.fingerprint.encode() in said


@pytest.mark.parametrize("hashed", ["sha256", "sha512"])
def test_we_accept_what_ssh_keygen_signs(tmp_path, hashed):
    made = run("ssh-keygen", "-Y", "sign", "-f", written(tmp_path, key()), "-n", SPACE,
               "-O", f"hashalg={hashed}", stdin=MESSAGE)  # fmt: skip
    signature = read_signature(made.decode())
    assert (signature.key, signature.hash) == (key().public, hashed)
    assert signature.covers(MESSAGE, SPACE)
    assert armored(signature.blob) == made.decode()


def test_we_sign_byte_for_byte_as_ssh_keygen(tmp_path):
    made = run("ssh-keygen", "-Y", "sign", "-f", written(tmp_path, key()), "-n", SPACE,
               stdin=MESSAGE)  # fmt: skip
    assert armored(key().sign(MESSAGE, SPACE)) == made.decode()


def test_a_signature_counts_in_its_namespace_only():
    signature = read_signature(key().sign(MESSAGE, "git"))
    assert signature.covers(MESSAGE, "git")
    assert not signature.covers(MESSAGE, SPACE)


BLOB = key().sign(MESSAGE, SPACE)


def holds(blob, message=MESSAGE):
    """Whether anybody's key made a signature of the message; a forger may name any key."""
    try:
        signature = read_signature(blob)
    except Fault:
        return False
    return signature.covers(message, SPACE)


def test_no_byte_of_a_signature_can_change():
    assert holds(BLOB)
    for place in range(len(BLOB)):
        for bit in (1, 0x20, 0x80):
            changed = bytearray(BLOB)
            changed[place] ^= bit
            assert not holds(bytes(changed)), place


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_byte_of_the_armor_can_change(place, mask):
    text = bytearray(armored(BLOB).encode())
    text[place % len(text)] ^= mask
    try:
        changed = text.decode()
    except UnicodeDecodeError:
        return
    # The last line break is no part of what is read.
    assert not holds(changed) or changed.rstrip("\n") == armored(BLOB).rstrip("\n")


@given(st.binary(max_size=60), st.integers(0, 10_000), st.integers(1, 255))
@settings(max_examples=60)
def test_a_changed_message_is_not_covered(message, place, mask):
    blob = key().sign(message, SPACE)
    assert holds(blob, message)
    assert not holds(blob, message + b"\n")
    if message:
        changed = bytearray(message)
        changed[place % len(message)] ^= mask
        assert not holds(blob, bytes(changed))


@given(st.binary(max_size=200))
def test_what_is_no_signature_is_a_fault_and_never_a_crash(raw):
    for blob in (raw, BLOB[:10] + raw, BLOB[: len(raw)], BLOB + raw[:1] + b"\0"):
        refused_or_read(read_signature, blob)
        refused_or_read(public_key, blob)
        refused_or_read(PublicKey.parse, f"ssh-ed25519 {to_base64(blob)}")


def refused_or_read(act, given_):
    try:
        act(given_)
    except Fault as fault:
        code = fault.code
    else:
        code = None
    assert code in {"HS821", "HS822", None}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n",
        armored(BLOB).replace("END", "FIN"),
        armored(BLOB) + armored(BLOB),
        armored(BLOB).replace("\n", "\r\n"),
        armored(b"SSHSIG" + (2).to_bytes(4, "big") + BLOB[10:]),
        armored(BLOB + b"\0"),
    ],
)
def test_what_is_not_exactly_one_signature_is_a_fault(text):
    refused("HS822", read_signature, text)


def blob(namespace=SPACE, reserved=b"", hashed=b"sha512", sealed=None):
    sealed = sealed or packed(b"ssh-ed25519", bytes(64))
    return b"SSHSIG\0\0\0\1" + packed(
        key().public.blob, namespace.encode(), reserved, hashed, sealed
    )


@pytest.mark.parametrize(
    "given_",
    [
        blob(reserved=b"x"),
        blob(hashed=b"md5"),
        blob(sealed=packed(b"ssh-rsa", bytes(64))),
        blob(sealed=packed(b"ssh-ed25519", bytes(63))),
        blob(sealed=packed(b"ssh-ed25519", bytes(64)) + b"\1\0\0\0\0"),
        blob(sealed=packed(b"ssh-ed25519", bytes(65))),
    ],
)
def test_a_signature_has_no_room_for_anything_else(given_):
    refused("HS822", read_signature, given_)


def test_a_security_key_counts_as_openssh_counts_it(tmp_path):
    token = Token()
    made = token.sign(MESSAGE, SPACE)
    signature = read_signature(made)
    assert isinstance(signature, Signature)
    assert signature.key == token.public
    assert signature.covers(MESSAGE, SPACE)
    assert not signature.covers(MESSAGE, "git")
    (tmp_path / "ky").write_text(armored(made))
    run("ssh-keygen", "-Y", "verify", "-f", allowed(tmp_path, token), "-I", "NV0012@hoso",
        "-n", SPACE, "-s", tmp_path / "ky", stdin=MESSAGE)  # fmt: skip


def test_a_security_key_that_nobody_touched_counts_for_nothing():
    token = Token()
    token.present = False
    assert not read_signature(token.sign(MESSAGE, SPACE)).covers(MESSAGE, SPACE)


def test_a_security_key_made_for_a_web_site_is_none():
    assert Token(b"ssh:truong").public.application == b"ssh:truong"
    for application in (b"web", b"https://ssh:", b"SSH:"):
        refused("HS821", Token, application)


def test_a_key_file_names_its_key_without_a_passphrase(tmp_path):
    token = Token()
    path = written(tmp_path, token)
    assert token.public.fingerprint in run("ssh-keygen", "-l", "-f", path).decode()
    assert public_in(path.read_bytes()) == token.public
    assert public_in(key().written("mật khẩu".encode())) == key().public
    for raw in (b"", b"not a key", path.read_bytes()[:90], b"\xff\n\xff\n\xff"):
        refused("HS821", public_in, raw)


def test_keys_and_fingerprints_are_those_of_openssh(tmp_path):
    path = written(tmp_path, key())
    line = run("ssh-keygen", "-y", "-f", path).decode()
    assert PublicKey.parse(line.strip()) == key().public
    Path(f"{path}.pub").write_text(line)
    assert key().public.fingerprint in run("ssh-keygen", "-l", "-f", f"{path}.pub").decode()
    assert load_key(path.read_bytes(), None).public == key().public


def test_a_key_file_cannot_ask_for_endless_work():
    raw = key().written(b"mat khau")
    head, *lines, tail = raw.decode().split("\n")[:-1]
    held = from_base64("".join(lines))
    at = held.index(b"bcrypt") + 6 + 4 + 4 + 16
    slow = to_base64(held[:at] + (10_000).to_bytes(4, "big") + held[at + 4 :])
    refused("HS821", load_key, f"{head}\n{slow}\n{tail}\n".encode(), b"mat khau")


def test_a_key_keeps_its_passphrase_for_openssh_and_for_us(tmp_path):
    secret = "mật khẩu dài".encode()
    path = written(tmp_path, key(), secret)
    assert run("ssh-keygen", "-y", "-P", secret.decode(), "-f", path).split()[1].decode() in (
        key().public.line
    )
    assert load_key(path.read_bytes(), secret).public == key().public
    with pytest.raises(NeedsPassphrase):
        load_key(path.read_bytes(), None)
    assert not isinstance(refused("HS821", load_key, path.read_bytes(), b"sai"), NeedsPassphrase)


def test_keys_that_openssh_made_sign_for_us(tmp_path):
    for name, secret in (("khong", ""), ("co", "mot hai ba")):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", secret, "-C", "cô Hoa",
            "-f", tmp_path / name)  # fmt: skip
        loaded = load_key((tmp_path / name).read_bytes(), secret.encode() or None)
        assert PublicKey.parse((tmp_path / f"{name}.pub").read_text().strip()) == loaded.public


def test_base64_has_one_spelling():
    for size in range(4):
        assert from_base64(to_base64(bytes(size))) == bytes(size)
    for text in ("AB==", "AAB=", "AA", "AA=\n", "AA =", "AÀ==", "AA==AA=="):
        with pytest.raises(ValueError, match="Base64"):
            from_base64(text)


def test_other_keys_are_refused_by_name(tmp_path):
    run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", tmp_path / "rsa")
    refused("HS821", load_key, (tmp_path / "rsa").read_bytes(), None)
    refused("HS821", PublicKey.parse, (tmp_path / "rsa.pub").read_text().strip())
    refused("HS821", load_key, b"not a key", None)
    refused("HS821", PublicKey.parse, "ssh-ed25519")
    refused("HS821", PublicKey.parse, key().public.line + "A")
    other = key().public.line.replace("ssh-ed25519", "sk-ssh-ed25519@openssh.com")
    refused("HS821", PublicKey.parse, other)
    refused("HS821", public_key, key().public.blob + b"\0")
    assert new_key().public != key().public
