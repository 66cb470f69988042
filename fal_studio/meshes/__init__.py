"""Reading and drawing 3D models, in a process of its own: files of results are not trusted, and the window never waits."""
