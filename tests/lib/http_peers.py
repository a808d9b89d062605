"""Other people's HTTP/1.1 servers, asked what they make of a stream of bytes; and our own framing, asked the same.

Each judge takes streams and gives for each the whole messages as (method, target, body), in order.
"""

import base64
import collections
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile

import h11

from lib import places, wait

JUDGE = places.BUILD / "tests" / "lib" / "framing_judge"
NODE = places.ROOT / "tests" / "lib" / "node_peer.js"
PATIENCE = 120  # seconds for one round

Message = collections.namedtuple("Message", "method target body")
Verdict = collections.namedtuple("Verdict", "refusal messages heads")


def packed(streams):
    return b"".join(len(stream).to_bytes(4, "little") + stream for stream in streams)


def ask(command, streams):
    """A line per stream from a program that reads them all from stdin."""
    lines = subprocess.run(command, input=packed(streams), stdout=subprocess.PIPE, check=True,
                           timeout=PATIENCE).stdout.splitlines()
    assert len(lines) == len(streams), f"{command[0]} answered {len(lines)} of {len(streams)}"
    return lines


def dechunk(body):
    """The content of a body of plain chunks; this and nothing else is what our framing lets through."""
    content, at = b"", 0
    while True:
        size = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n").match(body, at)
        assert size, f"no chunk in {body[at:at + 40]!r}"
        length, at = int(size.group(1), 16), size.end()
        if length == 0:
            assert body[at:] == b"\r\n", "something behind the last chunk"
            return content
        content += body[at:at + length]
        assert body[at + length:at + length + 2] == b"\r\n", "a chunk's end"
        at += length + 2


def take_apart(head, body):
    lines = head.split(b"\r\n")
    assert lines[-2:] == [b"", b""], "a head that does not end"
    method, target, _ = lines[0].split(b" ")
    chunked = any(line.lower().replace(b" ", b"") == b"transfer-encoding:chunked" for line in lines)
    return Message(method, target, dechunk(body) if chunked else body)


def ours(streams):
    """What framing.c takes: a Verdict for each stream; @heads are the heads of its messages."""
    verdicts = []
    for stream, line in zip(streams, ask([JUDGE], streams)):
        refusal, *ends = line.decode().split(" ")
        begin, messages, heads = 0, [], []
        for pair in ends:
            body, end = map(int, pair.split(":"))
            heads.append(stream[begin:body])
            messages.append(take_apart(heads[-1], stream[body:end]))
            begin = end
        verdicts.append(Verdict(refusal, messages, heads))
    return verdicts


def pieces(stream):
    """A stream in two, for where it is cut must make no difference; none of them empty, which would be its end."""
    cut = len(stream) // 2
    return [piece for piece in (stream[:cut], stream[cut:]) if piece]


def h11_messages(stream):
    """Whole messages out of one h11.Connection, each answered, until the stream or the connection is at its end."""
    connection, left = h11.Connection(h11.SERVER), pieces(stream)
    request, body = None, b""
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Request):
            request, body = event, b""
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            yield Message(bytes(request.method), bytes(request.target), body)
            connection.send(h11.Response(status_code=404, headers=[(b"content-length", b"0")]))
            connection.send(h11.EndOfMessage())
            if connection.our_state is not h11.DONE:
                return
            connection.start_next_cycle()
        elif event is h11.NEED_DATA and left:
            connection.receive_data(left.pop(0))
        else:
            return


class H11:
    name = "h11"

    @staticmethod
    def judge(streams):
        answers = []
        for stream in streams:
            messages = []
            with contextlib.suppress(h11.RemoteProtocolError):
                messages.extend(h11_messages(stream))
            answers.append(messages)
        return answers

    def close(self):
        pass


class Node:
    name = "node"

    @staticmethod
    def judge(streams):
        return [[Message(method.encode("latin-1"), target.encode("latin-1"), base64.b64decode(body))
                 for method, target, body in json.loads(line)] for line in ask(["node", NODE], streams)]

    def close(self):
        pass


NGINX = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log crit;
worker_rlimit_nofile 4096;
events {{ worker_connections 2048; }}
http {{
    log_format framed escape=json
        '{{"id":"$proxy_protocol_addr","status":$status,'
        '"method":"$request_method","target":"$request_uri","body":"$request_body"}}';
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_header_buffer_size 16k;
    large_client_header_buffers 4 16k;
    client_body_buffer_size 2m;
    client_max_body_size 0;
    keepalive_requests 1000;
    upstream sink {{ server unix:{folder}/sink; keepalive 64; }}
    server {{
        listen unix:{folder}/front proxy_protocol;
        access_log {folder}/access.log framed;
        location / {{
            proxy_pass http://sink/;
            proxy_method GET;
            proxy_pass_request_body off;
            proxy_pass_request_headers off;
            proxy_set_header Content-Length "";
            proxy_set_header Connection "";
            proxy_http_version 1.1;
            proxy_ignore_client_abort on;
        }}
    }}
    server {{
        listen unix:{folder}/sink;
        access_log off;
        keepalive_requests 1000000;
        location / {{ return 200; }}
    }}
}}
"""


class Nginx:
    """nginx over a unix socket. It reads every body, as for a server behind it, and its log tells what it framed."""

    name = "nginx"
    BATCH = 200  # connections at a time
    TAKEN = (200, 405)  # 405 is its answer to TRACE, which it has framed like any other

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="hoso-framing-")
        config = os.path.join(self.folder, "nginx.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write(NGINX.format(folder=self.folder))
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        assert program, "nginx is not installed: tools/setup test"
        self.process = subprocess.Popen(
            [program, "-p", self.folder, "-e", os.path.join(self.folder, "error.log"), "-c", config],
            stdin=subprocess.DEVNULL)
        self.front = os.path.join(self.folder, "front")
        wait.until(lambda: os.path.exists(self.front), 10, "nginx to listen")
        self.log = open(os.path.join(self.folder, "access.log"), encoding="latin-1")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            self.log.close()
            shutil.rmtree(self.folder)

    def send(self, number, stream):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(PATIENCE)
        client.connect(self.front)
        address = ".".join(map(str, number.to_bytes(4, "big")))
        client.sendall(f"PROXY TCP4 {address} 127.0.0.1 1 1\r\n".encode())
        with contextlib.suppress(OSError):  # refused and closed already
            for piece in pieces(stream):
                client.sendall(piece)
            client.shutdown(socket.SHUT_WR)
        return client

    def judge(self, streams):
        for begin in range(0, len(streams), self.BATCH):
            clients = [self.send(number, streams[number])
                       for number in range(begin, min(begin + self.BATCH, len(streams)))]
            for client in clients:
                read_to_end(client)
        # A request is in the log before its connection is closed.
        answers = [[] for _ in streams]
        for line in self.log.read().split("\n")[:-1]:
            entry = json.loads(line)
            if entry["status"] in self.TAKEN:
                number = int.from_bytes(bytes(map(int, entry["id"].split("."))), "big")
                answers[number].append(
                    Message(*(entry[name].encode("latin-1") for name in ("method", "target", "body"))))
        return answers


def read_to_end(client):
    answer = b""
    with client:
        try:
            while part := client.recv(65536):
                answer += part
        except ConnectionResetError:
            pass
    return answer
