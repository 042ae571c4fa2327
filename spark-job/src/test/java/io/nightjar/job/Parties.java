package io.nightjar.job;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The parties of jobs, in this process. */
public final class Parties {

  private Parties() {}

  /** Something that a party does. */
  private interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  private static <T> CompletableFuture<T> inBackground(Work<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.run();
          } catch (IOException | InterruptedException e) {
            throw new CompletionException(e);
          }
        });
  }

  /** Runs a job whose driver is the data owner's. */
  public static ScoreResult score(ScoreRequest request) throws IOException, InterruptedException {
    return ScoreJob.run(request, JobProgress.NONE);
  }

  /** Runs a job whose driver is the data owner's. */
  public static ScoreResult score(ScoreRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    return ScoreJob.run(request, progress);
  }

  /** Serves, and returns how many jobs were refused or failed. */
  public static int serve(ServeRequest request) throws IOException, InterruptedException {
    return serve(request, JobProgress.NONE);
  }

  /** Serves, and returns how many jobs were refused or failed. */
  public static int serve(ServeRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    return ServeJob.run(
        request,
        new AskedUploads(request.settings(), progress),
        TestJobs::servedSecret,
        new Drain());
  }

  /** Serves until it is told to end, while the caller goes on. */
  public static CompletableFuture<Integer> serving(
      ServeRequest request, JobProgress progress, Drain drain) {
    return inBackground(
        () ->
            ServeJob.run(
                request,
                new AskedUploads(request.settings(), progress),
                TestJobs::servedSecret,
                drain));
  }

  /** Serves while the caller goes on. */
  public static CompletableFuture<Integer> serving(ServeRequest request) {
    return serving(request, JobProgress.NONE);
  }

  /** Serves while the caller goes on. */
  public static CompletableFuture<Integer> serving(ServeRequest request, JobProgress progress) {
    return inBackground(() -> serve(request, progress));
  }

  /** Serves while the caller goes on, with secrets that nobody knows, as the program does. */
  static CompletableFuture<Integer> servingAfresh(ServeRequest request) {
    return inBackground(() -> ServeJob.run(request, JobProgress.NONE, new Drain()));
  }

  /** Serves while the caller goes on, with the draws of a job that is repeated. */
  public static CompletableFuture<Integer> repeating(ServeRequest request) {
    return inBackground(
        () -> ServeJob.run(request, JobProgress.NONE, TestJobs::repeatedSecret, new Drain()));
  }

  /** Has records scored by whoever serves. */
  public static ScoreResult ask(AgentRequest request) throws IOException, InterruptedException {
    return AgentJob.run(request, JobProgress.NONE);
  }

  /** Has records scored by whoever serves. */
  public static ScoreResult ask(AgentRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    return AgentJob.run(request, progress);
  }

  /** Has records scored by whoever serves, while the caller goes on. */
  public static CompletableFuture<ScoreResult> asking(AgentRequest request) {
    return asking(request, JobProgress.NONE);
  }

  /** Has records scored by whoever serves, while the caller goes on. */
  public static CompletableFuture<ScoreResult> asking(AgentRequest request, JobProgress progress) {
    return inBackground(() -> AgentJob.run(request, progress));
  }
}
