package io.nightjar.job;

import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.SignedOrder;
import io.nightjar.identity.Identity;
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
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;

/**
 * Decides which jobs the model owner takes: those of accepted data owners, within a budget. All of
 * them are written down.
 */
public final class LedgerPolicy {

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
      AcceptedOwners unused = AcceptedOwners.read(policy.owners.get());
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
   * Returns the account that a job of a data owner counts on.
   *
   * @param signers the identities that have signed the order, the one in use first
   * @throws AdmissionRefusedException if none of them is accepted
   */
  String account(List<Identity> signers) throws IOException {
    if (owners.isEmpty()) {
      return signers.get(0).hex();
    }
    AcceptedOwners accepted;
    try {
      accepted = AcceptedOwners.read(owners.get()); // anew, so that nothing has to be restarted
    } catch (JobRefusedException e) { // no fault of the job's
      throw new LedgerException(e.getMessage(), e);
    }
    return signers.stream()
        .flatMap(signer -> accepted.account(signer).stream())
        .findFirst()
        .orElseThrow(() -> AdmissionRefusedException.unknownOwner(signers.get(0).toString()));
  }

  /**
   * Admits a job before any work on it; a job that was admitted before is not counted again, if its
   * order and its secret are the same.
   *
   * @param secret the job's secret, which is there to stay: a job that loses it is lost
   * @throws AdmissionRefusedException if its data owner is not accepted, the budget is exceeded, or
   *     it was admitted as another job
   */
  Admission admit(SignedOrder order, Plan plan, ModelFiles model, JobSecret secret)
      throws IOException {
    return ledger.admit(entry(order, plan, model, secret), budget);
  }

  private Entry entry(SignedOrder order, Plan plan, ModelFiles model, JobSecret secret)
      throws IOException {
    String account = account(order.signers());
    JobDescription job = order.job();
    try {
      return new Entry(
          job.job(),
          account,
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
}
