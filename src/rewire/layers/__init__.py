"""The layers of the standard model, one biological idea a file."""
