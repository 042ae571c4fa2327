package io.nightjar.settings;

import java.util.ArrayList;
import java.util.List;

/** Writes the declarations for people, as a page of documentation and as a file to edit. */
public final class SettingsReference {

  private static final int WIDTH = 116;

  private SettingsReference() {}

  /** Returns {@code docs/settings.md}: all settings in one table. */
  public static String markdown() {
    StringBuilder text =
        new StringBuilder(
            """
            # Settings

            Written by `nightjar settings --markdown` from the declarations in `NightjarSettings`.

            Each of these overrides those before it: `conf/nightjar.conf`, the file of `--config FILE`, Spark's own configuration,
            `--conf KEY=VALUE`, and a command's other options. `nightjar settings` prints the values that result, and where each
            comes from. A file has the syntax of `spark-defaults.conf`, and may set keys of Spark's own too; of a key that is there
            twice, the last counts. A key or value that is not allowed is refused, not passed over.

            Byte sizes are in Spark's notation: `512m`, `2g`, powers of 1024. A duration has its unit: `500ms`, `90s`, `30m`, `12h`, `7d`.

            No secret is a setting, for Spark shows settings. The passphrase of keys comes from the first of these that has one: the
            file that `spark.nightjar.keys.passphraseFile` names, the environment variable `NIGHTJAR_PASSPHRASE`, the credential
            `nightjar.passphrase` of a provider in `spark.hadoop.hadoop.security.credential.provider.path` (as `hadoop credential
            create` makes it), a prompt. User and password of a ledger's database come from `NIGHTJAR_LEDGER_USER` and
            `NIGHTJAR_LEDGER_PASSWORD`.

            | setting | default | meaning | allowed |
            |---|---|---|---|
            """);
    for (Setting<?> setting : NightjarSettings.ALL) {
      String standard = setting.defaultText();
      text.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  setting.key(),
                  standard.isEmpty() ? "empty" : "`" + standard + "`",
                  setting.doc(),
                  setting.allowed()));
    }
    return text.toString();
  }

  /** Returns {@code conf/nightjar.conf}: every setting at its default, commented out. */
  public static String template() {
    StringBuilder text =
        new StringBuilder(
            """
            # Settings of Nightjar, in the syntax of spark-defaults.conf; keys of Spark's own may stand here too. Take the # off
            # a line to change it. --config FILE, Spark's own configuration, --conf KEY=VALUE and a command's other options
            # override what is here. `nightjar settings` prints what results, `nightjar settings --template` this file.
            #
            # No secret belongs here. A passphrase comes from a file, from NIGHTJAR_PASSPHRASE, from a credential provider of
            # Hadoop's, or from a prompt; the password of a ledger's database from NIGHTJAR_LEDGER_PASSWORD.
            """);
    for (Setting<?> setting : NightjarSettings.ALL) {
      text.append('\n');
      for (String line : wrap("%s Allowed: %s.".formatted(setting.doc(), setting.allowed()))) {
        text.append("# ").append(line).append('\n');
      }
      text.append("#%s %s".formatted(setting.key(), setting.defaultText()).stripTrailing());
      text.append('\n');
    }
    return text.toString();
  }

  private static List<String> wrap(String sentence) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : sentence.split(" ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
