"""Clips, speech, transcripts, meshes and the workflow: files that other programs can open."""

import asyncio
import io
import itertools
import json
import struct
import subprocess
import sys

import av
import numpy as np
import pytest
from PIL import Image

from fal_studio.emulator.model import ModelError
from fal_studio.emulator.models import mesh, speech, transcribe, video, workflow
from fal_studio.emulator.models.catalogue import MODELS
from tests.emulator.lent import LentContext, events_of


def clip_of(**fields: object) -> tuple[dict, bytes, LentContext]:
    context = LentContext()
    request = video.VideoInput.model_validate({"prompt": "lighthouse at dusk", "seed": 2, **fields})
    output = asyncio.run(video.run(request, context))
    video.VideoOutput.model_validate(output)
    return output, context.files[output["video"]["url"]][0], context


def test_a_clip_plays_and_moves() -> None:
    output, data, context = clip_of()
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.average_rate == 24
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == output["video"]["num_frames"] == 120
    assert frames[0].shape == (360, 640, 3)
    assert np.abs(frames[0].astype(int) - frames[60].astype(int)).mean() > 2
    assert np.abs(frames[10].astype(int) - frames[11].astype(int)).mean() < 12
    lines = [message for _, message in context.lines]
    assert "step 20/20 (100%)" in lines
    assert context.units == 5


def test_a_clip_of_a_picture_shows_the_picture() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 400), "#c03020").save(buffer, "PNG")
    context = LentContext()
    url = context.publish(buffer.getvalue(), "image/png", "p.png")
    request = video.VideoInput(prompt="slow push", image_url=url, aspect_ratio="9:16", seed=1)
    output = asyncio.run(video.run(request, context))
    with av.open(io.BytesIO(context.files[output["video"]["url"]][0]), "r") as container:
        frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert frame.shape == (640, 360, 3)
    assert frame.mean(axis=(0, 1)) == pytest.approx([192, 48, 32], abs=14)


TEXT = "The lamp is lit. Will you come and see it?"


def said(**fields: object) -> tuple[dict, LentContext]:
    context = LentContext()
    output = asyncio.run(speech.run(speech.SpeechInput.model_validate({"text": TEXT, **fields}), context))
    speech.SpeechOutput.model_validate(output)
    return output, context


@pytest.mark.parametrize(
    ("kind", "mime"), [("mp3", "audio/mpeg"), ("flac", "audio/flac"), ("wav", "audio/wav")]
)
@pytest.mark.parametrize("rate", [16000, 44100])
def test_speech_plays_for_as_long_as_it_says(kind: str, mime: str, rate: int) -> None:
    output, context = said(audio_setting={"format": kind, "sample_rate": rate, "channel": 2})
    data, content_type = context.files[output["audio"]["url"]]
    assert content_type == mime
    with av.open(io.BytesIO(data), "r") as container:
        assert container.streams.audio[0].rate == rate
        assert container.streams.audio[0].channels == 2
        samples = sum(frame.samples for frame in container.decode(audio=0))
    assert samples / rate == pytest.approx(output["duration_ms"] / 1000, abs=0.12)


