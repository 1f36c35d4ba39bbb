"""Labels of photographs: from and to what others keep them in, split, checked, counted, and made by a model."""
