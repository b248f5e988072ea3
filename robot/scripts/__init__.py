"""The scripts desk: scripts edited while calls go on, checked, published as versions, spoken by the next calls."""
