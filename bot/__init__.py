"""Relais Parents: a French-language assistant that sends parents to real places nearby."""
