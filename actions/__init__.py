"""Rasa's custom actions, one file per action."""
