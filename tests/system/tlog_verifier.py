#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An independent reader of transparency logs, written from the specifications alone.

usage: tlog_verifier.py log FOLDER [VERIFIER-KEY]
       tlog_verifier.py proof PROOF-FILE RECORD-FILE VERIFIER-KEY

Sources: RFC 6962 and RFC 9162 (tree and proofs), RFC 8032 (Ed25519), c2sp.org/signed-note,
c2sp.org/tlog-checkpoint, c2sp.org/tlog-tiles, c2sp.org/tlog-cosignature, c2sp.org/tlog-proof. Shares no code with gabion and needs
nothing but Python's standard library, so that an auditor can read all of what convinces them.
"""
import base64
import hashlib
import json
import pathlib
import sys


class Invalid(Exception):
    """What was read is not what was signed."""


# --- Ed25519, RFC 8032 section 5.1 -------------------------------------------------------------------
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def _add(a, b):
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    u, v = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def _multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def _recover_x(y, sign):
    if y >= P:
        raise Invalid('a point is not on the curve')
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        raise Invalid('a point is not on the curve')
    return P - x if x & 1 != sign else x


def _decode_point(data):
    number = int.from_bytes(data, 'little')
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = _recover_x(y, sign)
    return x, y, 1, x * y % P


_BASE_Y = 4 * pow(5, P - 2, P) % P
_BASE_X = _recover_x(_BASE_Y, 0)
BASE = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def ed25519_verify(public_key, message, signature):
    if len(public_key) != 32 or len(signature) != 64:
        return False
    try:
        key, commitment = _decode_point(public_key), _decode_point(signature[:32])
    except Invalid:
        return False
    s = int.from_bytes(signature[32:], 'little')
    if s >= ORDER:
        return False
    challenge = hashlib.sha512(signature[:32] + public_key + message).digest()
    h = int.from_bytes(challenge, 'little') % ORDER
    return _same(_multiply(s, BASE), _add(commitment, _multiply(h, key)))


# --- The tree, RFC 6962 section 2.1 ------------------------------------------------------------------
def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    return sha256(b'\0' + entry)


def node_hash(left, right):
    return sha256(b'\1' + left + right)


def fold(hashes):
    """The root of a perfect subtree of len(hashes) hashes."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def root_of(hashes):
    """The root of any number of leaves, by the definition, without recursion: peaks from the right."""
    if not hashes:
        return sha256(b'')
    peaks, start = [], 0
    for bit in reversed(range(len(hashes).bit_length())):
        if len(hashes) >> bit & 1:
            peaks.append(fold(hashes[start:start + (1 << bit)]))
            start += 1 << bit
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


def verify_inclusion(leaf, index, size, path, root):
    """RFC 9162 section 2.1.3.2."""
    if index >= size:
        raise Invalid('the index is outside the tree')
    node, last, result = index, size - 1, leaf
    for hash_ in path:
        if last == 0:
            raise Invalid('the proof is too long')
        if node & 1 or node == last:
            result = node_hash(hash_, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, hash_)
        node, last = node >> 1, last >> 1
    if last or result != root:
        raise Invalid('the proof does not lead to the signed root')


# --- Notes and checkpoints ---------------------------------------------------------------------------
def parse_key(text, kind=1):
    """(name, id, public key); kind 1 signs notes, kind 4 cosigns checkpoints."""
    name, hash_, encoded = text.strip().split('+', 2)
    data = base64.b64decode(encoded, validate=True)
    if sha256(name.encode() + b'\n' + data)[:4].hex() != hash_:
        raise Invalid('the key id is not that of the key')
    if data[0] != kind:
        raise Invalid('the key is of another kind')
    return name, bytes.fromhex(hash_), data[1:]


def open_checkpoint(note, key):
    """size and root of a checkpoint that key has signed."""
    name, key_id, public_key = key
    text, _, signatures = note.rpartition('\n\n')
    text += '\n'
    verified = False
    for line in signatures.splitlines():
        dash, signer, encoded = line.split(' ')
        blob = base64.b64decode(encoded, validate=True)
        if dash == '\u2014' and signer == name and blob[:4] == key_id:
            if not ed25519_verify(public_key, text.encode(), blob[4:]):
                raise Invalid('the signature of the checkpoint is wrong')
            verified = True
    if not verified:
        raise Invalid('the checkpoint is not signed by this key')
    origin, size, root = text.split('\n')[:3]
    if origin != name:
        raise Invalid('the checkpoint is of another log')
    return int(size), base64.b64decode(root, validate=True)


def cosigned_at(note, key):
    """When the witness with this key (kind 4) has cosigned a checkpoint, as it says; None if it has not."""
    name, key_id, public_key = key
    text, _, signatures = note.rpartition('\n\n')
    moment = None
    for line in signatures.splitlines():
        dash, signer, encoded = line.split(' ')
        blob = base64.b64decode(encoded, validate=True)
        if dash == '\u2014' and signer == name and blob[:4] == key_id:
            moment = int.from_bytes(blob[4:12], 'big')
            message = f'cosignature/v1\ntime {moment}\n{text}\n'
            if not ed25519_verify(public_key, message.encode(), blob[12:]):
                raise Invalid('the cosignature is wrong')
    return moment


# --- Tiles -------------------------------------------------------------------------------------------
def tile_path(level, index, width):
    digits = f'{index % 1000:03d}'
    while index >= 1000:
        index //= 1000
        digits = f'x{index % 1000:03d}/{digits}'
    return f'tile/{level}/{digits}' + (f'.p/{width}' if width < 256 else '')


def read_tile(folder, level, index, width):
    path = folder / tile_path(level, index, width)
    return (path if path.exists() else folder / tile_path(level, index, 256)).read_bytes()


