"""Files of trained networks: plain arrays, without pickle."""
