"""The models that the emulator hosts, one module each."""
