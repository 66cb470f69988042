"""The window itself: bars, tabs, docks, and what composes the panes."""
