"""OpenSim's formats and OpenSim itself, as the reference engine."""
