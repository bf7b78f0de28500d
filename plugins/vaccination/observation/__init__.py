"""The observation room: timers, reactions, hand-over."""
