"""What runs beside the student's code: the worker, the standard probes, and what they share. Nothing here is secret."""
