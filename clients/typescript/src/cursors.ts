/** Where a follower keeps how far it has come: in the caller's own store, together with what the caller made of it. */

/**
 * Keeps one cursor. What the handler stores and the cursor must become durable together, or not at all.
 *
 * `T` is what the handler writes with: a transaction of a database driver, or nothing where a connection has only one.
 */
export interface CursorStore<T = void> {
  /** The cursor that was kept last, to continue after; empty: from the beginning. */
  load(): string | Promise<string>;

  /**
   * Runs `handle` in a transaction that also keeps the cursor. When `handle` fails, neither what it stored nor the cursor
   * may remain, and this fails with the same: then the decision comes again.
   */
  keeping(cursor: string, handle: (transaction: T) => Promise<void>): Promise<void>;
}

/**
 * A connection to a SQLite database, as that of `node-sqlite3-wasm`. Others fit with three lines, here `better-sqlite3`
 * or `node:sqlite`:
 *
 * ```ts
 * const connection: SqliteConnection = {
 *   exec: (sql) => database.exec(sql),
 *   run: (sql, values) => database.prepare(sql).run(...values),
 *   get: (sql, values) => database.prepare(sql).get(...values),
 * };
 * ```
 */
export interface SqliteConnection {
  /** Executes a statement. */
  exec(sql: string): unknown;
  /** Executes a statement with values for its parameters. */
  run(sql: string, values: string[]): unknown;
  /** The first row, or null or undefined when there is none. */
  get(sql: string, values: string[]): unknown;
}

/** Keeps cursors in a table of a SQLite database, in the transaction of what the handler writes to it. */
export class SqliteCursors implements CursorStore {
  readonly #database: SqliteConnection;
  readonly #name: string;

  /**
   * `name` tells apart the feeds that one database follows. Makes the table `ftf_cursors` when it is absent. The
   * connection is for the handler alone: what else writes with it meanwhile would be in the same transaction.
   */
  constructor(database: SqliteConnection, name = "feed") {
    this.#database = database;
    this.#name = name;
    database.exec("CREATE TABLE IF NOT EXISTS ftf_cursors (name TEXT PRIMARY KEY, cursor TEXT NOT NULL)");
  }

  load(): string {
    const row = this.#database.get("SELECT cursor FROM ftf_cursors WHERE name = ?", [this.#name]);
    return (row as { cursor: string } | null | undefined)?.cursor ?? "";
  }

  /** One transaction; the handler must neither commit nor roll back. */
  async keeping(cursor: string, handle: () => Promise<void>): Promise<void> {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      await handle();
      this.#database.run(
        "INSERT INTO ftf_cursors VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor",
        [this.#name, cursor],
      );
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}