def entries_of(bundle, width, where):
    at = 0
    for number in range(width):
        length = int.from_bytes(bundle[at:at + 2], 'big')
        entry = bundle[at + 2:at + 2 + length]
        if at + 2 > len(bundle) or len(entry) != length:
            raise Invalid(f'{where} ends within entry {number}')
        at += 2 + length
        yield entry


def check_level(folder, level, hashes):
    """The tiles of one level hold these hashes; returns the hashes of the level above."""
    above = []
    for index in range((len(hashes) + 255) // 256):
        part = hashes[index * 256:(index + 1) * 256]
        stored = read_tile(folder, level, index, len(part))[:len(part) * 32]
        if stored != b''.join(part):
            raise Invalid(f'{tile_path(level, index, len(part))} is not the hash of what is below it')
        if len(part) == 256:
            above.append(fold(part))
    return above


def range_of(folder):
    """[first, end) of the entries that a folder holds (end None: all), and the record that says why, if any."""
    for name, words in (('archive', ('first', 'end')), ('minimum', ('minimum', 'record'))):
        if (folder / name).exists():
            lines = [line.split(' ') for line in (folder / name).read_text().splitlines()]
            if tuple(word for word, _ in lines) != words:
                raise Invalid(f'the file {name} is malformed')
            first, second = (int(number) for _, number in lines)
            return (first, second, None) if name == 'archive' else (first, None, second)
    return 0, None, None


def read_part(folder, size, root, first, end):
    """The entries [first, end) of a pruned log or an archive; all others are known by their hashes alone."""
    entries = []
    for index in range(first // 256, (end + 255) // 256):
        width = min(256, end - index * 256)
        entries += entries_of(read_tile(folder, 'entries', index, width), width, tile_path('entries', index, width))
    leaves = [leaf_hash(entry) for entry in entries]

    def from_tiles(low, count):
        level = (count.bit_length() - 1) // 8
        wide = 256 ** level
        at, hashes = low // wide, count // wide
        width = min(256, size // wide - at // 256 * 256)
        tile = read_tile(folder, level, at // 256, width)[at % 256 * 32:(at % 256 + hashes) * 32]
        if len(tile) != hashes * 32:
            raise Invalid(f'{tile_path(level, at // 256, width)} is too short')
        return fold([tile[i:i + 32] for i in range(0, len(tile), 32)])

    def root_between(low, high):
        count = high - low
        if count & (count - 1) == 0 and (high <= first or low >= end):
            return from_tiles(low, count)
        if count == 1:
            return leaves[low - first]
        half = 1 << (count - 1).bit_length() - 1
        return node_hash(root_between(low, low + half), root_between(low + half, high))
    if (root_between(0, size) if size else sha256(b'')) != root:
        raise Invalid('records and hashes do not have the root that the checkpoint signs')
    return entries


def check_pruning(entries, first, number):
    """A record that is still there must say that those before first were pruned."""
    record = json.loads(entries[number - first]) if 0 <= number - first < len(entries) else {}
    if record.get('type') != 'prune' or record['prune']['minimum'] != first:
        raise Invalid('records are missing, and no record says that they were pruned')


def read_log(folder, key_text=None):
    """All entries in a log's folder, after everything has been checked against the signed checkpoint."""
    folder = pathlib.Path(folder)
    key = parse_key(key_text or (folder / 'log').read_text())
    first, end, pruned_by = range_of(folder)  # true of every later checkpoint, so it comes first
    size, root = open_checkpoint((folder / 'checkpoint').read_text(), key)
    end = size if end is None else end
    if not 0 <= first <= end <= size:
        raise Invalid('the folder does not hold what it says')
    if (first, end) != (0, size):
        entries = read_part(folder, size, root, first, end)
        if pruned_by is not None:
            check_pruning(entries, first, pruned_by)
        return entries
    entries = []
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        bundle = read_tile(folder, 'entries', index, width)
        entries += entries_of(bundle, width, tile_path('entries', index, width))
    leaves = [leaf_hash(entry) for entry in entries]
    if root_of(leaves) != root:
        raise Invalid('the records do not have the root that the checkpoint signs')
    level, hashes = 0, leaves
    while hashes:
        hashes = check_level(folder, level, hashes)
        level += 1
    return entries


def read_proof(text):
    head, _, checkpoint = text.partition('\n\n')
    lines = head.split('\n')
    if lines.pop(0) != 'c2sp.org/tlog-proof@v1':
        raise Invalid('this is no proof file')
    if lines and lines[0].startswith('extra '):
        lines.pop(0)
    word, index = lines.pop(0).split(' ')
    if word != 'index':
        raise Invalid('the proof file has no index')
    return int(index), [base64.b64decode(line, validate=True) for line in lines], checkpoint


def verify_proof(proof_text, record, key_text):
    """The index of a record, after the proof has been checked."""
    index, path, checkpoint = read_proof(proof_text)
    size, root = open_checkpoint(checkpoint, parse_key(key_text))
    verify_inclusion(leaf_hash(record), index, size, path, root)
    return index


def main(arguments):
    try:
        if len(arguments) in (2, 3) and arguments[0] == 'log':
            entries = read_log(*arguments[1:])
            print(f'verified: {len(entries)} records')
        elif len(arguments) == 4 and arguments[0] == 'proof':
            proof, record = (pathlib.Path(a).read_bytes() for a in arguments[1:3])
            print(f'verified: record {verify_proof(proof.decode(), record, arguments[3])}')
        else:
            print(__doc__)
            return 2
    except (Invalid, ValueError, OSError) as error:
        print(f'NOT verified: {error}')
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
