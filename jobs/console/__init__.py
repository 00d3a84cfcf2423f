"""What the commands read, ask and show: options in, text out."""
