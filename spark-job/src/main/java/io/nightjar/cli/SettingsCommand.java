package io.nightjar.cli;

import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Setting;
import io.nightjar.settings.Settings;
import io.nightjar.settings.SettingsReference;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar settings}: the settings a run would go by, or all that there are. */
@Command(
    name = "settings",
    description = "Prints every setting, its value and where that comes from.")
final class SettingsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Option(names = "--markdown", description = "Print the documentation of all settings instead.")
  private boolean markdown;

  @Option(
      names = "--template",
      description = "Print a file to edit instead: all settings at their defaults, commented out.")
  private boolean template;

  @Override
  public Integer call() {
    if (markdown && template) {
      throw new ParameterException(
          spec.commandLine(), "--markdown and --template cannot be given together");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (markdown) {
      out.print(SettingsReference.markdown());
    } else if (template) {
      out.print(SettingsReference.template());
    } else {
      print(settings.resolve(), out);
    }
    out.flush();
    return ExitCode.DONE;
  }

  private static void print(Settings settings, PrintWriter out) {
    String line =
        "%%-%ds  %%-%ds  %%s%%n"
            .formatted(width(Setting::key), width(setting -> value(settings, setting)));
    for (Setting<?> setting : NightjarSettings.ALL) {
      out.printf(line, setting.key(), value(settings, setting), settings.source(setting));
    }
  }

  private static String value(Settings settings, Setting<?> setting) {
    String text = settings.text(setting);
    return text.isEmpty() ? "(empty)" : text;
  }

  private static int width(Function<Setting<?>, String> column) {
    return NightjarSettings.ALL.stream().map(column).mapToInt(String::length).max().orElseThrow();
  }
}
