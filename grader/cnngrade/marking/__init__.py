"""Marking written answers: across the class, question by question, by people.

`ledger` keeps what they decide, `session` is one person's work at it, `screen` shows it in a terminal, `spreadsheet`
takes it out and in; `grouping` and `suggestions` save reading, and decide nothing.
"""
