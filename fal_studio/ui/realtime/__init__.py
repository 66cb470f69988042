"""The live desk: an input that is drawn, a result that answers, and what happened between them."""