def test_speech_is_a_voice_not_a_beep() -> None:
    output, context = said(audio_setting={"format": "pcm", "sample_rate": 24000})
    samples = np.frombuffer(context.files[output["audio"]["url"]][0], "<i2").astype(float)
    assert np.abs(samples).max() > 8000
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    strongest = np.sort(spectrum)[-20:].sum() / spectrum.sum()
    assert strongest < 0.5
    loud = np.sqrt((samples[: len(samples) // 240 * 240].reshape(-1, 240) ** 2).mean(axis=1))
    assert loud.min() < 0.05 * loud.max()


def test_speed_voice_and_hex() -> None:
    fast, slow = (said(voice_setting={"speed": speed})[0]["duration_ms"] for speed in (2.0, 0.5))
    assert slow == pytest.approx(4 * fast, rel=0.1)
    files = [
        next(iter(said(voice_setting={"voice_id": name})[1].files.values()))[0]
        for name in ("Calm_Man", "Wise_Woman")
    ]
    assert files[0] != files[1]
    output, context = said(output_format="hex")
    assert not context.files
    assert bytes.fromhex(output["audio"])[:3] in (b"ID3", b"\xff\xfb\x90")


def test_the_speech_stream_gives_playable_pieces() -> None:
    context = LentContext()
    events = asyncio.run(events_of(speech.stream(speech.SpeechInput(text=TEXT), context)))
    pieces, whole = events[:-1], events[-1]
    assert [piece["index"] for piece in pieces] == list(range(len(pieces)))
    assert sum(piece["duration_ms"] for piece in pieces) == pytest.approx(whole["duration_ms"], abs=5)
    assert whole["audio"]["url"] in context.files


def heard(url: str, context: LentContext, **fields: object) -> dict:
    request = transcribe.TranscribeInput.model_validate({"audio_url": url, **fields})
    output = asyncio.run(transcribe.run(request, context))
    transcribe.TranscribeOutput.model_validate(output)
    return output


@pytest.mark.parametrize("kind", ["mp3", "flac", "wav"])
def test_our_own_speech_is_transcribed_exactly(kind: str) -> None:
    spoken, context = said(text="Café, 日本語! Is it 3?", audio_setting={"format": kind})
    output = heard(spoken["audio"]["url"], context)
    assert output["text"] == "Café, 日本語! Is it 3?"
    assert output["chunks"][-1]["timestamp"][1] <= spoken["duration_ms"] / 1000 + 0.01
    words = heard(spoken["audio"]["url"], context, chunk_level="word")["chunks"]
    assert [word["text"] for word in words] == ["Café,", "日本語!", "Is", "it", "3?"]
    assert all(a["timestamp"][1] <= b["timestamp"][0] + 0.35 for a, b in itertools.pairwise(words))


def test_any_other_sound_is_only_measured() -> None:
    spoken, context = said(audio_setting={"format": "wav"})
    data = context.files[spoken["audio"]["url"]][0]
    with av.open(io.BytesIO(data), "r") as container:
        samples = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])
    silence = np.zeros(32000, np.int16)
    bare = np.concatenate([silence, samples[:32000], silence, samples[:32000]])
    head = (
        b"RIFF"
        + struct.pack("<I", 36 + bare.nbytes)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 32000, 64000, 2, 16)
    )
    url = context.publish(
        head + b"data" + struct.pack("<I", bare.nbytes) + bare.tobytes(), "audio/wav", "x.wav"
    )
    output = heard(url, context)
    assert "measured 4.0 s" in output["text"]
    assert output["languages"] == []
    assert len(output["chunks"]) >= 2
    assert output["chunks"][0]["timestamp"][0] == pytest.approx(1.0, abs=0.15)


def test_what_is_no_sound_is_refused() -> None:
    context = LentContext()
    url = context.publish(b"words, words", "audio/mpeg", "x.mp3")
    with pytest.raises(ModelError) as caught:
        heard(url, context)
    assert caught.value.type == "unsupported_audio_format"


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("a lighthouse", "lighthouse"),
        ("blue vase", "vase"),
        ("an island", "terrain"),
        ("torus knot", "torus-knot"),
        ("anything", None),
    ],
)
def test_a_mesh_is_valid_gltf(prompt: str, name: str | None) -> None:
    context = LentContext()
    output = asyncio.run(mesh.run(mesh.MeshInput(prompt=prompt, seed=3), context))
    mesh.MeshOutput.model_validate(output)
    data = context.files[output["model_mesh"]["url"]][0]
    document, binary = chunks_of(data)
    assert name is None or document["meshes"][0]["name"] == name
    accessors, views = document["accessors"], document["bufferViews"]
    assert document["buffers"][0]["byteLength"] == len(binary)
    assert all(
        view["byteOffset"] % 4 == 0 and view["byteOffset"] + view["byteLength"] <= len(binary)
        for view in views
    )
    parts = [part(document, binary, index) for index in range(4)]
    positions, normals, texture_at, indices = parts
    assert positions.min(axis=0) == pytest.approx(accessors[0]["min"], abs=1e-5)
    assert positions.max(axis=0) == pytest.approx(accessors[0]["max"], abs=1e-5)
    assert np.isfinite(positions).all()
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1, abs=1e-3)
    assert texture_at.min() >= -0.001
    assert texture_at.max() <= 1.001
    assert indices.max() < len(positions)
    assert len(indices) % 3 == 0
    picture = views[document["images"][0]["bufferView"]]
    texture = binary[picture["byteOffset"] : picture["byteOffset"] + picture["byteLength"]]
    assert Image.open(io.BytesIO(texture)).size == (512, 512)
    assert context.files[output["textures"][0]["url"]][0] == texture


