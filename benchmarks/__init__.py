"""Speed and memory, and the plain Mesa model they are measured against; see docs/performance.md."""
