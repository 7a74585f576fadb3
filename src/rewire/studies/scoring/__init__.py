"""Published trials simulated as they were done, and scored: arms, virtual trials, measures, baselines, CRPS."""
