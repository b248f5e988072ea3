"""Calls as they go on, told to the pages: an observer of calls that publishes in the hub."""

from __future__ import annotations

from robot.calls.events import Answered, CallEnded, CallEvent, ClientHeard, Dialing, Observer, PhraseStarted
from robot.domain.outcomes import Outcome
from robot.web.events import EventHub, Topic


def feed(hub: EventHub) -> Observer:
    """No number and no name goes this way: whose call it is, the API tells who may know."""

    def observe(event: CallEvent) -> None:
        match event:
            case Dialing(attempt_id=call, claimed=claimed):
                hub.publish(Topic.LIVE, call=str(call), state="ringing")
                hub.publish(Topic.CAMPAIGNS, campaign=claimed.campaign.slug)
            case Answered(attempt_id=call):
                hub.publish(Topic.LIVE, call=str(call), state="talking")
            case PhraseStarted(attempt_id=call, phrase=phrase, text=text):
                hub.publish(Topic.SAID, call=str(call), by="robot", phrase=phrase, text=text)
            case ClientHeard(attempt_id=call, text=text):
                hub.publish(Topic.SAID, call=str(call), by="client", phrase="", text=text)
            case CallEnded(attempt_id=call, claimed=claimed, result=result):
                hub.publish(Topic.LIVE, call=str(call), state="ended")
                hub.publish(Topic.CALLS, call=str(call))
                hub.publish(Topic.CAMPAIGNS, campaign=claimed.campaign.slug)
                if result.outcome is Outcome.MEETING_BOOKED:
                    hub.publish(Topic.MEETINGS)

    return observe
