"""Pictures that show what the models do: annotated plates and charts."""
