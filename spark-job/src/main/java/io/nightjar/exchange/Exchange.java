package io.nightjar.exchange;

import io.nightjar.identity.Identities;
import io.nightjar.identity.Identity;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.PlanReader;
import io.nightjar.protocols.Protocols;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The directory where two owners meet: one offers a plan, the other orders jobs. */
public final class Exchange {

  private final Path root;
  private final Configuration configuration;
  private final FileSystem files;
  private final SignedFiles signed;

  /** Opens an exchange, which need not be there yet. */
  public Exchange(Path root, Configuration configuration) throws IOException {
    this.files = root.getFileSystem(configuration);
    this.root = files.makeQualified(root);
    this.configuration = configuration;
    this.signed = new SignedFiles(files, this.root, "");
  }

  /** Returns the directory itself. */
  public Path root() {
    return root;
  }

  /** Says how much whoever serves can do, before a plan is put on offer. */
  public void announce(Capacity capacity, Identities modelOwner) throws IOException {
    signed.write(capacityPath(), ExchangeJson.write(capacity), modelOwner.all());
  }

  /**
   * Returns what a model owner has said that it can do, if it has.
   *
   * @throws ExchangeException if that is malformed
   */
  public Optional<Capacity> capacity(Identity modelOwner) throws IOException {
    return signed
        .read(capacityPath(), Capacity.MOST_BYTES, List.of(modelOwner))
        .map(json -> ExchangeJson.read(capacityPath(), json, Capacity.class));
  }

  private Path capacityPath() {
    return new Path(root, "capacity.json");
  }

  /** Puts a plan on offer, in place of an earlier one. */
  public void offer(Plan plan, Identities modelOwner) throws IOException {
    byte[] json = (PlanJson.write(plan) + "\n").getBytes(StandardCharsets.UTF_8);
    signed.write(planPath(), json, modelOwner.all());
  }

  /** Takes the plan on offer back. */
  public void withdraw() throws IOException {
    signed.delete(planPath());
  }

  /**
   * Returns the plan on offer, if somebody has signed it.
   *
   * @throws InvalidPlanException if it is not one to follow
   */
  public Optional<Offered> offered() throws IOException {
    return signed
        .read(planPath(), PlanReader.MAX_CHARACTERS)
        .map(
            offer ->
                new Offered(
                    Protocols.readPlan(new String(offer.content(), StandardCharsets.UTF_8)),
                    offer.signers()));
  }

  /** Returns whether there is a plan, whoever wrote it. */
  public boolean hasPlan() throws IOException {
    return files.exists(planPath());
  }

  /** Returns where the plan on offer is. */
  public Path planPath() {
    return new Path(root, "plan.json");
  }

  /** Returns the directory of a job. */
  public Path job(UUID job) throws IOException {
    Path directory = new Path(jobsPath(), job.toString());
    LocalPaths.requireInside(files, root, directory);
    return directory;
  }

  /** Returns what the directory of a job says of it as a whole. */
  public JobMarks marks(UUID job) throws IOException {
    return new JobMarks(job(job), files, job);
  }

  private Path jobsPath() {
    return new Path(root, "jobs");
  }

  /**
   * Returns the jobs that have been ordered and not removed; anything else there is ignored.
   *
   * <p>A listing only says where to look: what it shows is looked at, what it does not show yet is
   * found the next time, and what the caller knows is not gone because it does not show it.
   *
   * @param known the jobs that the caller knows
   */
  public List<UUID> jobs(Collection<UUID> known) throws IOException {
    Set<UUID> found = new LinkedHashSet<>(known);
    for (FileStatus status : listed()) {
      if (status.isDirectory()) {
        uuid(status.getPath().getName()).ifPresent(found::add);
      }
    }
    List<UUID> jobs = new ArrayList<>();
    for (UUID job : found) {
      if (files.exists(new Path(new Path(jobsPath(), job.toString()), JobExchange.ORDER))) {
        jobs.add(job);
      }
    }
    return jobs;
  }

  private FileStatus[] listed() throws IOException {
    try {
      return files.listStatus(jobsPath());
    } catch (FileNotFoundException e) { // nobody has ordered anything
      return new FileStatus[0];
    }
  }

  /**
   * Returns what was ordered.
   *
   * @throws ExchangeException if it is malformed, not signed by the data owner that it names, or
   *     another job's
   */
  public SignedOrder order(UUID job) throws IOException {
    SignedOrder order =
        JobExchange.order(job(job), configuration, job)
            .orElseThrow(() -> new ExchangeException("Job %s is gone".formatted(job)));
    if (!order.job().job().equals(job)) {
      throw new ExchangeException(
          "The directory of job %s describes job %s".formatted(job, order.job().job()));
    }
    return order;
  }

  private static Optional<UUID> uuid(String name) {
    try {
      UUID job = UUID.fromString(name);
      return job.toString().equals(name) ? Optional.of(job) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
