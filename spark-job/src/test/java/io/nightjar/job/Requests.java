package io.nightjar.job;

import io.nightjar.identity.Identity;
import io.nightjar.settings.Settings;
import io.nightjar.tables.RecordSource;
import io.nightjar.tables.ResultTarget;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Variations of requests. */
public final class Requests {

  private Requests() {}

  /** What both kinds of requests have, and can be changed. */
  private static class Common {
    RecordSource input;
    Optional<ResultTarget> target;
    Optional<org.apache.hadoop.fs.Path> labels;
    OptionalLong limit;
    Optional<String> master;
    Settings settings;

    Common(OwnerRequest request, Optional<String> master) {
      this.input = request.input();
      this.target = request.target();
      this.labels = request.labels();
      this.limit = request.limit();
      this.master = master;
      this.settings = request.settings();
    }
  }

  /** What an agent's has besides. */
  private static final class Asking extends Common {
    Optional<Path> plan;
    Optional<Identity> modelOwner;

    Asking(AgentRequest request) {
      super(request, request.master());
      this.plan = request.plan();
      this.modelOwner = request.modelOwner();
    }
  }

  private static ScoreRequest changed(ScoreRequest request, Consumer<Common> change) {
    Common fields = new Common(request, request.master());
    change.accept(fields);
    return new ScoreRequest(
        request.model(),
        fields.input,
        request.output(),
        fields.target,
        request.keys(),
        fields.labels,
        fields.limit,
        fields.master,
        fields.settings);
  }

  private static AgentRequest changed(AgentRequest request, Consumer<Asking> change) {
    Asking fields = new Asking(request);
    change.accept(fields);
    return new AgentRequest(
        request.exchange(),
        request.keys(),
        fields.plan,
        fields.modelOwner,
        fields.input,
        request.output(),
        fields.target,
        fields.labels,
        fields.limit,
        fields.master,
        fields.settings);
  }

  private static Optional<org.apache.hadoop.fs.Path> hadoop(Path path) {
    return Optional.of(new org.apache.hadoop.fs.Path(path.toUri()));
  }

  /** Returns the same request for another master. */
  public static ScoreRequest on(String master, ScoreRequest request) {
    return changed(request, fields -> fields.master = Optional.of(master));
  }

  /** Returns the same request for a cluster of the data owner's. */
  public static AgentRequest on(String master, AgentRequest request) {
    return changed(request, fields -> fields.master = Optional.of(master));
  }

  /** Returns the same request for so many records. */
  public static ScoreRequest limited(long records, ScoreRequest request) {
    return changed(request, fields -> fields.limit = OptionalLong.of(records));
  }

  /** Returns the same request for results elsewhere, or in another form. */
  public static ScoreRequest to(ResultTarget target, ScoreRequest request) {
    return changed(request, fields -> fields.target = Optional.of(target));
  }

  /** Returns the same request with what the records really are. */
  public static ScoreRequest labelled(Path labels, ScoreRequest request) {
    return changed(request, fields -> fields.labels = hadoop(labels));
  }

  /** Returns the same request with what the records really are. */
  public static AgentRequest labelled(Path labels, AgentRequest request) {
    return changed(request, fields -> fields.labels = hadoop(labels));
  }

  /** Returns the same request with a plan that the one on offer must be equal to. */
  public static AgentRequest pinned(Path plan, AgentRequest request) {
    return changed(request, fields -> fields.plan = Optional.of(plan));
  }

  /** Returns the same request to a model owner, or to anyone. */
  public static AgentRequest from(Optional<Identity> modelOwner, AgentRequest request) {
    return changed(request, fields -> fields.modelOwner = modelOwner);
  }

  /** Returns the same request over other records. */
  public static ScoreRequest of(RecordSource input, ScoreRequest request) {
    return changed(request, fields -> fields.input = input);
  }

  /** Returns the same request over other records. */
  public static AgentRequest of(RecordSource input, AgentRequest request) {
    return changed(request, fields -> fields.input = input);
  }

  /** Returns the same request with other settings. */
  public static ScoreRequest with(Settings settings, ScoreRequest request) {
    return changed(request, fields -> fields.settings = settings);
  }
}
