"""A connection to a store that commits as a test says."""


class Committing:
    """Stands for a connection; `commit` is called with it in the place of its own."""

    def __init__(self, connection, commit):
        self._connection = connection
        self._commit = commit

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def commit(self):
        self._commit(self._connection)


def failing(error):
    """A commit that fails with an error, and is undone, as DuckDB does it."""

    def commit(connection):
        connection.rollback()
        raise error

    return commit
