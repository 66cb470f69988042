"""What came back: pictures, words, sound, films, files, failures."""
