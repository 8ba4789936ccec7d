"""Encrypts, renews and decrypts a study until it is killed: reseal_until_killed.py STUDY PASSPHRASE."""

from __future__ import annotations

import sys
from pathlib import Path

import mimik.study.sealing.keys as keys
from mimik.study.sealing.passphrase import Cost
from mimik.study.sealing.reseal import decrypt_study, encrypt_study, rekey_study, state_of

for make in (keys.with_slot, keys.new_encryption):
    assert make.__kwdefaults__
    make.__kwdefaults__["cost"] = Cost(1 << 4, 8, 1)
folder, passphrase = Path(sys.argv[1]), sys.argv[2]
sys.stdout.write("begun\n")
sys.stdout.flush()
renewed = 0
while True:
    state = state_of(folder)
    if state in ("plain", "encrypting"):
        encrypt_study(folder, passphrase)
    elif state == "rekeying" or (state == "sealed" and renewed < 3):
        rekey_study(folder, passphrase)
        renewed += 1
    else:
        decrypt_study(folder, passphrase)
        renewed = 0
