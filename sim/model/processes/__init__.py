"""What happens every month: one file per process, its rules first, then its pass over agents."""
