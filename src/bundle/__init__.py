"""The saved model: both networks in one folder that reads plates without torch."""
