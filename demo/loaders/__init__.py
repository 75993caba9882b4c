"""One loader a subject. Each adds what is missing and leaves alone what is there."""
