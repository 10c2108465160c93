"""Starts the server that all measured programs call."""

import subprocess
import sys
import urllib.request
from pathlib import Path


class Server:
    """The server that all programs call. It counts requests, so that a program cannot be fast by sending fewer."""

    def __enter__(self):
        command = ["node", str(Path(__file__).with_name("server.mjs"))]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def expect(self, requests, program):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/requests") as response:
            seen = int(response.read())
        if seen != requests:
            sys.exit(f"bench: {program.name} sent {seen} requests, not {requests}")
