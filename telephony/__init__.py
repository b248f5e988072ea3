"""HOW to call: lines that carry two-way audio. Knows nothing of leads, scripts or CRMs."""
