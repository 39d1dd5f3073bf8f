"""The paper's networks: one for each muscle, twelve inputs, two hidden layers, one output."""
