import io.nightjar.ledger.Entry;
import io.nightjar.ledger.Ledger;
import io.nightjar.ledger.Ledgers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;

/**
 * Wrote the ledgers beside it with the classes of commit 5d32272, the last whose ledgers had no version of their own:
 * {@code java -cp CLASSES WriteLedgers.java DIRECTORY}.
 */
class WriteLedgers {
  public static void main(String[] args) throws Exception {
    Path target = Path.of(args[0]);
    for (String location :
        new String[] {Ledgers.embedded(target.resolve("ledger.db")), "file:" + target.toAbsolutePath() + "/directory"}) {
      Ledger ledger = Ledgers.open(location, new Configuration());
      admit(ledger, 1, "ab", "cd", "bayhenn", 5000, 8);
      admit(ledger, 2, "01", "cd", "cryptonets", 4096, 1);
      admit(ledger, 3, "ab", "ef", "2p-dnn", 100, 2);
    }
  }

  static void admit(Ledger ledger, int number, String owner, String model, String protocol, long records, int draws)
      throws Exception {
    ledger.admit(
        new Entry(
            new UUID(9, number),
            owner.repeat(32),
            model.repeat(32),
            "01".repeat(32),
            protocol,
            records,
            draws,
            Instant.ofEpochMilli(1_750_000_000_123L + number)),
        OptionalLong.empty());
  }
}
