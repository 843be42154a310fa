"""Releasing a week: what students get (`bundle`), and how it is packed so that equal trees give equal bytes (`packing`)."""
