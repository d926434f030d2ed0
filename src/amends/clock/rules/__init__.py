"""The rules: which alarms run for a situation. One file a concern; each yields alarms, the engine rings them."""

from amends.clock.rules import acknowledgement, decisions, promises, requests, silence, target

RULES = (
    acknowledgement.alarms,
    promises.alarms,
    silence.alarms,
    target.alarms,
    decisions.alarms,
    requests.alarms,
)
