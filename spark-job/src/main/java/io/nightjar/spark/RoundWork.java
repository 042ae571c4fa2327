package io.nightjar.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.crypto.BlockFormat;
import io.nightjar.exchange.JobDescription;
import io.nightjar.protocols.Protocols;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;

/**
 * One round of one wave, as the Hadoop configuration of its Spark job carries it to the input and
 * output format.
 *
 * @param job the job
 * @param jobDirectory its directory in the exchange
 * @param wave the wave
 * @param round the round
 * @param protocol the name of the protocol whose blocks they are
 * @param format what the protocol reads and writes them by
 * @param mostBlockBytes the most native memory that reading one block may take
 * @param tasks under which name the driver keeps the units of all tasks
 */
public record RoundWork(
    JobDescription job,
    String jobDirectory,
    int wave,
    int round,
    String protocol,
    String format,
    long mostBlockBytes,
    UUID tasks) {

  private static final String KEY = "nightjar.round";

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Returns how blocks of at most so many bytes are read and written in this process. */
  BlockFormat openFormat(long mostBytes) {
    return Protocols.named(protocol)
        .orElseThrow(() -> new IllegalStateException("There is no protocol " + protocol))
        .openFormat(format, ExecutorResources.shared(), mostBytes);
  }

  /** Puts this into a configuration. */
  public void store(Configuration configuration) {
    configuration.set(KEY, write());
  }

  /** Returns what {@link #store} put there. */
  public static RoundWork load(Configuration configuration) {
    return read(configuration.getRaw(KEY));
  }

  /** Returns this as a text for {@link #read}. */
  String write() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A round that cannot be written as JSON", e);
    }
  }

  static RoundWork read(String text) {
    try {
      return MAPPER.readValue(text, RoundWork.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("There is no round to work on", e);
    }
  }
}
