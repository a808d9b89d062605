"""Memory: at rest, under ten times the load, and for a client that is only connected."""

import resource
import socket
import ssl
import urllib.parse

from contenders import wrk
from lib import wait
from place import memory_kb

IDLE_CLIENTS = 5000


def connect(place, context):
    url = urllib.parse.urlsplit(place.running.url)
    return context.wrap_socket(socket.create_connection((url.hostname, url.port)), server_hostname=url.hostname)


def idle_clients(place):
    """kB of one TLS client between two requests."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (IDLE_CLIENTS + 500, IDLE_CLIENTS + 500))
    context = ssl.create_default_context(cafile=str(place.running.ca))
    pid = place.running.hosod_pid()
    request = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    before = memory_kb(pid)
    clients = []
    for _ in range(IDLE_CLIENTS):
        client = connect(place, context)
        client.sendall(request)
        client.recv(4096)
        clients.append(client)
    after = memory_kb(pid)
    for client in clients:
        client.close()
    wait.until(place.running.is_ready, 20, "hosod after the crowd")
    return (after - before) / IDLE_CLIENTS


def measure(place, options):
    place.running.kill_hosod(15)
    place.running.wait_ready()
    pid = place.running.hosod_pid()
    resting = memory_kb(pid) / 1024
    per_client = idle_clients(place)
    wrk(place, place.running.url, 640, 1, options.seconds)
    wrk(place, place.running.url, 16, 50, options.seconds)
    peak = memory_kb(pid, "VmHWM") / 1024
    yield "memory", [
        ("MB at rest", f"{resting:.1f}", "<= 32", resting <= 32),
        (f"kB for each of {IDLE_CLIENTS} idle TLS clients", f"{per_client:.1f}", "<= 40", per_client <= 40),
        ("MB at the most: the idle ones, 640 clients, then 16 with 50 a request", f"{peak:.0f}",
         "<= 128 without the idle ones", peak - per_client * IDLE_CLIENTS / 1024 <= 128),
    ]
