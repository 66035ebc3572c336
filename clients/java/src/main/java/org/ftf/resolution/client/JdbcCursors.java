package org.ftf.resolution.client;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Keeps cursors in a table of a database, in the transaction of what the handler writes to it. The SQL is that of SQLite
 * and PostgreSQL; the table is the one that the Python client keeps in SQLite.
 */
public final class JdbcCursors implements CursorStore<SQLException> {
  private static final String CREATE =
      "CREATE TABLE IF NOT EXISTS ftf_cursors (name TEXT PRIMARY KEY, cursor TEXT NOT NULL)";
  private static final String LOAD = "SELECT cursor FROM ftf_cursors WHERE name = ?";
  private static final String KEEP =
      "INSERT INTO ftf_cursors (cursor, name) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor";

  private final Connection database;
  private final String name;

  /**
   * Makes the table {@code ftf_cursors} when it is absent.
   *
   * @param database a connection in auto-commit mode, as JDBC gives it, that nobody else uses while the feed is followed
   * @param name tells apart the feeds that one database follows
   * @throws SQLException when the database fails
   */
  public JdbcCursors(Connection database, String name) throws SQLException {
    this.database = database;
    this.name = name;
    try (Statement statement = database.createStatement()) {
      statement.execute(CREATE);
    }
  }

  @Override
  public String load() throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(LOAD)) {
      statement.setString(1, name);
      try (ResultSet found = statement.executeQuery()) {
        return found.next() ? found.getString(1) : "";
      }
    }
  }

  /** One transaction; the handler must neither commit nor roll back. */
  @Override
  public void keep(String cursor, Effect<SQLException> effect) throws SQLException {
    database.setAutoCommit(false);
    try {
      effect.run();
      put(cursor);
      database.commit();
    } catch (SQLException | RuntimeException | Error error) {
      undo(error);
      throw error;
    }
    database.setAutoCommit(true);
  }

  private void put(String cursor) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(KEEP)) {
      statement.setString(1, cursor);
      statement.setString(2, name);
      statement.executeUpdate();
    }
  }

  private void undo(Throwable error) {
    try {
      database.rollback();
      // Only after the rollback: turning it on commits what is left.
      database.setAutoCommit(true);
    } catch (SQLException second) {
      error.addSuppressed(second);
    }
  }
}
