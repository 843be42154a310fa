"""Where submissions are judged: on this machine, in processes side by side."""