def chunks_of(data: bytes) -> tuple[dict, bytes]:
    magic, version, total = struct.unpack_from("<4sII", data)
    assert (magic, version, total) == (b"glTF", 2, len(data))
    length, kind = struct.unpack_from("<I4s", data, 12)
    assert kind == b"JSON"
    start = 20 + length
    size, binary_kind = struct.unpack_from("<I4s", data, start)
    assert binary_kind == b"BIN\0"
    assert start + 8 + size == len(data)
    return json.loads(data[20:start]), data[start + 8 :]


def part(document: dict, binary: bytes, index: int) -> np.ndarray:
    accessor = document["accessors"][index]
    view = document["bufferViews"][accessor["bufferView"]]
    kind = {5126: "<f4", 5125: "<u4"}[accessor["componentType"]]
    width = {"VEC3": 3, "VEC2": 2, "SCALAR": 1}[accessor["type"]]
    raw = np.frombuffer(binary, kind, accessor["count"] * width, view["byteOffset"])
    return raw if width == 1 else raw.reshape(-1, width)


def test_triangles_face_outwards() -> None:
    context = LentContext()
    output = asyncio.run(mesh.run(mesh.MeshInput(prompt="vase", seed=3), context))
    document, binary = chunks_of(context.files[output["model_mesh"]["url"]][0])
    positions, normals, _, indices = (part(document, binary, index) for index in range(4))
    corners = positions[indices.reshape(-1, 3)]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    vertex = normals[indices.reshape(-1, 3)].mean(axis=1)
    solid = np.linalg.norm(faces, axis=1) > 1e-9
    assert ((faces * vertex).sum(axis=1)[solid] > 0).mean() > 0.97
    outer = (np.abs(positions[:, 1] - 0.5) < 0.1) & (np.hypot(positions[:, 0], positions[:, 2]) > 0.3)
    assert (positions[outer] * normals[outer])[:, [0, 2]].sum(axis=1).min() > 0


def test_the_workflow_tells_each_node_and_ends_with_the_output() -> None:
    context = LentContext()
    request = workflow.StoryInput.model_validate(
        {"prompt": "a cottage", "seed": 1, "image_size": {"width": 160, "height": 120}}
    )
    events = asyncio.run(events_of(workflow.stream(request, context)))
    assert [event["type"] for event in events] == ["submit", "completion"] * 3 + ["output"]
    workflow.StoryOutput.model_validate(events[-1]["output"])
    assert len(events[-1]["output"]["images"]) == 2
    assert "160×120" in events[-1]["output"]["caption"]
    assert asyncio.run(workflow.run(request, LentContext()))["caption"] == events[-1]["output"]["caption"]


def test_a_failing_node_ends_the_workflow_with_its_name() -> None:
    request = workflow.StoryInput.model_validate(
        {"prompt": "x", "image_size": {"width": 9000, "height": 100}}
    )
    events = asyncio.run(events_of(workflow.stream(request, LentContext())))
    assert events[-1]["type"] == "error"
    assert events[-1]["node_id"] == "paint"
    assert events[-1]["error"]["status"] == 422
    with pytest.raises(ModelError, match="Step paint failed"):
        asyncio.run(workflow.run(request, LentContext()))


def test_the_catalogue_is_complete_and_described() -> None:
    names = {model.endpoint_id for model in MODELS}
    wanted = "image edit chat sketch video speech transcribe mesh failing bench"
    assert names >= {f"emulator/{name}" for name in wanted.split()} | {"workflows/emulator/picture-story"}
    for model in MODELS:
        assert model.description
        for route in model.routes.values():
            for schema in (route.input, route.output):
                properties = schema.model_json_schema()["properties"]
                assert schema.model_json_schema(mode="serialization")
                if model.endpoint_id not in ("emulator/failing", "emulator/bench"):
                    missing = [
                        name
                        for name, value in properties.items()
                        if "description" not in value and name != "object"
                    ]
                    assert not missing


def test_the_catalogue_loads_without_the_heavy_libraries() -> None:
    code = "import sys, fal_studio.emulator.models.catalogue; print(sorted({'numpy', 'PIL', 'av'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=200
    )
    assert done.stdout.strip() == "[]"
