package io.nightjar.cli;

import io.nightjar.plan.ModelPrivacy;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command that needs to know which protocol a job runs, and how privately. */
final class ProtocolChoice {

  @Option(
      names = "--model-privacy",
      paramLabel = "NAME",
      completionCandidates = Privacies.class,
      description = "What is done to keep the model from the data owner: ${COMPLETION-CANDIDATES}.")
  private Optional<String> privacy = Optional.empty();

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "The protocol that the two parties run: ${COMPLETION-CANDIDATES}.")
  private Optional<String> protocol = Optional.empty();

  /** The names of all protocols, for help texts and completion. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Protocols.names().iterator();
    }
  }

  /** The names of what model privacy there is, for help texts and completion. */
  static final class Privacies implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(ModelPrivacy.values()).map(ModelPrivacy::text).iterator();
    }
  }

  /** Returns what {@code --protocol} sets. */
  SettingSource protocol() {
    return SettingSource.option("--protocol", NightjarSettings.JOB_PROTOCOL, protocol);
  }

  /** Returns what {@code --model-privacy} sets. */
  SettingSource privacy() {
    return SettingSource.option("--model-privacy", NightjarSettings.PLAN_MODEL_PRIVACY, privacy);
  }
}
