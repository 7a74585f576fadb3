"""From a wired model, a plan and people to numbers over time."""
