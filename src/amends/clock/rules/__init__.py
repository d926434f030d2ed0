"""The rules: which alarms run for a situation. One file a concern; each yields alarms, the engine rings them."""

from amends.clock.rules import acknowledgement, decisions, meetings, promises, requests, silence, target

RULES = (
    acknowledgement.alarms,
    promises.alarms,
    silence.alarms,
    target.alarms,
    decisions.alarms,
    requests.alarms,
    meetings.alarms,
)
