"""Which forms of sounds and films are read, as options for FFmpeg: files come from others, and it would do more than read them.

A list of songs or a description of a stream makes FFmpeg open further files or ports of this computer, whatever the name of the
file that it stands in. So the forms are named that hold what they show, and nothing but the file itself is opened.
"""

from collections.abc import Mapping
from types import MappingProxyType

_SOUNDS = "wav,w64,aiff,au,mp3,flac,ogg,aac,mov,mp4,m4a,matroska,webm,asf,caf,amr,ac3,eac3,wv,ape,tta,dsf"
_FILMS = f"{_SOUNDS},avi,flv,mpeg,mpegts,mjpeg,gif"

SOUNDS: Mapping[str, str] = MappingProxyType(
    {"format_whitelist": _SOUNDS, "protocol_whitelist": "file", "max_size": "65536"}
)
"""For what is heard. The last: as many bytes of plain samples at once."""
FILMS: Mapping[str, str] = MappingProxyType({"format_whitelist": _FILMS, "protocol_whitelist": "file"})
"""For what may also be seen."""
