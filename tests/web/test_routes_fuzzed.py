"""Every route of the real app, asked for by Schemathesis: whatever comes in, the server stays sane.

It makes up requests that fit the description and others that don't. No answer may be a server's error, none
may tell a stack trace, each has the headers of the guard, and what goes wrong is told in the one shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from mimik.protocol import parse_protocol
from mimik.study.study import Study
from mimik.web.app import create_app
from mimik.web.studio.studio import Studio
from web_world import QUICK
