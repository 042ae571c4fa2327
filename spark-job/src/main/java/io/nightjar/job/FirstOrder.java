package io.nightjar.job;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.ExchangeJson;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.protocol.ProtocolException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The order of a job as its model owner first saw it, kept in the model owner's own directory.
 *
 * <p>Whoever can write to the exchange can change an order there: the cut into waves, the key that
 * results are hidden under, the number of records. What was answered was answered under the first.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param job the order
 * @param model the digest of the model that was drawn from
 */
@JsonPropertyOrder({"format", "version", "job", "model"})
record FirstOrder(String format, int version, JobDescription job, String model) {

  private static final String FORMAT = "nightjar-first-order";
  private static final int VERSION = 2;
  private static final int MOST_BYTES = 1 << 16;

  FirstOrder {
    if (!FORMAT.equals(format) || version != VERSION || job == null || model == null) {
      throw new ExchangeException("not an order that this version remembers");
    }
  }

  /**
   * Remembers an order, if there is none yet.
   *
   * @param state the model owner's directory of the job
   * @throws ProtocolException if the first order was another, or for another model
   */
  static void require(Path state, Configuration configuration, JobDescription job, String model)
      throws IOException {
    FileSystem files = state.getFileSystem(configuration);
    Path path = new Path(state, "order.json");
    FirstOrder order = new FirstOrder(FORMAT, VERSION, job, model);
    Optional<FirstOrder> first = read(files, path);
    if (first.isEmpty()) {
      HadoopFiles.writePrivate(files, path, ExchangeJson.write(order));
    } else if (!first.get().job().equals(job)) {
      throw new ProtocolException(
          "The order is not the one that this job began with: order a new job");
    } else if (!first.get().equals(order)) {
      throw new ProtocolException("The job began with another model: order a new job");
    }
  }

  private static Optional<FirstOrder> read(FileSystem files, Path path) throws IOException {
    Optional<byte[]> json = HadoopFiles.read(files, path, MOST_BYTES);
    try {
      return json.map(bytes -> ExchangeJson.read(bytes, FirstOrder.class));
    } catch (ExchangeException e) {
      throw new ExchangeException("%s: %s".formatted(path, e.getMessage()), e);
    }
  }
}
