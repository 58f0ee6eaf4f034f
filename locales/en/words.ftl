# Short words parents and teachers see.
# A line of a list
list-line = · { $item }
list-first = { $item }
list-next = { $before }, { $item }
