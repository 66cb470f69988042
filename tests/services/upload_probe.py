"""Uploads one file in a process of its own and prints, as JSON, its URL, its progress and by how many bytes memory grew."""

import asyncio
import json
import os
import resource
import sys
from pathlib import Path

from fal_studio.core import events as e
from fal_studio.core.request import Hosts, Profile, ProfileKind
from fal_studio.modes.http import Http
from fal_studio.services.storage import Storage
from fal_studio.services.transfer import Transfer


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def main(path: Path, hosts: Hosts, key: str) -> None:
    http = Http(Profile("emulator", ProfileKind.EMULATOR, hosts), key)
    storage, facts = Storage(http), []
    await storage.token(facts.append)  # the client is warm
    before = peak_bytes()
    url = await Transfer(storage, path).run(facts.append)
    grown = peak_bytes() - before
    await http.aclose()
    told = {
        "url": url,
        "grown": grown,
        "progress": [fact.sent_bytes for fact in facts if isinstance(fact, e.Upload)],
        "troubles": sum(isinstance(fact, e.Trouble) for fact in facts),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Hosts(**json.loads(sys.argv[2])), os.environ["FAL_KEY"]))
