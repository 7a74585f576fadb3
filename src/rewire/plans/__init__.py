"""Treatment plans: what is given and done, when."""

from rewire.plans.events import Activity, Condition, Dose, Event, LifeEvent, Session
from rewire.plans.files import read, read_plan, write_plan
from rewire.plans.plan import Plan

__all__ = [
    "Activity",
    "Condition",
    "Dose",
    "Event",
    "LifeEvent",
    "Plan",
    "Session",
    "read",
    "read_plan",
    "write_plan",
]
