"""The laboratory's methods: statistics on arrays and frames, one to a file.

None of them simulates anything; each recovers a known truth in its test.
"""
