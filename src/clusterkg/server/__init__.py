"""The processes that serve: fronts hold the connections, executors answer and may be killed."""
