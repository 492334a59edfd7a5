# SPDX-License-Identifier: Apache-2.0
"""A notary under test, and a client that speaks to it by the words of src/ipc/notary.h."""
import os
import pathlib
import signal
import socket
import struct
import subprocess
import time

HELLO, APPEND, FLUSH, STATUS = 1, 2, 3, 4
OK = 0
REQUEST = struct.Struct('=IIQ16s')
ITEM = struct.Struct('=II')
ANSWER = struct.Struct('=IIQQQQQ384s')
KEY = 'PRIVATE+KEY+gabion.test/log+{id}+{key}'


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

    def __init__(self, program, folder):
        self.program = program
        self.ledger = pathlib.Path(folder) / 'ledger'
        self.socket = pathlib.Path(folder) / 'socket'
        self.key = pathlib.Path(folder) / 'key'
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [self.program, '--ledger', self.ledger, '--socket', self.socket, '--key', self.key],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        line = self.process.stderr.readline()
        assert b'listening' in line, line + self.process.stderr.read()

    def client(self, producer):
        return Client(self.socket, producer)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        words = self.process.stderr.read().decode()
        self.process.stderr.close()
        return code, words
