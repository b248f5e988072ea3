"""What is shown on the real parts: nodes killed, cables cut, long queues. For `zvonar chaos` and `zvonar bench`."""
