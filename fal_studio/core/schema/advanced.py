"""Which fields stay in sight: what is required, what people change most, and not too many others."""

import msgspec

from fal_studio.core.schema.field import Field, FieldKind

COMMON = (
    "image_size", "aspect_ratio", "resolution", "image_url", "num_images", "duration", "voice", "seed",
    "num_inference_steps", "guidance_scale", "strength", "style",
)  # fmt: skip
"""What people change most, in the order in which it is shown."""
_PLUMBING = frozenset({
    "sync_mode", "enable_safety_checker", "safety_tolerance", "safety_checker_version", "output_format", "format",
    "acceleration", "request_id", "end_user_id", "expand_prompt", "enable_prompt_expansion", "prompt_expansion",
    "prompt_optimizer", "enhance_prompt", "scheduler", "output_quality", "video_quality", "video_write_mode",
})  # fmt: skip
_FEW = 8
"""Other fields in sight; a document with more of them folds the rest."""


def folded(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return the fields with `is_advanced` said of each."""
    room = _FEW
    told: list[Field] = []
    for field in fields:
        is_basic = field.required or field.is_important or field.name in COMMON
        if not is_basic and not field.is_advanced and field.name not in _PLUMBING:
            is_basic = field.kind in (FieldKind.PROMPT, FieldKind.FILE) or field.media is not None or room > 0
            room -= 1
        told.append(msgspec.structs.replace(field, is_advanced=not is_basic))
    if all(field.is_advanced for field in told):
        return fields
    return tuple(told)
