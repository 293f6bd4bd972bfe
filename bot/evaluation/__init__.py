"""Measures how well the trained model understands, and refuses a model under the thresholds."""
