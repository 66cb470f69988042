"""A serverless app as a developer writes it with the `fal` SDK, served on this machine by the SDK's own server.

Runs in an environment of its own (build/fal-venv). `App.serve` does the same on 0.0.0.0 and a fixed port.
"""

import asyncio
import json
import socket

import fal
import uvicorn
from fal.api.api import FalServer
from fastapi.responses import StreamingResponse
from pydantic import BaseModel


class Input(BaseModel):
    prompt: str
    steps: int = 3


class Output(BaseModel):
    text: str


class Story(fal.App):
    """Tells a story in three modes."""

    @fal.endpoint("/")
    def tell(self, wish: Input) -> Output:
        return Output(text=f"once upon a time: {wish.prompt}")

    @fal.endpoint("/loud")
    def shout(self, wish: Input) -> Output:
        return Output(text=wish.prompt.upper())

    @fal.endpoint("/stream")
    def stream(self, wish: Input) -> StreamingResponse:
        def events():
            for step in range(wish.steps):
                yield f"data: {json.dumps({'text': wish.prompt, 'step': step})}\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    @fal.realtime("/realtime")
    def answer(self, wish: Input) -> Output:
        return Output(text=f"you said {wish.prompt}")


async def main() -> None:
    app = Story(_allow_init=True)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # early callers wait in line until the server is up
        server = FalServer(config=uvicorn.Config(app._build_app(), lifespan="on", log_level="warning"))
        server.set_handle_exit(app.handle_exit)
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
        await server.serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(main())
