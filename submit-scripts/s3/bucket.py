"""What check-s3.sh needs beside a server of S3: a bad connection to it, and a look into its buckets.

    bucket.py proxy --listen PORT --server PORT --log FILE --first-part FILE [--seed N]
    bucket.py make|objects|uploads|begin-upload --server PORT BUCKET [KEY]

`proxy` passes requests on. Some it loses, some answers it loses, some requests it sends twice, some it answers with
503, some it holds up. What it did is counted in the log. The first part of a large upload gets no answer for a while,
in which FILE is there: time to kill whoever uploads.
"""

import argparse
import collections
import datetime
import hashlib
import hmac
import http.client
import http.server
import json
import os
import random
import socket
import struct
import sys
import threading
import time
import urllib.parse
import xml.etree.ElementTree

# Per cent of all requests.
FAULTS = {"lost request": 3, "lost answer": 3, "sent twice": 3, "503": 4, "slow": 3}
# A client tries again a few times; one request that always fails is another test.
MOST_IN_A_ROW = 2
SLOW_SECONDS = (0.2, 1.5)
FIRST_PART_SECONDS = 15
HOP = {"connection", "keep-alive", "transfer-encoding", "expect"}

SLOW_DOWN = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"


class Chance:
    """Decides what becomes of requests, and counts."""

    def __init__(self, seed, log, first_part):
        self.random = random.Random(seed)
        self.log = log
        self.first_part = first_part
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.in_a_row = collections.Counter()

    def draw(self, request):
        with self.lock:
            at = self.random.uniform(0, 100)
            fault = "none"
            for name, percent in FAULTS.items():
                if at < percent:
                    fault = name
                    break
                at -= percent
            hurts = fault not in ("none", "slow")
            if hurts and self.in_a_row[request] >= MOST_IN_A_ROW:
                fault, hurts = "none", False
            self.in_a_row[request] = self.in_a_row[request] + 1 if hurts else 0
            self.counts[fault] += 1
            if self.random.random() < 0.05 or hurts:
                with open(self.log, "w", encoding="utf-8") as out:
                    json.dump(dict(self.counts), out)
            return fault

    def is_first_part(self, request):
        with self.lock:
            first = "?partNumber=" in request and not os.path.exists(self.first_part)
            if first:
                with open(self.first_part, "w", encoding="utf-8") as out:
                    out.write(request)
            return first

    def pause(self):
        with self.lock:
            return self.random.uniform(*SLOW_SECONDS)


class Handler(http.server.BaseHTTPRequestHandler):
    """Passes one connection's requests on."""

    protocol_version = "HTTP/1.1"
    server_port = 0
    chance = None

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except OSError:  # the client is gone, perhaps killed
            self.close_connection = True

    def _forward(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=60)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():  # the host too: it is signed
            if name.lower() not in HOP:
                connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def _hang_up(self):
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _answer(self, status, headers, content):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP | {"content-length"}:
                self.send_header(name, value)
        length = {name.lower(): value for name, value in headers}.get("content-length")
        self.send_header("Content-Length", length if self.command == "HEAD" and length else str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.chance.draw(f"{self.command} {self.path}")
        if fault == "lost request":
            self._hang_up()
        elif fault == "503":
            self._answer(503, [("Content-Type", "application/xml")], SLOW_DOWN)
        else:
            if fault == "slow":
                time.sleep(self.chance.pause())
            answer, content = self._forward(body)
            if self.chance.is_first_part(self.path):
                time.sleep(FIRST_PART_SECONDS)
            if fault == "sent twice":
                again = self._forward(body)
                if self.command != "POST":  # to end an upload twice is an error of the sender
                    answer, content = again
            if fault == "lost answer":
                self._hang_up()
            else:
                self._answer(answer.status, answer.getheaders(), content)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _pass_on


class Server(http.server.ThreadingHTTPServer):
    """Whose errors are those of clients that were killed."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (OSError, ValueError)):
            super().handle_error(request, client_address)


def proxy(arguments):
    Handler.server_port = arguments.server
    Handler.chance = Chance(arguments.seed, arguments.log, arguments.first_part)
    Server(("127.0.0.1", arguments.listen), Handler).serve_forever()


def _sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def request(port, method, path, query=""):
    """Sends a request that is signed (AWS Signature Version 4) and returns the answer's body."""
    identity, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    now = datetime.datetime.now(datetime.UTC)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    headers = {
        "host": f"127.0.0.1:{port}",
        "x-amz-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-amz-date": stamp,
    }
    signed = ";".join(headers)
    lines = [method, path, query, *(f"{name}:{value}" for name, value in headers.items()), "", signed]
    canonical = "\n".join([*lines, headers["x-amz-content-sha256"]])
    scope = f"{day}/us-east-1/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{secret}".encode()
    for part in (day, "us-east-1", "s3", "aws4_request"):
        key = _sign(key, part)
    signature = _sign(key, text).hex()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={identity}/{scope}, SignedHeaders={signed}, Signature={signature}"
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, f"{path}?{query}" if query else path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status >= 300:
        sys.exit(f"{method} {path}?{query}: {answer.status} {body[:500]!r}")
    return body


def names(port, bucket, query, tag):
    body = request(port, "GET", f"/{bucket}", query)
    root = xml.etree.ElementTree.fromstring(body)
    return [key.text for found in root.iter() if found.tag.endswith(tag) for key in found if key.tag.endswith("Key")]


def client(arguments):
    port, bucket = arguments.server, arguments.bucket
    if arguments.command == "make":
        request(port, "PUT", f"/{bucket}")
    elif arguments.command == "begin-upload":
        path = f"/{bucket}/{urllib.parse.quote(arguments.key)}"
        answer = xml.etree.ElementTree.fromstring(request(port, "POST", path, "uploads="))
        upload = next(found.text for found in answer.iter() if found.tag.endswith("UploadId"))
        request(port, "PUT", path, f"partNumber=1&uploadId={urllib.parse.quote(upload, safe='')}")
    elif arguments.command == "objects":
        print("\n".join(names(port, bucket, "list-type=2&max-keys=1000", "Contents")))
    else:
        print("\n".join(names(port, bucket, "uploads=", "Upload")))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("proxy")
    one.add_argument("--listen", type=int, required=True)
    one.add_argument("--server", type=int, required=True)
    one.add_argument("--log", required=True)
    one.add_argument("--first-part", required=True)
    one.add_argument("--seed", type=int, default=0)
    one.set_defaults(run=proxy)
    for command in ("make", "objects", "uploads", "begin-upload"):
        one = commands.add_parser(command)
        one.add_argument("--server", type=int, required=True)
        one.add_argument("bucket")
        if command == "begin-upload":
            one.add_argument("key")
        one.set_defaults(run=client)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
