package io.nightjar.job;

import static java.util.stream.Collectors.joining;

import io.nightjar.cluster.ClusterWorkers;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.identity.Identities;
import io.nightjar.identity.Identity;
import io.nightjar.identity.PoisonMark;
import io.nightjar.keys.OwnerKey;
import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import io.nightjar.model.Task;
import io.nightjar.model.Text;
import io.nightjar.owner.BatchSteps;
import io.nightjar.owner.MadeUploads;
import io.nightjar.owner.OwnerEngine;
import io.nightjar.owner.OwnerListener;
import io.nightjar.owner.OwnerWorkers;
import io.nightjar.owner.PartFiles;
import io.nightjar.owner.PoisonStore;
import io.nightjar.owner.ResultStore;
import io.nightjar.owner.ThreadWorkers;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.PoisonedBatches;
import io.nightjar.records.ClassLabels;
import io.nightjar.records.IdxRecords;
import io.nightjar.records.InputFiles;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.LabelClasses;
import io.nightjar.records.LabelKind;
import io.nightjar.records.LabelNumbers;
import io.nightjar.records.Labels;
import io.nightjar.records.NoRecordsException;
import io.nightjar.records.NumberLabels;
import io.nightjar.records.RecordCensus;
import io.nightjar.records.RecordFormat;
import io.nightjar.records.RecordOptions;
import io.nightjar.report.ReportSubject;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.staging.StagedRecords;
import io.nightjar.staging.StagingArea;
import io.nightjar.tables.OwnSpark;
import io.nightjar.tables.OwnSparks;
import io.nightjar.tables.RecordSource;
import io.nightjar.tables.TableLabels;
import io.nightjar.tables.TablePublishing;
import io.nightjar.tables.TableStaging;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The data owner's half of a job, whoever runs the driver: records that were looked through and
 * staged, an output for this job and no other, and how the two become results.
 */
final class OwnerSide implements AutoCloseable {

  /** So many poisoned batches a message names. */
  private static final int MOST_NAMED = 5;

  private final Plan plan;
  private final ReportSubject subject;
  private final Settings settings;
  private final Configuration configuration;
  private final Optional<StagedRecords> staged;
  private final Optional<RecordCensus> census;
  private final OutputDirectory output;
  private final ResultForm form;
  private final Optional<TablePublishing> publishing;
  private final ResultStore results;
  private final String identity;
  private final AskedJob asked;
  private final Optional<OwnCluster> cluster;
  private final Optional<JobDescription> before;

  private OwnerSide(
      OwnerRequest request,
      Plan plan,
      Configuration configuration,
      OutputDirectory output,
      Optional<RecordCensus> census,
      Optional<StagedRecords> staged,
      Optional<Path> exchange,
      String identity,
      AskedJob asked,
      Optional<OwnCluster> cluster)
      throws IOException {
    this.plan = plan;
    this.subject = subject(plan, request.settings());
    this.cluster = cluster;
    this.settings = request.settings();
    this.configuration = configuration;
    this.output = output;
    this.census = census;
    this.staged = staged;
    this.form = ResultForm.of(request);
    this.publishing =
        staged.flatMap(
            records ->
                publishing(
                    records,
                    plan,
                    exchange,
                    configuration,
                    form,
                    sparks(request.input(), cluster, settings)));
    this.results =
        new ResultStore(
            output.path(),
            output.own(),
            new PartFiles(output.parts(), configuration, plan),
            publishing.map(by -> by::write));
    this.identity = identity;
    this.asked = asked;
    this.before = output.find(identity, Optional.of(asked)).map(OutputDirectory.State::job);
  }

