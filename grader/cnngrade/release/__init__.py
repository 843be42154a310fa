"""Releases a week: what students get (`bundle`), and packing so that equal trees give equal bytes (`packing`)."""
