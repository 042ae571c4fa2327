package io.nightjar.job;

import io.nightjar.identity.Identity;
import io.nightjar.tables.RecordSource;
import io.nightjar.tables.ResultTarget;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Variations of requests. */
public final class Requests {

  private Requests() {}

  /** Returns the same request for another master. */
  public static ScoreRequest on(String master, ScoreRequest request) {
    return new ScoreRequest(
        request.model(),
        request.input(),
        request.output(),
        request.target(),
        request.keys(),
        request.labels(),
        request.limit(),
        Optional.of(master),
        request.settings());
  }

  /** Returns the same request for so many records. */
  public static ScoreRequest limited(long records, ScoreRequest request) {
    return new ScoreRequest(
        request.model(),
        request.input(),
        request.output(),
        request.target(),
        request.keys(),
        request.labels(),
        OptionalLong.of(records),
        request.master(),
        request.settings());
  }

  /** Returns the same request for results elsewhere, or in another form. */
  public static ScoreRequest to(ResultTarget target, ScoreRequest request) {
    return new ScoreRequest(
        request.model(),
        request.input(),
        request.output(),
        Optional.of(target),
        request.keys(),
        request.labels(),
        request.limit(),
        request.master(),
        request.settings());
  }

  /** Returns the same request with what the records really are. */
  public static ScoreRequest labelled(Path labels, ScoreRequest request) {
    return new ScoreRequest(
        request.model(),
        request.input(),
        request.output(),
        request.target(),
        request.keys(),
        Optional.of(new org.apache.hadoop.fs.Path(labels.toUri())),
        request.limit(),
        request.master(),
        request.settings());
  }

  /** Returns the same request with what the records really are. */
  public static AgentRequest labelled(Path labels, AgentRequest request) {
    return new AgentRequest(
        request.exchange(),
        request.keys(),
        request.plan(),
        request.modelOwner(),
        request.input(),
        request.output(),
        request.target(),
        Optional.of(new org.apache.hadoop.fs.Path(labels.toUri())),
        request.limit(),
        request.master(),
        request.settings());
  }

  /** Returns the same request with a plan that the one on offer must be equal to. */
  public static AgentRequest pinned(Path plan, AgentRequest request) {
    return new AgentRequest(
        request.exchange(),
        request.keys(),
        Optional.of(plan),
        request.modelOwner(),
        request.input(),
        request.output(),
        request.target(),
        request.labels(),
        request.limit(),
        request.master(),
        request.settings());
  }

  /** Returns the same request to a model owner, or to anyone. */
  public static AgentRequest from(Optional<Identity> modelOwner, AgentRequest request) {
    return new AgentRequest(
        request.exchange(),
        request.keys(),
        request.plan(),
        modelOwner,
        request.input(),
        request.output(),
        request.target(),
        request.labels(),
        request.limit(),
        request.master(),
        request.settings());
  }

  /** Returns the same request over other records. */
  public static ScoreRequest of(RecordSource input, ScoreRequest request) {
    return new ScoreRequest(
        request.model(),
        input,
        request.output(),
        request.target(),
        request.keys(),
        request.labels(),
        request.limit(),
        request.master(),
        request.settings());
  }

  /** Returns the same request over other records. */
  public static AgentRequest of(RecordSource input, AgentRequest request) {
    return new AgentRequest(
        request.exchange(),
        request.keys(),
        request.plan(),
        request.modelOwner(),
        input,
        request.output(),
        request.target(),
        request.labels(),
        request.limit(),
        request.master(),
        request.settings());
  }

  /** Returns the same request for a cluster of the data owner's. */
  public static AgentRequest on(String master, AgentRequest request) {
    return new AgentRequest(
        request.exchange(),
        request.keys(),
        request.plan(),
        request.modelOwner(),
        request.input(),
        request.output(),
        request.target(),
        request.labels(),
        request.limit(),
        Optional.of(master),
        request.settings());
  }
}
