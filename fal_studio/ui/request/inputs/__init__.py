"""Controls of the form: one for each kind of field, from a line of text to a list of objects."""
