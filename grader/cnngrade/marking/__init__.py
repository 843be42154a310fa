"""Marking written answers: people do it question by question, for the whole class.

`ledger` stores what they decide, `session` is the work of one person, `screen` shows it in a terminal, and
`spreadsheet` exports and imports it. `grouping` and `suggestions` save reading time, and decide nothing.
"""