  /**
   * Looks at a request's output and through its records, and stages them there, unless an earlier
   * process did or the job is over. Nothing is left of records that are refused.
   *
   * @param exchange where the other party reads, if it is away from the output
   * @param rest what else tells the job from others: who evaluates it, and under which key
   * @param cluster does the data owner's work, if this process does not
   * @throws JobRefusedException if the output is something else's
   * @throws NoRecordsException if there are no records
   */
  static OwnerSide open(
      OwnerRequest request,
      Plan plan,
      Configuration configuration,
      JobIdentities identities,
      Optional<Path> exchange,
      String rest,
      Optional<OwnCluster> cluster)
      throws IOException {
    subject(plan, request.settings()); // refused before records are looked through
    OutputDirectory output = new OutputDirectory(request.output(), configuration);
    Optional<OutputDirectory.State> begun = output.find();
    String form = ResultForm.of(request).description();
    AskedJob asked =
        AskedJob.of(plan, form, rest)
            .of(
                InputStamp.of(
                    request.input(),
                    described(request, configuration),
                    request.settings(),
                    configuration));
    if (begun.isPresent() && output.isOver()) {
      Optional<AskedJob> before = output.asked();
      Optional<RecordCensus> census =
          before.isPresent() && before.get().isSame(asked)
              ? Optional.empty() // it would take a Spark to find that nothing has changed
              : Optional.of(census(request, plan, configuration, cluster));
      return new OwnerSide(
          request,
          plan,
          configuration,
          output,
          census,
          Optional.empty(),
          exchange,
          census
              .map(found -> JobIdentity.digest(plan, found, form, rest))
              .orElse(begun.get().identity()),
          census.map(found -> asked.of(found.records())).orElse(asked),
          cluster);
    }
    boolean done = false;
    Optional<StagedRecords> staged = Optional.empty();
    try {
      staged =
          Optional.of(
              staged(request, plan, configuration, output, begun.isPresent(), identities, cluster));
      RecordCensus census = staged.get().census();
      OwnerSide side =
          new OwnerSide(
              request,
              plan,
              configuration,
              output,
              Optional.of(census),
              staged,
              exchange,
              JobIdentity.digest(plan, census, form, rest),
              asked.of(census.records()),
              cluster);
      if (side.before().isEmpty() && side.publishing.isPresent()) {
        side.publishing.get().require(output.trial());
      }
      done = true;
      return side;
    } finally {
      if (!done) {
        staged.ifPresent(StagedRecords::close);
        clean(output);
      }
    }
  }

  private static RecordCensus census(
      OwnerRequest request, Plan plan, Configuration configuration, Optional<OwnCluster> cluster)
      throws IOException {
    RecordSource source = request.input().found(configuration);
    return source instanceof RecordSource.Idx images
        ? images(images, request, plan, configuration).census()
        : table((RecordSource.BySpark) source, request, plan, cluster).census();
  }

  private static StagingArea.Source source(
      OwnerRequest request, Plan plan, Configuration configuration, Optional<OwnCluster> cluster)
      throws IOException {
    RecordSource source = request.input().found(configuration);
    return source instanceof RecordSource.Idx images
        ? StagingArea.of(images(images, request, plan, configuration))
        : table((RecordSource.BySpark) source, request, plan, cluster);
  }

  private static IdxRecords images(
      RecordSource.Idx source, OwnerRequest request, Plan plan, Configuration configuration) {
    return new IdxRecords(configuration, source.path(), plan.input(), request.limit());
  }

  private static TableStaging table(
      RecordSource.BySpark source, OwnerRequest request, Plan plan, Optional<OwnCluster> cluster) {
    return new TableStaging(
        source, plan.input(), options(request), sparks(source, cluster, request.settings()));
  }

  /** Returns whose Spark sees the records: the cluster, a program's own, or one in this process. */
  private static OwnSparks sparks(
      RecordSource source, Optional<OwnCluster> cluster, Settings settings) {
    return cluster.isPresent() ? cluster.get() : name -> OwnSpark.of(source, name, settings);
  }

  /** Returns what tells one input from another, whatever is in it by now. */
  private static String described(OwnerRequest request, Configuration configuration)
      throws IOException {
    return "%s, id %s, limit %s"
        .formatted(
            request.input().description(configuration),
            options(request).idColumn(),
            options(request).limit());
  }

