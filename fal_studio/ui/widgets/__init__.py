"""The parts that every pane is built from; they know no call and no endpoint."""
