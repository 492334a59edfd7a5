# SPDX-License-Identifier: Apache-2.0
"""A witness as c2sp.org/tlog-witness describes it, written from the specification, for tests.

It verifies with tlog_verifier.py and signs with the `openssl` program, so it shares no code with gabion.
"""
import base64
import hashlib
import http.server
import subprocess
import tempfile
import threading
import time

import tlog_verifier
from tlog_verifier import Invalid, node_hash, sha256

PKCS8 = bytes.fromhex('302e020100300506032b657004220420')


def verify_consistency(old, old_root, new, new_root, path):
    """RFC 9162 section 2.1.4.2."""
    if old == 0 or old == new:
        if path or (old == new and old_root != new_root):
            raise Invalid('the proof is wrong')
        return
    path = list(path)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise Invalid('the proof is empty')
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for hash_ in path[1:]:
        if last == 0:
            raise Invalid('the proof is too long')
        if node & 1 or node == last:
            first, second = node_hash(hash_, first), node_hash(hash_, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, hash_)
        node, last = node >> 1, last >> 1
    if last or first != old_root or second != new_root:
        raise Invalid('the proof is wrong')


class Key:
    """An Ed25519 key that cosigns."""

    def __init__(self, name, seed=None):
        self.name = name
        self.private = PKCS8 + (seed or hashlib.sha256(name.encode()).digest())
        self.public = self._openssl(['pkey', '-inform', 'DER', '-pubout', '-outform', 'DER'], self.private)[-32:]
        self.id = sha256(name.encode() + b'\n\4' + self.public)[:4]
        self.text = f'{name}+{self.id.hex()}+{base64.b64encode(chr(4).encode() + self.public).decode()}'

    @staticmethod
    def _openssl(arguments, data):
        return subprocess.run(['openssl', *arguments], input=data, capture_output=True, check=True).stdout

    def _sign(self, message):
        with tempfile.NamedTemporaryFile() as key, tempfile.NamedTemporaryFile() as text:
            key.write(self.private)
            text.write(message)
            key.flush()
            text.flush()
            return self._openssl(['pkeyutl', '-sign', '-inkey', key.name, '-keyform', 'DER', '-rawin', '-in',
                                  text.name], b'')

    def cosign(self, body, moment=None, claimed=None):
        """The signature line; a claimed time that is not the signed one is a lie."""
        moment = int(time.time()) if moment is None else moment
        signature = self._sign(f'cosignature/v1\ntime {moment}\n{body}'.encode())
        stamp = (moment if claimed is None else claimed).to_bytes(8, 'big')
        return f'\u2014 {self.name} {base64.b64encode(self.id + stamp + signature).decode()}\n'


class Witness(http.server.ThreadingHTTPServer):
    """Serves until close(); `answer`, when set, replaces what the specification would answer."""
    daemon_threads = True

    def __init__(self, name, log_key):
        super().__init__(('127.0.0.1', 0), Handler)
        self.key, self.log_key = Key(name), tlog_verifier.parse_key(log_key)
        self.held, self.lock, self.requests = (0, sha256(b'')), threading.Lock(), []
        self.answer = None
        self.url = f'http://127.0.0.1:{self.server_port}/witness/'
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def judge(self, body):
        """Status, content type, text."""
        head, _, checkpoint = body.partition('\n\n')
        first, *lines = head.split('\n')
        try:
            old = int(first.removeprefix('old '))
            size, root = tlog_verifier.open_checkpoint(checkpoint, self.log_key)
            if first != f'old {old}' or len(lines) > 63 or old > size:
                return 400, 'text/plain', 'malformed'
        except (ValueError, IndexError):
            return 400, 'text/plain', 'malformed'
        except Invalid as error:
            return 403, 'text/plain', str(error)
        with self.lock:
            if old != self.held[0] or (size == old and root != self.held[1]):
                return 409, 'text/x.tlog.size', f'{self.held[0]}\n'
            try:
                verify_consistency(old, self.held[1], size, root, [base64.b64decode(line) for line in lines])
            except Invalid as error:
                return 422, 'text/plain', str(error)
            self.held = size, root
        return 200, 'text/plain', self.key.cosign(checkpoint.partition('\n\n')[0] + '\n')

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length'])).decode()
        self.server.requests.append((self.path, body))
        if self.server.answer:
            self.server.answer(self, body)
            return
        self.send(*(self.server.judge(body) if self.path == '/witness/add-checkpoint' else (404, 'text/plain', '')))

    def send(self, status, kind, text, **headers):
        self.send_response(status)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(text.encode())))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments):
        pass
