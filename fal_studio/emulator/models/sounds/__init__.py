"""The emulator's voice and ears; NumPy and PyAV, loaded when the first sound is asked for."""
