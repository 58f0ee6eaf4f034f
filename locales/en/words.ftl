# Short words parents and teachers see.
language-name = English
# A line of a list
list-line = · { $item }
