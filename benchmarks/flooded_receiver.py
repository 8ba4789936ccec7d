"""Does an accepted phone lose frames while another program floods its port? Real UDP on this computer.

A phone sends 60 frames a second from one address; a second program sends as many datagrams a second as asked
from another: valid ones of one device, of ever new devices, or garbage. Counted are the phone's frames that
arrive.

    python benchmarks/flooded_receiver.py --seconds 10 --rate 20000
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

import numpy as np

from mimik.sources.livelink import N_VALUES, Packet, encode
from mimik.sources.receiver import LiveLinkReceiver

SENDER = """
import socket, sys, time
address, kind = sys.argv[1], sys.argv[5]
port, rate, seconds = int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
from mimik.sources.livelink import N_VALUES, Packet, encode
import numpy as np
values = np.full(N_VALUES, 0.5, np.float32)
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.bind((address, 0))
start, sent = time.monotonic(), 0
while (passed := time.monotonic() - start) < seconds:
    for _ in range(min(int(passed * rate) - sent, 1000)):
        if kind == "garbage":
            datagram = b"\\x06" + sent.to_bytes(8, "big") * 30
        else:
            device = kind if kind != "new devices" else f"device {sent}"
            datagram = encode(Packet(device, "name", sent, 0.0, values))
        out.sendto(datagram, ("127.0.0.1", port))
        sent += 1
    time.sleep(0.001)
print(sent)
"""


def send(address: str, port: int, rate: float, seconds: float, kind: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", SENDER, address, str(port), str(rate), str(seconds), kind]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def measure(kind: str, rate: float, seconds: float, *, favoured: bool) -> str:
    with LiveLinkReceiver(0, host="127.0.0.1") as receiver:
        first = encode(Packet("the phone", "name", 0, 0.0, np.zeros(N_VALUES, np.float32)))
        receiver._frame(first, "127.0.0.1")
        if favoured:
            receiver.favour([1])
        port = receiver.address[1]
        flood = send("127.0.0.2", port, rate, seconds + 1, kind)
        phone = send("127.0.0.1", port, 60, seconds, "the phone")
        got, busy = 0, time.process_time()
        start = last = time.monotonic()
        while phone.poll() is None or time.monotonic() - last < 0.3:
            frames = receiver.read(0.01)
            mine = [frame for frame in frames or () if frame.device == 1]
            if mine:
                last = time.monotonic()
            got += len(mine)
        busy = (time.process_time() - busy) / (time.monotonic() - start)
        assert phone.stdout is not None and flood.stdout is not None
        sent, flooded = int(phone.stdout.read()), int(flood.stdout.read())
    lost = sent - got
    kept = "accepted" if favoured else "not accepted"
    flood_rate = flooded / (seconds + 1)
    return f"{kind:12} {flood_rate:8.0f}/s  {kept:12} sent {sent}, lost {lost}, processor {100 * busy:.0f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=20_000.0)
    given = parser.parse_args()
    for kind in ("one device", "new devices", "garbage"):
        for favoured in (True, False):
            print(measure(kind, given.rate, given.seconds, favoured=favoured), flush=True)


if __name__ == "__main__":
    main()
