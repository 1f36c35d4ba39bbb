"""Jobs: preprocess, augment, train and test on a machine or several, here or on a platform; the training container."""
