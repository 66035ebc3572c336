import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.ftf.resolution.client.Connecting;
import org.ftf.resolution.client.FeedFollower;
import org.ftf.resolution.client.JdbcCursors;
import org.ftf.resolution.client.ResolutionClient;
import org.ftf.resolution.client.ServiceException;
import org.ftf.resolution.client.Tls;
import org.ftf.resolution.v1.ClaimedIdentity;
import org.ftf.resolution.v1.Decision;
import org.ftf.resolution.v1.IdentityChange;
import org.ftf.resolution.v1.Owner;
import org.ftf.resolution.v1.PersonName;
import org.ftf.resolution.v1.Record;
import org.ftf.resolution.v1.ResolutionServiceGrpc;
import org.ftf.resolution.v1.ResolveRecordRequest;

/**
 * Registers a record, follows the feed into a table of a local SQLite database, and prints what changed.
 *
 * <pre>FollowIntoSqlite HOST:PORT DATABASE [AUTHORITY.pem CERTIFICATE.pem KEY.pem]</pre>
 *
 * Run it again: it goes on after the last decision that the database has. Without certificates it speaks plain text, to
 * this machine only.
 */
public final class FollowIntoSqlite {
  public static void main(String[] words) throws SQLException {
    Connecting connecting = ResolutionClient.to(words[0]).purpose("identify").caseReference("example");
    if (words.length == 5) {
      connecting.tls(new Tls(Path.of(words[2]), Path.of(words[3]), Path.of(words[4])));
    }
    try (ResolutionClient client = connecting.connect();
        Connection database = DriverManager.getConnection("jdbc:sqlite:" + words[1])) {
      try (Statement table = database.createStatement()) {
        table.execute("CREATE TABLE IF NOT EXISTS identity_of (record TEXT PRIMARY KEY, identity TEXT NOT NULL)");
      }
      ResolveRecordRequest request = ResolveRecordRequest.newBuilder().setRecord(record()).build();
      Decision receipt = client.call(ResolutionServiceGrpc.getResolveRecordMethod(), request);
      System.out.println("stored as " + receipt.getIdentity());
      new FeedFollower<>(client, new JdbcCursors(database, "feed")).followToTheEnd(decision -> keep(database, decision));
    } catch (ServiceException.InvalidInput error) {
      error.violations().forEach(wrong -> System.err.println(wrong.field() + ": " + wrong.description()));
      System.exit(1);
    }
  }

  private static Record record() {
    return Record.newBuilder()
        .setName("sources/example/records/1")
        .setOwner(Owner.newBuilder().setCountry("FRA"))
        .addIdentities(
            ClaimedIdentity.newBuilder()
                .addNames(PersonName.newBuilder().setFullName("Zelimkhan Khasanov"))
                .addNationalities("RUS"))
        .build();
  }

  /** Runs in the transaction that also keeps the cursor: a decision is in the table exactly once, or comes again. */
  private static void keep(Connection database, Decision decision) throws SQLException {
    for (IdentityChange change : decision.getChangesList()) {
      for (String record : change.getRecordsList()) {
        System.out.println(record + ": " + or(change.getBefore(), "new") + " -> " + or(change.getAfter(), "withdrawn"));
        update(database, "DELETE FROM identity_of WHERE record = ?", record);
        if (!change.getAfter().isEmpty()) {
          update(database, "INSERT INTO identity_of VALUES (?, ?)", record, change.getAfter());
        }
      }
    }
  }

  private static void update(Connection database, String sql, String... values) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(sql)) {
      for (int place = 0; place < values.length; place++) {
        statement.setString(place + 1, values[place]);
      }
      statement.executeUpdate();
    }
  }

  private static String or(String value, String otherwise) {
    return value.isEmpty() ? otherwise : value;
  }
}
