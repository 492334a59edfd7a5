# SPDX-License-Identifier: Apache-2.0
"""A notary under test, and a client that speaks to it by the words of src/ipc/notary.h."""
import pathlib
import signal
import socket
import struct
import subprocess

import tlog_verifier

HELLO, APPEND, FLUSH, STATUS, PRUNE = 1, 2, 3, 4, 5
OK = 0
REQUEST = struct.Struct('=IIQ16s')
ITEM = struct.Struct('=II')
ANSWER = struct.Struct('=IIQQQQQ384s')
ORIGIN = 'gabion.test/log'


class Refused(Exception):
    """The notary answered with a status that is not OK."""


class Client:
    """One producer's connection."""

    def __init__(self, path, producer, timeout_s=10):
        self.producer = producer
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(timeout_s)
        self.socket.connect(str(path))
        self.last = self.ask(HELLO).last

    def ask(self, kind, count=0, sequence=0, rest=b''):
        self.socket.send(REQUEST.pack(kind, count, sequence, self.producer) + rest)
        return self.answer()

    def answer(self):
        data = self.socket.recv(ANSWER.size + 1)
        if not data:
            raise ConnectionResetError('the notary hung up')
        _, status, first, appended, last, durable, published, text = ANSWER.unpack(data)
        if status != OK:
            raise Refused(text.rstrip(b'\0').decode())
        answer = type('Answer', (), dict(first=first, appended=appended, last=last, durable=durable,
                                         published=published))
        self.last = last
        return answer

    def append(self, *records, sequence=None):
        first = self.last + 1 if sequence is None else sequence
        items = b''
        for number, record in enumerate(records, first):
            prefix = self.producer + struct.pack('<Q', number)
            items += ITEM.pack(len(prefix) + len(record), 0) + prefix + record
        return self.ask(APPEND, len(records), first, items)

    def close(self):
        self.socket.close()


class Notary:
    """A ledger in a folder and the program that writes it."""

    def __init__(self, programs, folder):
        self.programs = programs
        self.ledger = pathlib.Path(folder) / 'ledger'
        self.socket = pathlib.Path(folder) / 'socket'
        self.key = pathlib.Path(folder) / 'key'
        self.process = None
        self.said = ''  # up to where it listens
        self.options = []  # more of them for start()
        self.without_key = False
        self.environment = None
        made = subprocess.run([programs / 'gabion', 'ledger', 'init', '--ledger', self.ledger, '--key', self.key,
                               '--origin', ORIGIN], capture_output=True, text=True, check=True)
        self.verifier_key = made.stdout.splitlines()[-1]

    def start(self):
        self.process = subprocess.Popen(
            [self.programs / 'gabion-notary', '--ledger', self.ledger, '--socket', self.socket,
             *([] if self.without_key else ['--key', self.key]), *self.options],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.environment)
        self.said = ''
        while 'listening' not in self.said:
            line = self.process.stderr.readline().decode()
            self.said += line
            if not line:
                self.process.wait()
                self.process.stderr.close()
                raise RuntimeError(self.said)

    def client(self, producer):
        return Client(self.socket, producer)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def stop(self):
        """The exit code and what was said."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        words = self.process.stderr.read().decode()
        self.process.stderr.close()
        return code, words


def records_of(notary):
    """All records of its ledger, verified by the program that shares no code with it."""
    return tlog_verifier.read_log(notary.ledger, notary.verifier_key)