  private static RecordOptions options(OwnerRequest request) {
    String idColumn = request.settings().get(NightjarSettings.INPUT_ID_COLUMN);
    return new RecordOptions(idColumn, request.limit());
  }

  private static StagedRecords staged(
      OwnerRequest request,
      Plan plan,
      Configuration configuration,
      OutputDirectory output,
      boolean begun,
      JobIdentities identities,
      Optional<OwnCluster> cluster)
      throws IOException {
    StagingArea area = output.staging();
    String source = described(request, configuration);
    Optional<StagedRecords> before = begun ? area.find(identities) : Optional.empty();
    if (before.isPresent() && before.get().source().equals(source)) {
      requireSame(request, plan, output, before.get(), cluster);
      return before.get();
    }
    if (before.isPresent()) {
      before.get().close();
      throw output.hasAnotherJob(" (the input, the column of ids or --limit)");
    }
    StagedRecords staged =
        area.stage(
            source, source(request, plan, configuration, cluster), plan.batchSize(), identities);
    if (staged.census().records() == 0) {
      staged.close();
      throw new NoRecordsException(
          "%s has no records".formatted(Text.quote(request.input().title())));
    }
    return staged;
  }

  /**
   * Refuses a program's dataset without a name that does not give what was staged: it is another
   * one, or its evaluation gives something else every time.
   */
  private static void requireSame(
      OwnerRequest request,
      Plan plan,
      OutputDirectory output,
      StagedRecords staged,
      Optional<OwnCluster> cluster)
      throws IOException {
    if (request.input() instanceof RecordSource.Rows rows && rows.name().isEmpty()) {
      boolean done = false;
      try {
        if (!table(rows, request, plan, cluster)
            .census()
            .digest()
            .equals(staged.census().digest())) {
          throw new JobRefusedException(
              "The dataset does not give the records that the job in %s was begun with: give that one, and a name with it if it gives others each time, or choose another output"
                  .formatted(output.path()));
        }
        done = true;
      } finally {
        if (!done) {
          staged.close();
        }
      }
    }
  }

  /**
   * Returns the records.
   *
   * @throws IllegalStateException if the job is over
   */
  StagedRecords records() {
    return staged.orElseThrow(() -> new IllegalStateException("The job is over"));
  }

  /**
   * Returns what the records came to.
   *
   * @throws IllegalStateException if the job is over, and nobody had to look
   */
  RecordCensus census() {
    return census.orElseThrow(() -> new IllegalStateException("The job is over"));
  }

  OutputDirectory output() {
    return output;
  }

  ResultStore results() {
    return results;
  }

  /** Returns the job that an earlier process began in the output. */
  Optional<JobDescription> before() {
    return before;
  }

  /** Returns whether an earlier process did everything, with results or without. */
  boolean isDone() throws IOException {
    return before.isPresent() && output.isOver();
  }

  private static Optional<TablePublishing> publishing(
      StagedRecords records,
      Plan plan,
      Optional<Path> exchange,
      Configuration configuration,
      ResultForm form,
      OwnSparks sparks) {
    return form.target(!records.idSchema().isEmpty())
        .map(
            target ->
                new TablePublishing(
                    records,
                    plan,
                    target,
                    place ->
                        exchange.isPresent()
                            && OutputDirectory.isInside(exchange.get(), place, configuration),
                    sparks));
  }

  /**
   * Returns a data owner's new job over the records, its waves cut for so many cores.
   *
   * @param key the job's public key
   */
  JobDescription describe(Identity owner, Identity modelOwner, OwnerKey key, int cores) {
    long batches = (census().records() - 1) / plan.batchSize() + 1;
    int perWave = settings.get(NightjarSettings.WAVES_BATCHES);
    if (perWave == 0) {
      perWave =
          WaveSizes.choose(plan, batches, cores, settings.get(NightjarSettings.WAVES_IN_FLIGHT));
    }
    return JobDescription.of(
        UUID.randomUUID(),
        PlanDigest.of(plan).hex(),
        owner,
        modelOwner,
        key.fingerprint(),
        new JobDescription.Cut(census().records(), plan.batchSize(), perWave),
        plan.sheet().answered(census().records()) * plan.draws());
  }

