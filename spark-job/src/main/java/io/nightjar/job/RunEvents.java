package io.nightjar.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.settings.InvalidSettingException;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.tables.RecordSource;
import io.nightjar.tables.ResultTarget;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a catalogue of data, in events of OpenLineage, from which records a job makes which
 * results. The names of places are in them, and of models; no setting, no record and no reason.
 *
 * <p>A job does not fail because nobody takes them. Where they go to a server that wants a key, it
 * is in the environment, as for all clients of OpenLineage.
 */
final class RunEvents {

  private static final String SCHEMA =
      "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
  private static final String PRODUCER = "https://github.com/nightjar-project/nightjar";
  private static final String KEY = "OPENLINEAGE_API_KEY";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Logger LOG = LoggerFactory.getLogger(RunEvents.class);

  private final URI to;
  private final UUID run = UUID.randomUUID();
  private final Map<String, Object> job;
  private final List<Map<String, Object>> inputs;
  private final List<Map<String, Object>> outputs;

  private RunEvents(
      URI to,
      Map<String, Object> job,
      List<Map<String, Object>> inputs,
      List<Map<String, Object>> outputs) {
    this.to = to;
    this.job = job;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /** Something that a job does from its first step to its last. */
  interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /**
   * Does the work of a job between the events of its begin and its end, if a setting asks for them.
   *
   * @param what is asked for, such as {@code score}
   */
  static <T> T around(String what, OwnerRequest request, Configuration configuration, Work<T> work)
      throws IOException, InterruptedException {
    Optional<String> url = request.settings().get(NightjarSettings.OPENLINEAGE_URL);
    if (url.isEmpty()) {
      return work.run();
    }
    RunEvents events = of(what, request, configuration, place(url.get()));
    events.say("START");
    boolean done = false;
    try {
      T result = work.run();
      done = true;
      return result;
    } finally {
      events.say(done ? "COMPLETE" : "FAIL");
    }
  }

  private static URI place(String url) {
    try {
      URI uri =
          url.contains(":/")
              ? URI.create(url)
              : java.nio.file.Path.of(url).toAbsolutePath().toUri();
      if (List.of("file", "http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      LOG.debug("No URL", e);
    }
    throw new InvalidSettingException(
        "%s must be a file of this machine, or an http: or https: URL"
            .formatted(NightjarSettings.OPENLINEAGE_URL.key()));
  }

  private static RunEvents of(
      String what, OwnerRequest request, Configuration configuration, URI to) throws IOException {
    Map<String, Object> job =
        named(
            request.settings().get(NightjarSettings.OPENLINEAGE_NAMESPACE).orElse("nightjar"),
            "nightjar " + what);
    Map<String, Object> output =
        request.target().orElse(null) instanceof ResultTarget.Table table
            ? named("catalog", table.name())
            : place(request.output(), configuration);
    return new RunEvents(to, job, inputs(request.input(), configuration), List.of(output));
  }

  private static List<Map<String, Object>> inputs(RecordSource source, Configuration configuration)
      throws IOException {
    if (source instanceof RecordSource.Idx idx) {
      return List.of(place(idx.path(), configuration));
    } else if (source instanceof RecordSource.Table table && table.table().isPresent()) {
      return List.of(named("catalog", table.table().get()));
    } else if (source instanceof RecordSource.Table table && table.path().isPresent()) {
      return List.of(place(new Path(table.path().get()), configuration));
    }
    return List.of(); // a program's dataset, or a source whose options nobody else should see
  }

  /** Names a directory as OpenLineage does: by its file system, and the path there. */
  private static Map<String, Object> place(Path path, Configuration configuration)
      throws IOException {
    URI uri = path.getFileSystem(configuration).makeQualified(path).toUri();
    String host = uri.getHost() == null ? "" : uri.getHost();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return named(
        uri.getScheme().equals("file") ? "file" : uri.getScheme() + "://" + host + port,
        uri.getPath());
  }

  private static Map<String, Object> named(String namespace, String name) {
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("namespace", namespace);
    named.put("name", name);
    return named;
  }

  private void say(String type) throws InterruptedException {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("eventTime", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    event.put("eventType", type);
    event.put("run", Map.of("runId", run.toString()));
    event.put("job", job);
    event.put("inputs", inputs);
    event.put("outputs", outputs);
    event.put("producer", PRODUCER);
    event.put("schemaURL", SCHEMA);
    try {
      String json = MAPPER.writeValueAsString(event);
      if (to.getScheme().equals("file")) {
        Files.writeString(
            java.nio.file.Path.of(to),
            json + "\n",
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } else {
        send(json);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      LOG.warn("Nobody took the {} event of this job at {}: {}", type, shown(), e.toString());
    }
  }

  /** Returns where events go, without what may be a secret there. */
  private String shown() {
    return to.getScheme().equals("file") ? to.getPath() : to.getScheme() + "://" + to.getHost();
  }

  private void send(String json) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    Optional.ofNullable(System.getenv(KEY))
        .ifPresent(key -> request.header("Authorization", "Bearer " + key));
    HttpResponse<Void> answer =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .build()
            .send(request.build(), HttpResponse.BodyHandlers.discarding());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException("it answered with status " + answer.statusCode());
    }
  }
}
