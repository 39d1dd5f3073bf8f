"""Networks as ONNX graphs for other programs."""
