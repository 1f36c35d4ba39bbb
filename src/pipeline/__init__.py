"""What the stages share: how a stage runs, and the world that its scenes are drawn from."""
