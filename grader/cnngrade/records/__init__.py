"""What is kept of a class: reports, marks, the class list, as JSON and in a database."""
