"""The HTTP service: routes, limits, errors and measurements around a plate reader. No MLEM and no torch in here."""
