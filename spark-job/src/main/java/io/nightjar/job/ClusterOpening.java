package io.nightjar.job;

import io.nightjar.cluster.OpenJob;
import io.nightjar.cluster.OwnerOpening;
import io.nightjar.exchange.ExchangeJson;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.owner.PartFiles;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.Security;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.staging.StagedRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Says where an executor of the data owner's finds a job: its key, its records, its exchange. */
final class ClusterOpening implements OwnerOpening {

  private static final long serialVersionUID = 1;

  private final KeyDirectory keys;
  private final String output;
  private final String exchange;
  private final String description;
  private final String plan;

  /**
   * Creates the opening of a job that has begun.
   *
   * @param output where its results will be
   * @param exchange the directory of the job in the exchange
   */
  ClusterOpening(
      KeyDirectory keys, OutputDirectory output, Path exchange, JobDescription job, Plan plan) {
    this.keys = keys;
    this.output = output.path().toString();
    this.exchange = exchange.toString();
    this.description = new String(ExchangeJson.write(job), StandardCharsets.UTF_8);
    this.plan = PlanJson.write(plan);
  }

  private JobDescription description() {
    return ExchangeJson.read(description.getBytes(StandardCharsets.UTF_8), JobDescription.class);
  }

  @Override
  public UUID job() {
    return description().job();
  }

  @Override
  public OpenJob open() throws IOException {
    Settings settings = keys.settings();
    Configuration configuration = keys.configuration();
    Plan read = Protocols.readPlan(plan, Security.ANY); // of the driver, which has checked it
    Protocol protocol = Protocols.of(read);
    JobDescription job = description();
    OutputDirectory directory = new OutputDirectory(new Path(output), configuration);
    try (JobIdentities identities = keys.keys()) {
      StagedRecords records =
          directory
              .staging()
              .find(identities)
              .orElseThrow(
                  () -> new IOException("There are no staged records in " + directory.own()));
      boolean done = false;
      try {
        JobKey key =
            JobKey.open(
                directory, protocol.keys(read), job, OwnIdentities.of(identities.get(), job));
        OpenJob open =
            new OpenJob(
                read,
                protocol.codec(read, key.secret()),
                records,
                JobExchange.of(new Path(exchange), configuration, job),
                new PartFiles(directory.parts(), configuration, read),
                settings.get(NightjarSettings.EXCHANGE_MAX_BLOCK_BYTES),
                () -> {
                  key.close();
                  records.close();
                });
        done = true;
        return open;
      } finally {
        if (!done) {
          records.close();
        }
      }
    }
  }
}
