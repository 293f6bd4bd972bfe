"""Our own NLU components: spelling, needs and intents, places, ages and days, emergencies."""
