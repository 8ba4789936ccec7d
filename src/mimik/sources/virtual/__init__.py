"""Simulated people in front of simulated phones: no hardware needed, and always marked synthetic."""
