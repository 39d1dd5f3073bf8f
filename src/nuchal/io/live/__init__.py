"""Streams: channels of a running source as markers or bodies, the lab streaming layer, a log."""
