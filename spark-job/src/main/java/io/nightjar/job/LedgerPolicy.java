package io.nightjar.job;

import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.ledger.Account;
import io.nightjar.ledger.Admission;
import io.nightjar.ledger.AdmissionRefusedException;
import io.nightjar.ledger.Binding;
import io.nightjar.ledger.Entry;
import io.nightjar.ledger.Ledger;
import io.nightjar.ledger.LedgerException;
import io.nightjar.ledger.Ledgers;
import io.nightjar.ledger.Lineages;
import io.nightjar.plan.Plan;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ModelFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * Decides which jobs the model owner takes: those of accepted data owners, within a budget. All of
 * them are written down.
 */
public final class LedgerPolicy {

  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

  private final Ledger ledger;
  private final String location;
  private final OptionalLong budget;
  private final Optional<String> lineage;
  private final Optional<Path> owners;

  private LedgerPolicy(Ledger ledger, String location, Settings settings) {
    this.ledger = ledger;
    this.location = location;
    this.budget = PlanSettings.budget(settings).answers();
    this.lineage = settings.get(NightjarSettings.LEDGER_LINEAGE);
    this.owners = settings.get(NightjarSettings.LEDGER_OWNERS);
  }

  /**
   * Opens the ledger that settings name, or the one in the model owner's own directory.
   *
   * @throws JobRefusedException if there can be no ledger, or the file of accepted data owners is
   *     not one
   */
  public static LedgerPolicy open(Settings settings) throws IOException {
    String location =
        settings
            .get(NightjarSettings.LEDGER_LOCATION)
            .orElseGet(() -> Ledgers.embedded(ServeState.directory(settings).resolve("ledger.db")));
    Configuration configuration = HadoopFiles.configuration(HadoopConfigurations.of(settings));
    Ledger ledger;
    try {
      ledger = Ledgers.open(location, configuration);
    } catch (LedgerException e) { // nothing is read or written yet: it is what the setting says
      throw new JobRefusedException(e.getMessage(), e);
    }
    LedgerPolicy policy = new LedgerPolicy(ledger, location, settings);
    if (policy.owners.isPresent()) { // a mistake in it is answered at once
      Set<String> unused = accepted(policy.owners.get());
    }
    return policy;
  }

  /** Opens the ledger if a setting asks for one. */
  static Optional<LedgerPolicy> ifAsked(Settings settings) throws IOException {
    boolean asked =
        settings.get(NightjarSettings.LEDGER_LOCATION).isPresent()
            || settings.get(NightjarSettings.LEDGER_OWNERS).isPresent()
            || settings.get(NightjarSettings.LEDGER_BUDGET).isPresent();
    return asked ? Optional.of(open(settings)) : Optional.empty();
  }

  /**
   * Checks the data owner of a job.
   *
   * @throws AdmissionRefusedException if it is not accepted
   */
  void requireAccepted(JobDescription job) throws IOException {
    if (owners.isPresent() && !isAccepted(job.owner(), owners.get())) {
      throw AdmissionRefusedException.unknownOwner(job.owner());
    }
  }

  /**
   * Admits a job before any work on it; a job that was admitted before is not counted again, if its
   * order and its secret are the same.
   *
   * @param secret the job's secret, which is there to stay: a job that loses it is lost
   * @throws AdmissionRefusedException if its data owner is not accepted, the budget is exceeded, or
   *     it was admitted as another job
   */
  Admission admit(JobDescription job, Plan plan, ModelFiles model, JobSecret secret)
      throws IOException {
    requireAccepted(job);
    return ledger.admit(entry(job, plan, model, secret), budget);
  }

  private Entry entry(JobDescription job, Plan plan, ModelFiles model, JobSecret secret) {
    try {
      return new Entry(
          job.job(),
          job.owner(),
          lineage.orElse(model.model().architecture().name()),
          model.digest(),
          job.plan(),
          plan.protocol(),
          plan.sheet().answered(job.records()),
          plan.draws(),
          Optional.of(new Binding(job.digest(), secret.commitment())),
          Instant.now());
    } catch (IllegalArgumentException e) {
      throw AdmissionRefusedException.uncountable(e);
    }
  }

  /**
   * Brings a ledger of an earlier version over.
   *
   * @param lineages the lineage of models, by their digests; all others are of the one that a
   *     setting names
   * @return how many entries were brought over
   */
  public long migrate(Map<String, String> lineages) throws IOException {
    return ledger.migrate(new Lineages(lineages, lineage));
  }

  /** Returns all jobs that were admitted. */
  public List<Entry> entries() throws IOException {
    return ledger.entries();
  }

  /** Returns how many answers are left of the budget; empty without one. */
  public OptionalLong left(Account account) {
    return new Admission(account.answered(), budget).left();
  }

  /** Returns the most answers of an account. */
  public OptionalLong budget() {
    return budget;
  }

  /** Returns where the ledger is, as it may be shown. */
  public String location() {
    return Ledgers.shown(location);
  }

  /** The file is read for every job, so that nobody has to start anything again. */
  private static boolean isAccepted(String owner, Path file) throws IOException {
    try {
      return accepted(file).contains(owner);
    } catch (JobRefusedException e) { // no fault of the job's
      throw new LedgerException(e.getMessage(), e);
    }
  }

  private static Set<String> accepted(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new JobRefusedException("There is no file %s of accepted data owners".formatted(file));
    }
    Set<String> accepted = new HashSet<>();
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("#.*", "").strip();
      if (!line.isEmpty() && !FINGERPRINT.matcher(line).matches()) {
        throw new JobRefusedException(
            "%s, line %d, is no fingerprint of a public key: 64 hexadecimal digits, as keygen prints them"
                .formatted(file, i + 1));
      }
      accepted.add(line);
    }
    return accepted;
  }
}
