"""The rules of sessions: what they mean for the policy, the request and the limit."""

import msgspec

from fal_studio.core.realtime.pacing import Pace, Policy
from fal_studio.core.realtime.rules import Rules
from fal_studio.core.request import Options
from fal_studio.core.settings import declared_in


def test_the_usual_rules_are_the_usual_pace_and_options() -> None:
    assert Rules().pace == Pace()
    assert Rules(buffering=0).options(Options(path="/x")) == Options(path="/x")
    assert Rules(policy=Policy.SETTLE, settle_ms=500).pace == Pace(Policy.SETTLE, grace_s=0.5)


def test_the_profiles_stop_is_the_ceiling() -> None:
    assert Rules(limit_usd=2).stop_usd(None) == 2
    assert Rules(limit_usd=2).stop_usd(0.5) == 0.5
    assert Rules(limit_usd=2).stop_usd(9) == 2
    assert Rules(limit_usd=0).stop_usd(9) == 9
    assert Rules(limit_usd=0).stop_usd(None) is None


def test_every_rule_but_the_policy_is_declared_with_bounds_that_hold_its_default() -> None:
    rules = declared_in(Rules())
    assert {rule.key for rule in rules} == set(Rules.__struct_fields__) - {"policy"}
    for rule in rules:
        assert rule.title
        assert rule.help.endswith(".")
        if not isinstance(rule.default, bool):
            assert rule.minimum is not None
            assert rule.maximum is not None
            assert rule.minimum <= rule.default <= rule.maximum
    assert msgspec.json.decode(msgspec.json.encode(Rules(depth=4)), type=Rules) == Rules(depth=4)