  /** Begins to keep a job in the output, and returns what the output has to know of it. */
  OutputDirectory.State state(JobDescription job) throws IOException {
    output.keepAsked(asked);
    return new OutputDirectory.State(identity, job);
  }

  /**
   * Returns what compares predictions with a request's labels, if it has any.
   *
   * @throws io.nightjar.records.InvalidInputException if they are no labels of the records
   */
  Optional<Evaluation> evaluation(OwnerRequest request) throws IOException {
    if (request.labels().isEmpty()) {
      return Optional.empty();
    }
    Labels labels =
        switch (plan.task()) {
          case CLASSIFICATION -> classes(request, request.labels().get());
          case REGRESSION -> values(request, request.labels().get());
        };
    return Optional.of(new Evaluation(labels, subject));
  }

  private Labels classes(OwnerRequest request, Path path) throws IOException {
    LabelClasses classes = new LabelClasses(plan.classes(), plan.outputs());
    RecordFormat format = labelFormat(path);
    boolean limited = request.limit().isPresent();
    return format == RecordFormat.IDX
        ? ClassLabels.ofIdx(configuration, path, census().records(), limited, classes)
        : table(request, path, format, classes)
            .readInto(new ClassLabels(census().records(), plan.outputs()));
  }

  private Labels values(OwnerRequest request, Path path) throws IOException {
    RecordFormat format = labelFormat(path);
    if (format == RecordFormat.IDX) {
      throw new JobRefusedException(
          "Labels of a regression are a table of ids and numbers; %s is IDX, which has classes"
              .formatted(Text.quote(path.getName())));
    }
    return table(request, path, format, new LabelNumbers(plan.outputs()))
        .readInto(new NumberLabels(census().records(), plan.outputs()));
  }

  private TableLabels table(OwnerRequest request, Path path, RecordFormat format, LabelKind kind) {
    return new TableLabels(
        path,
        format,
        records(),
        options(request).idColumns(),
        kind,
        sparks(request.input(), cluster, settings));
  }

  /** Returns what predictions are, for the report. */
  ReportSubject subject() {
    return subject;
  }

  private static ReportSubject subject(Plan plan, Settings settings) {
    Optional<String> chosen = settings.get(NightjarSettings.REPORT_RISK_CLASS);
    if (chosen.isEmpty()) {
      return ReportSubject.of(plan.task(), plan.outputs());
    }
    if (plan.task() != Task.CLASSIFICATION) {
      throw new JobRefusedException(
          "%s is for classifications; this model is none"
              .formatted(NightjarSettings.REPORT_RISK_CLASS.key()));
    }
    LabelClasses classes = new LabelClasses(plan.classes(), plan.outputs());
    OptionalInt found = classes.find(chosen.get());
    if (found.isEmpty()) {
      throw new JobRefusedException(
          "%s is %s, which is no class of the model: it must be %s"
              .formatted(
                  NightjarSettings.REPORT_RISK_CLASS.key(),
                  Text.quote(chosen.get()),
                  classes.allowed()));
    }
    return new ReportSubject(plan.task(), plan.outputs(), found);
  }

  /** No labels are a mistake, whatever no records are. */
  private RecordFormat labelFormat(Path path) throws IOException {
    try {
      return InputFiles.format(configuration, path);
    } catch (NoRecordsException e) {
      throw new InvalidInputException(e.getMessage(), e);
    }
  }

  /** Returns how many threads or tasks work for the data owner at once. */
  int cores() {
    int threads = settings.get(NightjarSettings.OWNER_THREADS);
    int here = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    return cluster.map(OwnCluster::cores).orElse(here);
  }

