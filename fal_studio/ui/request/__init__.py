"""What is asked: endpoint, mode, arguments, and the way to send them."""
