package org.ftf.resolution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdbcCursorsTest {
  private Connection database;

  @BeforeEach
  void open() throws SQLException {
    database = DriverManager.getConnection("jdbc:sqlite::memory:");
    run("CREATE TABLE told (record TEXT)");
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  @Test
  void whatAHandlerWroteAndTheCursorAreKeptTogetherOrNotAtAll() throws SQLException {
    JdbcCursors cursors = new JdbcCursors(database, "feed");
    assertEquals("", cursors.load());
    cursors.keep("one", () -> run("INSERT INTO told VALUES ('a')"));
    CursorStore.Effect<SQLException> failing =
        () -> {
          run("INSERT INTO told VALUES ('b')");
          throw new IllegalStateException("made up");
        };
    assertThrows(IllegalStateException.class, () -> cursors.keep("two", failing));
    assertEquals("one", cursors.load());
    assertEquals(1, told());
    cursors.keep("two", () -> run("INSERT INTO told VALUES ('b')"));
    assertEquals("two", cursors.load());
    assertEquals(2, told());
  }

  @Test
  void twoFeedsOfOneDatabaseAreToldApart() throws SQLException {
    new JdbcCursors(database, "one").keep("1", () -> {});
    new JdbcCursors(database, "two").keep("2", () -> {});
    assertEquals("1", new JdbcCursors(database, "one").load());
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  private int told() throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet found = statement.executeQuery("SELECT count(*) FROM told")) {
      return found.getInt(1);
    }
  }
}