  /**
   * Returns the engine that takes the records through the rounds of a job.
   *
   * @param poisoned where poisoned batches are remembered
   */
  OwnerEngine engine(
      DataOwner owner, JobExchange exchange, PoisonedBatches poisoned, Observers listener)
      throws IOException {
    return new OwnerEngine(
        plan,
        exchange,
        cluster.isPresent()
            ? workers(cluster.get(), owner, exchange, poisoned, listener)
            : workers(owner, exchange, listener),
        results,
        made(),
        owner.times(),
        settings.get(NightjarSettings.EXCHANGE_KEEP),
        listener);
  }

  /** Returns what earlier processes, and this one, uploaded of unfinished waves. */
  MadeUploads made() throws IOException {
    return new MadeUploads(output.made(), configuration);
  }

  private OwnerWorkers workers(DataOwner owner, JobExchange exchange, OwnerListener listener) {
    BatchSteps steps =
        new BatchSteps(
            owner, records(), exchange, settings.get(NightjarSettings.EXCHANGE_MAX_BLOCK_BYTES));
    return new ThreadWorkers(steps, results, listener, cores());
  }

  private OwnerWorkers workers(
      OwnCluster on,
      DataOwner owner,
      JobExchange exchange,
      PoisonedBatches poisoned,
      Observers listener) {
    JobDescription job = exchange.job();
    ClusterOpening opening = new ClusterOpening(on.keys(), output, exchange.directory(), job, plan);
    return new ClusterWorkers(
        on.tasks(),
        opening,
        owner,
        poisoned,
        results,
        subject,
        batch -> listener.labels(batch * job.batchSize(), job.records(batch)),
        listener::counted);
  }

  /**
   * Refuses identities with which no job may begin; one that has begun goes on, as if nothing had
   * happened.
   *
   * @throws io.nightjar.identity.IdentityPoisonedException if they are marked
   */
  void requireUsable(java.nio.file.Path directory, Identities identities) throws IOException {
    PoisonMark.requireMarkable(directory);
    if (before.isEmpty()) {
      PoisonMark.requireNone(directory, identities.identities());
    }
  }

  /** Returns the poisoned batches of a job that has begun. */
  PoisonStore poisoned(JobDescription job, Optional<java.nio.file.Path> identities)
      throws IOException {
    return PoisonStore.open(output.own(), configuration, job, identities);
  }

  /** Returns whether a batch of the job in the output is poisoned: then it has no results. */
  boolean isPoisoned() throws IOException {
    return !PoisonStore.batches(output.own(), configuration).isEmpty();
  }

  /** Has the metrics of this process say at the end of a job how many batches are poisoned. */
  void showPoisoned() throws IOException {
    ProcessMetrics.add(
        ProcessMetric.BATCHES_POISONED, PoisonStore.batches(output.own(), configuration).size());
  }

  /** Returns what is said at the end of a job of which batches are poisoned, and only here. */
  ResultsWithheldException withheld(JobDescription job) throws IOException {
    SortedSet<Long> batches = PoisonStore.batches(output.own(), configuration);
    return new ResultsWithheldException(
        "Job %s was sent results that no honest evaluation gives (%s %s%s): %s gets no results, and another run of it changes nothing. Find out who could change results before the next job"
            .formatted(
                job.job(),
                batches.size() == 1 ? "batch" : "batches",
                batches.stream().limit(MOST_NAMED).map(String::valueOf).collect(joining(", ")),
                batches.size() > MOST_NAMED ? ", ..." : "",
                output.path()));
  }

  /** Leaves all results where they belong, and in the output the report with the times so far. */
  void publish(JobDescription job, JobReport report, JobTimes times) throws IOException {
    String version = results.publish(job.job(), job.waves());
    report.summary().put("results", form.report(version));
    times.ended(JobTimes.Part.WRITE);
    report.summary().put("times", times.seconds());
    report.write(output, plan);
    results.complete();
  }

  /** Removes what was staged if no job has begun over it. */
  @Override
  public void close() throws IOException {
    if (staged.isPresent()) {
      staged.get().close();
      clean(output);
    }
  }

  private static void clean(OutputDirectory output) throws IOException {
    if (output.find().isEmpty()) {
      output.staging().remove();
      output.removeIfEmpty();
    }
  }
}
